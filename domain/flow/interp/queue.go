package interp

import (
	"parley/domain/flow"
	"parley/internal/fault"
)

// updateTargetQueue chooses the queue for a later transfer. An agent's own queue
// is not built.
func updateTargetQueue(m *machine, a *flow.Action) result {
	if a.Parameters.Field("AgentId").Present() {
		return refuse("agents have no queues")
	}
	queue, ok := m.text(a.Parameters.Field("QueueId"))
	if !ok || queue == "" {
		return refuse("there is no queue id")
	}
	if err := m.world.SetTargetQueue(queue); err != nil {
		return refuse("the queue cannot be used")
	}
	return done()
}

// transferToQueue puts the contact into its queue and ends the flow. Its
// NextAction is never followed: consoles write a copy of the error branch there.
func transferToQueue(m *machine, _ *flow.Action) result {
	err := m.world.Enqueue()
	switch {
	case err == nil:
		return stop(Outcome{Kind: Queued})
	case fault.Is(err, fault.LimitExceeded):
		return fail("QueueAtCapacity", "the queue is full")
	}
	return refuse("the contact cannot be queued")
}
