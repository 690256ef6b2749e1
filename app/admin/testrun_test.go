package admin_test

import (
	"sync"
	"testing"

	"parley/app/admin"
	"parley/work/resource"
)

const observed = `{"Version":"2019-10-30","Metadata":{},"Observations":[{"Identifier":"a","Event":{"Type":"TestInitiated","Actor":"System"},"Actions":[],"Transitions":{}}]}`

// Executions that begin together forget the same old ones, and none of them fails of it.
func TestManyExecutionsOfOneCaseAtATime(t *testing.T) {
	const kept, together = 50, 8
	w := newWorld(t)
	c := admin.TestCase{Content: observed, EntryType: "CHAT", FlowID: w.flow("start").ID}
	c.InstanceID, c.Name = seeded, "case"
	c, err := w.CreateTestCase(t.Context(), c, true)
	ok(t, "create", err)
	start := func() {
		_, err := w.StartTestRun(t.Context(), seeded, c.ID, resource.Token{})
		ok(t, "start", err)
	}
	for range kept {
		start()
	}
	var all sync.WaitGroup
	for range together {
		all.Go(start)
	}
	all.Wait()
	runs, _, err := w.TestRuns(t.Context(), seeded, resource.Page{Limit: 1000}, func(*admin.TestRun) bool { return true })
	if err != nil || len(runs) != kept {
		t.Errorf("%d executions are kept, %v; want %d", len(runs), err, kept)
	}
}
