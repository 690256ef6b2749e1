package flowrun_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"parley/app/admin"
	"parley/domain/catalog"
	"parley/domain/contact"
	"parley/domain/flow"
	"parley/domain/flow/interp"
	"parley/domain/session"
	"parley/internal/fault"
	"parley/work/resource"
)

// flowOf makes a flow from the text of its actions.
func (w *world) flowOf(kind flow.Type, name, start string, actions string) string {
	w.t.Helper()
	f := admin.Flow{Type: kind, Content: fmt.Sprintf(`{"Version":"2019-10-30","StartAction":%q,"Metadata":{},"Actions":[%s]}`, start, actions)}
	f.InstanceID, f.Name = instance, name
	f, err := w.admin.CreateFlow(w.t.Context(), f)
	if err != nil {
		w.t.Fatal(err)
	}
	return f.ID
}

const says = `{"Identifier":"say","Type":"MessageParticipant","Parameters":{"Text":%q},"Transitions":{"NextAction":"stay","Errors":[{"NextAction":"stay","ErrorType":"NoMatchingError"}]}},
{"Identifier":"failed","Type":"MessageParticipant","Parameters":{"Text":"failed"},"Transitions":{"NextAction":"stay","Errors":[{"NextAction":"stay","ErrorType":"NoMatchingError"}]}},
{"Identifier":"stay","Type":"Wait","Parameters":{"TimeLimitSeconds":"604800"},"Transitions":{"NextAction":"end","Conditions":[{"NextAction":"end","Condition":{"Operator":"Equals","Operands":["WaitCompleted"]}}],"Errors":[{"NextAction":"end","ErrorType":"NoMatchingError"}]}},
{"Identifier":"end","Type":"DisconnectParticipant","Parameters":{},"Transitions":{}}`

// The numbers of a queue are read when a flow asks for them.
func TestAFlowAsksForTheNumbersOfAQueue(t *testing.T) {
	w := newWorld(t)
	queues, _, err := w.admin.Queues(t.Context(), instance, resource.Page{Limit: 10})
	if err != nil {
		t.Fatal(err)
	}
	asks := w.flowOf(flow.ContactFlow, "asks", "get", fmt.Sprintf(`{"Identifier":"get","Type":"GetMetricData","Parameters":{"QueueId":%q},"Transitions":{"NextAction":"say","Errors":[{"NextAction":"failed","ErrorType":"NoMatchingError"}]}},`, queues[0].ID)+
		fmt.Sprintf(says, "$.Metrics.Queue.Size wait"))
	for n := range 3 {
		id := w.begin(asks)
		w.all()
		if diff := cmp.Diff([]string{fmt.Sprintf("%d wait", n)}, w.said(id)); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
		w.begin(w.inbound) // which goes to the queue
		w.all()
	}
}

// An earlier chat is read when a flow continues it; where there is none the flow takes its error branch, and the chat lives.
func TestAFlowContinuesAnEarlierChat(t *testing.T) {
	w := newWorld(t)
	past := w.begin(w.waiting())
	w.all()
	for name, c := range map[string]struct{ source, said string }{
		"one that goes on": {past, "failed"},
		"none":             {"cccccccc-0000-4000-8000-00000000000f", "failed"},
		"no id at all":     {"nonsense", "failed"},
	} {
		w.continues(name, c.source, c.said)
	}
	w.decide(past, (*contact.Draft).Stop)
	w.continues("an ended one", past, "linked")
}

func (w *world) continues(name, source, want string) {
	w.t.Helper()
	id := w.begin(w.flowOf(flow.ContactFlow, name, "link", fmt.Sprintf(`{"Identifier":"link","Type":"CreatePersistentContactAssociation","Parameters":{"RehydrationType":"ENTIRE_PAST_SESSION","SourceContactId":%q},"Transitions":{"NextAction":"say","Errors":[{"NextAction":"failed","ErrorType":"NoMatchingError"}]}},`, source)+
		fmt.Sprintf(says, "linked")))
	w.all()
	s := w.session(id)
	if diff := cmp.Diff([]string{want}, w.said(id)); diff != "" || s.Status != session.Active || (len(s.State.Past) > 0) != (want == "linked") {
		w.t.Errorf("%s: status %d, past %v (-want +got):\n%s", name, s.Status, s.State.Past, diff)
	}
}

// staff is who works in the instance.
type staff struct{}

func (staff) Live(_ context.Context, _, _ string, agentQueue bool) catalog.Live {
	oldest := int64(7)
	if agentQueue {
		return catalog.Live{OldestSeconds: &oldest, Agents: interp.Agents{Online: 1}}
	}
	return catalog.Live{OldestSeconds: &oldest, Agents: interp.Agents{Online: 5, Available: 2, Staffed: 4}}
}

func (staff) Stands(_ context.Context, _ string, k *session.Contact) (interp.Standing, bool) {
	return interp.Standing{Position: 3}, k.Queued()
}

func (staff) UserName(_ context.Context, _, user string) (string, error) {
	if user != "eeeeeeee-0000-4000-8000-000000000001" {
		return "", fault.New(fault.NotFound, "no such user")
	}
	return "ben", nil
}

// The agents of a queue are counted, of a standard one and of an agent's own.
func TestAFlowAsksForTheAgentsOfAQueue(t *testing.T) {
	w := newWorld(t)
	w.flows.Agents = staff{}
	queues, _, err := w.admin.Queues(t.Context(), instance, resource.Page{Limit: 10})
	if err != nil {
		t.Fatal(err)
	}
	w.begin(w.inbound) // who waits
	w.all()
	for member, want := range map[string]string{
		`"QueueId":"` + queues[0].ID + `"`:                 "BasicQueue: 2 of 5, 7 s",
		`"AgentId":"eeeeeeee-0000-4000-8000-000000000001"`: "ben: 0 of 1, 0 s",
		`"AgentId":"eeeeeeee-0000-4000-8000-000000000002"`: "failed",
	} {
		asks := w.flowOf(flow.ContactFlow, "asks "+want, "set", fmt.Sprintf(`{"Identifier":"set","Type":"UpdateContactTargetQueue","Parameters":{%s},"Transitions":{"NextAction":"get","Errors":[{"NextAction":"failed","ErrorType":"NoMatchingError"}]}},`, member)+
			`{"Identifier":"get","Type":"GetMetricData","Parameters":{},"Transitions":{"NextAction":"say","Errors":[{"NextAction":"failed","ErrorType":"NoMatchingError"}]}},`+
			fmt.Sprintf(says, "$.Metrics.Queue.Name: $.Metrics.Agents.Available.Count of $.Metrics.Agents.Online.Count, $.Metrics.Queue.OldestContactAge s"))
		id := w.begin(asks)
		w.all()
		if diff := cmp.Diff([]string{want}, w.said(id)); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	}
}
