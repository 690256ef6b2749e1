package work

import (
	"context"
	"iter"

	"parley/domain/record"
	"parley/domain/session"
	"parley/domain/talk"
	"parley/domain/transcript"
	"parley/store"
)

// itemsAtOnce is how many items are read at a time.
const itemsAtOnce = 500

// ItemsOf goes through the items of a contact of a chat in their order.
func ItemsOf(ctx context.Context, st store.Store, chat string, k *session.Contact) iter.Seq2[*transcript.Item, error] {
	return func(yield func(*transcript.Item, error) bool) {
		first, err := st.FirstAt(ctx, chat, k.InitiatedAt)
		for after := first - 1; err == nil; {
			var items []transcript.Item
			if items, err = st.Items(ctx, chat, store.Page{After: after, Limit: itemsAtOnce}); err != nil {
				break
			}
			for i := range items {
				if items[i].ContactID == k.ID && !yield(&items[i], nil) {
					return
				}
			}
			if len(items) < itemsAtOnce {
				return
			}
			after = items[len(items)-1].Position
		}
		yield(nil, err)
	}
}

// CounterOf begins to count what is said in a contact.
func CounterOf(k *session.Contact) *talk.Counter {
	if k.Agent == nil {
		return talk.NewCounter("")
	}
	return talk.NewCounter(k.Agent.ParticipantID)
}

// RecordOf is the record of a contact. Of one that is over it tells how much was said, also where that was not counted yet.
func RecordOf(ctx context.Context, st store.Store, snap *session.Session, k *session.Contact) (record.Record, error) {
	r := record.Of(snap, k)
	if r.Talk != nil || r.Beside || r.GuideOf != "" || k.DisconnectedAt.IsZero() {
		return r, nil
	}
	counter := CounterOf(k)
	for item, err := range ItemsOf(ctx, st, snap.ID, k) {
		if err != nil {
			return r, err
		}
		counter.Add(item)
		r.Talk = new(counter.Metrics())
	}
	return r, nil
}
