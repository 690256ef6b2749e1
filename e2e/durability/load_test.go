package durability_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"parley/client"
	"parley/e2e/harness"
)

// load is rooms in which everybody sends as fast as they are answered.
type load struct {
	t     testing.TB
	rooms []*room
	acks  chan struct{} // one for each acknowledged send
	stop  context.CancelFunc
	over  context.Context // ended by stop
	wait  sync.WaitGroup
	quiet chan struct{} // closed when nobody sends any more
}

// newLoad enters rooms of the server at base; begin lets them send.
func newLoad(t testing.TB, s *harness.Server, base string, rooms int) *load {
	t.Helper()
	c := newAPI(t, s, base).signed
	flow := s.Flow("Load", harness.Wait(harness.Week))
	l := &load{t: t, acks: make(chan struct{}, 1<<20), quiet: make(chan struct{})}
	l.over, l.stop = context.WithCancel(t.Context())
	for i := range rooms {
		l.rooms = append(l.rooms, enter(t, c, flow, fmt.Sprint("room ", i)))
	}
	return l
}

// begin starts senders in every room, several for each person.
func (l *load) begin(each int) {
	for _, r := range l.rooms {
		for _, p := range r.people {
			for i := range each {
				l.wait.Go(func() { l.send(r, p, i) })
			}
		}
	}
	go func() { l.wait.Wait(); close(l.quiet) }()
}

// send sends until the load stops. A failed call is made again with the same
// client token until it is answered; every eighth is given up at once.
func (l *load) send(r *room, p *person, sender int) {
	for n := 0; l.over.Err() == nil; n++ {
		text := fmt.Sprintf("%s, sender %d, message %d", p.name, sender, n)
		err := r.log.send(text, func() (sent client.Sent, err error) {
			call := func() error {
				sent, err = p.chat.SendMessage(l.t.Context(), client.Message{ContentType: client.TextPlain, Content: text, ClientToken: text})
				return err
			}
			if n%8 == 0 {
				return sent, call()
			}
			return sent, client.Retry(l.t.Context(), call)
		})
		switch {
		case err == nil:
			l.acks <- struct{}{}
		case !client.Retryable(err):
			l.t.Errorf("%s: %v", text, err)
			return
		}
	}
}

// after waits for so many acknowledgements, counted from now.
func (l *load) after(n int) {
	l.t.Helper()
	for len(l.acks) > 0 {
		<-l.acks
	}
	timeout := time.After(patience)
	for i := range n {
		select {
		case <-l.acks:
		case <-l.quiet:
			l.t.Fatal("nobody can send any more")
		case <-timeout:
			l.t.Fatalf("%d sends were acknowledged within %v, want %d", i, patience, n)
		}
	}
}

// end lets every sender settle its last message.
func (l *load) end() {
	l.stop()
	<-l.quiet
}

// check judges every room and prints what was sent.
func (l *load) check() {
	l.t.Helper()
	acked, unknown := 0, 0
	for _, r := range l.rooms {
		verify(l.t, r.name, r.history(l.t))
		a, u, _ := r.log.tally()
		acked, unknown = acked+a, unknown+u
	}
	l.t.Logf("%d sends acknowledged, %d without an answer", acked, unknown)
	if acked == 0 {
		l.t.Error("nothing was acknowledged")
	}
}
