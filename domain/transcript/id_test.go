package transcript_test

import (
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"parley/domain/transcript"
)

const (
	here  = "0190a5b0-7c1e-7d3a-9f00-000000000001"
	there = "0190a5b0-7c1e-7d3a-9f00-000000000002"
)

var at = time.Date(2026, 5, 4, 9, 30, 0, 123_000_000, time.UTC)

func TestAnIDCarriesItsPositionAndTime(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		session := rapid.String().Draw(t, "session")
		position := rapid.Int64Range(1, 1<<48).Draw(t, "position")
		when := time.UnixMilli(rapid.Int64Range(0, 1<<47).Draw(t, "ms"))
		id := transcript.ID(session, position, when)
		if got, ok := transcript.PositionOf(session, id); !ok || got != position {
			t.Fatalf("PositionOf(%q) = %d, %v, want %d", id, got, ok, position)
		}
		if got := millisOf(id); got != when.UnixMilli() {
			t.Fatalf("the id %s carries the time %d, want %d", id, got, when.UnixMilli())
		}
		if id[14] != '7' || !strings.ContainsRune("89ab", rune(id[19])) {
			t.Fatalf("%s is no UUIDv7", id)
		}
	})
}

// millisOf reads the time of a UUIDv7.
func millisOf(id string) int64 {
	var ms int64
	for _, c := range strings.ReplaceAll(id[:13], "-", "") {
		ms = ms<<4 | int64(strings.IndexRune("0123456789abcdef", c))
	}
	return ms
}

func TestLaterItemsHaveGreaterIDs(t *testing.T) {
	earlier := transcript.ID(here, 2, at)
	if later := transcript.ID(here, 1, at.Add(time.Millisecond)); later <= earlier {
		t.Errorf("the later id %s does not sort after %s", later, earlier)
	}
}

func TestAnIDOfAnotherSessionIsRefused(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := rapid.String().Draw(t, "a"), rapid.String().Draw(t, "b")
		position := rapid.Int64Range(1, 1_000_000).Draw(t, "position")
		got, ok := transcript.PositionOf(b, transcript.ID(a, position, at))
		if ok != (a == b) {
			t.Fatalf("an id of %q is position %d of %q", a, got, b)
		}
	})
}

func TestWhatIsNoIDIsRefused(t *testing.T) {
	good := transcript.ID(here, 7, at)
	replace := func(at int, by string) string { return good[:at] + by + good[at+len(by):] }
	for name, id := range map[string]string{
		"empty":            "",
		"a word":           "latest",
		"too short":        good[:35],
		"too long":         good + "0",
		"no dashes":        strings.ReplaceAll(good, "-", "0"),
		"no hex digit":     replace(0, "g"),
		"another version":  replace(14, "4"),
		"another variant":  replace(19, "c"),
		"position 0":       transcript.ID(here, 0, at),
		"position too far": transcript.ID(here, 1<<48+1, at),
		"a random UUID":    "6ba7b810-9dad-41d1-80b4-00c04fd430c8",
		"other session":    transcript.ID(there, 7, at),
	} {
		if position, ok := transcript.PositionOf(here, id); ok {
			t.Errorf("%s: %q is position %d", name, id, position)
		}
	}
	if position, ok := transcript.PositionOf(here, strings.ToUpper(good)); !ok || position != 7 {
		t.Errorf("in upper case the id is position %d, %v, want 7", position, ok)
	}
}

func TestAnyTextIsAnIDOrRefusedWithoutHarm(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		id := rapid.OneOf(rapid.String(), rapid.StringMatching(`[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}`)).Draw(t, "id")
		if position, ok := transcript.PositionOf(here, id); ok && position < 1 {
			t.Fatalf("%q is position %d", id, position)
		}
	})
}
