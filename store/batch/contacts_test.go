package batch

import (
	"testing"

	"parley/domain/change"
	"parley/domain/record"
	"parley/domain/session"
	"parley/store/codec"
)

// Of a contact that is entered and changed in one batch the row is written once, as it stands after it.
func TestAContactIsWrittenOncePerBatch(t *testing.T) {
	v := NewView(func() int64 { return 1 })
	var keys Keys
	var requests []*Request
	for version, name := range []string{"first", "last"} {
		set := &change.Set{
			Session:  &change.Session{ID: "s", Create: version == 0, Version: int64(version), Next: &session.Session{ID: "s"}, Parts: change.State},
			Contacts: []change.Contact{{ID: "c", SessionID: "s", InstanceID: "i", Known: version > 0, Record: &record.Record{ID: "c", Name: name}}},
		}
		r, err := NewRequest(set)
		if err != nil {
			t.Fatal(err)
		}
		requests = append(requests, r)
		v.Collect(&keys, set)
	}
	var rows Rows
	for _, r := range requests {
		if v.Decide(r, &rows); r.refusal != nil {
			t.Fatal(r.refusal)
		}
	}
	v.Flush(&rows)
	if len(rows.Contacts) != 1 || rows.Contacts[0].Stands {
		t.Fatalf("%+v", rows.Contacts)
	}
	if got, err := codec.DecodeRecord(rows.Contacts[0].Record); err != nil || got.Name != "last" {
		t.Errorf("%q, %v", got.Name, err)
	}
}
