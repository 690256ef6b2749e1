package resource

import (
	"context"
	"time"

	"parley/bus"
	"parley/domain/change"
	"parley/domain/quota"
	"parley/internal/fault"
	"parley/store"
)

// Token is the client token of a request: its operation happens once. Zero is none.
type Token struct {
	Operation string
	Value     string
	// Fingerprint is a hash of the request without its token.
	Fingerprint [32]byte
	// Strict refuses another request with a token that was used.
	Strict bool

	answer string
}

// Answering is the token with what a later request with it is answered.
func (t Token) Answering(id string) Token { t.answer = id; return t }

func (t Token) key() [32]byte { return change.OnceKey(t.Operation, "", t.Value) }

// Once guards a change set with the token; nil for none.
func (t Token) Once(scope string, at time.Time) *change.Once {
	if t.Value == "" {
		return nil
	}
	return &change.Once{Scope: scope, Key: t.key(), Fingerprint: t.Fingerprint, Answer: []byte(t.answer), Expires: at.Add(quota.TokenLife)}
}

// Put writes resources of an instance, all or none. With a token that was used
// before it writes nothing and returns the first answer.
func (s *Store) Put(ctx context.Context, instance string, t Token, resources ...change.Resource) (first string, err error) {
	at := s.Clock.Now()
	set := &change.Set{At: at, Resources: resources, Once: t.Once(instance, at)}
	res, err := s.touch(ctx, instance, set)
	if err != nil || res.Replay == nil {
		return "", err
	}
	return string(res.Replay.Answer), t.SameAs(res.Replay)
}

// SameAs refuses a token that another request came with, where that is asked for.
func (t Token) SameAs(first *store.Replay) error {
	if t.Strict && first.Fingerprint != t.Fingerprint {
		return fault.New(fault.TokenReused, "ClientToken was used before, with other parameters")
	}
	return nil
}

// Used returns the first answer that was given to a token, "" if there is none.
func (s *Store) Used(ctx context.Context, instance string, t Token) (string, error) {
	if t.Value == "" {
		return "", nil
	}
	first, err := s.Rows.Answer(ctx, instance, t.key(), s.Clock.Now())
	if err != nil || first == nil {
		return "", err
	}
	return string(first.Answer), t.SameAs(first)
}

// touch commits a change inside an instance together with a new version of the
// instance itself: by that version every node knows whether its snapshot is
// still good, and nothing is written into an instance that was deleted
// meanwhile. A conflict over the instance alone is tried again.
func (s *Store) touch(ctx context.Context, instance string, set *change.Set) (store.Result, error) {
	inside, seen := set.Resources, int64(-1)
	if holdsStill(inside) {
		set.ID = NewID()
		return s.Commit(ctx, instance, set)
	}
	for {
		in, err := s.InstanceRow(ctx, instance)
		if err != nil {
			return store.Result{}, err
		}
		moved := in.Version != seen
		seen = in.Version
		set.ID, set.Resources = NewID(), append(inside[:len(inside):len(inside)], *in)
		res, err := s.Commit(ctx, instance, set)
		if !fault.Is(err, fault.Conflict) || !moved {
			return res, err
		}
	}
}

// Commit commits a change of an instance's configuration and tells the nodes, also
// where it is not known whether it was committed.
func (s *Store) Commit(ctx context.Context, instance string, set *change.Set) (store.Result, error) {
	res, err := s.Rows.Commit(ctx, set)
	s.tell(ctx, instance, err)
	return res, err
}

// tell tells the nodes that an instance was configured anew, unless err says that it was not.
func (s *Store) tell(ctx context.Context, instance string, err error) {
	refused := fault.Is(err, fault.Conflict) || fault.Is(err, fault.Duplicate) || fault.Is(err, fault.LimitExceeded)
	if !refused {
		if s.Changed != nil {
			s.Changed(instance)
		}
		s.Bus.Publish(context.WithoutCancel(ctx), bus.Config, bus.Hint{Key: instance})
	}
}
