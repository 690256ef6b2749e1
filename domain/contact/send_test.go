package contact_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"parley/domain/change"
	"parley/domain/contact"
	"parley/domain/receipt"
	"parley/domain/session"
	"parley/domain/transcript"
	"parley/internal/fault"
)

var hello = contact.Message{ContentType: transcript.Plain, Content: "hello"}

func TestAPlainMessageLeavesTheVersion(t *testing.T) {
	r := connected(t)
	set, err := contact.Send(r.s, customer, hello, contact.TextLimit{}, setID, r.now)
	if err != nil {
		t.Fatal(err)
	}
	want := &change.Set{
		ID: setID, At: r.now, Session: &change.Session{ID: chatID, Version: r.s.Version},
		Items: []transcript.Item{{
			Type: transcript.Message, ContentType: transcript.Plain, Content: "hello", ContactID: chatID,
			Author: transcript.Author{ParticipantID: customer, DisplayName: "Ann", Role: transcript.Customer},
		}},
	}
	if diff := cmp.Diff(want, set); diff != "" {
		t.Errorf("the Set (-want +got):\n%s", diff)
	}
}

func TestAMessageThatTheFlowWaitsFor(t *testing.T) {
	for name, c := range map[string]struct {
		who       string
		listening bool
		wakes     bool
	}{
		"the customer's, awaited":     {customer, true, true},
		"the customer's, not awaited": {customer, false, false},
		"the bot's":                   {bot, true, false},
	} {
		r := withFlow(connected(t))
		r.bot()
		r.s.Flow.Listening = c.listening
		delete(r.due, contact.DueFlow)
		for _, text := range []string{"one", "two"} {
			if err := r.send(c.who, contact.Message{ContentType: transcript.Plain, Content: text}); err != nil {
				t.Fatal(err)
			}
		}
		var want []session.Input
		if c.wakes {
			want = []session.Input{
				{Kind: contact.InputMessage, ContentType: transcript.Plain, Content: "one"},
				{Kind: contact.InputMessage, ContentType: transcript.Plain, Content: "two"},
			}
		}
		if diff := cmp.Diff(want, r.s.Flow.Input); diff != "" {
			t.Errorf("%s: the flow is told (-want +got):\n%s", name, diff)
		}
		if _, due := r.due[contact.DueFlow]; due != c.wakes {
			t.Errorf("%s: the flow wakes: %v", name, due)
		}
		if got := r.said()[len(r.items)-2:]; !cmp.Equal(got, []string{"one", "two"}) {
			t.Errorf("%s: transcript %v", name, got)
		}
	}
}

func TestReceipts(t *testing.T) {
	later := t0.Add(time.Hour)
	for content, want := range map[string]string{
		`{"messageId":"m1"}`: "m1", `{"messageId":"m1","x":[1]}`: "m1",
		"": "", "m1": "", `{}`: "", `{"messageId":2}`: "", `"messageId"`: "",
	} {
		got, err := receipt.MessageID(content)
		wantOutcome(t, content, err, want != "", fault.Invalid)
		if got != want {
			t.Errorf("%s names %q", content, got)
		}
	}
	for kind, want := range map[string]transcript.Mark{
		transcript.Delivered: {Participant: bot, Delivered: 2, DeliveredAt: later},
		transcript.Read:      {Participant: bot, Read: 2, ReadAt: later},
	} {
		if mark, err := receipt.Mark(bot, kind, 2, later); err != nil || mark != want {
			t.Errorf("%s: %+v, %v", kind, mark, err)
		}
	}
	_, err := receipt.Mark(bot, transcript.Read, 0, later)
	wantOutcome(t, "no such message", err, false, fault.Invalid)
	for kind, want := range map[string]bool{transcript.Delivered: true, transcript.Read: true, transcript.Typing: false, transcript.Joined: false} {
		if receipt.Is(kind) != want {
			t.Errorf("%s is a receipt: %v", kind, !want)
		}
	}
}

func TestASetCarriesTokenAndDeadline(t *testing.T) {
	ref := change.DueRef{DueKey: change.DueKey{Owner: chatID, Kind: contact.DueExpiry, Subject: chatID}, Generation: 4}
	once := &change.Once{Scope: chatID}
	d := contact.Decide(connected(t).s, setID, t0)
	d.Handled(ref)
	d.Once(once)
	set := d.Changes()
	if diff := cmp.Diff([]change.DueRef{ref}, set.Done); diff != "" || set.Once != once {
		t.Errorf("once %v, done (-want +got):\n%s", set.Once, diff)
	}
	if set.Session.Next != nil || set.Session.Parts != 0 {
		t.Errorf("a decision that changes nothing writes %+v", set.Session)
	}
}
