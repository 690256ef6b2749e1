package accounts_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/connect"
	"github.com/aws/aws-sdk-go-v2/service/connect/types"

	"github.com/google/go-cmp/cmp"

	"parley/e2e/harness"
)

// supervisor makes a user with permissions and signs it in.
func supervisor(t *testing.T, s *harness.Server, name string, permissions ...string) (b *browser, id string) {
	t.Helper()
	id = user(t, s, name, profile(t, s, name, permissions...))
	return signIn(t, s, name, secret), id
}

// watch has somebody watch a chat and returns its seat.
func watch(t *testing.T, s *harness.Server, b *browser, contact string) *harness.Chat {
	t.Helper()
	a := b.want(200, "POST", "/api/supervise/contacts/"+contact+"/monitor", nil)
	token, _ := a.member(t, "participant_token").(string)
	return s.Seat(contact, token)
}

// bySupervisor lists what a socket has brought of supervisors.
func bySupervisor(s *harness.Socket) (list []string) {
	for _, i := range s.Items() {
		if i.ParticipantRole == "SUPERVISOR" {
			list = append(list, strings.TrimPrefix(i.ContentType, "application/vnd.amazonaws.connect.event."))
		}
	}
	return list
}

// TestSupervisors: one who watches is seen by nobody and does nothing; one who barges in takes part, and takes over.
func TestSupervisors(t *testing.T) { t.Parallel(); supervisors(t, house{harness.Start(t)}) }

func supervisors(t *testing.T, h house) {
	s := h.at(2)
	ben := newDesk(t, h.at(0), "ben", "BasicAgentAccess")
	ben.choose("Available")
	chat := s.Join()
	ben.awaitContact(chat.ContactID, "CONNECTING")
	analyst, _ := supervisor(t, h.at(0), "analyst", "ManagerListenIn")
	boss, _ := supervisor(t, h.at(1), "boss", "ManagerListenIn", "ManagerBargeIn")
	contact := "/api/supervise/contacts/" + chat.ContactID
	analyst.want(409, "POST", contact+"/monitor", nil) // no agent has it
	wantQueues(t, analyst)
	analyst.want(404, "POST", "/api/supervise/contacts/01a214b5-c5a9-72b6-be95-000000000000/monitor", nil)
	seat := ben.accept(chat.ContactID)

	watching := watch(t, s, analyst, chat.ContactID)
	analyst.want(403, "POST", contact+"/barge", map[string]bool{"in": true})
	analyst.want(200, "GET", contact+"/token", nil)
	if err := watching.TryEvent("typing", ""); err != nil {
		t.Errorf("typing of one who watches: %v", err)
	}
	said := chat.Send("is anybody there?")
	watching.Socket.AwaitText("is anybody there?")
	read := fmt.Sprintf(`{"messageId":%q}`, said)
	if err := watching.TryEvent("message.read", read); err != nil {
		t.Errorf("a receipt of one who watches: %v", err)
	}
	if err := seat.TryEvent("message.read", read); err != nil {
		t.Errorf("a receipt while two take part: %v", err)
	}
	if _, err := watching.TrySend("text/plain", "psst"); err == nil {
		t.Error("one who watches may speak")
	}
	seat.Send("yes")
	chat.Socket.AwaitText("yes")
	if got := bySupervisor(chat.Socket); len(got) > 0 {
		t.Errorf("the customer hears of one who watches: %v", got)
	}

	barging := watch(t, s, boss, chat.ContactID)
	boss.want(409, "POST", contact+"/take-over", map[string]string{"user_id": ben.id}) // not yet in
	boss.want(200, "POST", contact+"/barge", map[string]bool{"in": true})
	barging.Send("let me help")
	chat.Socket.AwaitText("let me help")
	harness.WantRefusal(t, seat.TryEvent("message.read", read), 409, "ConflictException")
	if got := string(boss.want(200, "GET", "/api/supervise/contacts", nil).body); !strings.Contains(got, chat.ContactID) || !strings.Contains(got, `"username":"ben"`) {
		t.Errorf("who has what: %s", got)
	}
	boss.want(200, "POST", contact+"/take-over", map[string]string{"user_id": ben.id})
	ben.awaitContact(chat.ContactID, "ENDED")
	boss.want(200, "POST", contact+"/leave", nil)
	chat.Socket.AwaitEvent("chat.ended")
	if got := strings.Join(bySupervisor(chat.Socket), " "); got != "participant.joined text/plain participant.left" {
		t.Errorf("the customer has heard %s of supervisors", got)
	}
	forced(t, ben, boss)
	log := string(admin(t, s).want(200, "GET", "/api/audit", nil).body)
	for _, event := range []string{"supervisor watches", "supervisor takes part", "supervisor takes over", "status forced"} {
		if !strings.Contains(log, `"event":"`+event+`"`) {
			t.Errorf("the audit log does not tell: %s", event)
		}
	}
}

// wantQueues: a supervisor sees the queues with who serves them. The only contact is offered, so nobody waits.
func wantQueues(t *testing.T, b *browser) {
	t.Helper()
	type queue struct {
		Name               string
		Waiting            int
		Available, Staffed int
	}
	var got struct {
		Queues []struct {
			ID, Name  string
			Waiting   int
			Oldest    int `json:"oldest_seconds"`
			Available int `json:"agents_available"`
			Staffed   int `json:"agents_staffed"`
		}
	}
	decode(t, b.want(200, "GET", "/api/supervise/queues", nil), &got)
	if len(got.Queues) != 1 {
		t.Fatalf("the queues are %+v", got.Queues)
	}
	q := got.Queues[0]
	if diff := cmp.Diff(queue{q.Name, q.Waiting, q.Available, q.Staffed}, queue{"BasicQueue", 0, 1, 1}); diff != "" || q.ID == "" || q.Oldest != 0 {
		t.Errorf("the queue is %+v", q)
	}
}

// forced: a supervisor's change of a status holds at once, though the agent has after-contact work.
func forced(t *testing.T, ben *desk, boss *browser) {
	t.Helper()
	for _, st := range ben.shown().Statuses {
		if st.Type == "OFFLINE" {
			boss.want(200, "PUT", "/api/supervise/agents/"+ben.id+"/status", map[string]string{"status_id": st.ID})
		}
	}
	ben.await("the forced status", func(a agentState) bool { return a.Status.Type == "OFFLINE" && len(a.Contacts) == 1 && a.Next == nil })
}

// TestAForcedStatusGivesOffersBack: what was offered to the agent goes on to the next one.
func TestAForcedStatusGivesOffersBack(t *testing.T) {
	t.Parallel()
	aForcedStatusGivesOffersBack(t, house{harness.Start(t)})
}

func aForcedStatusGivesOffersBack(t *testing.T, h house) {
	s := h.at(2)
	ben := newDesk(t, h.at(0), "ben", "BasicAgentAccess")
	ben.choose("Available")
	chat := s.Join()
	ben.awaitContact(chat.ContactID, "CONNECTING")
	boss, _ := supervisor(t, h.at(1), "boss", "ManagerBargeIn")
	for _, st := range ben.shown().Statuses {
		if st.Type == "OFFLINE" {
			boss.want(200, "PUT", "/api/supervise/agents/"+ben.id+"/status", map[string]string{"status_id": st.ID})
		}
	}
	ben.await("nothing is offered", func(a agentState) bool { return a.Status.Type == "OFFLINE" && len(a.Contacts) == 0 })
	eve := newDesk(t, h.at(1), "eve", "BasicAgentAccess")
	eve.choose("Available")
	eve.awaitContact(chat.ContactID, "CONNECTING")
}

// TestMonitorContact: whom MonitorContact lets watch only cannot barge in; the same client token makes one contact.
func TestMonitorContact(t *testing.T) { t.Parallel(); monitorContact(t, house{harness.Start(t)}) }

func monitorContact(t *testing.T, h house) {
	s := h.at(2)
	ben := newDesk(t, h.at(0), "ben", "BasicAgentAccess")
	ben.choose("Available")
	chat := s.Join()
	ben.awaitContact(chat.ContactID, "CONNECTING")
	boss, id := supervisor(t, h.at(1), "boss", "ManagerListenIn", "ManagerBargeIn")
	in := &connect.MonitorContactInput{
		InstanceId: &s.InstanceID, ContactId: &chat.ContactID, UserId: &id, ClientToken: aws.String("once"),
		AllowedMonitorCapabilities: []types.MonitorCapability{types.MonitorCapabilitySilentMonitor},
	}
	monitor := func() (string, error) {
		out, err := s.Connect().MonitorContact(context.Background(), in)
		if err != nil {
			return "", err
		}
		return aws.ToString(out.ContactId), nil
	}
	_, err := monitor()
	harness.WantRefusal(t, err, 400, "InvalidRequestException")
	ben.accept(chat.ContactID)
	first, err := monitor()
	if err != nil {
		t.Fatal(err)
	}
	if again, err := monitor(); err != nil || again != first || first == chat.ContactID {
		t.Errorf("again: %v, %v, first %v", again, err, first)
	}
	in.ClientToken = aws.String("twice")
	_, err = monitor()
	harness.WantRefusal(t, err, 400, "InvalidRequestException")
	out, err := s.Connect().DescribeContact(context.Background(), &connect.DescribeContactInput{InstanceId: &s.InstanceID, ContactId: &first})
	if err != nil {
		t.Fatal(err)
	}
	if k := out.Contact; k.InitiationMethod != "MONITOR" || aws.ToString(k.AgentInfo.Id) != id || aws.ToString(k.PreviousContactId) != chat.ContactID {
		t.Errorf("the supervisor's contact: %s, agent %+v, previous %v", k.InitiationMethod, k.AgentInfo, aws.ToString(k.PreviousContactId))
	}
	boss.want(409, "POST", "/api/supervise/contacts/"+chat.ContactID+"/barge", map[string]bool{"in": true})
	in.UserId, in.ClientToken = aws.String("01a214b5-c5a9-72b6-be95-000000000000"), nil
	_, err = monitor()
	harness.WantRefusal(t, err, 404, "ResourceNotFoundException")
}
