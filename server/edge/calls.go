package edge

import (
	"errors"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"parley/internal/fault"
	"parley/internal/sigv4"
	"parley/internal/telemetry"
	"parley/internal/token"
)

// Route names an operation where calls are counted, logged and traced. Both
// names come from our own tables, never from a caller.
type Route struct{ Service, Operation string }

// Calls counts the calls of every route. Use NewCalls; nil counts nothing.
type Calls struct {
	watch   telemetry.Stopwatch
	refused telemetry.Tally // callers who were not let in, by kind

	mu     sync.Mutex
	routes []*calls
}

// calls are those of one route.
type calls struct {
	of     *Calls
	route  Route
	took   *telemetry.Histogram
	served atomic.Int64
	failed telemetry.Tally // by status class and error name, with a blank between
}

// NewCalls returns counts without routes.
func NewCalls() *Calls { return &Calls{watch: telemetry.NewStopwatch()} }

// add returns the counts of a new route, nil if nothing is to be counted.
func (c *Calls) add(r Route) *calls {
	if c == nil {
		return nil
	}
	one := &calls{of: c, route: r, took: telemetry.NewDurations()}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.routes = append(c.routes, one)
	return one
}

// begin returns when a call began, for end.
func (c *calls) begin() time.Duration {
	if c == nil {
		return 0
	}
	return c.of.watch.Now()
}

// end counts a call and returns what it took. a is nil for one that succeeded.
func (c *calls) end(began time.Duration, a *answer, err error) time.Duration {
	if c == nil {
		return 0
	}
	took := c.of.watch.Now() - began
	c.took.Took(took)
	if a == nil {
		c.served.Add(1)
		return took
	}
	c.failed.Add(class(a.status)+" "+a.code, 1)
	if kind := refusal(err); kind != "" {
		c.of.refused.Add(kind, 1)
	}
	return took
}

func class(status int) string { return string(rune('0'+status/100)) + "xx" }

// refusal says in which way a caller did not show who they are or that they
// may; empty for every other error.
func refusal(err error) string {
	sig, unsigned := errors.AsType[*sigv4.Error](err)
	switch {
	case unsigned:
		return sig.Code
	case errors.Is(err, token.ErrExpired):
		return "expired token"
	case errors.Is(err, token.ErrBad):
		return "bad token"
	case fault.Is(err, fault.Denied):
		return "not allowed"
	}
	return ""
}

// CallStats is what became of the calls of one route.
type CallStats struct {
	Route
	Took   telemetry.Distribution // nanoseconds, from the request's header to the answer
	Served int64                  // with 200
	Failed []Failures
}

// Failures counts the calls of a route that failed alike.
type Failures struct {
	Class string // "4xx" or "5xx"
	Error string // the exception's name
	Count int64
}

// Stats returns the counts of the routes that were called.
func (c *Calls) Stats() []CallStats {
	c.mu.Lock()
	routes := c.routes[:len(c.routes):len(c.routes)]
	c.mu.Unlock()
	var all []CallStats
	for _, r := range routes {
		if s := r.stats(); s.Took.Count > 0 {
			all = append(all, s)
		}
	}
	return all
}

func (c *calls) stats() CallStats {
	s := CallStats{Route: c.route, Took: c.took.Read(), Served: c.served.Load()}
	for key, n := range c.failed.Read() {
		class, name, ok := strings.Cut(key, " ")
		if !ok { // the one for which there was no room
			class, name = "", key
		}
		s.Failed = append(s.Failed, Failures{class, name, n})
	}
	return s
}

// Refused counts the calls of callers who were not let in: by the exception
// of the signature, or "bad token", "expired token", "not allowed".
func (c *Calls) Refused() map[string]int64 { return c.refused.Read() }
