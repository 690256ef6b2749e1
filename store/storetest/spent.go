package storetest

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"parley/domain/agent"
	"parley/domain/change"
	"parley/internal/fault"
	"parley/store"
)

// spentTests are about how agents spent their time, as package measure keeps it: rows in no instance, whose ids begin with one and go on with a
// time, which are read from a place that no row has, and deleted many at a time.
func spentTests() map[string]func(*testing.T, store.Store) {
	return map[string]func(*testing.T, store.Store){
		"InOrder":      testSpentInOrder,
		"WithAnAgent":  testSpentWithAnAgent,
		"ManyAtATime":  testSpentIsDeleted,
		"DeletedByTwo": testSpentIsDeletedOnce,
	}
}

// spent is a row of what a user of an instance did until so many hours after the start.
func spent(instance, user string, hours int) change.Resource {
	end := start().Add(time.Duration(hours) * time.Hour)
	return change.Resource{Kind: agent.KindTime, ID: agent.TimeID(instance, end, user), Document: fmt.Appendf(nil, "%s %s %d\x00\xff", instance, user, hours)}
}

// spentAfter are the ids of the rows after one, some at a time.
func spentAfter(t *testing.T, s store.Store, after string, some int) (ids []string) {
	t.Helper()
	for {
		page := must[[]change.Resource](t)(s.Resources(t.Context(), "", agent.KindTime, after, some))
		for i := range page {
			ids = append(ids, page[i].ID)
		}
		if len(page) < some {
			return ids
		}
		after = page[len(page)-1].ID
	}
}

// testSpentInOrder: by instance and then by time, as bytes are ordered, whatever the language of the database is.
func testSpentInOrder(t *testing.T, s store.Store) {
	var want []string
	var rows []change.Resource
	for _, instance := range []string{"A-1", "a", "a-1", "a1", "B-1", "b"} {
		for _, hours := range []int{0, 2, 40, 9_000} {
			for _, user := range []string{"ann", "Ben", "ben-2"} {
				rows = append(rows, spent(instance, user, hours))
				want = append(want, rows[len(rows)-1].ID)
			}
		}
	}
	for i := range rows { // written from the last to the first
		commit(t, s, configuring(rows[len(rows)-1-i]))
	}
	slices.Sort(want)
	for _, some := range []int{1, 5, 100} {
		same(t, fmt.Sprintf("pages of %d", some), spentAfter(t, s, "", some), want)
	}
	from := agent.TimeID("a-1", start().Add(time.Hour), "") // nobody's
	same(t, "from a time on", spentAfter(t, s, from, 7), want[slices.IndexFunc(want, func(id string) bool { return id > from }):])
	same(t, "behind an instance", spentAfter(t, s, "b/~", 7), []string(nil))
	for _, row := range must[[]change.Resource](t)(s.Resources(t.Context(), "", agent.KindTime, "a/", 1)) {
		wanted := spent("a", "Ben", 0)
		wanted.Version = 1
		same(t, "the first of an instance", row, wanted)
	}
}

// testSpentWithAnAgent: the row is written with the agent, or neither is.
func testSpentWithAnAgent(t *testing.T, s store.Store) {
	row := change.Resource{Instance: instance, Kind: agent.Kind, ID: "ann", Document: []byte("{}")}
	commit(t, s, configuring(row))
	row.Version = 1
	commit(t, s, configuring(row, spent(instance, "ann", 1)))
	refuse(t, s, configuring(row, spent(instance, "ann", 2)), fault.Conflict)
	same(t, "rows", spentAfter(t, s, "", 9), []string{spent(instance, "ann", 1).ID})
	row.Version = 2
	refuse(t, s, configuring(row, spent(instance, "ann", 1)), fault.Duplicate)
	if got := must[*change.Resource](t)(s.Resource(t.Context(), instance, agent.Kind, "ann")); got.Version != 2 {
		t.Errorf("the agent's version is %d after a refused Set", got.Version)
	}
}

// testSpentIsDeleted: as many in one Set as package measure deletes.
func testSpentIsDeleted(t *testing.T, s store.Store) {
	const many = 200
	set, gone := configuring(), configuring()
	for i := range many + 1 {
		row := spent(instance, "ann", i)
		set.Resources = append(set.Resources, row)
		if row.Version, row.Delete = 1, true; i < many {
			gone.Resources = append(gone.Resources, row)
		}
	}
	commit(t, s, set)
	commit(t, s, gone)
	same(t, "what is left", spentAfter(t, s, "", many), []string{spent(instance, "ann", many).ID})
}

// testSpentIsDeletedOnce: of two nodes that delete the same rows one does it, and the other one deletes nothing.
func testSpentIsDeletedOnce(t *testing.T, s store.Store) {
	commit(t, s, configuring(spent(instance, "ann", 1), spent(instance, "ann", 2)))
	row := func(hours int) change.Resource {
		r := spent(instance, "ann", hours)
		r.Version, r.Delete = 1, true
		return r
	}
	commit(t, s, configuring(row(1)))
	refuse(t, s, configuring(row(2), row(1)), fault.Conflict)
	same(t, "what is left", spentAfter(t, s, "", 9), []string{spent(instance, "ann", 2).ID})
}
