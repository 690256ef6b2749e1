// Package storetest is the conformance suite of package store: what every
// adapter has to guarantee, as tests, and a plain model in memory to compare
// random histories with.
package storetest

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"parley/domain/change"
	"parley/domain/session"
	"parley/domain/transcript"
	"parley/internal/fault"
	"parley/store"
)

// Fixture makes an empty database for one test and returns what opens a store
// on it. Opening again, after the store before was closed, finds what was
// committed. The fixture cleans up after itself.
type Fixture func(t testing.TB) (open func() store.Store)

// Run runs the whole suite.
func Run(t *testing.T, fixture Fixture) {
	groups := []struct {
		name  string
		tests map[string]func(*testing.T, store.Store)
	}{
		{"Session", sessionTests()},
		{"Contact", contactTests()},
		{"Transcript", transcriptTests()},
		{"Mark", markTests()},
		{"Token", tokenTests()},
		{"Usage", usageTests()},
		{"Due", dueTests()},
		{"Resource", resourceTests()},
		{"Document", documentTests()},
		{"Spent", spentTests()},
		{"Forget", forgetTests()},
		{"Said", saidTests()},
		{"Concurrency", concurrencyTests()},
	}
	for _, g := range groups {
		each(t, fixture, g.name, g.tests)
	}
	t.Run("Reopen", func(t *testing.T) { testReopen(t, fixture(t)) })
	t.Run("Close", func(t *testing.T) { testClose(t, fixture(t)()) })
	for seed := range uint64(10) {
		t.Run(fmt.Sprintf("History/%d", seed), func(t *testing.T) {
			t.Parallel()
			s := fixture(t)()
			defer closeStore(t, s)
			CompareHistories(t, seed, 300, NewMemory(), s)
		})
	}
}

// RunSaid runs of the suite the tests of searches for words.
func RunSaid(t *testing.T, fixture Fixture) { each(t, fixture, "Said", saidTests()) }

func each(t *testing.T, fixture Fixture, group string, tests map[string]func(*testing.T, store.Store)) {
	for name, test := range tests {
		t.Run(group+"/"+name, func(t *testing.T) {
			t.Parallel()
			s := fixture(t)()
			defer closeStore(t, s)
			test(t, s)
		})
	}
}

// start is when every test begins.
func start() time.Time { return time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC) }

const instance = "instance-1"

// sessionID returns the i-th session's id.
func sessionID(i int) string { return fmt.Sprintf("0198c3c5-92b2-7000-8000-%012x", i) }

// newSession is the Set that creates a session with one participant.
func newSession(id string) *change.Set {
	return &change.Set{ID: "create-" + id, At: start(), Session: &change.Session{
		ID: id, Create: true, Next: sessionValue(id), Parts: change.AllParts,
	}}
}

func sessionValue(id string) *session.Session {
	return &session.Session{
		ID: id, InstanceID: instance, Status: session.Pending,
		State: session.State{
			CreatedAt: start(), Deadline: start().Add(25 * time.Hour), ContentTypes: []string{transcript.Plain},
			Participants: []session.Participant{{ID: "p1", Role: transcript.Customer, DisplayName: "Ann"}},
		},
	}
}

// say is the Set that appends texts to a session at a version.
func say(id string, version int64, texts ...string) *change.Set {
	set := &change.Set{At: start(), Session: &change.Session{ID: id, Version: version}}
	for _, text := range texts {
		set.Items = append(set.Items, message(text))
	}
	return set
}

func message(text string) transcript.Item {
	return transcript.Item{
		Type: transcript.Message, ContentType: transcript.Plain, Content: text, ContactID: "c1",
		Author: transcript.Author{ParticipantID: "p1", DisplayName: "Ann", Role: transcript.Customer},
	}
}

// commit applies a Set that must hold.
func commit(t testing.TB, s store.Store, set *change.Set) store.Result {
	t.Helper()
	res, err := s.Commit(t.Context(), set)
	if err != nil {
		t.Fatalf("Commit: %v", err)
	}
	return res
}

// refuse applies a Set that must be refused with that kind.
func refuse(t testing.TB, s store.Store, set *change.Set, want fault.Kind) {
	t.Helper()
	if _, err := s.Commit(t.Context(), set); !fault.Is(err, want) {
		t.Fatalf("Commit: %v, want a fault of kind %d", err, want)
	}
}

// must returns a value whose error has to be nil.
func must[T any](t testing.TB) func(T, error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

// same compares values; empty and nil are the same to a store.
func same(t testing.TB, what string, got, want any) {
	t.Helper()
	if diff := cmp.Diff(want, got, cmpopts.EquateEmpty(), cmpopts.IgnoreFields(store.Result{}, "Batch")); diff != "" {
		t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

func closeStore(t testing.TB, s store.Store) {
	if err := s.Close(); err != nil {
		t.Errorf("Close: %v", err)
	}
}
