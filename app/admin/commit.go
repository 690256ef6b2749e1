package admin

import (
	"context"

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

// answering is the token with what a later request with it is answered.
func (t Token) answering(id string) Token { t.answer = id; return t }

func (t Token) key() [32]byte { return change.OnceKey(t.Operation, "", t.Value) }

// put writes resources of an instance, all or none. With a token that was used
// before it writes nothing and returns the first answer.
func (s *Service) put(ctx context.Context, instance string, t Token, resources ...change.Resource) (first string, err error) {
	set := &change.Set{At: s.clock.Now(), Resources: resources}
	if t.Value != "" {
		set.Once = &change.Once{
			Scope: instance, Key: t.key(), Fingerprint: t.Fingerprint, Answer: []byte(t.answer), Expires: set.At.Add(quota.TokenLife),
		}
	}
	res, err := s.touch(ctx, instance, set)
	if err != nil || res.Replay == nil {
		return "", err
	}
	return string(res.Replay.Answer), t.sameAs(res.Replay)
}

// sameAs refuses a token that another request came with, where that is asked for.
func (t Token) sameAs(first *store.Replay) error {
	if t.Strict && first.Fingerprint != t.Fingerprint {
		return fault.New(fault.TokenReused, "ClientToken was used before, with other parameters")
	}
	return nil
}

// used returns the first answer that was given to a token, "" if there is none.
func (s *Service) used(ctx context.Context, instance string, t Token) (string, error) {
	if t.Value == "" {
		return "", nil
	}
	first, err := s.store.Answer(ctx, instance, t.key(), s.clock.Now())
	if err != nil || first == nil {
		return "", err
	}
	return string(first.Answer), t.sameAs(first)
}

// touch commits a change inside an instance together with a new version of the
// instance itself: by that version every node knows whether its snapshot is
// still good, and nothing is written into an instance that was deleted
// meanwhile. A conflict over the instance alone is tried again.
func (s *Service) touch(ctx context.Context, instance string, set *change.Set) (store.Result, error) {
	inside, seen := set.Resources, int64(-1)
	if holdsStill(inside) {
		set.ID = newID()
		return s.commit(ctx, instance, set)
	}
	for {
		in, err := s.instanceRow(ctx, instance)
		if err != nil {
			return store.Result{}, err
		}
		moved := in.Version != seen
		seen = in.Version
		set.ID, set.Resources = newID(), append(inside[:len(inside):len(inside)], *in)
		res, err := s.commit(ctx, instance, set)
		if !fault.Is(err, fault.Conflict) || !moved {
			return res, err
		}
	}
}

// commit commits a change of an instance's configuration and tells the nodes.
func (s *Service) commit(ctx context.Context, instance string, set *change.Set) (store.Result, error) {
	res, err := s.store.Commit(ctx, set)
	if err == nil {
		s.forget(instance)
		s.bus.Publish(ctx, bus.Config, bus.Hint{Key: instance})
	}
	return res, err
}
