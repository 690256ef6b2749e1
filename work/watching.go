package work

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"parley/domain/agent"
	"parley/domain/change"
	"parley/internal/fault"
)

// watching is in which chats a user is a supervisor, or was a while ago.
type watching struct {
	Sessions []string `json:"sessions"`
}

// Watched returns the chats in which a user is a supervisor, and may return some in which it was.
func (w *Sessions) Watched(ctx context.Context, instance, user string) ([]string, error) {
	_, doc, err := w.watching(ctx, instance, user)
	return doc.Sessions, err
}

// Watch is the document of a user who becomes a supervisor in one more chat, to be written together with that. The chats that it has
// left are forgotten.
func (w *Sessions) Watch(ctx context.Context, instance, user, chat string) (change.Resource, error) {
	row, doc, err := w.watching(ctx, instance, user)
	if err != nil {
		return row, err
	}
	still := []string{chat}
	for _, id := range doc.Sessions {
		s, err := w.Store.Session(ctx, id)
		if err != nil && !fault.Is(err, fault.NotFound) {
			return row, err
		}
		if err == nil && s.User(user) != nil && !slices.Contains(still, id) {
			still = append(still, id)
		}
	}
	if row.Document, err = json.Marshal(watching{still}); err != nil {
		err = fmt.Errorf("encode what %s watches: %w", user, err)
	}
	return row, err
}

func (w *Sessions) watching(ctx context.Context, instance, user string) (row change.Resource, doc watching, err error) {
	r, err := w.Store.Resource(ctx, instance, agent.KindWatching, user)
	if fault.Is(err, fault.NotFound) {
		return change.Resource{Instance: instance, Kind: agent.KindWatching, ID: user}, doc, nil
	}
	if err != nil {
		return row, doc, err
	}
	if err = json.Unmarshal(r.Document, &doc); err != nil {
		err = fmt.Errorf("decode what %s watches: %w", user, err)
	}
	return *r, doc, err
}
