package accounts_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/google/go-cmp/cmp"

	"parley/e2e/harness"
)

// heard lists what a socket has brought, as event or text with the role of who it is from.
func heard(s *harness.Socket) (list []string) {
	for _, i := range s.Items() {
		what := strings.TrimPrefix(i.ContentType, "application/vnd.amazonaws.connect.event.")
		if i.Type == "MESSAGE" {
			what = i.Content
		} else if i.Content != "" {
			what += " " + i.Content
		}
		list = append(list, strings.TrimSpace(what+" "+i.ParticipantRole))
	}
	return list
}

// TestASupervisorReassigns: from one agent to another, who is busy elsewhere at first or not, and to a queue; the customer keeps its socket.
func TestASupervisorReassigns(t *testing.T) {
	t.Parallel()
	aSupervisorReassigns(t, house{harness.Start(t)})
}

func aSupervisorReassigns(t *testing.T, h house) {
	s := h.at(2)
	ben, eve := newDesk(t, h.at(0), "ben", "BasicAgentAccess"), newDesk(t, h.at(1), "eve", "BasicAgentAccess")
	boss, _ := supervisor(t, h.at(1), "boss", "ManagerListenIn", "ManagerBargeIn")
	ben.choose("Available")
	chat := s.Join()
	queue := ben.awaitContact(chat.ContactID, "CONNECTING").Queue.ID
	at := "/api/supervise/contacts/" + chat.ContactID + "/reassign"
	boss.want(409, "POST", at, map[string]string{"user_id": eve.id}) // eve is not at work
	seat := ben.accept(chat.ContactID)
	boss.want(409, "POST", at, map[string]string{"user_id": eve.id}) // eve is not at work
	boss.want(409, "POST", at, map[string]string{"user_id": ben.id})
	boss.want(400, "POST", at, map[string]string{})
	boss.want(404, "POST", at, map[string]string{"queue_id": "01a214b5-c5a9-72b6-be95-000000000000"})
	ben.want(403, "POST", at, map[string]string{"user_id": eve.id})
	eve.choose("Available")
	boss.want(200, "POST", at, map[string]string{"user_id": eve.id})
	ben.awaitContact(chat.ContactID, "") // without after-contact work
	next := eve.await("the chat", func(a agentState) bool { return len(a.Contacts) == 1 }).Contacts[0]
	second := eve.accept(next.ContactID)
	second.Send("I am eve")
	chat.Socket.AwaitText("I am eve")
	if err := seat.TryEvent("typing", ""); err == nil {
		t.Error("the first agent is still in the chat")
	}

	boss.want(409, "POST", at, map[string]string{"user_id": ben.id}) // that contact is over
	boss.want(200, "POST", "/api/supervise/contacts/"+next.ContactID+"/reassign", map[string]string{"queue_id": queue})
	third := ben.await("the chat again", func(a agentState) bool { return len(a.Contacts) == 1 }).Contacts[0]
	last := ben.accept(third.ContactID)
	last.Send("ben again")
	chat.Socket.AwaitText("ben again")
	ben.do(200, third.ContactID, "end", nil)
	chat.Socket.AwaitEvent("chat.ended")
	want := []string{
		"participant.joined CUSTOMER", "Hello! Thanks for getting in touch. SYSTEM", "participant.joined AGENT",
		`transfer.succeeded {"target":"eve","outcome":"SUCCEEDED"}`, "participant.left AGENT", "participant.joined AGENT", "I am eve AGENT",
		`transfer.succeeded {"target":"BasicQueue","outcome":"SUCCEEDED"}`, "participant.left AGENT", "participant.joined AGENT", "ben again AGENT",
		"participant.left AGENT", "participant.left CUSTOMER", "chat.ended",
	}
	if diff := cmp.Diff(want, heard(chat.Socket)); diff != "" {
		t.Errorf("the customer hears (-want +got):\n%s", diff)
	}
	first, middle := chat.Describe(), second.Describe()
	if first.AgentInfo.AfterContactWorkEndTimestamp == nil || first.DisconnectTimestamp == nil || aws.ToString(first.DisconnectReason) != "" {
		t.Errorf("the first contact: %+v, %v", first.AgentInfo, aws.ToString(first.DisconnectReason))
	}
	if middle.InitiationMethod != "TRANSFER" || aws.ToString(middle.PreviousContactId) != chat.ContactID || aws.ToString(middle.AgentInfo.Id) != eve.id {
		t.Errorf("the second contact: %s after %s with %+v", middle.InitiationMethod, aws.ToString(middle.PreviousContactId), middle.AgentInfo)
	}
	if k := last.Describe(); k.InitiationMethod != "TRANSFER" || aws.ToString(k.AgentInfo.Id) != ben.id {
		t.Errorf("the third contact: %s with %+v", k.InitiationMethod, k.AgentInfo)
	}
}

// TestAWaitingChatIsReassigned: an agent sends a chat on to a user who is not at work; supervisors see it wait there, and give it to somebody else.
func TestAWaitingChatIsReassigned(t *testing.T) {
	t.Parallel()
	aWaitingChatIsReassigned(t, house{harness.Start(t)})
}

func aWaitingChatIsReassigned(t *testing.T, h house) {
	s := h.at(2)
	ben, eve := newDesk(t, h.at(0), "ben", "BasicAgentAccess", "TransferContact.Enabled"), newDesk(t, h.at(1), "eve", "BasicAgentAccess")
	boss, _ := supervisor(t, h.at(1), "boss", "ManagerListenIn", "ManagerBargeIn")
	s.Signed("POST", "/users/"+s.InstanceID+"/"+eve.id+"/identity-info", map[string]any{"IdentityInfo": map[string]string{"FirstName": "Eve", "LastName": "Evans"}}).Want(t, 200, "")
	ben.choose("Available")
	chat := s.Join()
	queue := ben.awaitContact(chat.ContactID, "CONNECTING").Queue.ID
	ben.accept(chat.ContactID)
	sent := ben.do(200, chat.ContactID, "transfer", toUser(t, s, "To eve", eve.id, queue))
	next, _ := sent.member(t, "contact_id").(string)
	own := awaitQueue(t, boss, eve.id, "somebody who waits for eve", func(q waitingQueue) bool { return q.Waiting > 0 })
	if sent.member(t, "transferred") != true || next == "" || next == chat.ContactID || own.Next != next || !own.Own || own.Name != "Eve Evans" {
		t.Fatalf("sent on as %q; eve's queue is %+v", next, own)
	}
	boss.want(409, "POST", "/api/supervise/contacts/"+next+"/reassign", map[string]string{"queue_id": queue, "from_queue_id": queue}) // it waits elsewhere
	s.Signed("DELETE", "/users/"+s.InstanceID+"/"+eve.id, "").Want(t, 200, "")
	awaitQueue(t, boss, eve.id, "queue of eve, who was deleted", func(q waitingQueue) bool { return q.Name == eve.id && q.Next == next })
	if got := boss.want(200, "GET", "/api/agent/contacts/"+next, nil).member(t, "queue"); !cmp.Equal(got, any(map[string]any{"id": eve.id, "name": "", "agent_queue": true})) {
		t.Errorf("the queue of the contact that waits for who was deleted: %v", got)
	}
	moved, _ := boss.want(200, "POST", "/api/supervise/contacts/"+next+"/reassign", map[string]string{"queue_id": queue, "from_queue_id": eve.id}).member(t, "contact_id").(string)
	ben.do(200, chat.ContactID, "clear", nil)
	back := ben.accept(ben.awaitContact(moved, "CONNECTING").ContactID)
	wantNext(t, back) // nobody chose a quick connect
	back.Send("back with me")
	chat.Socket.AwaitText("back with me")
	awaitQueue(t, boss, eve.id, "end of eve's queue", func(q waitingQueue) bool { return q.ID == "" })
	boss.want(409, "POST", "/api/supervise/contacts/"+next+"/reassign", map[string]string{"queue_id": queue}) // that contact is over
}

type waitingQueue struct {
	ID, Name string
	Own      bool   `json:"agent_queue"`
	Waiting  int    `json:"waiting"`
	Next     string `json:"next_contact_id"`
}

// awaitQueue returns a queue as supervisors see it, once it is as it should be; a user's own is not there if nobody waits in it.
func awaitQueue(t *testing.T, boss *browser, id, what string, want func(waitingQueue) bool) (found waitingQueue) {
	t.Helper()
	harness.Await(t, what, 10*time.Second, func() error { // nodes hear of one another's changes
		var got struct{ Queues []waitingQueue }
		decode(t, boss.want(200, "GET", "/api/supervise/queues", nil), &got)
		found = waitingQueue{}
		if at := slices.IndexFunc(got.Queues, func(q waitingQueue) bool { return q.ID == id }); at >= 0 {
			found = got.Queues[at]
		}
		if !want(found) {
			return fmt.Errorf("supervisors see %+v", found)
		}
		return nil
	})
	return found
}

// TestASupervisorWhispers: the agent reads it on its socket and in its transcript, the customer in neither.
func TestASupervisorWhispers(t *testing.T) {
	t.Parallel()
	aSupervisorWhispers(t, house{harness.Start(t)})
}

func aSupervisorWhispers(t *testing.T, h house) {
	s := h.at(2)
	ben := newDesk(t, h.at(0), "ben", "BasicAgentAccess")
	ben.choose("Available")
	chat := s.Join()
	ben.awaitContact(chat.ContactID, "CONNECTING")
	seat := ben.accept(chat.ContactID)
	boss, _ := supervisor(t, h.at(1), "boss", "ManagerListenIn", "ManagerBargeIn")
	analyst, _ := supervisor(t, h.at(0), "analyst", "ManagerListenIn")
	at := "/api/supervise/contacts/" + chat.ContactID + "/whisper"
	boss.want(409, "POST", at, map[string]string{"text": "psst"}) // does not watch
	watching := watch(t, s, boss, chat.ContactID)
	analyst.want(403, "POST", at, map[string]string{"text": "psst"})
	boss.want(400, "POST", at, map[string]string{"text": ""})
	boss.want(200, "POST", at, map[string]string{"text": "offer a refund"})
	if got := seat.Socket.AwaitText("offer a refund"); got.ParticipantRole != "SUPERVISOR" {
		t.Errorf("the whisper is %+v", got)
	}
	watching.Socket.AwaitText("offer a refund")
	if log := string(admin(t, s).want(200, "GET", "/api/audit", nil).body); strings.Count(log, `"event":"supervisor whispers","subject":"`+chat.ContactID+`"`) != 1 || strings.Contains(log, "offer a refund") {
		t.Errorf("the audit log tells of one whisper, and not what was said: %s", log)
	}
	seat.Send("we can refund you")
	chat.Socket.AwaitText("we can refund you")
	if got := strings.Join(heard(chat.Socket), "\n"); strings.Contains(got, "offer a refund") || strings.Contains(got, "SUPERVISOR") {
		t.Errorf("the customer hears %s", got)
	}
	for name, who := range map[string]*harness.Chat{"customer": chat, "agent": seat} {
		found := false
		for _, item := range who.Transcript() {
			found = found || aws.ToString(item.Content) == "offer a refund"
		}
		if found != (name == "agent") {
			t.Errorf("in the transcript of the %s: %v", name, found)
		}
	}
}
