package chat

import (
	"cmp"
	"runtime"
	"time"

	"parley/internal/turnstile"
)

// newDoor returns what participants pass on their way from
// CreateParticipantConnection to a subscribed websocket: after a restart
// thousands come at the same moment. The numbers are our choice. The way takes
// milliseconds over a fast network and a second over a slow one, and some never
// arrive, or arrive at another node. Clients take a late answer better than a
// refusal: amazon-connect-chatjs gives up after three.
func newDoor(places int) *turnstile.Turnstile[Caller] {
	return turnstile.New[Caller](turnstile.Options{
		Places: cmp.Or(places, 128*runtime.GOMAXPROCS(0)), Stay: 2 * time.Second, Wait: 20 * time.Second,
	})
}

// Waiting returns how many participants wait for their way to a websocket to begin.
func (s *Service) Waiting() int { return s.door.Waiting() }
