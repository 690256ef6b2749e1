package bench

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"parley/client"
)

// messageSize is the length of a message's text in bytes.
const messageSize = 200

// mark begins the texts of the load; the flow's own texts lack it.
const mark = "bench "

// pair is one chat: a customer who sends and a bot whose socket receives.
type pair struct {
	contactID string
	customer  *client.Chat
	bot       *client.Chat
	epoch     time.Time // what the times in the texts count from
	meter     atomic.Pointer[meter]
	seq       uint32        // of the last message sent
	seen      atomic.Uint32 // of the last message that arrived
	arrived   chan struct{} // holds one signal after an arrival
}

// newPair starts a chat and joins both sides.
func newPair(ctx context.Context, c *client.Client, flowID string) (*pair, error) {
	started, err := c.StartChat(ctx, client.Start{FlowID: flowID, DisplayName: "Load"})
	if err != nil {
		return nil, err
	}
	p := &pair{contactID: started.ContactID, epoch: time.Now(), arrived: make(chan struct{}, 1)}
	p.customer, err = c.Join(ctx, started.ParticipantToken, client.Events{})
	if err != nil {
		return p, err
	}
	_, token, err := c.AddBot(ctx, started.ContactID, "Sink")
	if err != nil {
		return p, err
	}
	p.bot, err = c.Join(ctx, token, client.Events{Item: p.receive})
	return p, err
}

// close closes both sockets and ends the chat.
func (p *pair) close(ctx context.Context, c *client.Client) error {
	for _, side := range []*client.Chat{p.customer, p.bot} {
		if side != nil {
			side.Close()
		}
	}
	return c.StopContact(ctx, p.contactID)
}

// send sends the next message, which was due at a time, and counts it.
func (p *pair) send(ctx context.Context, due time.Time) error {
	p.seq++
	_, err := p.customer.SendMessage(ctx, client.Message{ContentType: client.TextPlain, Content: p.text(due)})
	m := p.meter.Load()
	if err != nil {
		m.failures.add(err)
		return err
	}
	m.acked.Add(1)
	return nil
}

// text writes "bench <sequence> <nanoseconds since epoch> …".
func (p *pair) text(due time.Time) string {
	text := make([]byte, 0, messageSize)
	text = append(text, mark...)
	text = strconv.AppendUint(text, uint64(p.seq), 10)
	text = strconv.AppendInt(append(text, ' '), int64(due.Sub(p.epoch)), 10)
	text = append(text, ' ')
	for len(text) < messageSize {
		text = append(text, "the quick brown fox jumps over the lazy dog "...)
	}
	return string(text[:messageSize])
}

func parse(text string) (seq uint32, sinceEpoch time.Duration, err error) {
	numbers, ok := strings.CutPrefix(text, mark)
	if !ok {
		return 0, 0, fmt.Errorf("%.20q is not of the load", text)
	}
	first, rest, _ := strings.Cut(numbers, " ")
	second, _, _ := strings.Cut(rest, " ")
	n, err := strconv.ParseUint(first, 10, 32)
	if err != nil {
		return 0, 0, err
	}
	ns, err := strconv.ParseInt(second, 10, 64)
	return uint32(n), time.Duration(ns), err
}

// receive counts what the bot's socket carries.
func (p *pair) receive(item client.Item) {
	seq, since, err := parse(item.Content)
	m := p.meter.Load()
	if err != nil || m == nil || item.ParticipantRole != "CUSTOMER" {
		return
	}
	if seq <= p.seen.Load() {
		m.disorder.Add(1)
		return
	}
	p.seen.Store(seq)
	m.arrive(p.epoch.Add(since))
	select {
	case p.arrived <- struct{}{}:
	default:
	}
}

// exchange sends a message and waits until it has arrived.
func (p *pair) exchange(ctx context.Context) error {
	if err := p.send(ctx, time.Now()); err != nil {
		return err
	}
	for p.seen.Load() < p.seq {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-p.arrived:
		}
	}
	return nil
}
