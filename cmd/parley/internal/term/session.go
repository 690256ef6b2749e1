package term

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"time"

	"parley/client"
)

const help = `  text    sends it
  /end    ends the chat and leaves
  /quit   leaves and lets the chat go on
  /help   prints this`

// errLeave ends a session at the customer's wish.
var errLeave = errors.New("leave")

// session is one chat on a screen.
type session struct {
	screen *screen
	chat   *client.Chat
	script bool
	quiet  time.Duration
	client *client.Client
	// contact is the id of the contact that the chat is now.
	contact atomic.Value
	active  atomic.Int64 // when something was last said by either side, Unix nanoseconds
}

// start starts and joins the chat.
func (s *session) start(ctx context.Context, c *client.Client, o Options) error {
	started, err := c.StartChat(ctx, client.Start{
		FlowID: o.FlowID, DisplayName: o.Name, Attributes: o.Attributes,
		ContentTypes: []string{
			client.TextPlain, "text/markdown",
			client.MessagePrefix + "interactive", client.MessagePrefix + "interactive.response",
		},
	})
	if err != nil {
		return fmt.Errorf("the chat was not started: %w", err)
	}
	s.screen.note("Chat %s. Type a message and press Enter; /help lists the commands.", started.ContactID)
	s.client = c
	s.contact.Store(started.ContactID)
	s.screen.me = started.ParticipantID
	s.touch()
	s.chat, err = c.Join(ctx, started.ParticipantToken, client.Events{Item: s.item, State: s.state})
	if err != nil {
		abandon(ctx, c, started.ContactID)
		return fmt.Errorf("the chat was not joined: %w", err)
	}
	return nil
}

// abandon ends a chat that nobody joined, as far as that is possible.
func abandon(ctx context.Context, c *client.Client, contactID string) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), partingTime)
	defer cancel()
	_ = c.StopContact(ctx, contactID)
}

func (s *session) touch() { s.active.Store(time.Now().UnixNano()) }

func (s *session) item(item client.Item) {
	if item.ContentType != client.Typing {
		s.touch()
	}
	if item.ContactID != "" {
		s.contact.Store(item.ContactID) // a chat may go on as another contact
	}
	s.screen.item(item)
}

func (s *session) state(state client.State) {
	switch state {
	case client.Reconnecting:
		s.screen.reconnecting()
	case client.Connected:
		s.screen.connected()
	}
}

// talk sends what is typed until the chat or the input ends.
func (s *session) talk(ctx context.Context, lines <-chan string) error {
	for {
		select {
		case <-ctx.Done():
			return s.end(ctx)
		case <-s.chat.Done():
			s.farewell(ctx)
			return nil
		case line, more := <-lines:
			if s.script {
				s.silence(ctx)
			} else {
				s.screen.prompt()
			}
			if !more {
				return s.end(ctx)
			}
			if err := s.line(ctx, strings.TrimSpace(line)); errors.Is(err, errLeave) {
				return nil
			} else if err != nil {
				return err
			}
		}
	}
}

// silence waits until nothing was said for the quiet time, the chat is over or
// ctx ends.
func (s *session) silence(ctx context.Context) {
	for {
		left := s.quiet - time.Since(time.Unix(0, s.active.Load()))
		if left <= 0 {
			return
		}
		select {
		case <-ctx.Done():
			return
		case <-s.chat.Done():
			return
		case <-time.After(left):
		}
	}
}

// line obeys a command or sends a text.
func (s *session) line(ctx context.Context, line string) error {
	switch {
	case line == "":
		return nil
	case line == "/help":
		s.screen.note("%s", help)
		return nil
	case line == "/quit":
		s.screen.note("You left; the chat goes on without you.")
		return errLeave
	case line == "/end":
		if err := s.end(ctx); err != nil {
			return err
		}
		return errLeave
	case strings.HasPrefix(line, "/"):
		s.screen.note("There is no command %s; /help lists them.", line)
		return nil
	}
	return s.say(ctx, line)
}

// patience is how long a text may be under way before its author is told (our choice).
const patience = 2 * time.Second

// say sends a text until the server has kept or refused it. A refusal ends a
// script; at a terminal it is shown, and so is a text that takes long.
func (s *session) say(ctx context.Context, text string) error {
	message := client.Message{ContentType: client.TextPlain, Content: text, ClientToken: client.NewToken()}
	slow := time.AfterFunc(patience, func() { s.screen.note("Not sent yet: %.40q. Trying until the server answers …", text) })
	err := client.Retry(ctx, func() error {
		_, err := s.chat.SendMessage(ctx, message)
		return err
	})
	s.touch()
	if !slow.Stop() && err == nil {
		s.screen.note("Sent: %.40q.", text)
	}
	switch {
	case err == nil || ctx.Err() != nil:
		return nil
	case s.script:
		if client.Denied(err) { // most likely it has ended
			s.farewell(ctx)
		}
		return fmt.Errorf("a message was refused: %w", err)
	}
	s.screen.note("Not sent: %v", err)
	return nil
}

// end leaves the chat and waits to hear that it has ended.
func (s *session) end(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), partingTime)
	defer cancel()
	err := client.Retry(ctx, func() error { return s.chat.Disconnect(ctx) })
	if err != nil && !client.Denied(err) {
		return fmt.Errorf("the chat was not ended: %w", err)
	}
	select {
	case <-ctx.Done():
	case <-s.chat.Done():
	}
	s.farewell(ctx)
	return nil
}

// farewell says that the chat has ended, and who ended it if the server says so.
func (s *session) farewell(ctx context.Context) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), partingTime)
	defer cancel()
	contact, _ := s.contact.Load().(string)
	reason, _ := s.client.DisconnectReason(ctx, contact) // not everybody may ask
	switch reason {
	case "CONTACT_FLOW_DISCONNECT":
		s.screen.ended("The flow ended the chat.")
	case "EXPIRED":
		s.screen.ended("The chat has ended: its time was over.")
	case "API":
		s.screen.ended("The chat was stopped.")
	default:
		s.screen.ended("The chat has ended.")
	}
}
