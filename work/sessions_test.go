package work_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"parley/domain/catalog"
	"parley/domain/change"
	"parley/domain/contact"
	"parley/domain/session"
	"parley/domain/transcript"
	"parley/internal/fault"
	"parley/store"
	"parley/work"
)

func TestALostRaceIsDecidedAgain(t *testing.T) {
	w := newWorld(t)
	a, b := w.node(), w.node()
	id := w.begin(a)
	decided := 0
	res := w.must(a, id, func(s *session.Session) (*change.Set, error) {
		if decided++; decided == 1 {
			w.must(b, id, edit(connect)) // another node is faster
		}
		return edit(func(d *contact.Draft) error { return d.SetAttributes(map[string]string{"k": "v"}) })(s)
	})
	s := w.session(id)
	if decided != 2 || s.Status != session.Active || s.Attributes["k"] != "v" || s.Version != res.Version {
		t.Errorf("decided %d times, the session is %+v", decided, s)
	}
}

func TestARefusalOfAStaleCacheIsNotAnswered(t *testing.T) {
	w := newWorld(t)
	a, b := w.node(), w.node()
	id := w.begin(a)
	const bot = "dddddddd-0000-4000-8000-000000000002"
	w.must(b, id, edit(func(d *contact.Draft) error { return d.AddBot(bot, "Bot") }))
	if _, err := a.Decide(context.Background(), id, edit(func(d *contact.Draft) error { return d.Use(bot) })); err != nil {
		t.Errorf("a bot that another node added: %v", err)
	}
}

func TestASuccessOfAStaleCacheIsNotCommitted(t *testing.T) {
	w := newWorld(t)
	a, b := w.node(), w.node()
	id := w.begin(a)
	w.must(b, id, edit((*contact.Draft).Stop))
	if _, err := a.Decide(context.Background(), id, say("too late")); !fault.Is(err, fault.Denied) {
		t.Errorf("a message after another node ended the chat: %v", err)
	}
	if s := w.session(id); s.Head != 1 {
		t.Errorf("the transcript has %d items after chat.ended", s.Head-1)
	}
}

func TestARefusalIsDecidedOnceMoreAtMost(t *testing.T) {
	w := newWorld(t)
	n := w.node()
	id := w.begin(n)
	for _, kind := range []fault.Kind{fault.Denied, fault.Conflict, fault.NotFound} {
		decided := 0
		_, err := n.Decide(context.Background(), id, func(*session.Session) (*change.Set, error) {
			decided++
			return nil, fault.New(kind, "no")
		})
		if !fault.Is(err, kind) || decided > 2 {
			t.Errorf("kind %d: %v after %d decisions", kind, err, decided)
		}
	}
}

func TestAChatThatIsNeverLeftAloneIsUnavailable(t *testing.T) {
	w := newWorld(t)
	n := w.node()
	id := w.begin(n)
	_, err := n.Decide(context.Background(), id, func(s *session.Session) (*change.Set, error) {
		set, err := edit(connect)(s)
		set.Session.Version = 99
		return set, err
	})
	if !fault.Is(err, fault.Unavailable) {
		t.Errorf("got %v", err)
	}
}

func TestManyNodesCommitEveryDecisionOnce(t *testing.T) {
	const nodes, each = 4, 10
	w := newWorld(t)
	id := w.begin(w.node())
	var group sync.WaitGroup
	for range nodes {
		n := w.node()
		group.Go(func() {
			for range each {
				_, err := n.Decide(context.Background(), id, edit(func(d *contact.Draft) error {
					count := d.Session().Attributes["n"]
					return d.SetAttributes(map[string]string{"n": count + "x"})
				}))
				if err != nil {
					t.Error(err)
				}
			}
		})
	}
	group.Wait()
	if got := len(w.session(id).Attributes["n"]); got != nodes*each {
		t.Errorf("%d of %d updates are there", got, nodes*each)
	}
}

func ref(t *testing.T, w *world, id, kind string) change.DueRef {
	t.Helper()
	rows, err := w.store.Due(context.Background(), t0.AddDate(1, 0, 0), 100)
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range rows {
		if row.Owner == id && row.Kind == kind {
			return row.DueRef
		}
	}
	t.Fatalf("no deadline %s", kind)
	return change.DueRef{}
}

func handled(ref change.DueRef) work.Rule {
	return edit(func(d *contact.Draft) error {
		d.Handled(ref)
		d.Expire()
		return nil
	})
}

func TestADeadlineThatMovedDoesNothing(t *testing.T) {
	w := newWorld(t)
	n := w.node()
	id := w.begin(n)
	old := ref(t, w, id, contact.DueExpiry)
	w.must(n, id, func(s *session.Session) (*change.Set, error) {
		return &change.Set{
			ID: uuid.NewString(), At: t0, Session: &change.Session{ID: id, Version: s.Version},
			Due: []change.Due{{DueKey: old.DueKey, At: t0.AddDate(0, 0, 1)}},
		}, nil
	})
	if _, err := n.DecideDue(context.Background(), old, handled(old)); err != nil {
		t.Errorf("the old generation: %v", err)
	}
	if s := w.session(id); s.Status == session.Ended {
		t.Error("a deadline that was moved ended the chat")
	}
	now := ref(t, w, id, contact.DueExpiry)
	for range 2 {
		if _, err := n.DecideDue(context.Background(), now, handled(now)); err != nil {
			t.Errorf("the new generation: %v", err)
		}
	}
	if s := w.session(id); s.Status != session.Ended || s.Head != 1 {
		t.Errorf("status %d with %d items", s.Status, s.Head)
	}
}

func TestADeadlineOfASessionThatIsGoneDoesNothing(t *testing.T) {
	w := newWorld(t)
	gone := change.DueRef{DueKey: change.DueKey{Owner: uuid.NewString(), Kind: contact.DueExpiry}, Generation: 1}
	if _, err := w.node().DecideDue(context.Background(), gone, handled(gone)); err != nil {
		t.Error(err)
	}
}

// A rule that finds nothing of its own must be heard: its deadline still stands
// and would come up again at once, for ever.
func TestADeadlineWhoseRuleFailsIsAnError(t *testing.T) {
	w := newWorld(t)
	n := w.node()
	id := w.begin(n)
	due := ref(t, w, id, contact.DueExpiry)
	for name, cause := range map[string]error{
		"not found": fault.New(fault.NotFound, "the flow is gone"), "conflict": fault.New(fault.Conflict, "no"), "other": errors.New("x"),
	} {
		_, err := n.DecideDue(context.Background(), due, func(*session.Session) (*change.Set, error) { return nil, cause })
		if !errors.Is(err, cause) {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

func TestReplaysAreNeitherRememberedNorPublished(t *testing.T) {
	w := newWorld(t)
	n := w.node()
	id := w.begin(n)
	heard := w.listen(id)
	once := edit(func(d *contact.Draft) error {
		d.Once(&change.Once{Scope: id, Key: change.OnceKey("Connect", customer, "t"), Answer: []byte("first")})
		if err := connect(d); err != nil {
			return err
		}
		return d.SetAttributes(map[string]string{"n": d.Session().Attributes["n"] + "x"})
	})
	first, again := w.must(n, id, once), w.must(n, id, once)
	if first.Replay != nil || again.Replay == nil || string(again.Replay.Answer) != "first" {
		t.Errorf("first %+v, again %+v", first, again)
	}
	known, err := n.Current(context.Background(), id)
	if err != nil || known.Attributes["n"] != "x" || len(heard.heard()) != 1 {
		t.Errorf("known %+v, %v, %d hints", known, err, len(heard.heard()))
	}
}

func TestWhatIsPublished(t *testing.T) {
	w := newWorld(t)
	n := w.node()
	id := w.begin(n)
	heard := w.listen(id)
	var results []store.Result
	for _, rule := range []work.Rule{
		edit(connect), say("hi"), edit(func(d *contact.Draft) error { return d.Disconnect(customer, catalog.Config{}) }),
	} {
		results = append(results, w.must(n, id, rule))
	}
	n.Push(context.Background(), id, transcript.Item{ContentType: transcript.Typing})
	type summary struct {
		Version        int64
		Changed, Ended bool
		Gone           []string
		Positions      []int64
	}
	var got []summary
	for _, h := range heard.heard() {
		s := summary{Version: h.Version, Changed: h.Changed, Ended: h.Ended, Gone: h.Gone}
		for _, item := range h.Items {
			s.Positions = append(s.Positions, item.Position)
		}
		got = append(got, s)
	}
	want := []summary{
		{Version: results[0].Version, Changed: true, Positions: []int64{1}},
		{Version: results[1].Version, Positions: []int64{2}},
		{Version: results[2].Version, Changed: true, Ended: true, Gone: []string{customer}, Positions: []int64{3, 4}},
		{Positions: []int64{0}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestANewDeadlineWakes(t *testing.T) {
	w := newWorld(t)
	n := w.node()
	id := w.begin(n) // two deadlines
	if w.woken != 1 {
		t.Errorf("woken %d times by a new chat", w.woken)
	}
	w.must(n, id, say("hi"))
	if w.woken != 1 {
		t.Errorf("a message woke the due work")
	}
}

func TestCurrentSeesWhatOtherNodesDid(t *testing.T) {
	ctx := context.Background()
	w := newWorld(t)
	a, b := w.node(), w.node()
	id := w.begin(a)
	w.must(b, id, edit(connect))
	for i := range 3 {
		w.must(b, id, say(fmt.Sprint(i))) // leaves the version
	}
	for name, n := range map[string]*work.Sessions{"stale": a, "cached": b, "empty": w.node()} {
		s, err := n.Current(ctx, id)
		if err != nil {
			t.Fatal(err)
		}
		if s.Head != 4 || s.Status != session.Active || s.Version != w.session(id).Version {
			t.Errorf("%s: head %d, status %d, version %d", name, s.Head, s.Status, s.Version)
		}
	}
	if _, err := a.Current(ctx, uuid.NewString()); !fault.Is(err, fault.NotFound) {
		t.Errorf("an unknown session: %v", err)
	}
	w.must(b, id, edit((*contact.Draft).Stop))
	if err := w.store.Forget(ctx, []string{id}); err != nil {
		t.Fatal(err)
	}
	if _, err := a.Current(ctx, id); !fault.Is(err, fault.NotFound) {
		t.Errorf("a session that is erased: %v", err)
	}
}

func TestInstanceOfASession(t *testing.T) {
	w := newWorld(t)
	n := w.node()
	id := w.begin(n)
	if got, err := w.node().Instance(context.Background(), id); err != nil || got != "i" {
		t.Errorf("got %q, %v", got, err)
	}
	if _, err := n.Instance(context.Background(), uuid.NewString()); !fault.Is(err, fault.Denied) {
		t.Errorf("an unknown session: %v", err)
	}
}
