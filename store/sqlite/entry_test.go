package sqlite

import (
	"bytes"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"parley/store"
	"parley/store/batch"
)

func sampleEntry() (entry, batch.Rows) {
	rows := batch.Rows{
		Sessions: []batch.SessionRow{{ID: "s1", Version: 3, Head: 8}, {ID: "changed"}, {ID: "s2", Version: 1, Head: 1}},
		Items: []batch.ItemRow{
			{Session: "s1", Position: 7, At: 1, Body: []byte("seven")}, {Session: "changed", Position: 1},
			{Session: "s1", Position: 8, At: 2, Body: []byte("eight")}, {Session: "s2", Position: 1, At: -3, Body: []byte{0}},
		},
		Once: []batch.OnceRow{
			{OnceKey: batch.OnceKey{Scope: "s1", Key: [32]byte{1}}, Own: true, Replay: &store.Replay{
				Fingerprint: [32]byte{2}, Answer: []byte("a"), Position: 7, Time: time.UnixMilli(1).UTC(),
			}},
			{OnceKey: batch.OnceKey{Scope: "instance"}, Replay: &store.Replay{Position: 1}},
			{OnceKey: batch.OnceKey{Scope: "s2", Key: [32]byte{3}}, Own: true, Replay: &store.Replay{Position: 1}, Expires: time.UnixMilli(9)},
			{OnceKey: batch.OnceKey{Scope: "s2", Key: [32]byte{4}}, Replay: &store.Replay{Position: 9}}, // came with another session's item
			{OnceKey: batch.OnceKey{Scope: "changed"}, Own: true, Replay: &store.Replay{Position: 1}},
		},
	}
	e := newEntry()
	e.take(&rows, map[string]bool{"changed": true})
	return e, rows
}

// TestEntryTakesPlainAppends shows what goes into an entry, what stays, and
// that an entry reads back equal.
func TestEntryTakesPlainAppends(t *testing.T) {
	e, rows := sampleEntry()
	if len(e.sessions) != 2 || len(e.items) != 3 || len(e.once) != 1 {
		t.Errorf("the entry has %d sessions, %d items, %d tokens, want 2, 3, 1", len(e.sessions), len(e.items), len(e.once))
	}
	if len(rows.Sessions) != 1 || len(rows.Items) != 1 || len(rows.Once) != 4 {
		t.Errorf("%d sessions, %d items, %d tokens stay, want 1, 1, 4", len(rows.Sessions), len(rows.Items), len(rows.Once))
	}
	back, err := decodeEntry(e.encode())
	if err != nil {
		t.Fatal(err)
	}
	for i := range e.sessions {
		e.sessions[i] = batch.SessionRow{ID: e.sessions[i].ID}
	}
	for _, diff := range []string{cmp.Diff(e.sessions, back.sessions), cmp.Diff(e.items, back.items), cmp.Diff(e.once, back.once)} {
		if diff != "" {
			t.Errorf("an entry changes when it is stored (-before +after):\n%s", diff)
		}
	}
	empty := newEntry()
	if b := empty.encode(); b != nil {
		t.Errorf("an empty entry is stored as %d bytes", len(b))
	}
}

// FuzzDecodeEntry shows that no bytes make decoding panic, and that damage is never another entry.
func FuzzDecodeEntry(f *testing.F) {
	e, _ := sampleEntry()
	whole := e.encode()
	f.Add(whole, 0)
	f.Add(whole[:9], 3)
	f.Fuzz(func(t *testing.T, b []byte, at int) {
		_, _ = decodeEntry(b)
		damaged := bytes.Clone(whole)
		damaged[uint(at)%uint(len(damaged))] ^= 1
		if _, err := decodeEntry(damaged); err == nil {
			t.Errorf("a changed bit at %d was not noticed", at)
		}
	})
}
