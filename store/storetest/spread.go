package storetest

import (
	"context"
	"errors"
	"sync/atomic"
	"time"

	"parley/domain/change"
	"parley/domain/record"
	"parley/domain/session"
	"parley/domain/transcript"
	"parley/store"
)

// Spread returns a store whose calls go to several stores on one database in
// turn, as requests of one chat go to several nodes: together they must behave
// as one. Claims are all of the first.
func Spread(stores ...store.Store) store.Store { return &spread{stores: stores} }

type spread struct {
	stores []store.Store
	calls  atomic.Uint64
}

func (s *spread) next() store.Store { return s.stores[s.calls.Add(1)%uint64(len(s.stores))] }

func (s *spread) Commit(ctx context.Context, set *change.Set) (store.Result, error) {
	return s.next().Commit(ctx, set)
}

func (s *spread) Session(ctx context.Context, id string) (*session.Session, error) {
	return s.next().Session(ctx, id)
}

func (s *spread) SessionOf(ctx context.Context, instance, contact string) (string, error) {
	return s.next().SessionOf(ctx, instance, contact)
}

func (s *spread) Contacts(ctx context.Context, q store.ContactQuery) ([]record.Record, error) {
	return s.next().Contacts(ctx, q)
}

func (s *spread) CountContacts(ctx context.Context, q store.ContactQuery, most int) (int, error) {
	return s.next().CountContacts(ctx, q, most)
}

func (s *spread) Said(ctx context.Context, q store.SaidQuery) ([]store.Found, error) {
	return s.next().Said(ctx, q)
}

func (s *spread) Scrub(ctx context.Context) error { return s.next().Scrub(ctx) }

func (s *spread) Heads(ctx context.Context, sessions []string) (map[string]store.Head, error) {
	return s.next().Heads(ctx, sessions)
}

func (s *spread) Items(ctx context.Context, session string, page store.Page) ([]transcript.Item, error) {
	return s.next().Items(ctx, session, page)
}

func (s *spread) FirstAt(ctx context.Context, session string, t time.Time) (int64, error) {
	return s.next().FirstAt(ctx, session, t)
}

func (s *spread) Marks(ctx context.Context, session string) ([]transcript.Mark, error) {
	return s.next().Marks(ctx, session)
}

func (s *spread) Answer(ctx context.Context, scope string, key [32]byte, now time.Time) (*store.Replay, error) {
	return s.next().Answer(ctx, scope, key, now)
}

func (s *spread) Usage(ctx context.Context, key string) (int64, error) {
	return s.next().Usage(ctx, key)
}

func (s *spread) Due(ctx context.Context, until time.Time, limit int) ([]store.Due, error) {
	return s.next().Due(ctx, until, limit)
}

func (s *spread) Claim(ctx context.Context, until time.Time, limit int) ([]store.Due, error) {
	return s.stores[0].Claim(ctx, until, limit)
}

func (s *spread) NextDue(ctx context.Context) (time.Time, error) { return s.next().NextDue(ctx) }

func (s *spread) Resource(ctx context.Context, instance, kind, id string) (*change.Resource, error) {
	return s.next().Resource(ctx, instance, kind, id)
}

func (s *spread) ResourceNamed(ctx context.Context, instance, kind, name string) (*change.Resource, error) {
	return s.next().ResourceNamed(ctx, instance, kind, name)
}

func (s *spread) Resources(ctx context.Context, instance, kind, after string, limit int) ([]change.Resource, error) {
	return s.next().Resources(ctx, instance, kind, after, limit)
}

func (s *spread) Forget(ctx context.Context, sessions []string) error {
	return s.next().Forget(ctx, sessions)
}

func (s *spread) ForgetAnswers(ctx context.Context, scope string) error {
	return s.next().ForgetAnswers(ctx, scope)
}

func (s *spread) Sessions(ctx context.Context, after string, limit int) ([]string, error) {
	return s.next().Sessions(ctx, after, limit)
}

func (s *spread) Purge(ctx context.Context, now time.Time) (int, error) {
	return s.next().Purge(ctx, now)
}

func (s *spread) Ping(ctx context.Context) error { return s.next().Ping(ctx) }

func (s *spread) Close() error {
	var err error
	for _, one := range s.stores {
		err = errors.Join(err, one.Close())
	}
	return err
}
