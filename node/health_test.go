package node

import (
	"context"
	"errors"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// sick is a store that answers as it is told.
type sick struct {
	mu   sync.Mutex
	err  error
	slow time.Duration
}

func (s *sick) Ping(context.Context) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	time.Sleep(s.slow)
	return s.err
}

func (s *sick) set(err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.err = err
}

func TestHealthFollowsTheStore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var h health
		st := &sick{}
		var failed []error
		ctx, stop := context.WithCancel(t.Context())
		done := make(chan struct{})
		go func() {
			defer close(done)
			h.run(ctx, st, func(err error) { failed = append(failed, err) })
		}()
		look := func(what string, err error, times int, ok bool, failures int) {
			t.Helper()
			st.set(err)
			time.Sleep(time.Duration(times) * 2 * time.Second)
			synctest.Wait()
			if h.ok() != ok || len(failed) != failures {
				t.Errorf("%s: healthy %v, gave up %v", what, h.ok(), failed)
			}
		}
		cause := errors.New("disk full")
		look("at first", nil, 1, true, 0)
		look("after one failure", cause, 1, false, 0)
		look("after two", cause, 1, false, 0)
		look("recovered", nil, 1, true, 0)
		look("after two more", cause, 2, false, 0)
		look("after three in a row", cause, 1, false, 1)
		if !errors.Is(failed[0], cause) {
			t.Errorf("gave up for %v", failed[0])
		}
		look("for a long time", cause, 10, false, 1)
		stop()
		<-done
	})
}

// TestAStoreThatDoesNotAnswerIsNoticedInTime: within five seconds from when it
// begins to be silent, though only a longer silence counts as its failure.
func TestAStoreThatDoesNotAnswerIsNoticedInTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var h health
		st := &sick{slow: 4 * time.Second}
		ctx, stop := context.WithCancel(t.Context())
		done := make(chan struct{})
		go func() {
			defer close(done)
			h.run(ctx, st, func(err error) { t.Errorf("gave up: %v", err) })
		}()
		time.Sleep(5 * time.Second)
		if h.ok() {
			t.Error("not noticed after five seconds")
		}
		time.Sleep(1500 * time.Millisecond)
		if !h.ok() {
			t.Error("its answer, which was slow, is not noticed")
		}
		time.Sleep(time.Minute)
		stop()
		<-done
		time.Sleep(st.slow) // until the last look has its answer
	})
}
