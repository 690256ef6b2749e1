package chat_test

import (
	"context"
	"testing"
	"time"

	"github.com/google/uuid"

	"parley/app/chat"
	"parley/domain/session"
	"parley/domain/transcript"
	"parley/internal/fault"
	"parley/internal/faulttest"
	"parley/internal/token"
)

func TestAConnectionHasWhatWasAskedFor(t *testing.T) {
	w := newWorld(t)
	for _, ask := range []chat.Connect{
		{}, {Websocket: true}, {Credentials: true}, {Participant: true}, {Websocket: true, Credentials: true, Participant: true},
	} {
		p := w.begin()
		now := w.clock.Now()
		c, err := w.Connection(context.Background(), p.token, ask)
		faulttest.OK(t, "a connection", err)
		if (c.SocketToken != "") != ask.Websocket || (c.ConnectionToken != "") != ask.Credentials {
			t.Errorf("asked for %+v: got %+v", ask, c)
		}
		if left := c.SocketExpiry.Sub(now); ask.Websocket && (left < 100*time.Second || left > 101*time.Second) {
			t.Errorf("the URL lives for %v", left)
		}
		if left := c.ConnectionExpiry.Sub(now); ask.Credentials && (left < 24*time.Hour || left > 24*time.Hour+time.Second) {
			t.Errorf("the token lives for %v", left)
		}
		s, _, err := w.Contact(context.Background(), here, p.contact)
		faulttest.OK(t, "the contact", err)
		if (s.Status == session.Active) != ask.Participant {
			t.Errorf("asked for %+v: status %d", ask, s.Status)
		}
	}
}

// Every token opens only what it was made for, while its time and its chat last.
func TestTokensOfOtherKindsAreRefused(t *testing.T) {
	ctx := context.Background()
	w := newWorld(t)
	p := w.begin()
	c, err := w.Connection(ctx, p.token, chat.Connect{Websocket: true, Credentials: true, Participant: true})
	faulttest.OK(t, "connection", err)
	uses := map[string]func(string) error{
		p.token:           func(tok string) error { _, err := w.Connection(ctx, tok, chat.Connect{}); return err },
		c.ConnectionToken: func(tok string) error { _, err := w.Send(ctx, tok, text("x"), ""); return err },
		c.SocketToken:     func(tok string) error { _, err := w.Open(ctx, tok); return err },
	}
	for own, use := range uses {
		for tok := range uses {
			if err := use(tok); (err == nil) != (tok == own) || err != nil && !fault.Is(err, fault.Denied) {
				t.Errorf("the token %.8s used as %.8s: %v", tok, own, err)
			}
		}
		faulttest.Want(t, "no token", use(""), fault.Denied)
		faulttest.Want(t, "a longer token", use(own+"A"), fault.Denied)
	}
	stranger := w.tokens.Sign(token.Claims{Kind: token.Connection, Session: uuid.New(), Participant: uuid.New()})
	faulttest.Want(t, "a session that is not there", uses[c.ConnectionToken](stranger), fault.Denied)
	other := w.tokens.Sign(token.Claims{Kind: token.Connection, Session: uuid.MustParse(p.contact), Participant: uuid.New()})
	faulttest.Want(t, "a participant that is not there", uses[c.ConnectionToken](other), fault.Denied)
}

func TestTokensExpire(t *testing.T) {
	ctx := context.Background()
	w := newWorld(t)
	p := w.begin()
	c, err := w.Connection(ctx, p.token, chat.Connect{Websocket: true, Credentials: true, Participant: true})
	faulttest.OK(t, "connection", err)
	open := func() error { _, err := w.Open(ctx, c.SocketToken); return err }
	send := func() error { _, err := w.Send(ctx, c.ConnectionToken, text("x"), ""); return err }
	w.after(98 * time.Second)
	faulttest.OK(t, "the URL after 98 s", open())
	w.after(2 * time.Second)
	faulttest.Want(t, "the URL after 100 s", open(), fault.Denied)
	w.after(24*time.Hour - 110*time.Second)
	faulttest.OK(t, "the token after almost a day", send())
	w.after(10 * time.Second)
	faulttest.Want(t, "the token after a day", send(), fault.Denied)
	if again := w.connect(p); again.bearer == c.ConnectionToken {
		t.Error("a renewed token is the old one")
	}
}

func TestAfterTheEndEveryCallIsDenied(t *testing.T) {
	ctx := context.Background()
	w := newWorld(t)
	p := w.customer()
	c, err := w.Connection(ctx, p.token, chat.Connect{Websocket: true})
	faulttest.OK(t, "connection", err)
	other := w.node(false) // its cache does not know of the end
	_, err = other.Transcript(ctx, p.bearer, chat.Transcript{})
	faulttest.OK(t, "the transcript before the end", err)
	faulttest.OK(t, "stop", w.Stop(ctx, here, p.contact))
	for name, err := range map[string]error{
		"Connection": second(other.Connection(ctx, p.token, chat.Connect{Credentials: true})),
		"Send":       second(other.Send(ctx, p.bearer, text("x"), "")),
		"typing":     second(other.Event(ctx, p.bearer, transcript.Typing, "")),
		"receipt":    second(other.Event(ctx, p.bearer, transcript.Read, `{"messageId":"x"}`)),
		"Transcript": second(other.Transcript(ctx, p.bearer, chat.Transcript{})),
		"Subscribed": other.Subscribed(ctx, chat.Ticket{ID: "x", Session: p.contact, Participant: p.id}),
		"Disconnect": other.Disconnect(ctx, p.bearer, ""),
		"Open":       second(w.Open(ctx, c.SocketToken)),
	} {
		faulttest.Want(t, name, err, fault.Denied)
	}
}

func second[T any](_ T, err error) error { return err }

func TestASocketURLIsSpentByItsFirstSubscribe(t *testing.T) {
	ctx := context.Background()
	w := newWorld(t)
	p := w.begin()
	c, err := w.Connection(ctx, p.token, chat.Connect{Websocket: true})
	faulttest.OK(t, "connection", err)
	first, err := w.Open(ctx, c.SocketToken)
	faulttest.OK(t, "open", err)
	if want := (chat.Ticket{ID: first.ID, Session: p.contact, Participant: p.id, Role: transcript.Customer}); first != want {
		t.Errorf("the ticket is %+v, want %+v", first, want)
	}
	twin, err := w.node(false).Open(ctx, c.SocketToken)
	faulttest.OK(t, "open before the subscribe", err)
	faulttest.OK(t, "subscribe", w.Subscribed(ctx, first))
	faulttest.Want(t, "the second subscribe", w.node(false).Subscribed(ctx, twin), fault.Denied)

	w.say(w.connect(p), 3)
	c, err = w.Connection(ctx, p.token, chat.Connect{Websocket: true})
	faulttest.OK(t, "connection", err)
	again, err := w.Open(ctx, c.SocketToken)
	faulttest.OK(t, "open", err)
	if again.After != 4 || again.ID == first.ID {
		t.Errorf("the next URL serves after %d, its id is new: %v", again.After, again.ID != first.ID)
	}
}

func TestDisconnectWithATokenSucceedsAgain(t *testing.T) {
	ctx := context.Background()
	w := newWorld(t)
	p := w.customer()
	bot := w.bot(p.contact)
	faulttest.OK(t, "first", w.Disconnect(ctx, p.bearer, "t"))
	faulttest.OK(t, "again", w.Disconnect(ctx, p.bearer, "t"))
	faulttest.OK(t, "on another node", w.node(false).Disconnect(ctx, p.bearer, "t"))
	faulttest.Want(t, "with another token", w.Disconnect(ctx, p.bearer, "u"), fault.Denied)
	faulttest.Want(t, "without a token", w.Disconnect(ctx, p.bearer, ""), fault.Denied)
	faulttest.Want(t, "by somebody else", w.Disconnect(ctx, bot.bearer, "t"), fault.Denied)
	items, err := w.store.Items(ctx, p.contact, pageOfAll)
	faulttest.OK(t, "items", err)
	if len(items) != 5 { // two joined, two left, one end
		t.Errorf("the transcript has %d items", len(items))
	}
}

func TestABotsTokenMustBeUsedWithin15Seconds(t *testing.T) {
	ctx := context.Background()
	w := newWorld(t)
	p := w.customer()
	b, err := w.AddBot(ctx, here, p.contact, "Bot", "t")
	faulttest.OK(t, "add", err)
	if left := b.Expiry.Sub(w.clock.Now()); left > 15*time.Second || left < 14*time.Second {
		t.Errorf("the token expires in %v", left)
	}
	again, err := w.AddBot(ctx, here, p.contact, "Bot", "t")
	faulttest.OK(t, "the same again", err)
	if !again.Expiry.Equal(b.Expiry) || again.ParticipantID != b.ParticipantID || again.ParticipantToken != b.ParticipantToken {
		t.Errorf("%+v, want %+v", again, b)
	}
	_, err = w.AddBot(ctx, here, p.contact, "Bot", "u")
	faulttest.Want(t, "a second one", err, fault.Conflict)
	w.after(16 * time.Second)
	_, err = w.Connection(ctx, b.ParticipantToken, chat.Connect{Credentials: true})
	faulttest.Want(t, "after 16 s", err, fault.Denied)
	w.bot(p.contact)
	_, err = w.AddBot(ctx, there, p.contact, "Bot", "")
	faulttest.Want(t, "in another instance", err, fault.NotFound)
}
