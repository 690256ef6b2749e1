package gateway

import (
	"net/http"
	"slices"
	"sync"
	"time"

	"parley/internal/clock"
)

// registry knows the sockets: all of them, by participant, and how many by address.
type registry struct {
	mu       sync.Mutex
	open     map[*socket]struct{}
	byPerson map[person][]*socket
	byIP     map[string]int
	draining bool
	empty    chan struct{} // closed when draining and no socket is left, nor one about to open
}

type person struct{ session, participant string }

func newRegistry() registry {
	return registry{
		open: map[*socket]struct{}{}, byPerson: map[person][]*socket{}, byIP: map[string]int{},
		empty: make(chan struct{}),
	}
}

// room returns 0 if an address may open another socket, else the status that refuses it.
func (r *registry) room(ip string, limit int) int {
	r.mu.Lock()
	defer r.mu.Unlock()
	switch {
	case r.draining:
		return http.StatusServiceUnavailable
	case limit > 0 && ip != "" && r.byIP[ip] >= limit:
		return http.StatusTooManyRequests
	}
	return 0
}

// reserve takes a place for a socket that is not open yet. If the participant
// has no place left, the socket of theirs that has been silent longest is returned to
// be shut, if it is stale; else the new one is refused.
func (r *registry) reserve(s *socket, o Options) (stale *socket, status int) {
	if status := r.room(s.ip, o.PerIP); status != 0 {
		return nil, status
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	theirs := r.byPerson[s.person()]
	if len(theirs) >= o.PerParticipant {
		stale = slices.MinFunc(theirs, func(a, b *socket) int { return int(a.seen.Load() - b.seen.Load()) })
		if _, open := r.open[stale]; !open || stale.silence(clock.Wall()) <= o.Stale {
			return nil, http.StatusForbidden
		}
		r.forget(stale)
	}
	r.byPerson[s.person()] = append(r.byPerson[s.person()], s)
	r.byIP[s.ip]++
	return stale, 0
}

// add makes a reserved socket one of the open ones; false if the gateway drains.
func (r *registry) add(s *socket) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.open[s] = struct{}{}
	return !r.draining
}

// remove forgets a socket.
func (r *registry) remove(s *socket) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.open, s)
	r.forget(s)
	if r.byIP[s.ip]--; r.byIP[s.ip] == 0 {
		delete(r.byIP, s.ip)
	}
	r.signal()
}

// forget frees the socket's place among its participant's.
func (r *registry) forget(s *socket) {
	left := slices.DeleteFunc(r.byPerson[s.person()], func(x *socket) bool { return x == s })
	if len(left) == 0 {
		delete(r.byPerson, s.person())
	} else {
		r.byPerson[s.person()] = left
	}
}

func (r *registry) all() []*socket {
	r.mu.Lock()
	defer r.mu.Unlock()
	all := make([]*socket, 0, len(r.open))
	for s := range r.open {
		all = append(all, s)
	}
	return all
}

// drain refuses new sockets from now on and returns the open ones.
func (r *registry) drain() []*socket {
	r.mu.Lock()
	r.draining = true
	r.signal()
	r.mu.Unlock()
	return r.all()
}

// signal closes empty once there is nothing left to drain.
func (r *registry) signal() {
	if !r.draining || len(r.byIP) > 0 {
		return
	}
	select {
	case <-r.empty:
	default:
		close(r.empty)
	}
}

// silence returns how long nothing has come from the client.
func (s *socket) silence(now time.Time) time.Duration {
	return now.Sub(time.Unix(0, s.seen.Load()))
}
