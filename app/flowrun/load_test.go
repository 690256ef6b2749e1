package flowrun_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"parley/app/admin"
	"parley/app/due"
	"parley/app/flowrun"
	"parley/domain/catalog"
	"parley/domain/contact"
	"parley/domain/flow"
	"parley/domain/session"
	"parley/internal/fault"
)

// library is the configuration with flows and modules of its own.
type library struct {
	*admin.Service
	content map[string]string // of the flow with that id
	reads   map[string]int
	down    bool
	gone    map[string]bool
}

func (l *library) FlowContent(ctx context.Context, instance, content string) (*flow.Document, error) {
	if l.gone[content] {
		return nil, fault.New(fault.NotFound, "no such content")
	}
	text, ok := l.content[content]
	if !ok {
		return l.Service.FlowContent(ctx, instance, content)
	}
	l.reads[content]++
	if l.down {
		return nil, errors.New("the store is away")
	}
	return flow.Parse([]byte(text))
}

func (l *library) FlowConfig(ctx context.Context, instance string) (catalog.Config, error) {
	cfg, err := l.Service.FlowConfig(ctx, instance)
	cfg.Flows, cfg.Modules = map[string]catalog.FlowRef{}, map[string]catalog.FlowRef{}
	for id := range l.content {
		ref := catalog.FlowRef{ID: id, Type: flow.ContactFlow, Active: true, Published: id}
		cfg.Flows[id], cfg.Modules[id] = ref, ref
	}
	return cfg, err
}

// with lets flows run that find those of the library.
func (w *world) with(content map[string]string) *library {
	l := &library{Service: w.admin, content: content, reads: map[string]int{}}
	log := slog.New(slog.DiscardHandler)
	w.flows = flowrun.New(w.sessions, l, w.clock, log)
	w.due = due.New(w.store, w.clock, map[string]due.Handler{contact.DueFlow: w.flows.HandleDue}, log)
	return l
}

// flow makes a flow of the configuration from a document.
func (w *world) flow(name, content string) string {
	w.t.Helper()
	f := admin.Flow{Type: flow.ContactFlow, Content: content}
	f.InstanceID, f.Name = instance, name
	f, err := w.admin.CreateFlow(context.Background(), f)
	if err != nil {
		w.t.Fatal(err)
	}
	return f.ID
}

const (
	caller = `{"Version":"2019-10-30","StartAction":"m","Metadata":{},"Actions":[
		{"Identifier":"m","Type":"InvokeFlowModule","Parameters":{"FlowModuleId":"module"},"Transitions":{"NextAction":"go","Errors":[{"NextAction":"end","ErrorType":"NoMatchingError"}]}},
		{"Identifier":"go","Type":"TransferToFlow","Parameters":{"ContactFlowId":"second"},"Transitions":{"NextAction":"end","Errors":[{"NextAction":"end","ErrorType":"NoMatchingError"}]}},
		{"Identifier":"end","Type":"DisconnectParticipant","Parameters":{},"Transitions":{}}]}`
	module = `{"Version":"2019-10-30","StartAction":"a","Actions":[
		{"Identifier":"a","Type":"MessageParticipant","Parameters":{"Text":"in the module"},"Transitions":{"NextAction":"r"}},
		{"Identifier":"r","Type":"EndFlowModuleExecution","Parameters":{},"Transitions":{}}]}`
	second = `{"Version":"2019-10-30","StartAction":"a","Actions":[
		{"Identifier":"a","Type":"MessageParticipant","Parameters":{"Text":"in the second flow"},"Transitions":{"NextAction":"w"}},
		{"Identifier":"w","Type":"Wait","Parameters":{"TimeLimitSeconds":"60"},"Transitions":{"Conditions":[{"NextAction":"b","Condition":{"Operator":"Equals","Operands":["WaitCompleted"]}}]}},
		{"Identifier":"b","Type":"MessageParticipant","Parameters":{"Text":"time is up"},"Transitions":{"NextAction":"end"}},
		{"Identifier":"end","Type":"DisconnectParticipant","Parameters":{},"Transitions":{}}]}`
)

// A flow goes through a module into another flow in one step: each content is
// read once, and nothing is said twice. The other flow goes on after a restart.
func TestAFlowGoesWhereItsDocumentsAreNotReadYet(t *testing.T) {
	w := newWorld(t)
	flows := map[string]string{"module": module, "second": second}
	l := w.with(flows)
	id := w.begin(w.flow("caller", caller))
	if fired := w.pass(0); fired != 1 {
		t.Errorf("%d steps", fired)
	}
	if diff := cmp.Diff([]string{"in the module", "in the second flow"}, w.said(id)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(map[string]int{"module": 1, "second": 1}, l.reads); diff != "" {
		t.Errorf("reads (-want +got):\n%s", diff)
	}
	w.close()
	w.open()
	l = w.with(flows)
	w.pass(time.Minute)
	if diff := cmp.Diff([]string{"in the module", "in the second flow", "time is up"}, w.said(id)); diff != "" {
		t.Errorf("after a restart (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(map[string]int{"second": 1}, l.reads); diff != "" {
		t.Errorf("reads after a restart (-want +got):\n%s", diff)
	}
}

// What the flow did before it needed a document that cannot be read now is not
// committed; its deadline stands.
func TestADocumentThatCannotBeReadNow(t *testing.T) {
	ctx := context.Background()
	w := newWorld(t)
	l := w.with(map[string]string{"module": module, "second": second})
	l.down = true
	id := w.begin(w.flow("caller", caller))
	rows, err := w.store.Due(ctx, w.clock.Now(), 10)
	if err != nil || len(rows) != 1 {
		t.Fatalf("%v, %v", rows, err)
	}
	if err := w.flows.HandleDue(ctx, rows[0].DueRef); err == nil || len(w.said(id)) != 0 {
		t.Errorf("error %v, said %v", err, w.said(id))
	}
	l.down = false
	w.pass(0)
	if diff := cmp.Diff([]string{"in the module", "in the second flow"}, w.said(id)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// A content that is gone is an error of the flow that leads there, and the end of the
// flow that runs it; the log tells which.
func TestAContentThatIsGone(t *testing.T) {
	w := newWorld(t)
	flows := map[string]string{"module": module, "second": second}
	l := w.with(flows)
	var log bytes.Buffer
	w.logs(l, &log)
	l.gone = map[string]bool{"module": true}
	id := w.begin(w.flow("caller", strings.Replace(caller, `"NextAction":"end","ErrorType":"NoMatchingError"}]}},`, `"NextAction":"go","ErrorType":"NoMatchingError"}]}},`, 1)))
	w.pass(0)
	if diff := cmp.Diff([]string{"in the second flow"}, w.said(id)); diff != "" || !strings.Contains(log.String(), "content=module") {
		t.Errorf("log %s (-want +got):\n%s", log.String(), diff)
	}
	l.gone["second"] = true
	log.Reset()
	w.pass(time.Minute)
	if w.session(id).Status != session.Ended || !strings.Contains(log.String(), "content=second") || !strings.Contains(log.String(), `why=unwired reason="the content second of flow second is gone"`) {
		t.Errorf("status %d, log %s", w.session(id).Status, log.String())
	}
}

// logs lets flows of a library run whose log the test reads.
func (w *world) logs(l *library, to io.Writer) {
	log := slog.New(slog.NewTextHandler(to, nil))
	w.flows = flowrun.New(w.sessions, l, w.clock, log)
	w.due = due.New(w.store, w.clock, map[string]due.Handler{contact.DueFlow: w.flows.HandleDue}, log)
}
