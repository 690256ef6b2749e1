package process

import (
	"context"
	"slices"
	"sync"

	"parley/domain/session"
)

// Bounds of the calls of one node (our choice).
const (
	callsAtOnce   = 256
	turnsRecalled = 4096
)

// places are the calls that may be under way here, and the sessions that wait for a place. Nothing in
// here is needed to be right: what is lost comes up again by its deadline.
type places struct {
	begun chan job // its room is how many places there are, so that it is never full

	mu       sync.Mutex
	taken    int
	pending  map[string]chan struct{} // by session: closed when the job that has the place is over
	turns    map[string]turn          // by session: those that wait for a place
	order    []string                 // of the turns; one that is gone may still be named
	draining bool
	accepted sync.WaitGroup // of the places taken
}

// turn is a message that waits for a place: nobody was asked about it so far. As long as it stands so in the session
// it is this node's to begin.
type turn struct {
	session, message string
	attempt          int
}

// turnOf is the turn of the first message of a session that waits, zero if none does.
func turnOf(s *session.Session) turn {
	p := s.State.Processing
	if s.Status == session.Ended || p == nil || len(p.Waiting) == 0 {
		return turn{}
	}
	return turn{s.ID, p.Waiting[0].ID, p.Waiting[0].Attempt}
}

func newPlaces(atOnce int) *places {
	return &places{begun: make(chan job, atOnce), pending: map[string]chan struct{}{}, turns: map[string]turn{}}
}

// take takes a place. It reports false if there is none, or the server stops.
func (p *places) take() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.draining || p.taken == cap(p.begun) {
		return false
	}
	p.taken++
	p.accepted.Add(1)
	return true
}

// fill begins a job in a place that was taken.
func (p *places) fill(j job) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.start(j)
}

func (p *places) start(j job) {
	j.landed = make(chan struct{})
	p.pending[j.session] = j.landed
	delete(p.turns, j.session)
	p.begun <- j
}

// land says that nothing more will come of a job, and gives its place back.
func (p *places) land(j job) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.pending[j.session] == j.landed {
		delete(p.pending, j.session)
	}
	close(j.landed)
	p.free()
}

// release gives a place back that was taken for nothing.
func (p *places) release() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.free()
}

func (p *places) free() {
	p.taken--
	p.accepted.Done()
	p.next()
}

// next gives a place to the turn that waits longest, if one does.
func (p *places) next() {
	for len(p.order) > 0 && !p.draining {
		t, ok := p.turns[p.order[0]]
		if p.order = p.order[1:]; ok {
			p.taken++
			p.accepted.Add(1)
			p.start(job{session: t.session, turn: t})
			return
		}
	}
}

// crowded reports whether no more sessions can wait for a place.
func (p *places) crowded() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.draining || len(p.turns) >= turnsRecalled
}

// queue lets a session wait for a place, which it gets at once if one is free by now; one that waits keeps its turn. Where too many
// wait it comes up again by its deadline.
func (p *places) queue(t turn) {
	p.mu.Lock()
	defer p.mu.Unlock()
	_, waits := p.turns[t.session]
	if p.draining || !waits && len(p.turns) >= turnsRecalled {
		return
	}
	p.turns[t.session] = t
	if !waits {
		if len(p.order) >= 2*turnsRecalled {
			p.order = slices.DeleteFunc(p.order, func(id string) bool { _, waits := p.turns[id]; return !waits })
		}
		p.order = append(p.order, t.session)
	}
	if p.taken < cap(p.begun) {
		p.next()
	}
}

// wanted reports whether the place of a job should go to somebody else before it is used for the next message.
func (p *places) wanted() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.draining || len(p.turns) > 0
}

// await waits until no call about a session is under way here. Who only waits for a place is not waited for.
func (p *places) await(ctx context.Context, session string) error {
	p.mu.Lock()
	landed := p.pending[session]
	p.mu.Unlock()
	if landed == nil {
		return nil
	}
	select {
	case <-landed:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// abandon lets go of what was begun and not picked up; the deadlines make it.
func (p *places) abandon() {
	p.stop()
	for {
		select {
		case j := <-p.begun:
			p.land(j)
		default:
			return
		}
	}
}

// stop gives no more places away.
func (p *places) stop() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.draining = true
	clear(p.turns)
	p.order = nil
}
