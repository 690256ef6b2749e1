package interp

import (
	"strconv"

	"parley/domain/flow"
)

// checkHours gives True or False: whether the hours of operation, or those of the working queue, are open.
func checkHours(m *machine, a *flow.Action) result {
	hours, ok := m.optional(a.Parameters.Field("HoursOfOperationId"))
	if !ok {
		return refuse("there are no hours of operation")
	}
	open, err := m.world.Open(hours)
	switch {
	case err != nil:
		return did(err, "the hours cannot be checked")
	case open:
		return value("True")
	}
	return value("False")
}

// checkMetric gives a live number of a queue to the conditions.
func checkMetric(m *machine, a *flow.Action) result {
	metrics, r, ok := m.metrics(a)
	if !ok {
		return r
	}
	kind, _ := m.text(a.Parameters.Field("MetricType"))
	n := metrics.number(kind)
	if n == nil {
		return refuse("the number is not known")
	}
	return value(strconv.FormatInt(*n, 10))
}

func (q *Metrics) number(metricType string) *int64 {
	switch metricType {
	case "NumberOfAgentsAvailable":
		return &q.Agents.Available
	case "NumberOfAgentsStaffed":
		return &q.Agents.Staffed
	case "NumberOfAgentsOnline":
		return &q.Agents.Online
	case "NumberOfContactsInQueue":
		return &q.Contacts
	case "OldestContactInQueueAgeSeconds":
		return q.OldestSeconds
	}
	return nil
}

// getMetrics makes the live numbers of a queue $.Metrics. Only chats wait here: of another channel there is nothing.
func getMetrics(m *machine, a *flow.Action) result {
	metrics, r, ok := m.metrics(a)
	if !ok {
		return r
	}
	if channel, _ := m.text(a.Parameters.Field("QueueChannel")); channel != "" && channel != "Chat" {
		metrics.Contacts, metrics.OldestSeconds = 0, new(int64)
	}
	m.run.Metrics = m.encode(metrics.namespace())
	return done()
}

// whichQueue reads the queue, or the agent whose own queue it is, that an action names: both "" for the working queue.
func (m *machine) whichQueue(a *flow.Action) (queue, agent string, ok bool) {
	queue, ok = m.optional(a.Parameters.Field("QueueId"))
	agent, named := m.optional(a.Parameters.Field("AgentId"))
	return queue, agent, ok && named
}

// metrics reads the numbers of the queue that an action names, else of the working queue.
func (m *machine) metrics(a *flow.Action) (_ Metrics, r result, ok bool) {
	queue, agent, ok := m.whichQueue(a)
	if !ok {
		return Metrics{}, refuse("there is no queue or agent id"), false
	}
	metrics, err := m.world.Metrics(queue, agent)
	if err != nil {
		return Metrics{}, did(err, "the queue has no numbers"), false
	}
	return metrics, result{}, true
}

// namespace spells the numbers as $.Metrics.
func (q *Metrics) namespace() any {
	type count struct{ Count int64 }
	type queue struct {
		Name, ARN        string
		Size             int64
		OldestContactAge *int64
	}
	type own struct{ PositionInQueue, EstimatedWaitTime *int64 }
	a, stands := q.Agents, (*own)(nil)
	if q.Stands != nil {
		stands = &own{&q.Stands.Position, q.Stands.WaitSeconds}
	}
	return struct {
		Queue   queue
		Agents  map[string]count
		Contact *own `json:",omitempty"`
	}{
		queue{q.Name, q.ARN, q.Contacts, q.OldestSeconds},
		map[string]count{
			"Online": {a.Online}, "Available": {a.Available}, "Staffed": {a.Staffed}, "AfterContactWork": {a.AfterContactWork},
			"Busy": {a.Busy}, "Missed": {a.Missed}, "NonProductive": {a.NonProductive},
		},
		stands,
	}
}
