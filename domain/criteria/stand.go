package criteria

import (
	"time"

	"parley/domain/session"
)

// Status is how a step of routing criteria stands (RoutingCriteriaStepStatus).
type Status string

// The statuses: a step that does not apply yet, or no more since the contact left the queue; that applies; by which an agent got the contact; whose time is over.
const (
	Inactive Status = "INACTIVE"
	Active   Status = "ACTIVE"
	Joined   Status = "JOINED"
	Expired  Status = "EXPIRED"
)

// Stand tells how each step stands at a time, for a contact that entered its queue (zero: it has not) and left it (zero: it waits), with an
// agent who took it or without. The times of the steps run from when it entered.
func Stand(c *session.Criteria, entered, left time.Time, taken bool, now time.Time) []Status {
	all := make([]Status, len(c.Steps))
	for i := range all {
		all[i] = Inactive
	}
	if entered.IsZero() {
		return all
	}
	waits, until := left.IsZero(), left
	if waits {
		until = now
	}
	turn := Now(c, entered, until)
	for i := range turn.Step {
		all[i] = Expired
	}
	switch {
	case turn.Step == len(all):
	case waits:
		all[turn.Step] = Active
	case taken:
		all[turn.Step] = Joined
	}
	return all
}
