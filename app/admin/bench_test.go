package admin

import (
	"context"
	"fmt"
	"testing"

	"parley/app/people"
	"parley/bus/memory"
	"parley/domain/change"
	"parley/domain/flow"
	"parley/internal/arn"
	"parley/internal/clock"
	"parley/store/sqlite/sqlitetest"
	"parley/work/resource"
)

// BenchmarkSnapshot measures an instance of 5,000 flows, as a node reads it
// once a second while nothing changes, and after a change.
func BenchmarkSnapshot(b *testing.B) {
	ctx := context.Background()
	st := sqlitetest.Open(b)
	docs := &resource.Store{Rows: st, Bus: memory.New(), Clock: &clock.Clock{}}
	s, err := New(Options{Resources: docs, Also: people.New(docs).Seed, Home: arn.Home{Region: "eu-west-1", Account: "123456789012"}})
	check(b, err)
	in, _, err := s.Seed(ctx, "", "bench")
	check(b, err)
	for i := range 50 {
		_, err := docs.Put(ctx, in.ID, resource.Token{}, flowRows(b, in.ID, i)...)
		check(b, err)
	}
	v, err := s.view(ctx, in.ID)
	check(b, err)
	b.Run("unchanged", func(b *testing.B) {
		for b.Loop() {
			_, err := s.refresh(ctx, v, in.ID)
			check(b, err)
		}
	})
	b.Run("changed", func(b *testing.B) {
		for b.Loop() {
			_, err := s.refresh(ctx, nil, in.ID)
			check(b, err)
		}
	})
}

func check(tb testing.TB, err error) {
	tb.Helper()
	if err != nil {
		tb.Fatal(err)
	}
}

// flowRows are the rows of 100 flows.
func flowRows(tb testing.TB, instance string, part int) (rows []change.Resource) {
	for i := range 100 {
		f := Flow{Type: flow.ContactFlow, Description: "one of many", State: Active}
		f.ID, f.InstanceID, f.Name = resource.NewID(), instance, fmt.Sprint("flow ", part, " ", i)
		doc, err := flow.Parse([]byte(`{"Version":"2019-10-30","StartAction":"e","Actions":[{"Identifier":"e","Type":"DisconnectParticipant","Parameters":{},"Transitions":{}}]}`))
		check(tb, err)
		more, err := f.accept(doc, true)
		check(tb, err)
		row, err := flows().Row(&f)
		check(tb, err)
		rows = append(rows, append(more, row)...)
	}
	return rows
}
