package storetest

import (
	"fmt"
	"strings"
	"testing"

	"parley/domain/change"
	"parley/internal/fault"
	"parley/store"
)

func resourceTests() map[string]func(*testing.T, store.Store) {
	return map[string]func(*testing.T, store.Store){
		"Life":           testResourceLife,
		"Names":          testResourceNames,
		"NamePassesOn":   testResourceNamePassesOn,
		"Pages":          testResourcePages,
		"AllOrNone":      testResourcesAllOrNone,
		"LargeDocuments": testLargeDocuments,
	}
}

func resource(id, name string, version int64) change.Resource {
	return change.Resource{Instance: instance, Kind: "queue", ID: id, Name: name, Version: version,
		Document: []byte(fmt.Sprintf("%s %s %d\x00\xff", id, name, version))}
}

func configuring(list ...change.Resource) *change.Set {
	return &change.Set{At: start(), Resources: list}
}

func deleting(id string, version int64) change.Resource {
	r := resource(id, "", version)
	r.Delete = true
	return r
}

func testResourceLife(t *testing.T, s store.Store) {
	read := func() (*change.Resource, error) { return s.Resource(t.Context(), instance, "queue", "a") }
	if _, err := read(); !fault.Is(err, fault.NotFound) {
		t.Errorf("before: %v, want NotFound", err)
	}
	refuse(t, s, configuring(resource("a", "A", 1)), fault.Conflict)
	refuse(t, s, configuring(deleting("a", 1)), fault.Conflict)
	commit(t, s, configuring(resource("a", "A", 0)))
	want := resource("a", "A", 0)
	want.Version = 1
	same(t, "created", must[*change.Resource](t)(read()), &want)

	refuse(t, s, configuring(resource("a", "A", 0)), fault.Duplicate)
	refuse(t, s, configuring(resource("a", "A", 2)), fault.Conflict)
	commit(t, s, configuring(resource("a", "B", 1)))
	want = resource("a", "B", 1)
	want.Version = 2
	same(t, "changed", must[*change.Resource](t)(read()), &want)

	refuse(t, s, configuring(deleting("a", 1)), fault.Conflict)
	commit(t, s, configuring(deleting("a", 2)))
	if _, err := read(); !fault.Is(err, fault.NotFound) {
		t.Errorf("after: %v, want NotFound", err)
	}
}

func testResourceNames(t *testing.T, s store.Store) {
	commit(t, s, configuring(resource("a", "A", 0), resource("b", "B", 0), resource("no name", "", 0), resource("nor this", "", 0)))
	refuse(t, s, configuring(resource("c", "A", 0)), fault.Duplicate)
	refuse(t, s, configuring(resource("b", "A", 1)), fault.Duplicate)
	commit(t, s, configuring(resource("c", "a", 0)))
	other := resource("a", "A", 0)
	other.Kind = "flow"
	commit(t, s, configuring(other))
	got := must[*change.Resource](t)(s.ResourceNamed(t.Context(), instance, "queue", "A"))
	if got.ID != "a" || got.Kind != "queue" {
		t.Errorf("named A: %+v", got)
	}
	for _, name := range []string{"unknown", ""} {
		if _, err := s.ResourceNamed(t.Context(), instance, "queue", name); !fault.Is(err, fault.NotFound) {
			t.Errorf("named %q: %v, want NotFound", name, err)
		}
	}
}

// testResourceNamePassesOn shows that a Set is judged in order: a name that it
// gives up can be taken by what follows.
func testResourceNamePassesOn(t *testing.T, s store.Store) {
	commit(t, s, configuring(resource("a", "A", 0), resource("b", "B", 0)))
	refuse(t, s, configuring(resource("b", "A", 1), deleting("a", 1)), fault.Duplicate)
	commit(t, s, configuring(deleting("a", 1), resource("b", "A", 1), resource("c", "B", 0)))
	for name, id := range map[string]string{"A": "b", "B": "c"} {
		if got := must[*change.Resource](t)(s.ResourceNamed(t.Context(), instance, "queue", name)); got.ID != id {
			t.Errorf("%s is the name of %s, want %s", name, got.ID, id)
		}
	}
}

func testResourcePages(t *testing.T, s store.Store) {
	for i := range 5 {
		commit(t, s, configuring(resource(fmt.Sprint(i), "", 0)))
	}
	var got []string
	for after := ""; ; after = got[len(got)-1] {
		page := must[[]change.Resource](t)(s.Resources(t.Context(), instance, "queue", after, 2))
		if len(page) == 0 {
			break
		}
		for i := range page {
			got = append(got, page[i].ID)
		}
	}
	same(t, "ids", got, []string{"0", "1", "2", "3", "4"})
	if page := must[[]change.Resource](t)(s.Resources(t.Context(), "another", "queue", "", 9)); len(page) != 0 {
		t.Errorf("another instance has %d resources", len(page))
	}
}

func testResourcesAllOrNone(t *testing.T, s store.Store) {
	refuse(t, s, configuring(resource("a", "A", 0), resource("b", "A", 0)), fault.Duplicate)
	if _, err := s.Resource(t.Context(), instance, "queue", "a"); !fault.Is(err, fault.NotFound) {
		t.Errorf("a refused Set left a resource: %v", err)
	}
}

func testLargeDocuments(t *testing.T, s store.Store) {
	r := resource("a", "A", 0)
	r.Document = []byte(strings.Repeat("flow ", 200_000))
	commit(t, s, configuring(r))
	got := must[*change.Resource](t)(s.Resource(t.Context(), instance, "queue", "a"))
	if string(got.Document) != string(r.Document) {
		t.Errorf("%d bytes read back, want %d", len(got.Document), len(r.Document))
	}
}
