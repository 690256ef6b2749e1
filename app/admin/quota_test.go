package admin_test

import (
	"context"
	"sync"
	"testing"

	"parley/app/admin"
	"parley/app/people"
	"parley/domain/change"
	"parley/internal/arn"
	"parley/internal/fault"
	"parley/internal/faulttest"
	"parley/store"
	"parley/work/resource"
)

// bounded is a node on which an instance may have so many things.
func (w *world) bounded(st store.Store, q admin.Quotas) *admin.Service {
	w.t.Helper()
	docs := &resource.Store{Rows: st, Bus: w.bus, Clock: w.clock}
	s, err := admin.New(admin.Options{Resources: docs, Also: people.New(docs).Seed, Home: arn.Home{Region: "eu-west-1", Account: "123456789012"}, Quotas: q})
	if err != nil {
		w.t.Fatal(err)
	}
	return s
}

func moduleNamed(name string) admin.Module {
	m := admin.Module{Content: moduleContent}
	m.InstanceID, m.Name = seeded, name
	return m
}

// Of many creations at once no more succeed than there is room for; what was answered is answered again.
func TestAnInstanceHasNoMoreThanItsQuota(t *testing.T) {
	ctx := t.Context()
	w := newWorld(t)
	before, _, err := w.Flows(ctx, seeded, nil, resource.Page{Limit: 1000})
	faulttest.OK(t, "flows", err)
	s := w.bounded(w.store, admin.Quotas{Flows: len(before) + 3, Modules: 1})
	var all sync.WaitGroup
	for _, name := range []string{"a", "b", "c", "d", "e", "f", "g", "h"} {
		all.Go(func() {
			if _, err := s.CreateFlow(ctx, flowNamed(seeded, name)); err != nil && !fault.Is(err, fault.LimitExceeded) {
				t.Errorf("create: %v", err)
			}
		})
	}
	all.Wait()
	after, _, err := w.Flows(ctx, seeded, nil, resource.Page{Limit: 1000})
	if err != nil || len(after) != len(before)+3 {
		t.Errorf("%d flows after %d, %v", len(after), len(before), err)
	}
	token := resource.Token{Operation: "CreateContactFlowModule", Value: "once"}
	m, err := s.CreateModule(ctx, moduleNamed("one"), token)
	faulttest.OK(t, "a module", err)
	_, err = s.CreateModule(ctx, moduleNamed("two"), resource.Token{})
	faulttest.Want(t, "a second module", err, fault.LimitExceeded)
	again, err := s.CreateModule(ctx, moduleNamed("one"), token)
	if err != nil || again.ID != m.ID {
		t.Errorf("again: %s, %v", again.ID, err)
	}
}

// late is a store in which something happens just before the first commit.
type late struct {
	store.Store
	first   sync.Once
	happens func()
}

func (l *late) Commit(ctx context.Context, set *change.Set) (store.Result, error) {
	l.first.Do(l.happens)
	return l.Store.Commit(ctx, set)
}

// What a flow names is there when it is published, also where it is deleted at that moment.
func TestAFlowIsPublishedWhileWhatItNamesIsDeleted(t *testing.T) {
	ctx := t.Context()
	w := newWorld(t)
	m, err := w.CreateModule(ctx, moduleNamed("gone"), resource.Token{})
	faulttest.OK(t, "module", err)
	f := flowNamed(seeded, "caller")
	f.Content = `{"Version":"2019-10-30","StartAction":"m","Actions":[` +
		`{"Identifier":"m","Type":"InvokeFlowModule","Parameters":{"FlowModuleId":"name:module/gone"},"Transitions":{"NextAction":"end","Errors":[{"NextAction":"end","ErrorType":"NoMatchingError"}]}},` +
		`{"Identifier":"end","Type":"DisconnectParticipant","Parameters":{},"Transitions":{}}]}`
	st := &late{Store: w.store, happens: func() { faulttest.OK(t, "delete", w.DeleteModule(ctx, seeded, m.ID)) }}
	_, err = w.node(st, w.bus).CreateFlow(ctx, f)
	faulttest.Want(t, "create", err, fault.FlowInvalid)

	m, err = w.CreateModule(ctx, moduleNamed("gone"), resource.Token{})
	faulttest.OK(t, "module", err)
	plain := w.flow("plain")
	st = &late{Store: w.store, happens: func() { faulttest.OK(t, "delete", w.DeleteModule(ctx, seeded, m.ID)) }}
	err = w.node(st, w.bus).UpdateFlowContent(ctx, seeded, arn.Ref{ID: plain.ID}, f.Content)
	faulttest.Want(t, "update", err, fault.FlowInvalid)
}

// Of two nodes that each see room for one more only one creates it.
func TestTwoNodesShareAQuota(t *testing.T) {
	ctx := t.Context()
	w := newWorld(t)
	quotas := admin.Quotas{Modules: 1}
	other := w.bounded(w.store, quotas)
	st := &late{Store: w.store, happens: func() {
		_, err := other.CreateModule(ctx, moduleNamed("theirs"), resource.Token{})
		faulttest.OK(t, "the other node", err)
	}}
	_, err := w.bounded(st, quotas).CreateModule(ctx, moduleNamed("mine"), resource.Token{})
	faulttest.Want(t, "the slower node", err, fault.LimitExceeded)
}

// What is deleted is named by nothing, also where it is named at that moment.
func TestAModuleIsDeletedWhileAFlowIsPublishedThatNamesIt(t *testing.T) {
	ctx := t.Context()
	w := newWorld(t)
	m, err := w.CreateModule(ctx, moduleNamed("used"), resource.Token{})
	faulttest.OK(t, "module", err)
	f := flowNamed(seeded, "caller")
	f.Content = `{"Version":"2019-10-30","StartAction":"m","Actions":[` +
		`{"Identifier":"m","Type":"InvokeFlowModule","Parameters":{"FlowModuleId":"name:module/used"},"Transitions":{"NextAction":"end","Errors":[{"NextAction":"end","ErrorType":"NoMatchingError"}]}},` +
		`{"Identifier":"end","Type":"DisconnectParticipant","Parameters":{},"Transitions":{}}]}`
	st := &late{Store: w.store, happens: func() {
		_, err := w.CreateFlow(ctx, f)
		faulttest.OK(t, "flow", err)
	}}
	faulttest.Want(t, "delete", w.node(st, w.bus).DeleteModule(ctx, seeded, m.ID), fault.Rule)
}
