package flowrun

import (
	"context"
	"encoding/json"
	"log/slog"

	"parley/domain/catalog"
	"parley/domain/contact"
	"parley/domain/flow/interp"
	"parley/domain/session"
)

// FlowLog writes what flows did, one line of JSON for each step, in the shape of
// Amazon Connect's flow logs. Lines hold values of contacts: only flows that
// enable logging are logged (UpdateFlowLoggingBehavior), and only where an operator asked for it.
type FlowLog struct {
	// Write appends one line. It is called from several goroutines.
	Write func(line []byte) error
}

// logLine is an entry of a flow log (Amazon Connect, Data in flow logs).
type logLine struct {
	ContactID  string          `json:"ContactId"`
	FlowID     string          `json:"ContactFlowId"`
	FlowName   string          `json:"ContactFlowName"`
	ModuleType string          `json:"ContactFlowModuleType"`
	Identifier string          `json:"Identifier"`
	Timestamp  string          `json:"Timestamp"`
	Parameters json.RawMessage `json:"Parameters,omitempty"`
	Results    string          `json:"Results,omitempty"`
	External   json.RawMessage `json:"ExternalResults,omitempty"` // what a function answered
}

// logged writes the steps that a flow has taken and that are to be logged.
func (r *Runner) logged(ctx context.Context, on *session.Session, step contact.FlowStep) {
	if r.Log == nil {
		return
	}
	var cfg catalog.Config
	for _, t := range step.Trace {
		if t.Log == nil {
			continue
		}
		if cfg.Flows == nil {
			var err error
			if cfg, err = r.directory.FlowConfig(ctx, on.InstanceID); err != nil {
				r.log.ErrorContext(ctx, "the flow log lacks names", slog.Any("error", err))
			}
		}
		for _, line := range r.lines(on, cfg, t) {
			if err := r.Log.Write(line); err != nil {
				r.log.ErrorContext(ctx, "the flow log cannot be written", slog.Any("error", err))
				return
			}
		}
	}
}

// lines are the entries of one step: one, or one for each attribute that it sets.
func (r *Runner) lines(on *session.Session, cfg catalog.Config, t interp.Trace) (lines [][]byte) {
	flow, ok := cfg.Flows[t.Flow]
	if !ok {
		flow, ok = cfg.Modules[t.Flow]
	}
	if !ok {
		flow.ARN = t.Flow
	}
	line := logLine{
		ContactID: on.Current().ID, FlowID: flow.ARN, FlowName: flow.Name, ModuleType: t.Log.Module, Identifier: t.Action,
		Timestamp: r.clock.Now().Format("2006-01-02T15:04:05.000Z07:00"), Results: t.Log.Results,
	}
	if line.ModuleType == invokeFunction && json.Valid([]byte(line.Results)) {
		line.Results, line.External = "", json.RawMessage(line.Results)
	}
	for _, parameters := range asLogged(line.ModuleType, t.Log.Parameters) {
		line.Parameters = parameters
		raw, err := json.Marshal(line)
		if err != nil { // parameters that are no JSON
			line.Parameters = nil
			raw, _ = json.Marshal(line) // texts always encode
		}
		lines = append(lines, append(raw, '\n'))
	}
	return lines
}
