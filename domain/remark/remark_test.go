package remark_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"parley/domain/agent"
	"parley/domain/contact"
	"parley/domain/remark"
	"parley/domain/session"
	"parley/internal/fault"
)

const (
	chat = "01a214b5-c5a9-72b6-be95-000000000001"
	ben  = "01a214b5-c5a9-72b6-be95-00000000000b"
	eve  = "01a214b5-c5a9-72b6-be95-00000000000e"
)

// talk is a chat that ben has.
func talk() *session.Session {
	return &session.Session{ID: chat, InstanceID: "i", Version: 1, Status: session.Active, State: session.State{Contacts: []session.Contact{{
		ID: chat, Agent: &session.AgentInfo{UserID: ben, ConnectedAt: time.Unix(1, 0)},
	}}}}
}

func draft(s *session.Session) *contact.Draft {
	return contact.Decide(s, "01a214b5-c5a9-72b6-be95-0000000000aa", time.Unix(100, 0))
}

// A note is kept and leaves the snapshot alone; who is mentioned is changed in the same decision, and the chat is its business from then on.
func TestANote(t *testing.T) {
	s := talk()
	d := draft(s)
	d.Know(agent.New("i", eve, agent.Status{ID: "off", Kind: agent.Offline}, time.Unix(1, 0)))
	if remark.Concerned(s, eve) || !remark.Concerned(s, ben) {
		t.Error("whose business the chat is, before the note")
	}
	n, err := remark.Note(d, chat, session.Note{ID: "n", UserID: ben, Text: "hi", Mentions: []string{eve}})
	if err != nil || !n.At.Equal(time.Unix(100, 0)) {
		t.Fatalf("%+v, %v", n, err)
	}
	set := d.Changes()
	if len(s.State.Contacts[0].Notes) != 0 || len(set.Session.Next.State.Contacts[0].Notes) != 1 || len(set.Items) != 0 {
		t.Errorf("before: %+v, then %+v, items %v", s.State.Contacts[0].Notes, set.Session.Next.State.Contacts[0].Notes, set.Items)
	}
	if len(set.Resources) != 1 || set.Resources[0].ID != eve || !strings.Contains(string(set.Resources[0].Document), `"NoteID":"n"`) {
		t.Errorf("the agents: %+v", set.Resources)
	}
	if !remark.Concerned(set.Session.Next, eve) {
		t.Error("a chat in which eve was mentioned is not her business")
	}
}

// What does not fit is refused, and leaves nothing.
func TestTheBoundsOfNotes(t *testing.T) {
	full := talk()
	for i := range remark.MaxNotes {
		full.State.Contacts[0].Notes = append(full.State.Contacts[0].Notes, session.Note{ID: fmt.Sprint(i), Text: "x"})
	}
	many := make([]string, remark.MaxMentions+1)
	for name, c := range map[string]struct {
		s    *session.Session
		id   string
		note session.Note
		want fault.Kind
	}{
		"unknown":  {talk(), "none", session.Note{Text: "x"}, fault.NotFound},
		"empty":    {talk(), chat, session.Note{}, fault.Invalid},
		"long":     {talk(), chat, session.Note{Text: strings.Repeat("ä", remark.MaxNote+1)}, fault.Invalid},
		"mentions": {talk(), chat, session.Note{Text: "x", Mentions: many}, fault.Invalid},
		"full":     {full, chat, session.Note{Text: "x"}, fault.LimitExceeded},
	} {
		if _, err := remark.Note(draft(c.s), c.id, c.note); !fault.Is(err, c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := remark.Note(draft(talk()), chat, session.Note{Text: strings.Repeat("ä", remark.MaxNote)}); err != nil {
		t.Errorf("as long as may be: %v", err)
	}
}

// A disposition is for the agent of the contact, until the work after it is over, and by the codes that there are.
func TestADisposition(t *testing.T) {
	over, watching := talk(), talk()
	over.State.Contacts[0].Agent.WorkEnded = time.Unix(2, 0)
	watching.State.Contacts[0].InitiationMethod = contact.ByMonitor
	for name, c := range map[string]struct {
		s     *session.Session
		said  session.Disposition
		codes []string
		want  fault.Kind
	}{
		"another agent": {talk(), session.Disposition{UserID: eve, Code: "a"}, nil, fault.NotFound},
		"a supervisor":  {watching, session.Disposition{UserID: ben, Code: "a"}, nil, fault.NotFound},
		"too late":      {over, session.Disposition{UserID: ben, Code: "a"}, nil, fault.Rule},
		"no code":       {talk(), session.Disposition{UserID: ben}, nil, fault.Invalid},
		"unknown code":  {talk(), session.Disposition{UserID: ben, Code: "a"}, []string{"b"}, fault.Invalid},
		"a long text":   {talk(), session.Disposition{UserID: ben, Code: "a", Text: strings.Repeat("x", remark.MaxNote+1)}, nil, fault.Invalid},
	} {
		if err := remark.Dispose(draft(c.s), chat, c.said, c.codes); !fault.Is(err, c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	d := draft(talk())
	if err := remark.Dispose(d, chat, session.Disposition{UserID: ben, Code: "b"}, []string{"b"}); err != nil || d.Session().State.Contacts[0].Disposition.Code != "b" {
		t.Errorf("%v, %+v", err, d.Session().State.Contacts[0].Disposition)
	}
}
