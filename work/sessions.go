// Package work is how every use-case does its work on a session: load, decide,
// commit, publish.
//
// It guarantees: a decision is committed on exactly the state that it was made
// on, or made again; a refusal that was decided on cached state is decided again
// on a fresh load before anybody hears it; what was committed is published to
// the followers of the session only after the commit. Nothing in the cache is
// needed to be right.
package work

import (
	"context"
	"errors"

	lru "github.com/hashicorp/golang-lru/v2"

	"parley/bus"
	"parley/domain/change"
	"parley/domain/session"
	"parley/domain/transcript"
	"parley/internal/fault"
	"parley/internal/ident"
	"parley/internal/recent"
	"parley/internal/trace"
	"parley/store"
)

// cached is how many sessions a node keeps in memory (our choice: about 30 MB).
const cached = 16_384

// maxAttempts bounds how often one decision is made again because others got in between.
const maxAttempts = 100

// dueAttempts is the same for a deadline: once on what is cached and twice on
// what is stored; if it still stands then, it comes up again.
const dueAttempts = 3

// Sessions loads sessions, commits decisions on them and publishes what came of
// them. It is safe for concurrent use.
type Sessions struct {
	Store  store.Store
	Tracer *trace.Tracer // nil traces nothing; set before the first use
	// Written hears of the documents that a commit of this node wrote, as they stand after it; it must not
	// block. Nil tells nobody; set before the first use.
	Written func(ctx context.Context, written []change.Resource)
	// Recent remembers what becomes of offers to agents; nil remembers nothing. Set before the first use.
	Recent *recent.Log
	// IDs makes the ids of what belongs to a session.
	IDs ident.Source
	// Before may each add to a change of a session that is about to be committed: deadlines, documents, and what
	// they count in the state; before is nil for a session that begins. Set before the first use.
	Before []func(ctx context.Context, before *session.Session, set *change.Set)

	bus    Publisher
	wake   func()
	cache  *lru.Cache[string, *session.Session]
	counts counts
}

// Publisher tells the followers of a session what was committed; a hint may be lost.
type Publisher interface {
	Publish(ctx context.Context, topic bus.Topic, hint bus.Hint)
}

// NewSessions returns the sessions of a store. wake is called after a commit that set a deadline.
func NewSessions(st store.Store, pub Publisher, wake func()) *Sessions {
	cache, err := lru.New[string, *session.Session](cached)
	if err != nil { // only for a size below 1
		panic(err)
	}
	return &Sessions{Store: st, bus: pub, wake: wake, cache: cache}
}

// Rule decides on a snapshot: a Set to commit, nil for nothing to do, or a refusal.
type Rule func(*session.Session) (*change.Set, error)

// Decide makes a decision on a session and commits it; when somebody else
// changed the session meanwhile it decides again.
func (w *Sessions) Decide(ctx context.Context, id string, rule Rule) (store.Result, error) {
	return w.DecideBy(ctx, id, rule, w.Store.Commit)
}

// Committer commits a Set, as a store does.
type Committer func(ctx context.Context, set *change.Set) (store.Result, error)

// DecideBy is Decide where something else is committed along: the audit log tells of it, for instance.
func (w *Sessions) DecideBy(ctx context.Context, id string, rule Rule, by Committer) (store.Result, error) {
	ctx, span := w.Tracer.Start(ctx, "decide")
	defer span.End()
	res, err := w.decide(ctx, id, rule, maxAttempts, by)
	if errors.Is(err, errOvertaken) {
		return res, fault.Wrap(fault.Unavailable, err, "The chat is too busy; try again")
	}
	return res, err
}

// DecideDue makes the decision that a deadline asks for. Where the deadline was
// handled or moved meanwhile, or its session erased, there is nothing to do.
func (w *Sessions) DecideDue(ctx context.Context, ref change.DueRef, rule Rule) (store.Result, error) {
	var refusal error
	res, err := w.decide(ctx, ref.Owner, func(s *session.Session) (set *change.Set, err error) {
		set, refusal = rule(s)
		return set, refusal
	}, dueAttempts, w.Store.Commit)
	switch {
	case refusal != nil && errors.Is(err, refusal):
		return res, err // the deadline still stands: it must not seem to be done
	case errors.Is(err, errOvertaken), fault.Is(err, fault.NotFound):
		return res, nil
	}
	return res, err
}

// errOvertaken: others changed the session between every load and its commit.
var errOvertaken = errors.New("the session changed meanwhile, every time")

// decide makes the decision up to so many times; then it returns errOvertaken.
func (w *Sessions) decide(ctx context.Context, id string, rule Rule, attempts int, by Committer) (store.Result, error) {
	s, fresh, err := w.load(ctx, id)
	if err != nil {
		return store.Result{}, err
	}
	for range attempts {
		res, decided, err := w.attempt(ctx, s, rule, by)
		switch {
		case err == nil:
			return res, nil
		case !decided && fresh:
			return res, err
		case decided && !fault.Is(err, fault.Conflict):
			return res, err
		}
		w.counts.again.Add(1)
		if s, err = w.Fresh(ctx, id); err != nil {
			return store.Result{}, err
		}
		fresh = true
	}
	return store.Result{}, errOvertaken
}

// attempt decides once; decided tells a failed commit from a refusal.
func (w *Sessions) attempt(ctx context.Context, s *session.Session, rule Rule, by Committer) (res store.Result, decided bool, err error) {
	set, err := rule(s)
	if err != nil {
		return res, false, err
	}
	if set == nil {
		return store.Result{Version: s.Version}, true, nil
	}
	res, err = w.commit(ctx, s, set, by)
	return res, true, err
}

// Commit commits a Set that starts a session, or that is about no session, then remembers and publishes what it did.
func (w *Sessions) Commit(ctx context.Context, set *change.Set) (store.Result, error) {
	return w.commit(ctx, nil, set, w.Store.Commit)
}

// commit is Commit for a Set that was decided on a session.
func (w *Sessions) commit(ctx context.Context, before *session.Session, set *change.Set, by Committer) (store.Result, error) {
	for _, add := range w.Before {
		add(ctx, before, set)
	}
	describe(before, set)
	res, err := by(ctx, set)
	if err != nil || res.Replay != nil {
		return res, err
	}
	w.counts.count(before, set, res)
	w.remember(set, res)
	w.publish(ctx, before, set, res)
	w.written(ctx, set)
	w.offered(before, set)
	if len(set.Due) > 0 {
		w.wake()
	}
	return res, nil
}

func (w *Sessions) remember(set *change.Set, res store.Result) {
	if set.Session == nil || set.Session.Next == nil {
		return
	}
	next := *set.Session.Next
	next.Version = res.Version
	if n := len(res.Items); n > 0 {
		next.Head, next.LastAt = res.Items[n-1].Position, res.Items[n-1].Time
	}
	w.keep(&next)
}

func (w *Sessions) keep(s *session.Session) {
	if old, ok := w.cache.Peek(s.ID); ok && (old.Version > s.Version || old.Version == s.Version && old.Head > s.Head) {
		return
	}
	w.cache.Add(s.ID, s)
}

func (w *Sessions) publish(ctx context.Context, before *session.Session, set *change.Set, res store.Result) {
	if set.Session == nil || len(res.Items) == 0 && set.Session.Next == nil {
		return
	}
	hint := bus.Hint{Session: set.Session.ID, Version: res.Version, Items: res.Items}
	if next := set.Session.Next; next != nil {
		hint.Changed, hint.Ended, hint.Gone = true, next.Status == session.Ended, gone(before, next)
	}
	ctx, span := w.Tracer.Start(ctx, "publish")
	w.bus.Publish(ctx, bus.Session(hint.Session), hint)
	span.End()
}

// gone lists who took part before a change and does not any more, whether the transcript shows it or not: nobody
// sees a supervisor leave who only watched.
func gone(before, after *session.Session) (participants []string) {
	if before == nil {
		return nil
	}
	for i := range before.State.Participants {
		p := &before.State.Participants[i]
		if now := after.Participant(p.ID); p.Present() && (now == nil || !now.Present()) {
			participants = append(participants, p.ID)
		}
	}
	return participants
}

// Push tells the followers of a session something that is not stored.
func (w *Sessions) Push(ctx context.Context, session string, item transcript.Item) {
	w.bus.Publish(ctx, bus.Session(session), bus.Hint{Session: session, Items: []transcript.Item{item}})
}

// Preview tells the followers of a session what a customer writes and has not sent.
func (w *Sessions) Preview(ctx context.Context, session string, written transcript.Item) {
	w.bus.Publish(ctx, bus.Session(session), bus.Hint{Session: session, Preview: &written})
}

// load returns a session, from the cache if it is there.
func (w *Sessions) load(ctx context.Context, id string) (s *session.Session, fresh bool, err error) {
	if s, ok := w.cache.Get(id); ok {
		w.counts.hits.Add(1)
		return s, false, nil
	}
	w.counts.misses.Add(1)
	s, err = w.Fresh(ctx, id)
	return s, true, err
}

// Fresh loads a session from the store.
func (w *Sessions) Fresh(ctx context.Context, id string) (*session.Session, error) {
	s, err := w.Store.Session(ctx, id)
	if err != nil {
		return nil, err
	}
	w.keep(s)
	return s, nil
}

// Current returns a session as it stands in the store, its head included; the
// documents come from the cache if their version still holds.
func (w *Sessions) Current(ctx context.Context, id string) (*session.Session, error) {
	s, fresh, err := w.load(ctx, id)
	if err != nil || fresh {
		return s, err
	}
	heads, err := w.Store.Heads(ctx, []string{id})
	if err != nil {
		return nil, err
	}
	head, ok := heads[id]
	if !ok || head.Version != s.Version {
		w.cache.Remove(id)
		return w.Fresh(ctx, id)
	}
	if head.Head == s.Head {
		return s, nil
	}
	now := *s
	now.Head = head.Head
	w.keep(&now)
	return &now, nil
}

// Instance returns the instance of a session; fault.Denied if there is no such session.
func (w *Sessions) Instance(ctx context.Context, id string) (string, error) {
	s, _, err := w.load(ctx, id)
	if fault.Is(err, fault.NotFound) {
		return "", fault.Wrap(fault.Denied, err, "Access denied")
	}
	if err != nil {
		return "", err
	}
	return s.InstanceID, nil
}

// Wake has this node look for due work: a deadline was set by a commit that did not pass here.
func (w *Sessions) Wake() { w.wake() }

// Drop drops a session from the cache of this node: it was erased.
func (w *Sessions) Drop(id string) { w.cache.Remove(id) }

// Forget drops every session from the cache: after a reset.
func (w *Sessions) Forget() { w.cache.Purge() }
