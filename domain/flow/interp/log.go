package interp

import (
	"encoding/json"

	"parley/domain/flow"
)

// maxLogged bounds the parameters of one step in the flow log (our choice); of
// larger ones the log shows nothing.
const maxLogged = 8 << 10

// updateLogging turns the flow log of the contact on or off.
func updateLogging(m *machine, a *flow.Action) result {
	behavior, _ := m.text(a.Parameters.Field("FlowLoggingBehavior"))
	m.world.SetLogging(behavior == "Enabled")
	return done()
}

// logParameters remembers the parameters as they stand before the action
// changes what they refer to.
func (m *machine) logParameters(a *flow.Action) {
	m.logged, m.results, m.plain = nil, "", ""
	if m.world.Logging() {
		m.logged = m.parameters(a)
	}
	m.missing = nil
}

func (m *machine) parameters(a *flow.Action) json.RawMessage {
	raw, ok := m.json(a.Parameters, maxLogged)
	if !ok { // too large for a log
		raw = json.RawMessage(`{}`)
	}
	return raw
}

// log returns what the flow log shows of the action under way, nil where
// logging is off. An action that turns logging on is logged.
func (m *machine) log(a *flow.Action) *Log {
	if !m.world.Logging() {
		return nil
	}
	if m.logged == nil {
		m.logged = m.parameters(a)
	}
	return &Log{Module: a.Module(), Parameters: m.logged, Results: m.results}
}
