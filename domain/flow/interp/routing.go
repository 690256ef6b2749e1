package interp

import (
	"strconv"

	"parley/domain/flow"
	"parley/internal/fault"
)

// updateRouting changes the contact's place in its queue.
func updateRouting(m *machine, a *flow.Action) result {
	priority, age := a.Parameters.Field("QueuePriority"), a.Parameters.Field("QueueTimeAdjustmentSeconds")
	if priority.Present() == age.Present() {
		return softly(a, "there is not exactly one of QueuePriority and QueueTimeAdjustmentSeconds")
	}
	var err error
	if priority.Present() {
		err = m.setPriority(priority)
	} else {
		err = m.setQueueAge(age)
	}
	if err != nil {
		return softly(a, "the priority cannot be set: "+err.Error())
	}
	return done()
}

func (m *machine) setPriority(p flow.Param) error {
	s, _ := m.text(p)
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil {
		return fault.New(fault.Rule, "it is no whole number")
	}
	return m.world.SetPriority(n)
}

func (m *machine) setQueueAge(p flow.Param) error {
	n, ok := m.integer(p)
	if !ok {
		return fault.New(fault.Rule, "it is no whole number")
	}
	return m.world.SetQueueAge(n)
}

// updateCriteria says which agents may get the contact.
func updateCriteria(m *machine, a *flow.Action) result {
	criteria, ok := m.json(a.Parameters.Field("RoutingCriteria"), flow.MaxAttributeBytes)
	if !ok {
		return refuse("the criteria are too large")
	}
	return did(m.world.SetCriteria(criteria), "the criteria cannot be set")
}

// requeue puts a contact that waits into another queue and ends the flow. As on TransferContactToQueue its NextAction
// is never followed.
func requeue(m *machine, a *flow.Action) result {
	queue, agent, ok := m.whichQueue(a)
	if !ok {
		return refuse("there is no queue or agent id")
	}
	err := m.world.Requeue(queue, agent)
	switch {
	case err == nil:
		return stop(Outcome{Kind: Queued})
	case fault.Is(err, fault.LimitExceeded):
		return fail("QueueAtCapacity", "the queue is full")
	}
	return did(err, "the contact cannot be queued")
}

// optional returns a parameter that may be absent: "" then. It reports false where it is there and comes to nothing.
func (m *machine) optional(p flow.Param) (string, bool) {
	if !p.Present() {
		return "", true
	}
	s, ok := m.text(p)
	return s, ok && s != ""
}
