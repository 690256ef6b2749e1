package streaming_test

import (
	"fmt"
	"testing"
	"time"

	"parley/domain/contact"
	"parley/domain/session"
	"parley/domain/streaming"
	"parley/domain/transcript"
	"parley/internal/fault"
)

func draft(s *session.Session) *contact.Draft { return contact.Decide(s, "x", time.Unix(9, 0)) }

// next is the session that a decision leaves.
func next(t *testing.T, s *session.Session, rule func(*contact.Draft) error) *session.Session {
	t.Helper()
	d := draft(s)
	if err := rule(d); err != nil {
		t.Fatal(err)
	}
	if set := d.Changes(); set.Session.Next != nil {
		return set.Session.Next
	}
	return s
}

func start(id string) func(*contact.Draft) error {
	return func(d *contact.Draft) error { return streaming.Start(d, id, "arn") }
}

func stop(id string) func(*contact.Draft) error {
	return func(d *contact.Draft) error { return streaming.Stop(d, id) }
}

// A chat has two streams at a time, each with what is stored between its beginning and its end.
func TestStreamsOfAChat(t *testing.T) {
	s := &session.Session{ID: "s", Head: 3, Status: session.Active, State: session.State{Contacts: []session.Contact{{ID: "s"}}}}
	s = next(t, s, start("a"))
	s = next(t, s, start("b"))
	if err := start("c")(draft(s)); !fault.Is(err, fault.LimitExceeded) {
		t.Errorf("a third stream: %v", err)
	}
	s.Head = 7
	s = next(t, s, stop("a"))
	s.Head = 9
	s = next(t, s, stop("a")) // again
	s = next(t, s, start("c"))
	want := "[{a arn 3 7 true} {b arn 3 0 false} {c arn 9 0 false}]"
	if got := fmt.Sprint(s.State.Streams); got != want {
		t.Errorf("the streams are %s, want %s", got, want)
	}
	if err := stop("x")(draft(s)); !fault.Is(err, fault.NotFound) {
		t.Errorf("an unknown stream: %v", err)
	}
	s.Status = session.Ended
	if err := start("d")(draft(s)); !fault.Is(err, fault.Rule) {
		t.Errorf("a stream of an ended chat: %v", err)
	}
}

func TestVisibility(t *testing.T) {
	for v, want := range map[transcript.Visibility]string{transcript.All: "ALL", transcript.CustomerOnly: "CUSTOMER", transcript.AgentOnly: "AGENT"} {
		item := transcript.Item{Visibility: v}
		if got := streaming.Visibility(&item); got != want || !streaming.Shown(&item) {
			t.Errorf("%v is %s, want %s", v, got, want)
		}
	}
	if streaming.Shown(&transcript.Item{Visibility: transcript.AuthorOnly}) {
		t.Error("what only its author sees is streamed")
	}
}
