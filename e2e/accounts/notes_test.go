package accounts_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"parley/e2e/harness"
)

// described is a contact as the API describes it.
type described struct {
	Initial     string `json:"initial_contact_id"`
	Agent       named
	Notes       []note
	Disposition *struct {
		Code, Text string
		By         named
	}
	Codes      []string `json:"disposition_codes"`
	Attributes []struct{ Name, Value string }
	WorkEnded  time.Time `json:"work_ended_at"`
}

type note struct {
	ID, Text string
	By       named
	Mentions []named
}

// contact is what GET /api/agent/contacts/{id} tells.
func contact(t *testing.T, b *browser, id string) (d described) {
	t.Helper()
	if err := json.Unmarshal(b.want(200, "GET", "/api/agent/contacts/"+id, nil).body, &d); err != nil {
		t.Fatal(err)
	}
	return d
}

// configure sets the settings of the instance.
func configure(t *testing.T, b *browser, settings map[string]any) {
	t.Helper()
	full := map[string]any{"give_back": false, "grace_seconds": 60, "queues": []any{}}
	for name, value := range settings {
		full[name] = value
	}
	b.want(200, "PUT", "/api/settings", full)
}

// TestNotesMentionColleagues: a note is kept with the contact, who is named in it hears of it on the websocket, also later and after a
// restart of the server, and may read the contact then.
func TestNotesMentionColleagues(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	ben, eve := newDesk(t, s, "ben", "BasicAgentAccess"), newDesk(t, s, "eve@example.com", "BasicAgentAccess")
	boss, _ := supervisor(t, s, "boss", "ManagerListenIn")
	zoe := user(t, s, "zoe", profile(t, s, "zoe", "BasicAgentAccess")) // was never at work
	ben.choose("Available")
	chat := s.Join()
	ben.awaitContact(chat.ContactID, "CONNECTING")
	seat := ben.accept(chat.ContactID)
	at := "/api/agent/contacts/" + chat.ContactID

	eve.want(404, "GET", at, nil)
	eve.want(404, "POST", at+"/notes", map[string]string{"text": "what is this?"})
	ben.want(400, "POST", at+"/notes", map[string]string{"text": ""})
	ben.want(400, "POST", at+"/notes", map[string]string{"text": strings.Repeat("x", 2001)})
	ben.want(404, "POST", "/api/agent/contacts/01a214b5-c5a9-72b6-be95-000000000000/notes", map[string]string{"text": "nowhere"})
	text := "Asked for a refund (@eve@example.com knows why), @zoe. @nobody, mail a@ben"
	made := ben.want(200, "POST", at+"/notes", map[string]string{"text": text})
	told := eve.await("the mention", func(a agentState) bool { return len(a.Mentions) == 1 }).Mentions[0]
	if told.ContactID != chat.ContactID || told.By.Name != "ben" || told.NoteID != made.member(t, "id") {
		t.Errorf("eve is told %+v of the note %s", told, made.body)
	}
	if got := ben.shown(); len(got.Mentions) > 0 {
		t.Errorf("ben is told %+v", got.Mentions)
	}
	eve.want(200, "POST", at+"/notes", map[string]string{"text": "He sent it back."})
	boss.want(200, "POST", at+"/notes", map[string]string{"text": "Please be generous."})
	d := contact(t, eve.browser, chat.ContactID)
	got := []string{}
	for _, n := range d.Notes {
		names := []string{}
		for _, m := range n.Mentions {
			names = append(names, m.Name)
		}
		got = append(got, fmt.Sprintf("%s: %s %v", n.By.Name, n.Text, names))
	}
	want := []string{"ben: " + text + " [eve@example.com zoe]", "eve@example.com: He sent it back. []", "boss: Please be generous. []"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("the notes (-want +got):\n%s", diff)
	}
	if d.Agent.Name != "ben" || d.Initial != chat.ContactID {
		t.Errorf("the contact is %+v", d)
	}
	for _, item := range append(chat.Socket.Items(), seat.Socket.Items()...) {
		if strings.Contains(item.Content, "refund") {
			t.Errorf("the note is in the chat: %+v", item)
		}
	}
	eve.want(200, "DELETE", "/api/agent/mentions/"+told.NoteID, nil)
	eve.await("it is seen", func(a agentState) bool { return len(a.Mentions) == 0 })

	ben.do(200, chat.ContactID, "end", nil)
	ben.want(200, "POST", at+"/notes", map[string]string{"text": "He was content."})
	s.Kill()
	s.Boot()
	late := signIn(t, s, "zoe", secret)
	if got := string(late.want(200, "GET", "/api/agent", nil).body); !strings.Contains(got, told.NoteID) {
		t.Errorf("zoe (%s) finds %s", zoe, got)
	}
	if d := contact(t, signIn(t, s, "ben", secret), chat.ContactID); len(d.Notes) != 4 || d.Notes[3].Text != "He was content." {
		t.Errorf("after a crash: %+v", d.Notes)
	}
}

// TestDispositions: the agent says what became of a contact by a code of the queue's, else of the instance's, until the work after it is over.
func TestDispositions(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	root := admin(t, s)
	ben, eve := newDesk(t, s, "ben", "BasicAgentAccess"), newDesk(t, s, "eve", "BasicAgentAccess")
	ben.want(403, "GET", "/api/settings", nil)
	ben.choose("Available")
	chat := s.Join()
	queue := ben.awaitContact(chat.ContactID, "CONNECTING").Queue.ID
	at := "/api/agent/contacts/" + chat.ContactID + "/disposition"
	ben.want(404, "PUT", at, map[string]string{"code": "sold"}) // it is not ben's yet
	ben.accept(chat.ContactID)
	ben.want(200, "PUT", at, map[string]string{"code": "anything"}) // no codes: any
	configure(t, root, map[string]any{"disposition_codes": []string{"sold", "lost"}})
	ben.want(400, "PUT", at, map[string]string{"code": "anything"})
	configure(t, root, map[string]any{"disposition_codes": []string{"sold", "lost"}, "queues": []any{map[string]any{"queue_id": queue, "disposition_codes": []string{"refunded"}}}})
	root.want(400, "PUT", "/api/settings", map[string]any{"give_back": false, "grace_seconds": 1, "queues": []any{}})
	root.want(400, "PUT", "/api/settings", map[string]any{"give_back": false, "grace_seconds": 60, "disposition_codes": []string{"a", "a"}, "queues": []any{}})
	root.want(404, "PUT", "/api/settings", map[string]any{"give_back": false, "grace_seconds": 60, "queues": []any{map[string]any{"queue_id": "01a214b5-c5a9-72b6-be95-000000000000"}}})
	ben.do(200, chat.ContactID, "end", nil)
	ben.awaitContact(chat.ContactID, "ENDED")
	ben.want(400, "PUT", at, map[string]string{"code": "sold"}) // the queue has its own
	eve.want(404, "PUT", at, map[string]string{"code": "refunded"})
	ben.want(200, "PUT", at, map[string]string{"code": "refunded", "text": "in full"})
	ben.await("the code", func(a agentState) bool {
		return len(a.Contacts) == 1 && a.Contacts[0].Disposed == "refunded" && cmp.Equal(a.Contacts[0].Codes, []string{"refunded"})
	})
	ben.do(200, chat.ContactID, "clear", nil)
	ben.want(409, "PUT", at, map[string]string{"code": "refunded"})
	s.Kill()
	s.Boot()
	d := contact(t, signIn(t, s, "ben", secret), chat.ContactID)
	if d.Disposition == nil || d.Disposition.Code != "refunded" || d.Disposition.Text != "in full" || d.Disposition.By.Name != "ben" || d.WorkEnded.IsZero() {
		t.Errorf("after a crash: %+v", d)
	}
}

// TestAfterContactWorkHasALimit: the user's own, after which the contact is cleared by itself.
func TestAfterContactWorkHasALimit(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	ben := newDesk(t, s, "ben", "BasicAgentAccess")
	s.Signed("POST", "/users/"+s.InstanceID+"/"+ben.id+"/phone-config", map[string]any{"PhoneConfig": map[string]any{"PhoneType": "SOFT_PHONE", "AfterContactWorkTimeLimit": 30}}).Want(t, 200, "")
	ben.choose("Available")
	chat := s.Join()
	ben.awaitContact(chat.ContactID, "CONNECTING")
	ben.accept(chat.ContactID)
	ben.do(200, chat.ContactID, "end", nil)
	if at := ben.awaitContact(chat.ContactID, "ENDED").Expires; at.IsZero() {
		t.Error("the work has no end")
	}
	s.Advance(31 * time.Second)
	ben.awaitContact(chat.ContactID, "")
	ben.want(409, "PUT", "/api/agent/contacts/"+chat.ContactID+"/disposition", map[string]string{"code": "late"})
}
