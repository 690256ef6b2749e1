package privacy_test

import (
	"slices"
	"testing"
	"time"

	"parley/app/privacy"
	"parley/domain/attachment"
	"parley/domain/change"
	"parley/domain/session"
	"parley/domain/transcript"
	"parley/internal/fault"
	"parley/store"
)

// spoken is a chat that goes on, with a message of each kind of id, and with a file.
func (w *world) spoken() (items []transcript.Item) {
	w.t.Helper()
	at := w.clock.Now()
	next := &session.Session{
		ID: first, InstanceID: instance, Status: session.Active,
		State: session.State{
			CreatedAt: at, Contacts: []session.Contact{{ID: first, AssociationID: first, InitiatedAt: at}}, InitialMessage: "my secret",
			Files: []session.File{{ID: second, ContactID: first, Participant: "p", Name: "ada.png", Status: session.FileApproved, Key: first + "/file-1", CompletedAt: at}},
		},
	}
	file := transcript.AttachmentItem(transcript.Attached{AttachmentID: second, AttachmentName: "ada.png", ContentType: "image/png", Status: "APPROVED"}, first, transcript.Author{})
	say := func(text, stream string) transcript.Item {
		return transcript.Item{Type: transcript.Message, ContentType: transcript.Plain, Content: text, ContactID: first, Stream: stream}
	}
	res, err := w.store.Commit(w.t.Context(), &change.Set{
		ID: "spoken", At: at, Session: &change.Session{ID: first, Create: true, Next: next}, Contacts: []change.Contact{{ID: first, SessionID: first, InstanceID: instance}},
		Items: []transcript.Item{say("before", ""), say("my secret", ""), say("streamed", transcript.StreamID(first, "k", at)), file, say("after", "")},
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return res.Items
}

// contents are what the items of the chat say.
func (w *world) contents() (list []string) {
	w.t.Helper()
	items, err := w.store.Items(w.t.Context(), first, store.Page{Limit: 100})
	if err != nil {
		w.t.Fatal(err)
	}
	for i := range items {
		list = append(list, items[i].Content)
	}
	return list
}

// redactions returns the Sets that rewrote an item; each has to have its entry of the audit log.
func (w *world) redactions() (sets []*change.Set) {
	for _, set := range w.store.sets {
		if set.Session == nil || len(set.Session.Rewrite) == 0 {
			continue
		}
		sets = append(sets, set)
		if !slices.ContainsFunc(set.Resources, func(r change.Resource) bool { return r.Kind == "audit" }) {
			w.t.Error("an item was rewritten in a commit that the audit log knows nothing of")
		}
	}
	return sets
}

func TestMessagesAreRedacted(t *testing.T) {
	w := newWorld(t)
	items, n := w.spoken(), w.node(1<<40)
	for i, want := range [][]string{
		{"before", privacy.Redacted, "streamed", items[3].Content, "after"},
		{"before", privacy.Redacted, privacy.Redacted, items[3].Content, "after"},
	} {
		id := items[i+1].ID
		if i == 1 { // somebody else changes the chat, and this node has it in memory as it was
			w.touch()
		}
		if err := n.Redact(t.Context(), privacy.Redaction{Instance: instance, Contact: first, ID: id}); err != nil {
			t.Fatal(err)
		}
		if got := w.contents(); !slices.Equal(got, want) {
			t.Errorf("the transcript is %q, want %q", got, want)
		}
		w.audited("message redacted: " + id)
	}
	if snap, err := w.store.Session(t.Context(), first); err != nil || snap.State.InitialMessage != privacy.Redacted {
		t.Errorf("the chat remembers its first message: %v", err)
	}
	if got := w.redactions(); len(got) < 2 {
		t.Errorf("%d changes", len(got))
	}
	for name, id := range map[string]string{"no message": first, "another chat's": transcript.ID(others, 2, items[1].Time), "of another time": transcript.ID(first, 2, t0)} {
		if err := n.Redact(t.Context(), privacy.Redaction{Instance: instance, Contact: first, ID: id}); !fault.Is(err, fault.NotFound) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

var t0 = time.Date(2026, 1, 31, 8, 0, 0, 0, time.UTC)

// touch changes the chat, as another node does.
func (w *world) touch() {
	w.t.Helper()
	snap, err := w.store.Session(w.t.Context(), first)
	if err != nil {
		w.t.Fatal(err)
	}
	next := snap.Clone()
	next.State.LastAgent = "eve"
	_, err = w.store.Commit(w.t.Context(), &change.Set{ID: "touch", At: w.clock.Now(), Session: &change.Session{ID: first, Version: snap.Version, Next: next, Parts: change.State}})
	if err != nil {
		w.t.Fatal(err)
	}
}

// A file is redacted by its own id or by that of what shows it, with its name if that is asked.
func TestFilesAreRedacted(t *testing.T) {
	const shown = `{"AttachmentId":"` + second + `","AttachmentName":"`
	for name, c := range map[string]struct {
		byItem, name bool
		want, told   string
	}{
		"by its id":   {false, false, shown + `ada.png","ContentType":"image/png","Status":"REJECTED"}`, second},
		"by its item": {true, false, shown + `ada.png","ContentType":"image/png","Status":"REJECTED"}`, second},
		"with name":   {true, true, shown + `[REDACTED].png","ContentType":"image/png","Status":"REJECTED"}`, second + " and its name"},
	} {
		w := newWorld(t)
		items, n := w.spoken(), w.node(1<<40)
		r := privacy.Redaction{Instance: instance, Contact: first, ID: second, Name: c.name}
		if c.byItem {
			r.ID = items[3].ID
		}
		if err := n.Redact(t.Context(), r); err != nil {
			t.Fatal(err)
		}
		if got := w.contents(); got[3] != c.want || got[1] != "my secret" {
			t.Errorf("%s: the transcript has %q", name, got)
		}
		w.audited("attachment redacted: " + c.told)
		snap, err := w.store.Session(t.Context(), first)
		if err != nil || snap.File(second).Status != session.FileDiscarded || (snap.File(second).Name == "ada.png") == c.name {
			t.Errorf("%s: the chat has %+v, %v", name, snap.File(second), err)
		}
		if due, err := w.store.Due(t.Context(), w.clock.Now(), 9); err != nil || len(due) != 1 || due[0].Kind != attachment.DueFile {
			t.Errorf("%s: the deadlines are %v, %v", name, due, err)
		}
		if !n.files[first+"/"+second] {
			t.Errorf("%s: its bytes are there", name)
		}
		if w.redactions(); t.Failed() {
			return
		}
	}
}

// TestNothingDeletedComesBack: of a redaction and a deletion of the customer's address at the same moment, each between the other's look at the chat and its
// commit, neither brings back what the other took away.
func TestNothingDeletedComesBack(t *testing.T) {
	for name, endpointFirst := range map[string]bool{"the redaction comes between": true, "the deletion comes between": false} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			at := w.clock.Now()
			customer := session.Participant{ID: "c", Role: transcript.Customer, DisplayName: "+49 30 1"}
			next := &session.Session{ID: first, InstanceID: instance, Status: session.Ended, State: session.State{
				CreatedAt: at, Contacts: []session.Contact{{ID: first, AssociationID: first, InitiatedAt: at, DisconnectedAt: at}}, Participants: []session.Participant{customer}, Addressed: true,
			}}
			res, err := w.store.Commit(t.Context(), &change.Set{
				ID: "addressed", At: at, Session: &change.Session{ID: first, Create: true, Next: next}, Contacts: []change.Contact{{ID: first, SessionID: first, InstanceID: instance}},
				Items: []transcript.Item{{Type: transcript.Message, ContentType: transcript.Plain, Content: "my secret", ContactID: first, Author: transcript.Author{ParticipantID: "c", DisplayName: "+49 30 1", Role: transcript.Customer}}},
			})
			if err != nil {
				t.Fatal(err)
			}
			one, other := w.node(1<<40), w.node(1<<40)
			redact := func(n node) error {
				return n.Redact(t.Context(), privacy.Redaction{Instance: instance, Contact: first, ID: res.Items[0].ID})
			}
			forget := func(n node) error { return n.DeleteEndpoint(t.Context(), instance, first) }
			before, between := redact, forget
			if endpointFirst {
				before, between = forget, redact
			}
			came := false
			w.store.read = func() {
				came = true
				if err := between(other); err != nil {
					t.Error(err)
				}
			}
			if err := before(one); err != nil || !came {
				t.Fatalf("%v, the other came between: %v", err, came)
			}
			items, err := w.store.Items(t.Context(), first, store.Page{Limit: 10})
			if err != nil || items[0].Content != privacy.Redacted || items[0].Author.DisplayName != privacy.Redacted {
				t.Errorf("%v: %q says %q", err, items[0].Author.DisplayName, items[0].Content)
			}
		})
	}
}
