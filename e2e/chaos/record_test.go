package chaos_test

import (
	"slices"
	"sync"

	"parley/e2e/durability/history"
)

// record keeps what was sent in one chat. It is safe for concurrent use.
type record struct {
	mu    sync.Mutex
	tick  int64
	sends []history.Send
}

// send makes a call, with its retries, and keeps what became of it.
func (r *record) send(text string, call func() ([]byte, error)) ([]byte, error) {
	s := history.Send{Text: text, Begin: r.now()}
	answer, err := call()
	if err == nil {
		out, bad := sent(answer)
		s.ID, s.Time, err = out.ID, out.AbsoluteTime, bad
	}
	switch {
	case err == nil:
		s.Outcome = history.Acked
	case refused(err):
		s.Outcome = history.Refused
	}
	s.End = r.now()
	r.mu.Lock()
	defer r.mu.Unlock()
	r.sends = append(r.sends, s)
	return answer, err
}

func (r *record) now() int64 {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.tick++
	return r.tick
}

// all returns what was sent so far.
func (r *record) all() []history.Send {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.sends)
}
