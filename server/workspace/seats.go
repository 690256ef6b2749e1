package workspace

import (
	"sync"

	"parley/internal/fault"
)

// maxSockets is how many sockets a user has at most on a node: more windows than anybody looks at (our choice).
const maxSockets = 10

// seats counts the open sockets of users and of addresses. The zero seats is empty.
type seats struct {
	mu    sync.Mutex
	taken map[string]int
}

// take counts one more socket; fault.Throttled if the user or the address has as many as it may, perAddress 0 being no bound. free
// counts it off again, once.
func (s *seats) take(user, address string, perAddress int) (free func(), err error) {
	user, address = "user "+user, "address "+address
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.taken[user] >= maxSockets || perAddress > 0 && s.taken[address] >= perAddress {
		return nil, fault.New(fault.Throttled, "Too many websockets are open: close one first")
	}
	if s.taken == nil {
		s.taken = map[string]int{}
	}
	s.taken[user]++
	s.taken[address]++
	return sync.OnceFunc(func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		for _, of := range []string{user, address} {
			if s.taken[of]--; s.taken[of] == 0 {
				delete(s.taken, of)
			}
		}
	}), nil
}
