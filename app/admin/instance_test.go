package admin_test

import (
	"context"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"parley/app/admin"
	"parley/domain/change"
	"parley/internal/arn"
	"parley/internal/fault"
	"parley/internal/faulttest"
	"parley/store"
	"parley/work/resource"
)

// names lists what an instance has, by kind.
func names(t *testing.T, s *admin.Service, instance string) []string {
	t.Helper()
	ctx := context.Background()
	flows, _, err := s.Flows(ctx, instance, nil, resource.Page{Limit: 100})
	faulttest.OK(t, "flows", err)
	queues, _, err := s.Queues(ctx, instance, resource.Page{Limit: 100})
	faulttest.OK(t, "queues", err)
	all := []string{}
	for _, f := range flows {
		all = append(all, string(f.Type)+" "+f.Name)
	}
	for _, q := range queues {
		all = append(all, "QUEUE "+q.Name)
	}
	slices.Sort(all)
	return all
}

func TestANewInstanceHasWhatAmazonConnectGivesOne(t *testing.T) {
	w := newWorld(t)
	want := []string{
		"AGENT_HOLD Default agent hold", "AGENT_TRANSFER Default agent transfer", "AGENT_WHISPER Default agent whisper",
		"CONTACT_FLOW Sample inbound flow (first contact experience)",
		"CUSTOMER_HOLD Default customer hold", "CUSTOMER_QUEUE Default customer queue", "CUSTOMER_WHISPER Default customer whisper",
		"OUTBOUND_WHISPER Default outbound", "QUEUE BasicQueue", "QUEUE_TRANSFER Default queue transfer",
	}
	second, err := w.CreateInstance(context.Background(), admin.Instance{Alias: "second"}, "")
	faulttest.OK(t, "create", err)
	for _, id := range []string{seeded, second.ID} {
		if diff := cmp.Diff(want, names(t, w.Service, id)); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	}
}

func TestSeedingAgainChangesNothing(t *testing.T) {
	ctx := context.Background()
	w := newWorld(t)
	first, flow, err := w.Seed(ctx, seeded, "parley")
	faulttest.OK(t, "seed", err)
	w.flow("mine")
	for name, id := range map[string]string{"by id": seeded, "by alias": ""} {
		in, again, err := w.deaf().Seed(ctx, id, "parley")
		faulttest.OK(t, name, err)
		in.Version = first.Version // it grows with what is made in the instance
		if again != flow || !cmp.Equal(in, first) {
			t.Errorf("%s: %+v with the flow %s, it was %+v with %s", name, in, again, first, flow)
		}
	}
	if got := len(names(t, w.Service, seeded)); got != 11 {
		t.Errorf("%d things", got)
	}
	if _, err := w.StartFlow(ctx, seeded, flow); err != nil {
		t.Errorf("a chat with the default flow: %v", err)
	}
}

func TestRestoreMakesTheFirstInstanceAnew(t *testing.T) {
	ctx := context.Background()
	w := newWorld(t)
	before := names(t, w.Service, seeded)
	_, flow, err := w.Seed(ctx, seeded, "parley")
	faulttest.OK(t, "seed", err)
	mine := w.flow("mine")
	second, err := w.CreateInstance(ctx, admin.Instance{Alias: "second"}, "")
	faulttest.OK(t, "create", err)
	faulttest.OK(t, "restore", w.Restore(ctx, seeded, "parley"))
	if diff := cmp.Diff(before, names(t, w.Service, seeded)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	_, err = w.StartFlow(ctx, seeded, flow)
	faulttest.OK(t, "the default flow has the id that it had", err)
	_, err = w.Flow(ctx, seeded, arn.Ref{ID: mine.ID})
	faulttest.Want(t, "a flow of before", err, fault.NotFound)
	_, err = w.Instance(ctx, second.ID)
	faulttest.Want(t, "an instance of before", err, fault.NotFound)
}

func TestDeletingAnInstanceDeletesEverythingInIt(t *testing.T) {
	ctx := context.Background()
	w := newWorld(t)
	f := w.flow("mine")
	faulttest.OK(t, "delete", w.DeleteInstance(ctx, seeded))
	for _, kind := range []string{"flow", "flow-content", "queue", "hours"} {
		if rows, err := w.store.Resources(ctx, seeded, kind, "", 100); err != nil || len(rows) > 0 {
			t.Errorf("%d of kind %s are left, %v", len(rows), kind, err)
		}
	}
	_, err := w.Flow(ctx, seeded, arn.Ref{ID: f.ID})
	faulttest.Want(t, "a flow of it", err, fault.NotFound)
	faulttest.Want(t, "deleting it again", w.DeleteInstance(ctx, seeded), fault.NotFound)
}

func TestAClientTokenMakesOneInstance(t *testing.T) {
	ctx := context.Background()
	w := newWorld(t)
	create := func(alias, clientToken string) admin.Instance {
		in, err := w.CreateInstance(ctx, admin.Instance{Alias: alias}, clientToken)
		faulttest.OK(t, "create", err)
		return in
	}
	first := create("a", "t")
	if again := create("a", "t"); again.ID != first.ID {
		t.Errorf("again: %+v", again)
	}
	if other := create("b", "u"); other.ID == first.ID {
		t.Error("another token got the first instance")
	}
	w.clock.SetOffset(7*24*time.Hour + time.Second)
	if later := create("c", "t"); later.ID == first.ID {
		t.Error("after 7 days the token is still known")
	}
}

func TestANodeSeesItsOwnChangesAtOnceAndOthersByHint(t *testing.T) {
	ctx := context.Background()
	w := newWorld(t)
	hears := w.node(w.store, w.bus)
	names(t, hears, seeded) // it knows how it was
	f := w.flow("new")
	for name, node := range map[string]*admin.Service{"this node": w.Service, "a node that hears of it": hears, "a node that knew nothing": w.deaf()} {
		_, err := node.Flow(ctx, seeded, arn.Ref{ID: f.ID})
		faulttest.OK(t, name, err)
	}
}

// slowStore lets a test do something while the flows of an instance are read.
type slowStore struct {
	store.Store
	once  sync.Once
	after func()
}

func (s *slowStore) Resources(ctx context.Context, instance, kind, after string, limit int) ([]change.Resource, error) {
	rows, err := s.Store.Resources(ctx, instance, kind, after, limit)
	if kind == "flow" && s.after != nil {
		s.once.Do(s.after)
	}
	return rows, err
}

// What was read before a change must not be remembered after it.
func TestAChangeDuringAReadIsNotForgotten(t *testing.T) {
	ctx := context.Background()
	w := newWorld(t)
	slow := &slowStore{Store: w.store}
	node := w.node(slow, w.bus)
	var f admin.Flow
	slow.after = func() { f = w.flow("meanwhile") }
	names(t, node, seeded)
	_, err := node.Flow(ctx, seeded, arn.Ref{ID: f.ID})
	faulttest.OK(t, "a flow that was made during the read", err)
}

func TestAFlowsContentNeverChanges(t *testing.T) {
	w := newWorld(t)
	a, b := w.flow("a"), w.flow("b")
	if a.ContentID == b.ContentID || a.SHA256 != b.SHA256 {
		t.Errorf("two flows of one text: contents %s and %s, sums %s and %s", a.ContentID, b.ContentID, a.SHA256, b.SHA256)
	}
	if diff := cmp.Diff(a, b, cmpopts.IgnoreFields(admin.Flow{}, "Stored", "ContentID")); diff != "" {
		t.Error(diff)
	}
}
