package ident_test

import (
	"testing"

	"github.com/google/uuid"

	"parley/internal/ident"
)

func TestASeedDecidesTheIDs(t *testing.T) {
	seven, eight := int64(7), int64(8)
	var a, b ident.Source
	a.Seed(&seven)
	b.Seed(&seven)
	b.New("other", "s") // does not count for the scope
	first, second := a.New("chat", "s"), a.New("chat", "s")
	if got := b.New("chat", "s"); got != first {
		t.Errorf("the same seed and scope give %s and %s", first, got)
	}
	if got := b.New("chat", "s"); got != second || got == first {
		t.Errorf("the second ids are %s and %s", second, got)
	}
	if id, err := uuid.Parse(first); err != nil || id.Version() != 4 || id.Variant() != uuid.RFC4122 {
		t.Errorf("%s is no UUID as clients know it: %v", first, err)
	}
	b.Seed(&eight)
	if got := b.New("chat", "s"); got == first {
		t.Errorf("another seed gives the same id %s", got)
	}
	a.Seed(&seven)
	if got := a.New("chat", "s"); got != first {
		t.Errorf("the seed again gives %s, want %s", got, first)
	}
	a.Seed(nil)
	if id := uuid.MustParse(a.New("chat", "s")); id.Version() != 7 {
		t.Errorf("without a seed the version is %d", id.Version())
	}
}
