package durability_test

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"

	"parley/client"
	"parley/e2e/durability/history"
	"parley/e2e/harness"
)

// room is one chat with a customer and a bot who use the Go client, and what
// all of them saw and did.
type room struct {
	name    string
	contact string
	people  []*person
	log     record
}

// person is a participant and what its client showed.
type person struct {
	name string
	chat *client.Chat

	mu    sync.Mutex
	shown []history.Item
}

func (p *person) show(item client.Item) {
	if !item.Stored() {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.shown = append(p.shown, history.Item{ID: item.ID, Time: item.AbsoluteTime, Text: item.Content})
}

func (p *person) items() []history.Item {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.shown)
}

// enter starts a chat with a customer and a bot.
func enter(t testing.TB, c *client.Client, flow, name string) *room {
	t.Helper()
	started, err := c.StartChat(t.Context(), client.Start{FlowID: flow, DisplayName: "Customer"})
	if err != nil {
		t.Fatal(err)
	}
	r := &room{name: name, contact: started.ContactID}
	r.join(t, c, "customer", started.ParticipantToken)
	_, token, err := c.AddBot(t.Context(), started.ContactID, "Bot")
	if err != nil {
		t.Fatal(err)
	}
	r.join(t, c, "bot", token)
	return r
}

func (r *room) join(t testing.TB, c *client.Client, name, token string) {
	t.Helper()
	p := &person{name: r.name + "'s " + name}
	var err error
	if p.chat, err = c.Join(t.Context(), token, client.Events{Item: p.show}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.chat.Close)
	r.people = append(r.people, p)
}

// transcript reads the chat, oldest first.
func (r *room) transcript(ctx context.Context) (items []history.Item, err error) {
	for q := (client.Query{MaxResults: 100}); ; {
		var page client.Page
		err := client.Retry(ctx, func() (err error) {
			page, err = r.people[0].chat.Transcript(ctx, q)
			return err
		})
		if err != nil {
			return nil, err
		}
		for _, item := range page.Items {
			items = append(items, history.Item{ID: item.ID, Time: item.AbsoluteTime, Text: item.Content})
		}
		if q.NextToken = page.NextToken; q.NextToken == "" {
			slices.Reverse(items)
			return items, nil
		}
	}
}

// history waits until every client has shown the last item.
func (r *room) history(t testing.TB) history.History {
	t.Helper()
	items, err := r.transcript(t.Context())
	if err != nil {
		t.Errorf("%s: %v", r.name, err)
		return history.History{Sends: r.log.sends}
	}
	h := history.History{Sends: r.log.sends, Transcript: items}
	for _, p := range r.people {
		harness.Await(t, p.name+"'s last item", patience, func() error {
			if shown := p.items(); len(shown) == 0 || shown[len(shown)-1] != items[len(items)-1] {
				return fmt.Errorf("%d of %d items were shown", len(shown), len(items))
			}
			return nil
		})
		h.Views = append(h.Views, history.View{Name: p.name, Scope: history.Live, Items: p.items()})
	}
	return h
}

// verify fails the test for each promise that the room saw broken.
func verify(t testing.TB, name string, h history.History) {
	t.Helper()
	for _, problem := range h.Check() {
		t.Errorf("%s: %s", name, problem)
	}
}
