package chat_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"parley/app/chat"
	"parley/domain/contact"
	"parley/domain/transcript"
	"parley/internal/fault"
	"parley/store"
)

// tells is something that a channel tells of its customer.
func tells(deed chat.Deed, text string) chat.Outside {
	start := request().Start
	start.Key, start.Subtype = "key", "example:Messenger"
	return chat.Outside{Start: start, Deed: deed, Said: contact.Message{ContentType: transcript.Plain, Content: text}}
}

func (w *world) told(n *chat.Service, r chat.Outside) (initial string, created bool) {
	w.t.Helper()
	initial, created, err := n.FromOutside(context.Background(), r)
	if err != nil {
		w.t.Error(err)
	}
	return initial, created
}

// messages are what was said in a chat.
func (w *world) messages(id string) map[string]int {
	w.t.Helper()
	items, err := w.store.Items(context.Background(), id, store.Page{Limit: 1000})
	if err != nil {
		w.t.Fatal(err)
	}
	said := map[string]int{}
	for _, item := range items {
		if item.Type == transcript.Message {
			said[item.Content]++
		}
	}
	return said
}

// Whatever many nodes are told at once of one customer, there is one chat, and everything is said in it once.
func TestACustomerElsewhereHasOneChat(t *testing.T) {
	w := newWorld(t)
	nodes := []*chat.Service{w.Service, w.node(false), w.node(false)}
	var mu sync.Mutex
	chats, began := map[string]bool{}, 0
	var all sync.WaitGroup
	for i := range 12 {
		all.Go(func() {
			id, created := w.told(nodes[i%3], tells(chat.Says, fmt.Sprint(i)))
			mu.Lock()
			defer mu.Unlock()
			if chats[id] = true; created {
				began++
			}
		})
	}
	all.Wait()
	if len(chats) != 1 || began != 1 {
		t.Fatalf("%d chats, of which %d began", len(chats), began)
	}
	for id := range chats {
		for i := range 12 {
			if n := w.messages(id)[fmt.Sprint(i)]; n != 1 {
				t.Errorf("%d was said %d times", i, n)
			}
		}
	}
}

// A chat is the customer's until it ends, however it does; then the next message begins another one, and nothing is left of the first.
func TestAChatFromElsewhereEnds(t *testing.T) {
	w, ctx := newWorld(t), context.Background()
	ends := map[string]func(id string){
		"the channel says so": func(string) { w.told(w.Service, tells(chat.Leaves, "")) },
		"it is stopped": func(id string) {
			if err := w.Stop(ctx, here, id); err != nil {
				t.Error(err)
			}
		},
		"its time is over": func(id string) {
			w.after(contact.DefaultDuration + time.Minute)
			if err := w.End(ctx, id); err != nil {
				t.Error(err)
			}
		},
	}
	for name, end := range ends {
		id, created := w.told(w.Service, tells(chat.Says, "hello"))
		if again, new := w.told(w.node(false), tells(chat.Says, "again")); !created || new || again != id {
			t.Fatalf("%s: the chat %s began: %v; then %s, %v", name, id, created, again, new)
		}
		end(id)
		if rows, err := w.store.Resources(ctx, here, "outside-chat", "", 10); err != nil || len(rows) > 0 {
			t.Errorf("%s: left is %v, %v", name, rows, err)
		}
		for _, deed := range []chat.Deed{chat.Does, chat.Leaves} {
			if got, new := w.told(w.Service, tells(deed, "")); got != "" || new {
				t.Errorf("%s: %s after the end is in %q", name, deed, got)
			}
		}
	}
}

// A message that may not be said begins nothing; a server that died between the beginning and the greeting goes on where it was.
func TestWhatARefusedMessageLeaves(t *testing.T) {
	w, ctx := newWorld(t), context.Background()
	bad := tells(chat.Says, "# hello")
	bad.Said.ContentType = "text/markdown"
	if _, _, err := w.FromOutside(ctx, bad); !fault.Is(err, fault.Rule) {
		t.Errorf("a type that the chat does not take: %v", err)
	}
	if ids, err := w.store.Sessions(ctx, "", 10); err != nil || len(ids) > 0 {
		t.Errorf("chats: %v, %v", ids, err)
	}
	id, _ := w.told(w.Service, tells(chat.Says, "hello"))
	snap, err := w.store.Session(ctx, id)
	if err != nil || snap.Customer().JoinedAt.IsZero() {
		t.Errorf("the customer has not joined: %v", err)
	}
	if got := *snap.Current().Segments()["connect:Subtype"].String; got != "example:Messenger" {
		t.Errorf("the subtype is %s", got)
	}
}
