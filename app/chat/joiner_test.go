package chat_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"parley/app/chat"
	"parley/domain/contact"
	"parley/domain/transcript"
	"parley/internal/faulttest"
)

// TestALateJoinerIsServedFromItsJoin: not what was said before, however stale
// the node's idea of the chat is, and on every node.
func TestALateJoinerIsServedFromItsJoin(t *testing.T) {
	ctx := context.Background()
	w := newWorld(t)
	p := w.connect(w.begin())
	elsewhere := w.node(false)
	if _, _, err := elsewhere.Contact(ctx, here, p.contact); err != nil { // it knows the chat before the bot comes
		t.Fatal(err)
	}
	var last chat.Sent
	for i := range 40 {
		sent, err := w.Send(ctx, p.bearer, contact.Message{ContentType: transcript.Plain, Content: fmt.Sprint(i)}, "")
		faulttest.OK(t, "send", err)
		last = sent
	}
	head, _ := transcript.PositionOf(p.contact, last.ID)
	bot, err := w.AddBot(ctx, here, p.contact, "Bot", "")
	faulttest.OK(t, "add the bot", err)
	conn, err := w.Connection(ctx, bot.ParticipantToken, chat.Connect{Websocket: true})
	faulttest.OK(t, "connect the bot", err)
	for name, node := range map[string]*chat.Service{"here": w.Service, "elsewhere": elsewhere} {
		ticket, err := node.Open(ctx, conn.SocketToken)
		if err != nil || ticket.After != head {
			t.Errorf("%s: served after %d, %v; want %d", name, ticket.After, err, head)
		}
	}
}

// TestTokensAreForgottenADayAfterTheEnd.
func TestTokensAreForgottenADayAfterTheEnd(t *testing.T) {
	ctx := context.Background()
	w := newWorld(t)
	p := w.connect(w.begin())
	faulttest.OK(t, "leave", w.Disconnect(ctx, p.bearer, "t"))
	faulttest.OK(t, "leave again", w.Disconnect(ctx, p.bearer, "t"))
	row, found := w.deadline(p.contact, contact.DueForget)
	if wait := row.At.Sub(w.clock.Now()); !found || wait > 24*time.Hour || wait < 23*time.Hour {
		t.Fatalf("forgotten after %v, found %v", wait, found)
	}
	faulttest.OK(t, "forget", w.HandleDue(ctx, row.DueRef))
	if err := w.Disconnect(ctx, p.bearer, "t"); err == nil {
		t.Error("the token is remembered")
	}
	if _, left := w.deadline(p.contact, contact.DueForget); left {
		t.Error("the deadline is left")
	}
}
