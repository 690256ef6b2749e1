// Package blobtest is the conformance suite of package blob: what the port
// promises, as tests that every adapter runs.
package blobtest

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/iotest"

	"parley/blob"
)

// Run runs the suite. open opens one and the same place each time it is called
// in a test, as several nodes do, and an empty one for each test.
func Run(t *testing.T, open func(t *testing.T) (node func() blob.Store)) {
	for name, test := range map[string]func(t *testing.T, a, b blob.Store){
		"what one node puts another one reads": reads,
		"a key keeps its bytes":                taken,
		"one of many wins a key":               race,
		"bytes that are not as announced":      sizes,
		"a source that fails":                  broken,
		"what is deleted is gone":              deleted,
		"keys are listed in order":             listed,
		"no key leads elsewhere":               keys,
		"keys come and go side by side":        churn,
	} {
		t.Run(name, func(t *testing.T) {
			node := open(t)
			test(t, node(), node())
		})
	}
}

func content(size int) []byte {
	b := make([]byte, size)
	r := rand.NewChaCha8([32]byte{byte(size)})
	_, _ = r.Read(b)
	return b
}

func put(t *testing.T, s blob.Store, key string, body []byte) {
	t.Helper()
	sum, err := s.Put(t.Context(), key, bytes.NewReader(body), int64(len(body)))
	if err != nil || sum != sha256.Sum256(body) {
		t.Fatalf("Put %s: %x, %v", key, sum, err)
	}
}

// want checks what a key holds; nil = nothing.
func want(t *testing.T, s blob.Store, key string, body []byte) {
	t.Helper()
	r, size, err := s.Open(t.Context(), key)
	if body == nil {
		if !errors.Is(err, blob.ErrNone) {
			t.Errorf("Open %s: %v, want ErrNone", key, err)
		}
		return
	}
	if err != nil {
		t.Errorf("Open %s: %v", key, err)
		return
	}
	defer r.Close()
	got, err := io.ReadAll(r)
	if err != nil || size != int64(len(body)) || !bytes.Equal(got, body) {
		t.Errorf("Open %s: %d bytes, said to be %d, %v; want %d bytes as they were put", key, len(got), size, err, len(body))
	}
}

func list(t *testing.T, s blob.Store, prefix, after string, limit int) (keys []string) {
	t.Helper()
	found, err := s.List(t.Context(), prefix, after, limit)
	if err != nil {
		t.Fatal(err)
	}
	for _, i := range found {
		keys = append(keys, i.Key)
	}
	return keys
}

func reads(t *testing.T, a, b blob.Store) {
	for _, size := range []int{1, 511, 70_000, 3 << 20} {
		key, body := fmt.Sprintf("s/f-%d", size), content(size)
		put(t, a, key, body)
		want(t, b, key, body)
		found, err := b.List(t.Context(), key, "", 10)
		if err != nil || len(found) != 1 || found[0].Size != int64(size) || found[0].At.IsZero() {
			t.Errorf("List: %+v, %v", found, err)
		}
	}
	want(t, b, "s/other", nil)
}

func taken(t *testing.T, a, b blob.Store) {
	put(t, a, "s/f", []byte("first"))
	if _, err := b.Put(t.Context(), "s/f", strings.NewReader("other"), 5); !errors.Is(err, blob.ErrTaken) {
		t.Errorf("Put on a taken key: %v", err)
	}
	want(t, a, "s/f", []byte("first"))
}

func race(t *testing.T, a, b blob.Store) {
	const many = 8
	won := make([]bool, many)
	var all sync.WaitGroup
	for i := range many {
		all.Go(func() {
			s := []blob.Store{a, b}[i%2]
			_, err := s.Put(t.Context(), "s/f", strings.NewReader(fmt.Sprint(i)), 1)
			if won[i] = err == nil; err != nil && !errors.Is(err, blob.ErrTaken) {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if first := slices.Index(won, true); first < 0 || slices.Contains(won[first+1:], true) {
		t.Fatalf("who won: %v, want exactly one", won)
	} else {
		want(t, a, "s/f", []byte(fmt.Sprint(first)))
	}
}

func sizes(t *testing.T, a, b blob.Store) {
	for _, announced := range []int64{0, 3, 5, 1 << 20} {
		if _, err := a.Put(t.Context(), "s/f", strings.NewReader("four"), announced); !errors.Is(err, blob.ErrSize) {
			t.Errorf("four bytes announced as %d: %v", announced, err)
		}
		want(t, b, "s/f", nil)
	}
	put(t, a, "s/f", []byte("four"))
}

func broken(t *testing.T, a, b blob.Store) {
	cause := errors.New("the caller is gone")
	body := io.MultiReader(bytes.NewReader(content(100_000)), iotest.ErrReader(cause))
	if _, err := a.Put(t.Context(), "s/f", body, 200_000); !errors.Is(err, cause) {
		t.Errorf("Put: %v", err)
	}
	want(t, b, "s/f", nil)
	if left := list(t, b, "", "", 10); len(left) != 0 {
		t.Errorf("%v is left", left)
	}
	put(t, b, "s/f", []byte("again"))
}

func deleted(t *testing.T, a, b blob.Store) {
	put(t, a, "s/f", []byte("x"))
	put(t, a, "s/g", []byte("y"))
	for range 2 { // the second time nothing is there
		if err := b.Delete(t.Context(), "s/f"); err != nil {
			t.Error(err)
		}
	}
	want(t, a, "s/f", nil)
	want(t, a, "s/g", []byte("y"))
	put(t, a, "s/f", []byte("new"))
	want(t, b, "s/f", []byte("new"))
}

func listed(t *testing.T, a, b blob.Store) {
	all := []string{"a-b/f", "a/f", "a/f-1", "a/f-2", "a/g", "b/c/f", "b/f", "top"}
	for _, key := range slices.Backward(all) {
		put(t, a, key, []byte(key))
	}
	for prefix, keys := range map[string][]string{
		"": all, "a/": all[1:5], "a/f-": all[2:4], "a": all[:5], "b/c/f": all[5:6], "c": nil, "to": all[7:], "a/f": all[1:4],
	} {
		if got := list(t, b, prefix, "", 100); !slices.Equal(got, keys) {
			t.Errorf("List %q: %v, want %v", prefix, got, keys)
		}
	}
	var paged []string
	for after := ""; ; {
		page := list(t, b, "", after, 3)
		if paged = append(paged, page...); len(page) < 3 {
			break
		}
		after = page[2]
	}
	if !slices.Equal(paged, all) {
		t.Errorf("page by page: %v, want %v", paged, all)
	}
}

func keys(t *testing.T, a, _ blob.Store) {
	for _, key := range []string{"", "/", "/etc/passwd", "..", "../x", "s/../../x", "s//f", "s/", "s/.f", ".partial/x", "S/f", "s/f\x00", "s/f\n", `s\f`, "a/b/c/d/e", strings.Repeat("x", 200)} {
		_, err := a.Put(t.Context(), key, strings.NewReader("x"), 1)
		_, _, opened := a.Open(t.Context(), key)
		if deleted := a.Delete(t.Context(), key); !errors.Is(err, blob.ErrKey) || !errors.Is(opened, blob.ErrKey) || !errors.Is(deleted, blob.ErrKey) {
			t.Errorf("%q: Put %v, Open %v, Delete %v, want ErrKey", key, err, opened, deleted)
		}
	}
}

func churn(t *testing.T, a, b blob.Store) {
	var all sync.WaitGroup
	for i := range 4 {
		all.Go(func() {
			for n := range 20 {
				s, key := []blob.Store{a, b}[n%2], fmt.Sprintf("s/f-%d", i)
				body := []byte(key)
				if _, err := s.Put(t.Context(), key, bytes.NewReader(body), int64(len(body))); err != nil {
					t.Error(err)
				}
				want(t, s, key, body)
				if err := s.Delete(t.Context(), key); err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
	if left := list(t, a, "", "", 10); len(left) != 0 {
		t.Errorf("%v is left", left)
	}
}
