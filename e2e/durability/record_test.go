package durability_test

import (
	"errors"
	"sync"

	"parley/client"
	"parley/e2e/durability/history"
)

// record keeps what was sent in one chat. It is safe for concurrent use.
type record struct {
	mu    sync.Mutex
	tick  int64
	sends []history.Send
}

// send makes a call, with its retries, and keeps what became of it.
func (r *record) send(text string, call func() (client.Sent, error)) error {
	s := history.Send{Text: text, Begin: r.now()}
	sent, err := call()
	s.ID, s.Time, s.Outcome = sent.ID, sent.AbsoluteTime, outcome(err)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.tick++
	s.End = r.tick
	r.sends = append(r.sends, s)
	return err
}

func (r *record) now() int64 {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.tick++
	return r.tick
}

// outcome reads an error: only an answer below 500 says that nothing was done.
func outcome(err error) history.Outcome {
	var refused *client.Error
	switch {
	case err == nil:
		return history.Acked
	case errors.As(err, &refused) && refused.Status < 500:
		return history.Refused
	}
	return history.Unknown
}

// tally counts the sends by what became of them.
func (r *record) tally() (acked, unknown, refused int) {
	for _, s := range r.sends {
		switch s.Outcome {
		case history.Acked:
			acked++
		case history.Unknown:
			unknown++
		case history.Refused:
			refused++
		}
	}
	return acked, unknown, refused
}
