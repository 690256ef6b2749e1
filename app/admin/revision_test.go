package admin_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"parley/app/admin"
	"parley/bus/memory"
	"parley/internal/arn"
	"parley/internal/clock"
	"parley/internal/fault"
	"parley/internal/faulttest"
	"parley/store/storetest"
	"parley/work/resource"
)

// contentNamed is a valid content that can be told from others.
func contentNamed(id string) string {
	return strings.ReplaceAll(content, `"end"`, `"`+id+`"`)
}

// read returns status, version and the start of the content under a qualifier, or the kind of refusal.
func (w *world) read(id, qualifier string) string {
	f, err := w.Flow(context.Background(), seeded, arn.Ref{ID: id, Qualifier: qualifier})
	if err != nil {
		return fmt.Sprint("kind ", fault.KindOf(err))
	}
	start := strings.SplitN(strings.SplitN(f.Content, `"StartAction":"`, 2)[1], `"`, 2)[0]
	return fmt.Sprint(f.Status, " ", f.Version, " ", start)
}

func (w *world) reads(t *testing.T, when, id string, want map[string]string) {
	t.Helper()
	got := map[string]string{}
	for qualifier := range want {
		got[qualifier] = w.read(id, qualifier)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", when, diff)
	}
}

var none = fmt.Sprint("kind ", fault.NotFound)

func TestDraftsVersionsAndRollback(t *testing.T) {
	ctx := context.Background()
	w := newWorld(t)
	f := flowNamed(seeded, "f")
	f.Status, f.Content = admin.Saved, contentNamed("one")
	f, err := w.CreateFlow(ctx, f)
	faulttest.OK(t, "create", err)
	ref := func(qualifier string) arn.Ref { return arn.Ref{ID: f.ID, Qualifier: qualifier} }
	update := func(qualifier, id string) {
		faulttest.OK(t, "update", w.UpdateFlowContent(ctx, seeded, ref(qualifier), contentNamed(id)))
	}
	cut := func(qualifier string) error { _, err := w.CutFlow(ctx, seeded, ref(qualifier), "", "", 0); return err }
	unpublished := fmt.Sprint("kind ", fault.NotPublished)
	w.reads(t, "saved", f.ID, map[string]string{"": unpublished, "$LATEST": unpublished, "$SAVED": "SAVED 0 one", "1": none})
	faulttest.Want(t, "a version of nothing", cut(""), fault.NotPublished)
	update("$SAVED", "two")
	w.reads(t, "saved again", f.ID, map[string]string{"": unpublished, "$SAVED": "SAVED 0 two"})
	update("", "three")
	w.reads(t, "published", f.ID, map[string]string{"": "PUBLISHED 0 three", "$SAVED": "PUBLISHED 0 three", "1": none})
	faulttest.OK(t, "first version", cut(""))
	update("", "four")
	faulttest.OK(t, "second version", cut(""))
	update("$SAVED", "five")
	w.reads(t, "two versions and a draft", f.ID, map[string]string{
		"": "PUBLISHED 2 four", "$SAVED": "SAVED 0 five", "1": "PUBLISHED 1 three", "2": "PUBLISHED 2 four", "3": none, "01": none, "x": none,
	})
	faulttest.Want(t, "a version of a draft", cut("$SAVED"), fault.Rule)
	faulttest.OK(t, "rollback", cut("1"))
	w.reads(t, "rolled back", f.ID, map[string]string{"": "PUBLISHED 3 three", "$SAVED": "SAVED 0 five", "3": "PUBLISHED 3 three", "2": "PUBLISHED 2 four"})
	faulttest.Want(t, "a rollback to no version", cut("9"), fault.NotFound)
	faulttest.Want(t, "writing a version", w.UpdateFlowContent(ctx, seeded, ref("1"), content), fault.Rule)
	faulttest.OK(t, "drop", w.DropFlowVersion(ctx, seeded, f.ID, 1))
	faulttest.Want(t, "drop again", w.DropFlowVersion(ctx, seeded, f.ID, 1), fault.NotFound)
	faulttest.OK(t, "cut", cut(""))
	w.reads(t, "numbers are not used twice", f.ID, map[string]string{"1": none, "4": "PUBLISHED 4 three"})
	_, err = w.CutFlow(ctx, seeded, ref(""), strings.Repeat("0", 64), "", 0)
	faulttest.Want(t, "another hash", err, fault.Rule)
	_, err = w.CutFlow(ctx, seeded, ref(""), "", "", 9)
	faulttest.Want(t, "another number", err, fault.Rule)
}

// With as many versions as may be, no version can be made; a rollback still works, and makes none.
func TestRollbackWorksAtTheLimitOfVersions(t *testing.T) {
	ctx := context.Background()
	w := newWorld(t)
	f := w.flow("f")
	ref := func(qualifier string) arn.Ref { return arn.Ref{ID: f.ID, Qualifier: qualifier} }
	cut := func(qualifier string, want int64) (int64, error) {
		v, err := w.CutFlow(ctx, seeded, ref(qualifier), "", "", want)
		return v.Number, err
	}
	for range admin.MaxVersions {
		_, err := cut("", 0)
		faulttest.OK(t, "cut", err)
	}
	faulttest.OK(t, "update", w.UpdateFlowContent(ctx, seeded, ref(""), contentNamed("broken")))
	_, err := cut("", 0)
	faulttest.Want(t, "one more", err, fault.LimitExceeded)
	_, err = cut("7", admin.MaxVersions+1)
	faulttest.Want(t, "a rollback that must get a number", err, fault.LimitExceeded)
	w.reads(t, "refused", f.ID, map[string]string{"": "PUBLISHED 0 broken"})
	number, err := cut("7", 0)
	faulttest.OK(t, "rollback", err)
	if number != 7 {
		t.Errorf("the rollback is version %d, want 7 itself", number)
	}
	w.reads(t, "rolled back", f.ID, map[string]string{"": "PUBLISHED 100 end", "7": "PUBLISHED 7 end", "101": none})
	faulttest.OK(t, "drop", w.DropFlowVersion(ctx, seeded, f.ID, 1))
	if number, err = cut("7", 0); err != nil || number != admin.MaxVersions+1 {
		t.Errorf("with room again a rollback is version %d, %v; want %d", number, err, admin.MaxVersions+1)
	}
}

// A refused content changes nothing.
func TestABadContentIsNotPublished(t *testing.T) {
	ctx := context.Background()
	w := newWorld(t)
	f := w.flow("f")
	bad := `{"Version":"2019-10-30","StartAction":"nowhere","Actions":[]}`
	faulttest.Want(t, "publish", w.UpdateFlowContent(ctx, seeded, arn.Ref{ID: f.ID}, bad), fault.FlowInvalid)
	w.reads(t, "still", f.ID, map[string]string{"": "PUBLISHED 0 end", "$SAVED": "PUBLISHED 0 end"})
	faulttest.OK(t, "save", w.UpdateFlowContent(ctx, seeded, arn.Ref{ID: f.ID, Qualifier: "$SAVED"}, bad))
	w.reads(t, "saved", f.ID, map[string]string{"": "PUBLISHED 0 end", "$SAVED": "SAVED 0 nowhere"})
}

// Of changes at the same time, on two nodes, none is lost.
func TestNoChangeIsLost(t *testing.T) {
	ctx := context.Background()
	w := newWorld(t)
	f := w.flow("f")
	const each = 10
	var all sync.WaitGroup
	for _, node := range []*admin.Service{w.Service, w.deaf()} {
		for i := range each {
			all.Go(func() {
				_, err := node.CutFlow(ctx, seeded, arn.Ref{ID: f.ID}, "", "", 0)
				faulttest.OK(t, "cut", err)
				faulttest.OK(t, "tag", w.docs.Tag(ctx, arn.ARN{Scope: w.Scope(seeded), Kind: arn.Flow, Ref: arn.Ref{ID: f.ID}}, map[string]string{fmt.Sprintf("%p %d", node, i): ""}, nil))
			})
		}
	}
	all.Wait()
	got, err := w.Flow(ctx, seeded, arn.Ref{ID: f.ID})
	faulttest.OK(t, "read", err)
	if len(got.Versions) != 2*each || got.Last != 2*each || len(got.Tags) != 2*each+1 {
		t.Errorf("%d versions, the last is %d, %d tags: want %d each", len(got.Versions), got.Last, len(got.Tags), 2*each)
	}
}

// Things that are made at the same time do not disturb each other.
func TestManyAreMadeAtATime(t *testing.T) {
	ctx := context.Background()
	w := newWorld(t)
	const each = 20
	var all sync.WaitGroup
	for n, node := range []*admin.Service{w.Service, w.deaf()} {
		for i := range each {
			all.Go(func() {
				_, err := node.CreateFlow(ctx, flowNamed(seeded, fmt.Sprint(n, " ", i)))
				faulttest.OK(t, "create", err)
			})
		}
	}
	all.Wait()
	found, err := w.SearchFlows(ctx, seeded, resource.Condition{Field: "description", Value: "D", Compare: resource.Exact}, resource.Page{Limit: 1})
	faulttest.OK(t, "search", err)
	if found.Total != 2*each {
		t.Errorf("%d flows, want %d", found.Total, 2*each)
	}
}

// A chat of seven days finds the content that it began with; later it is gone from the store.
func TestContentsOutliveTheirFlowForAsLongAsAChatLasts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx := context.Background()
		w := &world{t: t, store: storetest.NewMemory(), bus: memory.New(), clock: &clock.Clock{}}
		w.Service = w.node(w.store, w.bus)
		_, _, err := w.Seed(ctx, seeded, "parley")
		faulttest.OK(t, "seed", err)
		changed, deleted := w.flow("changed"), w.flow("deleted")
		faulttest.OK(t, "change", w.UpdateFlowContent(ctx, seeded, arn.Ref{ID: changed.ID}, contentNamed("new")))
		faulttest.OK(t, "delete", w.DeleteFlow(ctx, seeded, deleted.ID))
		old := []string{changed.ContentID, deleted.ContentID}
		exist := func(when string, want bool) {
			t.Helper()
			for _, id := range old {
				if _, err := w.deaf().FlowContent(ctx, seeded, id); fault.Is(err, fault.NotFound) == want {
					t.Errorf("%s: %v, want that it is there: %v", when, err, want)
				}
			}
		}
		touch := func() {
			faulttest.OK(t, "touch", w.UpdateFlowContent(ctx, seeded, arn.Ref{ID: changed.ID, Qualifier: "$SAVED"}, content))
		}
		time.Sleep(7*24*time.Hour + time.Hour)
		touch()
		exist("after seven days", true)
		time.Sleep(24 * time.Hour)
		touch()
		exist("after eight days", false)
		w.reads(t, "the flow", changed.ID, map[string]string{"": "PUBLISHED 0 new"})
	})
}

// transferring is a flow that goes on in another one.
func transferring(to string) string {
	return `{"Version":"2019-10-30","StartAction":"go","Actions":[` +
		`{"Identifier":"go","Type":"TransferToFlow","Parameters":{"ContactFlowId":"` + to + `"},"Transitions":{"NextAction":"end","Errors":[{"ErrorType":"NoMatchingError","NextAction":"end"}],"Conditions":[]}},` +
		`{"Identifier":"end","Type":"DisconnectParticipant","Parameters":{},"Transitions":{}}]}`
}

// A name means what has it in the instance when the flow is published.
func TestReferencesByName(t *testing.T) {
	ctx := context.Background()
	w := newWorld(t)
	deaf := w.deaf()
	names(t, deaf, seeded) // it knows how it was
	target := w.flow("Second: part")
	user := flowNamed(seeded, "user")
	user.Content = transferring("name:flow/Second%3A part")
	user, err := deaf.CreateFlow(ctx, user)
	faulttest.OK(t, "create", err)
	if want := transferring(w.Scope(seeded).ARN(arn.Flow, target.ID)); user.Content != want {
		t.Errorf("the content is %s, want %s", user.Content, want)
	}
	if got, err := w.Flow(ctx, seeded, arn.Ref{ID: user.ID}); err != nil || got.Content != user.Content || got.SHA256 != user.SHA256 {
		t.Errorf("stored: %s, %v", got.Content, err)
	}
	faulttest.Want(t, "what it names is in use", w.DeleteFlow(ctx, seeded, target.ID), fault.Rule)
	unknown := transferring("name:flow/Nobody")
	err = w.UpdateFlowContent(ctx, seeded, arn.Ref{ID: user.ID}, unknown)
	var f *fault.Error
	if !errors.As(err, &f) || f.Kind != fault.FlowInvalid || len(f.Problems) != 1 || f.Problems[0].ActionID != "go" || f.Problems[0].Message != "There is no flow with the name Nobody. Path: Actions[0].Parameters.ContactFlowId (block go)" {
		t.Errorf("a name of nothing: %+v", err)
	}
	faulttest.OK(t, "a draft may name nothing", w.UpdateFlowContent(ctx, seeded, arn.Ref{ID: user.ID, Qualifier: "$SAVED"}, unknown))
	const function, bot = "arn:aws:lambda:us-east-1:123456789012:function:Orders", "arn:aws:lex:us-east-1:123456789012:bot-alias/BOTBOTBOTB/ALIASALIAS"
	faulttest.OK(t, "function", w.Associate(ctx, seeded, admin.Functions, function, resource.Token{}))
	faulttest.OK(t, "bot", w.Associate(ctx, seeded, admin.BotsV2, bot, resource.Token{}))
	faulttest.OK(t, "function with an alias", w.Associate(ctx, seeded, admin.Functions, function+":live", resource.Token{}))
	m := admin.Module{Content: `{"Version":"2019-10-30","StartAction":"go","Settings":{},"Actions":[` +
		`{"Identifier":"go","Type":"InvokeLambdaFunction","Parameters":{"LambdaFunctionARN":"name:function/Orders:live","InvocationTimeLimitSeconds":"3"},"Transitions":{"NextAction":"end","Errors":[{"ErrorType":"NoMatchingError","NextAction":"end"}],"Conditions":[]}},` +
		`{"Identifier":"end","Type":"EndFlowModuleExecution","Parameters":{},"Transitions":{}}]}`}
	m.InstanceID, m.Name = seeded, "m"
	m, err = w.CreateModule(ctx, m, resource.Token{})
	faulttest.OK(t, "module", err)
	if !strings.Contains(m.Content, `"`+function+`:live"`) {
		t.Errorf("the module is %s", m.Content)
	}
}

func TestWhatIsInUseStays(t *testing.T) {
	ctx := context.Background()
	w := newWorld(t)
	target := w.flow("target")
	user := flowNamed(seeded, "user")
	user.Content = transferring(target.ID)
	user, err := w.CreateFlow(ctx, user)
	faulttest.OK(t, "create", err)
	faulttest.Want(t, "in use", w.DeleteFlow(ctx, seeded, target.ID), fault.Rule)
	faulttest.OK(t, "no longer", w.UpdateFlowContent(ctx, seeded, arn.Ref{ID: user.ID}, content))
	faulttest.OK(t, "delete", w.DeleteFlow(ctx, seeded, target.ID))
	faulttest.Want(t, "again", w.DeleteFlow(ctx, seeded, target.ID), fault.NotFound)
	defaults, _, err := w.Flows(ctx, seeded, []string{"CUSTOMER_QUEUE"}, resource.Page{Limit: 1})
	faulttest.OK(t, "list", err)
	faulttest.Want(t, "a default flow", w.DeleteFlow(ctx, seeded, defaults[0].ID), fault.Rule)
}

func TestAnArchivedFlowStartsNoChat(t *testing.T) {
	ctx := context.Background()
	w := newWorld(t)
	f := w.flow("f")
	for state, want := range map[string]fault.Kind{admin.Archived: fault.NotFound, admin.Active: fault.Internal} {
		faulttest.OK(t, state, w.UpdateFlow(ctx, seeded, f.ID, admin.Metadata{State: &state}))
		if _, err := w.StartFlow(ctx, seeded, f.ID); fault.KindOf(err) != want && err != nil || (err == nil) != (want == fault.Internal) {
			t.Errorf("%s: %v", state, err)
		}
	}
}

// Settings that are published without a content come to the published one, not to the draft.
func TestSettingsPublishNoDraft(t *testing.T) {
	ctx := context.Background()
	w := newWorld(t)
	moduleContent := func(id string) string {
		return strings.Replace(contentNamed(id), `"StartAction"`, `"Settings":{},"StartAction"`, 1)
	}
	m := admin.Module{Content: strings.ReplaceAll(moduleContent("old"), "DisconnectParticipant", "EndFlowModuleExecution")}
	m.InstanceID, m.Name = seeded, "m"
	m, err := w.CreateModule(ctx, m, resource.Token{})
	faulttest.OK(t, "create", err)
	draft, settings := strings.ReplaceAll(m.Content, "old", "new"), `{"a":1}`
	faulttest.OK(t, "save", w.UpdateModuleContent(ctx, seeded, arn.Ref{ID: m.ID, Qualifier: arn.Saved}, admin.ModuleChange{Content: &draft}))
	faulttest.OK(t, "publish", w.UpdateModuleContent(ctx, seeded, arn.Ref{ID: m.ID}, admin.ModuleChange{Settings: &settings}))
	got, err := w.Module(ctx, seeded, arn.Ref{ID: m.ID})
	if err != nil || got.Content != m.Content || got.Settings != settings {
		t.Errorf("published: %s %s, %v; want %s %s", got.Content, got.Settings, err, m.Content, settings)
	}
}

// The answer to a request that was made before is the same, also when the thing is gone.
func TestACreationIsAnsweredAgainAfterTheDeletion(t *testing.T) {
	w := newWorld(t)
	token := resource.Token{Operation: "CreateContactFlowModule", Value: "once"}
	m := admin.Module{Content: moduleContent}
	m.InstanceID, m.Name = seeded, "module"
	first, err := w.CreateModule(t.Context(), m, token)
	faulttest.OK(t, "create", err)
	faulttest.OK(t, "delete", w.DeleteModule(t.Context(), seeded, first.ID))
	again, err := w.CreateModule(t.Context(), m, token)
	if err != nil || again.ID != first.ID {
		t.Errorf("again: %s, %v, want %s", again.ID, err, first.ID)
	}
}

const moduleContent = `{"Version":"2019-10-30","StartAction":"r","Settings":{},"Actions":[{"Identifier":"r","Type":"EndFlowModuleExecution","Parameters":{},"Transitions":{}}]}`
