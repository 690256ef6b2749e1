package audit

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/google/uuid"

	"parley/domain/change"
	"parley/internal/actor"
	"parley/internal/fault"
	"parley/store"
	"parley/work/resource"
)

// attempts is how often an entry is written anew because another node wrote one (our choice).
const attempts = 100

// Commit commits a Set together with an entry of who acts in ctx. What it
// refuses is what the store refuses of the Set; then there is no entry either.
func (l *Log) Commit(ctx context.Context, set *change.Set, instance string, note Note) (store.Result, error) {
	who := actor.From(ctx)
	return l.commit(ctx, set, Entry{
		At: l.clock.Now(), Actor: who.Kind, ActorID: who.ID, Address: who.Address, Operation: who.Operation, Instance: instance, Note: note,
		Changes: changes(set.Resources, note.Event != Changed),
	})
}

// Note writes an entry about something that changes nothing.
func (l *Log) Note(ctx context.Context, instance string, note Note) error {
	_, err := l.Commit(ctx, &change.Set{ID: newID(), At: l.clock.Now()}, instance, note)
	return err
}

func (l *Log) commit(ctx context.Context, set *change.Set, e Entry) (store.Result, error) {
	select {
	case l.turn <- struct{}{}:
		defer func() { <-l.turn }()
	case <-ctx.Done():
		return store.Result{}, fault.Wrap(fault.Unavailable, ctx.Err(), "The server is too busy; try again")
	}
	for range attempts {
		rows, next, err := l.entry(e)
		if err != nil {
			return store.Result{}, err
		}
		told := *set
		told.ID, told.Resources = newID(), slices.Concat(rows, set.Resources)
		res, err := l.store.Commit(ctx, &told)
		if err == nil && res.Replay == nil {
			l.head = next
		}
		if err == nil || !fault.Is(err, fault.Conflict) && !fault.Is(err, fault.Duplicate) { // the latter for the first head, too
			return res, err
		}
		if moved, lost := l.catchUp(ctx); lost != nil || !moved {
			return res, orElse(lost, err) // what conflicts is the Set itself
		}
	}
	return store.Result{}, fault.New(fault.Unavailable, "The server is too busy; try again")
}

// catchUp reads where the record ends, and reports whether another node has moved it.
func (l *Log) catchUp(ctx context.Context) (moved bool, err error) {
	now, err := l.readHead(ctx)
	if err != nil {
		return false, err
	}
	moved = now.version != l.head.version
	l.head = now
	return moved, nil
}

func (l *Log) readHead(ctx context.Context) (h head, err error) {
	row, err := l.store.Resource(ctx, "", kindHead, onlyID)
	if fault.Is(err, fault.NotFound) {
		return head{}, nil
	}
	if err != nil {
		return h, err
	}
	if err := json.Unmarshal(row.Document, &h); err != nil {
		return h, fmt.Errorf("decode the head of the audit log: %w", err)
	}
	h.version = row.Version
	return h, nil
}

// changes lists what a Set changes. With an event of its own the entry's subject says it already.
func changes(rows []change.Resource, told bool) (list []Change) {
	if told {
		return nil
	}
	for i, r := range rows {
		if r.Kind == resource.KindInstance && r.Version > 0 && !r.Delete && len(rows) > 1 {
			continue // it only says that something in it changed
		}
		if len(list) == maxChanges {
			return append(list, Change{What: fmt.Sprintf("and %d more", len(rows)-i)})
		}
		list = append(list, Change{r.Kind, r.ID, what(r)})
	}
	return list
}

// instanceOf returns the instance in which a Set changes something, "" for the whole server.
func instanceOf(rows []change.Resource) string {
	for _, r := range rows {
		if r.Instance != "" {
			return r.Instance
		}
		if r.Kind == resource.KindInstance {
			return r.ID
		}
	}
	return ""
}

func what(r change.Resource) string {
	switch {
	case r.Delete:
		return "deleted"
	case r.Version == 0:
		return "created"
	default:
		return "changed"
	}
}

// Audited returns a store that writes an entry for every change of a resource that goes through it.
func (l *Log) Audited() store.Store { return audited{l.store, l} }

// audited is a store whose changes of resources are told.
type audited struct {
	store.Store
	log *Log
}

// Commit commits a Set; with an entry, if it changes resources.
func (a audited) Commit(ctx context.Context, set *change.Set) (store.Result, error) {
	if len(set.Resources) == 0 {
		return a.Store.Commit(ctx, set)
	}
	return a.log.Commit(ctx, set, cmp.Or(instanceOf(set.Resources), actor.From(ctx).Instance), Note{Event: Changed})
}

func newID() string { return uuid.NewString() }

// orElse returns the first error if there is one, else the second.
func orElse(first, second error) error {
	if first != nil {
		return first
	}
	return second
}
