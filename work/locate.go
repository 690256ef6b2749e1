package work

import (
	"context"
	"strings"
	"time"

	"parley/domain/session"
	"parley/domain/transcript"
	"parley/store"
)

// locatedAtOnce is how many items are read at a time in search of a streamed message.
const locatedAtOnce = 100

// Located is where in a chat the item with an Id stands.
type Located struct {
	Position int64 // 0 = the chat has no such item, or not yet
	// Before is the last position before the message of that Id began to be streamed, 0 if the Id is of no such message: whoever was
	// shown it has all that came until then.
	Before int64
}

// Locate finds an item by its Id, in either case of its letters. Most Ids carry a position; that it has this very Id is for who reads it to see. One
// under which a message was streamed carries when that began: the item is looked for among those that were committed while it was made.
func Locate(ctx context.Context, st store.Store, snap *session.Session, id string, now time.Time) (Located, error) {
	if position, ok := transcript.PositionOf(snap.ID, id); ok && position <= snap.Head {
		return Located{Position: position}, nil
	}
	began, ok := transcript.StreamBegan(snap.ID, id)
	if !ok || began.Before(snap.State.CreatedAt) || began.After(now) {
		return Located{}, nil
	}
	first, err := st.FirstAt(ctx, snap.ID, began)
	if err != nil {
		return Located{}, err
	}
	before := first - 1
	for after := before; ; {
		items, err := st.Items(ctx, snap.ID, store.Page{After: after, Limit: locatedAtOnce})
		if err != nil {
			return Located{}, err
		}
		for i := range items {
			switch {
			case strings.EqualFold(items[i].ID, id):
				return Located{items[i].Position, before}, nil
			case items[i].Time.After(began.Add(transcript.StreamWithin)):
				return Located{Before: before}, nil
			}
		}
		if len(items) < locatedAtOnce {
			return Located{Before: before}, nil
		}
		after = items[len(items)-1].Position
	}
}
