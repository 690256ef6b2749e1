package interp

import (
	"parley/domain/flow"
	"parley/internal/fault"
)

// updateTargetQueue chooses the queue for a later transfer, or an agent's own one.
func updateTargetQueue(m *machine, a *flow.Action) result {
	if field := a.Parameters.Field("AgentId"); field.Present() {
		user, ok := m.text(field)
		if !ok || user == "" {
			return refuse("there is no agent id")
		}
		return did(m.world.SetTargetAgent(user), "the agent's queue cannot be used")
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
	return did(err, "the contact cannot be queued")
}
