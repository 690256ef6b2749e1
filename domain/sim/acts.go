package sim

import (
	"parley/domain/contact"
	"parley/domain/session"
	"parley/domain/transcript"
	"parley/internal/fault"
)

// Connect lets the customer's client connect, which starts the flow.
func (c *Chat) Connect() error {
	return c.decide(func(d *contact.Draft) error { return d.Connect(c.talk.s.Customer().ID, true) })
}

// Say lets the customer send a message (SendMessage).
func (c *Chat) Say(contentType, content string) error {
	return c.send(c.talk, c.talk.s.Customer(), contentType, content)
}

// Leave lets the customer end the chat (DisconnectParticipant).
func (c *Chat) Leave() error {
	return c.decide(func(d *contact.Draft) error { return d.Disconnect(c.talk.s.Customer().ID, c.instance.Config) })
}

// whereTo is where the customer comes back to from its sign-in.
const whereTo = "https://customer.example/"

// OpenSignIn lets the customer ask where to sign in (GetAuthenticationUrl); fault.NotFound where the flow waits for nobody to sign in.
func (c *Chat) OpenSignIn() error {
	return c.signingIn(func(*contact.Draft, *session.Authentication) error { return nil })
}

// SignIn lets the customer come back from the provider with a code, "" with an error (UpdateParticipantAuthentication). It asks where to sign in
// first, where it has not; fault.NotFound where the flow waits for nobody to sign in.
func (c *Chat) SignIn(code string) error {
	return c.signingIn(func(d *contact.Draft, a *session.Authentication) error {
		return d.SignedIn(c.talk.s.Customer().ID, a.ID, a.Attempt.Number, code)
	})
}

// OptOut lets the customer go on without signing in (CancelParticipantAuthentication); fault.NotFound where the flow waits for nobody to.
func (c *Chat) OptOut() error {
	a := c.talk.s.State.Authentication
	if a == nil {
		return nobodySignsIn()
	}
	return c.decide(func(d *contact.Draft) error { return d.OptOut(c.talk.s.Customer().ID, a.ID) })
}

// signingIn decides on the open sign-in of the customer, which has asked where to.
func (c *Chat) signingIn(edit func(*contact.Draft, *session.Authentication) error) error {
	if c.talk.s.State.Authentication == nil {
		return nobodySignsIn()
	}
	nonce, verifier := c.id(), c.id()
	return c.decide(func(d *contact.Draft) error {
		if a := d.Session().State.Authentication; a.Attempt == nil {
			if err := d.SignInURL(c.talk.s.Customer().ID, a.ID, whereTo, nonce, verifier); err != nil {
				return err
			}
		}
		return edit(d, d.Session().State.Authentication)
	})
}

func nobodySignsIn() error {
	return fault.New(fault.NotFound, "the flow waits for nobody to sign in")
}

// Stop ends the chat from outside (StopContact).
func (c *Chat) Stop() error { return c.decide((*contact.Draft).Stop) }

// BotJoins lets a custom participant join (CreateParticipant).
func (c *Chat) BotJoins(name string) error {
	id := c.id()
	if err := c.decide(func(d *contact.Draft) error { return d.AddBot(id, name) }); err != nil {
		return err
	}
	return c.decide(func(d *contact.Draft) error { return d.Use(id) })
}

// BotSays lets the custom participant send a message.
func (c *Chat) BotSays(contentType, content string) error {
	bot, err := c.bot()
	if err != nil {
		return err
	}
	return c.send(c.talk, bot, contentType, content)
}

// BotLeaves lets the custom participant leave.
func (c *Chat) BotLeaves() error {
	bot, err := c.bot()
	if err != nil {
		return err
	}
	return c.decide(func(d *contact.Draft) error { return d.Disconnect(bot.ID, c.instance.Config) })
}

func (c *Chat) bot() (*session.Participant, error) {
	for i := range c.talk.s.State.Participants {
		if p := &c.talk.s.State.Participants[i]; p.Role == transcript.CustomBot && p.Present() {
			return p, nil
		}
	}
	return nil, fault.New(fault.NotFound, "no custom participant is in the chat")
}

func (c *Chat) send(t *talk, p *session.Participant, contentType, content string) error {
	m := contact.Message{ContentType: contentType, Content: content}
	set, err := contact.Send(t.s, p.ID, m, c.instance.Settings.Text, c.id(), c.now)
	if err != nil {
		return err
	}
	if err := c.commit(set); err != nil {
		return err
	}
	return c.settle()
}
