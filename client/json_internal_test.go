package client

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// The scanner and encoding/json must read the same members from any object of
// texts, and what appendText writes must be read back equal.
func FuzzTextMembers(f *testing.F) {
	f.Add("plain", "with \"quotes\" \\ and\n")
	f.Add("é😀", "\u2028\x00\x1f")
	f.Fuzz(func(t *testing.T, a, b string) {
		want := map[string]string{"a": a, "b": b}
		document, err := json.Marshal(want)
		if err != nil {
			t.Fatal(err)
		}
		_ = json.Unmarshal(document, &want) // replaces invalid UTF-8
		got := map[string]string{}
		if err := members(string(document), func(k, v string) { got[k] = text(v) }); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", document, diff)
		}
		var back string
		if err := json.Unmarshal(appendText(nil, want["b"]), &back); err != nil || back != want["b"] {
			t.Errorf("%q came back as %q, %v", want["b"], back, err)
		}
	})
}

func FuzzMembersNeverPanics(f *testing.F) {
	for _, s := range []string{`{"a":[1,{"b":"\ud83d\ude00"}],"c":null}`, `{"a":"\u12`, `{"a":`, `[`, `{"a":"\ud83d\u"}`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		_ = members(s, func(_, v string) {
			text(v)
			_ = elements(v, func(e string) error { text(e); return nil })
			_ = members(v, func(_, e string) { text(e) })
		})
	})
}

func TestMembersReadsNestedValuesRaw(t *testing.T) {
	got := map[string]string{}
	err := members(` { "a" : [ {"x":"]}"} , 2 ] , "b":-1.5e3,"c" :null, "d":{"e":{}} } trailing`, func(k, v string) { got[k] = v })
	want := map[string]string{"a": `[ {"x":"]}"} , 2 ]`, "b": "-1.5e3", "c": "null", "d": `{"e":{}}`}
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	for _, bad := range []string{``, `[]`, `{"a"}`, `{"a":}`, `{"a":"x`, `{"a":[1}`, `{"a":1 "b":2}`} {
		if err := members(bad, func(string, string) {}); err == nil {
			t.Errorf("%s was accepted", bad)
		}
	}
}

func TestInboxForgetsOnlyWhatIsOld(t *testing.T) {
	b := newInbox()
	for i := range 3 * window {
		id := string(rune('a'+i%26)) + string(rune(i))
		item := Item{ID: id, Type: "MESSAGE"}
		if !b.admit(item) || b.admit(item) {
			t.Fatalf("item %d: not shown exactly once", i)
		}
	}
	if len(b.seen) != window || len(b.recent) != window {
		t.Errorf("%d and %d remembered, want %d", len(b.seen), len(b.recent), window)
	}
}
