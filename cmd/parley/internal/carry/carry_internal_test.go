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
	in := &Instance{byName: map[string]*thing{}, index: newIndex(), told: map[string]bool{}, seen: map[string]bool{}}
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

// carried is an instance that was read from a server that tells of all kinds, as an export has it.
func carried(docs ...any) *Instance {
	in := made(docs...)
	for _, k := range kinds() {
		in.told[k.ref] = true
	}
	in.leaveOut()
	in.takeOut()
	for _, t := range in.things {
		in.rename(t)
	}
	return in
}

func TestWhatNamesSomethingGone(t *testing.T) {
	serves := func(queue string) Doc {
		return Doc{"QueueReference": Doc{"QueueId": queue, "Channel": "CHAT"}, "Priority": 1.0}
	}
	profile := func(more Doc) Doc {
		d := Doc{"Name": "Chats", "DefaultOutboundQueueId": "id-Sales", "QueueConfigs": []any{serves("id-Sales")}}
		for member, value := range more {
			d[member] = value
		}
		return d
	}
	toUser := Doc{"Name": "To Ann", "QuickConnectConfig": Doc{"QuickConnectType": "USER", "UserConfig": Doc{"UserId": "ann"}}}
	sales := func(more Doc) Doc { return with(queueNamed("Sales", more), "HoursOfOperationId", "id-Open") }
	user := Doc{"Username": "bob", "SecurityProfileIds": []any{"id-Agents"}, "RoutingProfileId": "id-Chats"}
	for name, c := range map[string]struct {
		docs  []any
		ref   string // of the thing that is looked at
		want  Doc    // nil where it is left out
		notes []string
	}{
		"one queue of two": {[]any{"routing-profile", profile(Doc{"QueueConfigs": []any{serves("gone"), serves("id-Sales")}})}, "name:routing-profile/Chats",
			Doc{"Name": "Chats", "DefaultOutboundQueueId": "name:queue/Sales", "QueueConfigs": []any{serves("name:queue/Sales")}},
			[]string{"routing profile Chats: QueueConfigs[0].QueueReference.QueueId: there is no queue gone: it is taken out"}},
		"the only queue": {[]any{"routing-profile", profile(Doc{"QueueConfigs": []any{serves("gone")}})}, "name:routing-profile/Chats",
			Doc{"Name": "Chats", "DefaultOutboundQueueId": "name:queue/Sales"},
			[]string{"routing profile Chats: QueueConfigs[0].QueueReference.QueueId: there is no queue gone: it is taken out"}},
		"a queue that is needed": {[]any{"routing-profile", profile(Doc{"DefaultOutboundQueueId": "gone"})}, "name:routing-profile/Chats", nil,
			[]string{"routing profile Chats: not carried: DefaultOutboundQueueId: there is no queue gone"}},
		"a user's group": {[]any{"security-profile", Doc{"SecurityProfileName": "Agents"}, "routing-profile", profile(nil), "agent", with(user, "HierarchyGroupId", "gone")}, "name:agent/bob",
			Doc{"Username": "bob", "SecurityProfileIds": []any{"name:security-profile/Agents"}, "RoutingProfileId": "name:routing-profile/Chats"},
			[]string{"user bob: HierarchyGroupId: there is no hierarchy-group gone: it is taken out"}},
		"the group that rights end at": {[]any{"security-profile", Doc{"SecurityProfileName": "Agents", "AllowedAccessControlHierarchyGroupId": "gone"}, "security-profile", Doc{"SecurityProfileName": "Others"},
			"routing-profile", profile(nil), "agent", with(user, "SecurityProfileIds", []any{"id-Agents", "id-Others"})}, "name:agent/bob",
			Doc{"Username": "bob", "SecurityProfileIds": []any{"name:security-profile/Others"}, "RoutingProfileId": "name:routing-profile/Chats"},
			[]string{"security profile Agents: not carried: AllowedAccessControlHierarchyGroupId: there is no hierarchy-group gone",
				"user bob: SecurityProfileIds[0]: there is no security-profile id-Agents: it is taken out"}},
		"all of a list that is needed": {[]any{"routing-profile", profile(nil), "agent", user}, "name:agent/bob", nil,
			[]string{"user bob: not carried: SecurityProfileIds[0]: there is no security-profile id-Agents"}},
		"what needs what needs it": {[]any{"agent", user, "routing-profile", profile(Doc{"DefaultOutboundQueueId": "gone"}), "security-profile", Doc{"SecurityProfileName": "Agents"}}, "name:agent/bob", nil,
			[]string{"routing profile Chats: not carried: DefaultOutboundQueueId: there is no queue gone", "user bob: not carried: RoutingProfileId: there is no routing-profile id-Chats"}},
		"a quick connect": {[]any{"quick-connect", toUser}, "name:quick-connect/To Ann", nil,
			[]string{"quick connect To Ann: not carried: QuickConnectConfig.UserConfig.UserId: there is no agent ann"}},
		"a queue's list of it": {[]any{"quick-connect", toUser, "queue", sales(Doc{"Name": "Shop", "QuickConnectIds": []any{"id-To Ann"}})}, "name:queue/Shop",
			Doc{"Name": "Shop", "HoursOfOperationId": "name:hours/Open", "Status": "ENABLED"},
			[]string{"quick connect To Ann: not carried: QuickConnectConfig.UserConfig.UserId: there is no agent ann", "queue Shop: QuickConnectIds[0]: there is no quick-connect id-To Ann: it is taken out"}},
		"a flow of a queue": {[]any{"queue", sales(Doc{"Name": "Shop", "OutboundCallerConfig": Doc{"OutboundCallerIdName": "Shop", "OutboundFlowId": "gone"}})}, "name:queue/Shop",
			Doc{"Name": "Shop", "HoursOfOperationId": "name:hours/Open", "Status": "ENABLED", "OutboundCallerConfig": Doc{"OutboundCallerIdName": "Shop"}},
			[]string{"queue Shop: OutboundCallerConfig.OutboundFlowId: there is no flow gone: it is taken out"}},
		"a draft": {[]any{"flow", Doc{"Name": "A"}, "test-case", Doc{"Name": "T", "EntryPoint": Doc{"ChatEntryPointParameters": Doc{"FlowId": "id-A"}}, "Saved": Doc{"InitializationData": "x", "EntryPoint": Doc{"ChatEntryPointParameters": Doc{"FlowId": "gone"}}}}},
			"name:test-case/T", Doc{"Name": "T", "EntryPoint": Doc{"ChatEntryPointParameters": Doc{"FlowId": "name:flow/A"}}},
			[]string{"test case T: Saved.EntryPoint.ChatEntryPointParameters.FlowId: there is no flow gone: it is taken out"}},
	} {
		in := carried(append([]any{"hours", hoursNamed("Open"), "queue", sales(nil)}, c.docs...)...)
		var got Doc
		if is := in.byName[c.ref]; is != nil {
			got = is.doc
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
		if diff := cmp.Diff(c.notes, in.Notes); diff != "" {
			t.Errorf("%s: notes (-want +got):\n%s", name, diff)
		}
	}
}

func TestWhatIsMadeMeanwhileIsNotCalledGone(t *testing.T) {
	a := started(t)
	call := func(operation string, in Doc) Doc {
		t.Helper()
		out, err := a.call(t.Context(), operation, in)
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	have, err := Read(t.Context(), a, func(string) {})
	if err != nil {
		t.Fatal(err)
	}
	hours := have.index.ids["hours"]
	if len(hours) == 0 {
		t.Fatal("the instance has no hours")
	}
	var open string
	for _, open = range hours {
		break
	}
	makeBoth := func() {
		queue := call("CreateQueue", Doc{"Name": "New", "HoursOfOperationId": open})["QueueId"]
		call("CreateRoutingProfile", Doc{"Name": "New", "Description": "of a new queue", "DefaultOutboundQueueId": queue, "MediaConcurrencies": []any{Doc{"Channel": "CHAT", "Concurrency": 1.0}}})
	}
	_, err = Read(t.Context(), a, func(step string) {
		if step == "reading routing-profiles" {
			makeBoth()
		}
	})
	if !errors.Is(err, errChanged) {
		t.Errorf("a queue was made once the queues were read: %v", err)
	}
	if have, err = Read(t.Context(), a, func(string) {}); err != nil || have.byName["name:routing-profile/New"] == nil {
		t.Errorf("read again: %v", err)
	}

	// A second one of a name was read, though it is not carried; what nobody knows is gone.
	id, d := have.index.ids["queue"]["New"], have.byName["name:routing-profile/New"].doc
	d["DefaultOutboundQueueId"] = id
	have.index.remove(have.byName["name:queue/New"])
	if err := have.unchanged(t.Context(), a); err != nil {
		t.Errorf("a queue that was read and is not carried: %v", err)
	}
	for _, gone := range []string{"01a2163f-4a2b-722e-bf33-d7c0795456e0", "no id"} {
		d["DefaultOutboundQueueId"] = gone
		if err := have.unchanged(t.Context(), a); err != nil {
			t.Errorf("a queue %q: %v", gone, err)
		}
	}
	d["DefaultOutboundQueueId"] = id
	delete(have.seen, id)
	if err := have.unchanged(t.Context(), a); !errors.Is(err, errChanged) {
		t.Errorf("a queue that was not read: %v", err)
	}
}
