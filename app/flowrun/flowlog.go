package flowrun

import (
	"context"
	"encoding/json"
	"log/slog"

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
}

// logged writes the steps that a flow has taken and that are to be logged.
func (r *Runner) logged(ctx context.Context, on *session.Session, step contact.FlowStep) {
	if r.Log == nil {
		return
	}
	var cfg contact.Config
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
		if err := r.Log.Write(r.line(on, cfg, t)); err != nil {
			r.log.ErrorContext(ctx, "the flow log cannot be written", slog.Any("error", err))
			return
		}
	}
}

func (r *Runner) line(on *session.Session, cfg contact.Config, t interp.Trace) []byte {
	flow, ok := cfg.Flows[t.Flow]
	if !ok {
		flow, ok = cfg.Modules[t.Flow]
	}
	if !ok {
		flow.ARN = t.Flow
	}
	line := logLine{
		ContactID: on.Current().ID, FlowID: flow.ARN, FlowName: flow.Name, ModuleType: moduleType(t.Type, t.Log.Parameters), Identifier: t.Action,
		Timestamp: r.clock.Now().Format("2006-01-02T15:04:05.000Z07:00"), Parameters: t.Log.Parameters, Results: t.Log.Results,
	}
	raw, err := json.Marshal(line)
	if err != nil { // parameters that are no JSON
		line.Parameters = nil
		raw, _ = json.Marshal(line) // texts always encode
	}
	return append(raw, '\n')
}

// moduleTypes are the names that flow logs have for types of actions: those of the
// first flow language (Amazon Connect, Data in flow logs).
var moduleTypes = map[string]string{
	"MessageParticipant": "PlayPrompt", "UpdateContactAttributes": "SetAttributes", "UpdateFlowAttributes": "SetAttributes",
	"Compare": "CheckAttribute", "InvokeLambdaFunction": "InvokeExternalResource", "ConnectParticipantWithLexBot": "GetUserInput",
	"UpdateContactTargetQueue": "SetQueue", "TransferContactToQueue": "Transfer", "DequeueContactAndTransferToQueue": "Transfer",
	"TransferToFlow": "Transfer", "TransferParticipantToThirdParty": "Transfer", "TransferContactToAgent": "Transfer",
	"DisconnectParticipant": "Disconnect", "EndFlowExecution": "Resume", "MessageParticipantIteratively": "LoopPrompts",
	"UpdateContactEventHooks": "SetEventHook", "UpdateFlowLoggingBehavior": "SetLoggingBehavior",
	"UpdateContactRecordingBehavior": "SetRecordingBehavior", "UpdateContactTextToSpeechVoice": "SetVoice", "UpdateContactData": "SetContactData",
	"CheckMetricData": "CheckStaffing", "UpdateContactRoutingBehavior": "UpdateRoutingPriority",
	"UpdateContactMediaStreamingBehavior": "StartMediaStreaming", "DistributeByPercentage": "PercentileBranching",
	"InvokeFlowModule": "InvokeFlowModule", "UpdateContactCallbackNumber": "SetCallBackNumber", "CreateCallbackContact": "CreateCallback",
	"EndFlowModuleExecution": "Return",
}

// moduleType names an action as flow logs do; one that has no such name keeps its own.
func moduleType(actionType string, parameters json.RawMessage) string {
	if actionType == "GetParticipantInput" {
		var p struct{ StoreInput string }
		if json.Unmarshal(parameters, &p) == nil && p.StoreInput == "True" {
			return "StoreUserInput"
		}
		return "GetUserInput"
	}
	if name, ok := moduleTypes[actionType]; ok {
		return name
	}
	return actionType
}
