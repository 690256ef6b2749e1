package connect

import (
	"net/http"

	"parley/internal/fault"
	"parley/server/edge"
)

// Bounds on bodies. Nobody has shown who they are before the body is read, so
// only a few large ones are read at a time (our choice).
const (
	smallBody   = 256 << 10 // every request but those with a flow's content, escaped, fits
	maxBody     = 4 << 20   // a flow of 256,000 characters, escaped, fits
	largeBodies = 16
)

// large gives out the places for large bodies.
type large chan struct{}

// read reads a request's body. A large one that finds no place is fault.Throttled.
func (l large) read(r *http.Request) ([]byte, error) {
	if 0 <= r.ContentLength && r.ContentLength <= smallBody {
		return edge.Body(r, smallBody)
	}
	select {
	case l <- struct{}{}:
		defer func() { <-l }()
		return edge.Body(r, maxBody)
	default:
		return nil, fault.New(fault.Throttled, "Too many large requests at a time: try again")
	}
}
