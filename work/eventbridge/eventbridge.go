// Package eventbridge is how events of ours look, which is how Amazon EventBridge passes events on, and how they are sent to the one
// place that the operator names for them.
//
// It guarantees: an event is the same whenever it is made of the same things; what cannot be sent now is tried again with growing pauses, given up
// after a day, and holds nobody up.
package eventbridge

import (
	"context"
	"encoding/json"
	"time"

	"parley/domain/change"
	"parley/internal/arn"
	"parley/internal/clock"
)

// Event is an event as EventBridge passes it on.
type Event struct {
	Version    string   `json:"version"`
	ID         string   `json:"id"`
	DetailType string   `json:"detail-type"`
	Source     string   `json:"source"`
	Account    string   `json:"account"`
	Time       string   `json:"time"`
	Region     string   `json:"region"`
	Resources  []string `json:"resources"`
	Detail     any      `json:"detail"`
}

// Encode encodes an event of an installation that happened at a time. Its version, account, region and time are set here.
func (e Event) Encode(home arn.Home, at time.Time) ([]byte, error) {
	e.Version, e.Account, e.Region, e.Time = "0", home.Account, home.Region, at.UTC().Format(time.RFC3339)
	return json.Marshal(e)
}

// Sender sends events to where the operator wants them.
type Sender interface {
	// Send sends an event once; id is the same for every attempt.
	Send(ctx context.Context, id string, event []byte) error
}

// Bounds of sending (our choice; a day is how long EventBridge tries by default).
const (
	giveUpAfter = 24 * time.Hour
	leastPause  = time.Second
	mostPause   = 10 * time.Minute
)

// Courier sends the events for which deadlines stand, some at a time. It is safe for concurrent use.
type Courier struct {
	sender  Sender
	clock   *clock.Clock
	sending chan struct{} // a place for each event that is being sent
}

// NewCourier returns a courier who sends so many events at once.
func NewCourier(sender Sender, c *clock.Clock, atOnce int) *Courier {
	return &Courier{sender, c, make(chan struct{}, atOnce)}
}

// Letter is an event that a deadline asks for.
type Letter struct {
	Due    change.DueKey
	Since  time.Time // when it happened: it is tried for a day
	Event  func() (id string, body []byte, err error)
	Failed func(cause error, givenUp bool) // told of each try that came to nothing
}

// Send sends an event if there is a place. It returns the deadline by which it is tried again, nil where nothing is left to do; an
// error where it is not known and the deadline is to stand.
func (c *Courier) Send(ctx context.Context, l Letter) (again *change.Due, err error) {
	select {
	case c.sending <- struct{}{}:
		defer func() { <-c.sending }()
	default:
		return c.after(l, leastPause), nil
	}
	id, body, err := l.Event()
	if err != nil {
		return nil, err
	}
	if err = c.sender.Send(ctx, id, body); err == nil {
		return nil, nil
	}
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	age := c.clock.Now().Sub(l.Since)
	l.Failed(err, age > giveUpAfter)
	if age > giveUpAfter {
		return nil, nil
	}
	return c.after(l, min(max(age, leastPause), mostPause)), nil // after as long as it has been tried
}

func (c *Courier) after(l Letter, pause time.Duration) *change.Due {
	return &change.Due{DueKey: l.Due, At: c.clock.Now().Add(pause)}
}
