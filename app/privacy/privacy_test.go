package privacy_test

import (
	"testing"
	"time"

	"parley/app/privacy"
	"parley/internal/fault"
	"parley/store"
)

const (
	first  = "00000000-0000-4000-8000-000000000001"
	second = "00000000-0000-4000-8000-000000000002"
	others = "00000000-0000-4000-8000-000000000003"
	all    = 8 // what is kept of a chat of these
)

// TestAnErasureIsFinishedByAnotherNode: a node dies after any of its writes, and another one does the rest; what others said stays.
func TestAnErasureIsFinishedByAnotherNode(t *testing.T) {
	interrupted := 0
	for writes := int64(0); writes < 30; writes++ {
		w := newWorld(t)
		w.chat(first, "ada")
		w.chat(second, "ada")
		w.chat(others, "ben")
		if got := w.left(first, "ada"); got != all {
			t.Fatalf("there are %d traces of a chat, want %d", got, all)
		}
		dies, lives := w.node(writes), w.node(1<<40)
		if _, err := lives.sessions.Fresh(t.Context(), first); err != nil {
			t.Fatal(err)
		}
		done, err := dies.Erase(t.Context(), privacy.Request{Instance: instance, Customer: "ada"})
		if err != nil {
			t.Fatalf("%d: %v", writes, err)
		}
		if !done.Done {
			interrupted++
			w.goOn(lives)
		}
		for _, id := range []string{first, second} {
			if got := w.left(id, "ada"); got != 0 {
				t.Errorf("a node died after %d writes: %d traces are left of a chat", writes, got)
			}
			if !dies.files[id] && !lives.files[id] {
				t.Errorf("a node died after %d writes: the files of a chat are left", writes)
			}
		}
		if got := w.left(others, "ben"); got != all {
			t.Errorf("%d traces of somebody else's chat, want %d", got, all)
		}
		// Instance answers from memory where it can: it has dropped what it had.
		if _, err := lives.sessions.Instance(t.Context(), first); !fault.Is(err, fault.Denied) {
			t.Errorf("another node still has the chat in memory: %v", err)
		}
		if done.Done && writes > 0 {
			break
		}
	}
	if interrupted < 8 {
		t.Errorf("only %d erasures were interrupted", interrupted)
	}
}

// goOn handles the deadlines of erasures on a node until there are none.
func (w *world) goOn(n node) {
	w.t.Helper()
	for {
		due, err := w.store.Due(w.t.Context(), w.clock.Now().Add(time.Hour), 100)
		if err != nil {
			w.t.Fatal(err)
		}
		var mine []store.Due
		for _, d := range due {
			if d.Kind == privacy.DueErase {
				mine = append(mine, d)
			}
		}
		if len(mine) == 0 {
			return
		}
		for _, d := range mine {
			if err := n.HandleDue(w.t.Context(), d.DueRef); err != nil {
				w.t.Fatal(err)
			}
		}
	}
}
