package carry

import (
	"bytes"
	"context"
	"errors"
	"io"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"parley/client"
	"parley/node"
)

// flowTo is a flow that goes on to another one, as published.
func flowTo(to string) script {
	return script(strings.Replace(`{
  "Version": "2019-10-30",
  "StartAction": "go",
  "Metadata": {},
  "Actions": [
    {
      "Identifier": "go",
      "Type": "TransferToFlow",
      "Parameters": {
        "ContactFlowId": "TO"
      },
      "Transitions": {
        "NextAction": "bye",
        "Errors": [
          {
            "NextAction": "bye",
            "ErrorType": "NoMatchingError"
          }
        ]
      }
    },
    {
      "Identifier": "bye",
      "Type": "DisconnectParticipant",
      "Parameters": {},
      "Transitions": {}
    }
  ]
}
`, "TO", to, 1))
}

// made is an instance of documents by kind.
func made(docs ...any) *Instance {
	in := &Instance{byName: map[string]*thing{}, index: newIndex()}
	for i := 0; i < len(docs); i += 2 {
		k, d := kindOf(docs[i].(string)), docs[i+1].(Doc)
		in.add(&thing{kind: k, name: k.nameOf(d), id: "id-" + k.nameOf(d), doc: d, file: k.nameOf(d) + ".json"})
	}
	return in
}

func compareTo(t *testing.T, want, have *Instance, prune bool) (*Plan, error) {
	t.Helper()
	a, err := NewAPI(client.Config{Endpoint: "http://127.0.0.1:1", InstanceID: "i"})
	if err != nil {
		t.Fatal(err)
	}
	return Compare(a, want, have, prune)
}

func printed(p *Plan) string {
	var b bytes.Buffer
	p.Print(&b)
	return b.String()
}

func hoursNamed(name string) Doc { return Doc{"Name": name, "TimeZone": "UTC"} }

func queueNamed(name string, more Doc) Doc {
	d := Doc{"Name": name, "HoursOfOperationId": "name:hours/Open", "Status": "ENABLED"}
	for member, value := range more {
		d[member] = value
	}
	return d
}

func TestDifferencesAreToldMemberByMember(t *testing.T) {
	old := Doc{"A": "x", "Gone": 1.0, "In": Doc{"B": true, "C": "same"}, "List": []any{"a", "b"}, "Order": []any{"a", "b"}, "Content": flowTo("name:flow/A")}
	now := Doc{"A": "y", "New": "z", "In": Doc{"B": false, "C": "same"}, "List": []any{"b", "c"}, "Order": []any{"b", "a"}, "Content": flowTo("name:flow/B")}
	var b bytes.Buffer
	for _, d := range compare(old, now) {
		d.print(&b)
	}
	want := `    A: "x" -> "y"
    Content:
        changed  go (TransferToFlow)
            Parameters.ContactFlowId
              - name:flow/A
              + name:flow/B
        The flows differ: blocks added: 0, removed: 0, changed: 1.
    Gone: - 1
    In.B: true -> false
    List: - "a"
    List: + "c"
    New: + "z"
    Order: ["a","b"] -> ["b","a"]
`
	if diff := cmp.Diff(want, b.String()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if got := compare(old, old); got != nil {
		t.Errorf("a document differs from itself: %v", got)
	}
}

func TestPlans(t *testing.T) {
	have := func() *Instance {
		return made("hours", hoursNamed("Open"), "queue", queueNamed("Sales", nil), "queue", queueNamed("Old", Doc{"MaxContacts": 1.0}), "agent-status", Doc{"Name": "Lunch", "State": "ENABLED"})
	}
	want := func() *Instance {
		return made("hours", hoursNamed("Open"), "queue", queueNamed("Sales", Doc{"MaxContacts": 2.0}), "queue", queueNamed("New", Doc{"MaxContacts": 3.0}))
	}
	for _, c := range []struct {
		prune bool
		says  string
	}{
		{false, "create queue New (New.json)\nchange queue Sales (Sales.json)\n    MaxContacts: + 2\nkept: queue Old is not in the files (--prune deletes it)\n" +
			"kept: agent status Lunch is not in the files (--prune deletes it)\nTo rename: 0, to create: 1, to change: 1, to delete: 0.\n"},
		{true, "create queue New (New.json)\nchange queue Sales (Sales.json)\n    MaxContacts: + 2\ndelete queue Old\nleft out: agent status Lunch: the API cannot delete it\n" +
			"To rename: 0, to create: 1, to change: 1, to delete: 1.\n"},
	} {
		p, err := compareTo(t, want(), have(), c.prune)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(c.says, printed(p)); diff != "" {
			t.Errorf("prune %v (-want +got):\n%s", c.prune, diff)
		}
	}
	p, err := compareTo(t, have(), have(), true)
	if err != nil || !p.Empty() {
		t.Errorf("an instance differs from itself: %v, %s", err, printed(p))
	}
}

func TestWhatIsAlikeUnderAnotherNameWasRenamed(t *testing.T) {
	have := made("hours", hoursNamed("Open"), "queue", queueNamed("Sales", nil), "flow", Doc{"Name": "A", "Type": "CONTACT_FLOW", "Content": flowTo("name:flow/B")},
		"flow", Doc{"Name": "B", "Type": "CONTACT_FLOW", "Content": flowTo("name:flow/A")})
	want := made("hours", hoursNamed("Always"), "queue", Doc{"Name": "Shop", "HoursOfOperationId": "name:hours/Always", "Status": "ENABLED"},
		"flow", Doc{"Name": "C", "Type": "CONTACT_FLOW", "Content": flowTo("name:flow/B")}, "flow", Doc{"Name": "B", "Type": "CONTACT_FLOW", "Content": flowTo("name:flow/C")})
	p, err := compareTo(t, want, have, true)
	if err != nil {
		t.Fatal(err)
	}
	says := "rename hours Open to Always (Always.json)\nrename queue Sales to Shop (Shop.json)\nrename flow A to C (C.json)\nTo rename: 3, to create: 0, to change: 0, to delete: 0.\n"
	if diff := cmp.Diff(says, printed(p)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}

	twins := made("queue", queueNamed("One", nil), "queue", queueNamed("Two", nil), "hours", hoursNamed("Open"))
	p, err = compareTo(t, made("queue", queueNamed("Three", nil), "hours", hoursNamed("Open")), twins, true)
	if err != nil || len(p.renames) != 0 {
		t.Errorf("one of two that are alike was renamed: %v, %s", err, printed(p))
	}
}

func TestNamesThatLeadNowhereAreRefused(t *testing.T) {
	have := made("hours", hoursNamed("Open"))
	for name, c := range map[string]struct {
		want  *Instance
		prune bool
		says  string
	}{
		"in a member": {made("queue", queueNamed("Sales", Doc{"HoursOfOperationId": "name:hours/Gone"})), false, "Sales.json: HoursOfOperationId: name:hours/Gone is neither"},
		"in a list":   {made("queue", queueNamed("Sales", Doc{"QuickConnectIds": []any{"name:quick-connect/Gone"}})), false, "Sales.json: QuickConnectIds[0]: name:quick-connect/Gone is neither"},
		"in a flow":   {made("flow", Doc{"Name": "A", "Type": "CONTACT_FLOW", "Content": flowTo("name:flow/Gone")}), false, "A.json: Content, block go, Parameters.ContactFlowId: name:flow/Gone is neither"},
		"pruned":      {made("queue", queueNamed("Sales", nil)), true, "Sales.json: HoursOfOperationId: name:hours/Open is neither"},
		"another kind": {made("hours", hoursNamed("Open"), "queue", queueNamed("Sales", Doc{"HoursOfOperationId": "name:queue/Sales"})), false,
			"Sales.json: HoursOfOperationId: name:queue/Sales is no hours"},
	} {
		_, err := compareTo(t, c.want, have, c.prune)
		if err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v, want %q", name, err, c.says)
		}
	}
	if _, err := compareTo(t, made("queue", queueNamed("Sales", nil)), have, false); err != nil {
		t.Errorf("a name that the instance alone has: %v", err)
	}
}

func TestWhatCannotChangeIsRefused(t *testing.T) {
	flowOf := func(kind, status string) *Instance {
		return made("flow", Doc{"Name": "A", "Type": kind, "Status": status, "Content": flowTo("name:flow/A")})
	}
	_, err := compareTo(t, flowOf("QUEUE_TRANSFER", "SAVED"), flowOf("CONTACT_FLOW", "PUBLISHED"), false)
	for _, says := range []string{`A.json: Type: the API cannot change it (there: "CONTACT_FLOW")`, "A.json: Status: what is published cannot become a draft"} {
		if err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%v, want %q", err, says)
		}
	}
}

func TestFilesReadBackAsTheyWereWritten(t *testing.T) {
	dir := t.TempDir()
	in := made("instance", Doc{"Tags": Doc{"k": ""}}, "hours", Doc{"Name": "a/b: ..", "TimeZone": "UTC", "Config": []any{
		Doc{"Day": "MONDAY", "StartTime": Doc{"Hours": 9.0}}, Doc{"Day": "TUESDAY", "StartTime": Doc{"Hours": 8.0}}}},
		"hours", hoursNamed("A/B: .."), "hours", hoursNamed(".flow"), "hours", hoursNamed("x.flow"), "hours", hoursNamed(strings.Repeat("ä", 300)+"1"), "hours", hoursNamed(strings.Repeat("ä", 300)+"2"),
		"flow", Doc{"Name": "A", "Type": "CONTACT_FLOW", "Content": flowTo("name:flow/A"), "Saved": Doc{"Content": flowTo("name:flow/B")}})
	if err := in.Write(dir); err != nil {
		t.Fatal(err)
	}
	got, err := Load(dir)
	if err != nil {
		t.Fatal(err)
	}
	docs := func(i *Instance) (all []string) {
		for _, t := range i.things {
			all = append(all, t.ref()+" "+line(t.doc))
		}
		slices.Sort(all)
		return all
	}
	if diff := cmp.Diff(docs(in), docs(got)); diff != "" {
		t.Errorf("(-written +read):\n%s", diff)
	}
	if err := made("instance", Doc{}, "hours", hoursNamed("Last")).Write(dir); err != nil {
		t.Fatal(err)
	}
	if left, _ := filepath.Glob(filepath.Join(dir, "*", "*")); len(left) != 1 {
		t.Errorf("the export has %v, want the last hours alone", left)
	}
}

// started runs a server in this process.
func started(t *testing.T) *API {
	t.Helper()
	n, err := node.Start(t.Context(), node.Config{Listen: "127.0.0.1:0", Data: t.TempDir(), LogTo: io.Discard})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = n.Stop(context.Background()) })
	r := n.Ready()
	a, err := NewAPI(client.Config{Endpoint: r.URL, Region: r.Region, AccessKeyID: r.AccessKeyID, SecretAccessKey: r.SecretAccessKey, InstanceID: r.InstanceID})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(a.Close)
	return a
}

// wished is an instance in which all things name one another in circles.
func wished() *Instance {
	returns, _ := newIndex().namedScript(justReturn)
	asks := script(strings.NewReplacer("TransferToFlow", "InvokeFlowModule", "ContactFlowId", "FlowModuleId").Replace(string(flowTo("name:module/Z:prod"))))
	return made("hierarchy-group", Doc{"Name": "A below", "ParentGroupId": "name:hierarchy-group/B above"}, "hierarchy-group", Doc{"Name": "B above"},
		"instance", Doc{"HierarchyStructure": Doc{"LevelOne": Doc{"Name": "One"}, "LevelTwo": Doc{"Name": "Two"}}},
		"queue", queueNamed("Sales", Doc{"QuickConnectIds": []any{"name:quick-connect/To sales"}, "OutboundCallerConfig": Doc{"OutboundFlowId": "name:flow/A"}, "HoursOfOperationId": "name:hours/New"}),
		"quick-connect", Doc{"Name": "To sales", "QuickConnectConfig": Doc{"QuickConnectType": "QUEUE", "QueueConfig": Doc{"QueueId": "name:queue/Sales", "ContactFlowId": "name:flow/A"}}},
		"module", Doc{"Name": "Z", "Content": returns, "Settings": Doc{"Transitions": []any{}}, "Aliases": Doc{"prod": Doc{"Content": returns, "Settings": Doc{"Transitions": []any{}}}}},
		"flow", Doc{"Name": "0 first", "Type": "QUEUE_TRANSFER", "Content": asks},
		"flow", Doc{"Name": "A", "Type": "QUEUE_TRANSFER", "Content": flowTo("name:flow/B")},
		"flow", Doc{"Name": "B", "Type": "QUEUE_TRANSFER", "Content": flowTo("name:flow/A")}, "hours", hoursNamed("New"))
}

func TestEachThingIsMadeOnceWhatItNeedsIsThere(t *testing.T) {
	a := started(t)
	have, err := Read(t.Context(), a, func(string) {})
	if err != nil {
		t.Fatal(err)
	}
	p, err := Compare(a, wished(), have, false)
	if err != nil {
		t.Fatal(err)
	}
	var steps []string
	if err := p.Apply(t.Context(), a, have, Options{Tell: func(step string) { steps = append(steps, step) }}); err != nil {
		t.Fatal(err)
	}
	for _, order := range [][]string{
		{"change instance: HierarchyStructure", "create hierarchy group B above", "create hierarchy group A below"},
		{"create hours New", "create queue Sales", "create quick connect To sales", "change queue Sales: QuickConnectIds"},
		{"create flow A", "create flow B", "change flow A: Content"},
		{"create flow A", "create quick connect To sales"},
		{"create module Z", "change module Z: Aliases", "create flow 0 first"},
		{"create flow A", "change queue Sales: OutboundCallerConfig"},
	} {
		at := -1
		for _, step := range order {
			next := slices.Index(steps, step)
			if next <= at {
				t.Errorf("%q is not made after what comes before in %q:\n%s", step, order, strings.Join(steps, "\n"))
			}
			at = next
		}
	}
	if have, err = Read(t.Context(), a, func(string) {}); err != nil {
		t.Fatal(err)
	}
	if p, err = Compare(a, wished(), have, false); err != nil || !p.Empty() {
		t.Errorf("afterwards there is something to do: %v\n%s", err, printed(p))
	}
}

func TestWhatNeedsItselfIsNamed(t *testing.T) {
	a := started(t)
	have, err := Read(t.Context(), a, func(string) {})
	if err != nil {
		t.Fatal(err)
	}
	circle := made("hierarchy-group", Doc{"Name": "A", "ParentGroupId": "name:hierarchy-group/B"}, "hierarchy-group", Doc{"Name": "B", "ParentGroupId": "name:hierarchy-group/A"})
	p, err := Compare(a, circle, have, false)
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Apply(t.Context(), a, have, Options{}); err == nil || !strings.Contains(err.Error(), "A.json: it needs what needs it") {
		t.Errorf("%v", err)
	}
}

func TestARefusedCallNamesTheOperation(t *testing.T) {
	_, err := started(t).call(t.Context(), "DescribeQueue", Doc{"QueueId": "none"})
	var refused *client.Error
	if !errors.As(err, &refused) || refused.Operation != "DescribeQueue" || !notFound(err) {
		t.Errorf("%v", err)
	}
}
