package disk_test

import (
	"slices"
	"strings"
	"testing"

	"parley/blob"
	"parley/blob/disk"
)

// A page goes on where the one before ended, in the order of keys, which is not that of directories.
func TestAListIsReadInPages(t *testing.T) {
	dir := t.TempDir()
	s, err := disk.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	var keys []string
	for _, name := range []string{"a-b", "a/b", "a/c-d", "a/c/d", "b/1", "b/2", "c"} {
		keys = append(keys, name)
		if _, err := s.Put(t.Context(), name, strings.NewReader("x"), 1); err != nil {
			t.Fatal(err)
		}
	}
	slices.Sort(keys)
	for limit := 1; limit <= len(keys)+1; limit++ {
		var got []string
		for after := ""; ; after = got[len(got)-1] {
			page, err := s.List(t.Context(), "", after, limit)
			if err != nil || len(page) > limit {
				t.Fatalf("%d, %v", len(page), err)
			}
			for _, i := range page {
				got = append(got, i.Key)
			}
			if len(page) < limit {
				break
			}
		}
		if !slices.Equal(got, keys) {
			t.Errorf("by %d: %q, want %q", limit, got, keys)
		}
	}
	n := 0
	if err := blob.Each(t.Context(), s, "a", func(blob.Info) error { n++; return nil }); err != nil || n != 4 {
		t.Errorf("%d of 4, %v", n, err)
	}
}
