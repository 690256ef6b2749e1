package contact

import (
	"encoding/json"
	"fmt"
	"slices"

	"parley/domain/change"
	"parley/domain/flow"
	"parley/domain/flow/interp"
	"parley/domain/session"
	"parley/domain/transcript"
)

// customerReturned is the event of a Wait block that a customer's message fires.
const customerReturned = "CustomerReturned"

// FlowStep is how far a running flow got in one decision.
type FlowStep struct {
	Outcome interp.Outcome
	Trace   []interp.Trace
}

// RunFlow gives the session's flow what happened since it last ran (its start, the
// inputs that wait for it, the time) and lets it act on the draft until
// it waits or is over. runID names a run that begins. An error means that the stored run cannot be read.
func (d *Draft) RunFlow(doc *flow.Document, cfg Config, runID string, rnd func() uint64) (FlowStep, error) {
	f := d.s.Flow
	run, inputs, err := resume(f, runID)
	if err != nil {
		return FlowStep{}, err
	}
	var step FlowStep
	w := world{d, cfg}
	for _, in := range inputs {
		var trace []interp.Trace
		run, step.Outcome, trace = interp.Advance(doc, run, w, in, d.now, rnd)
		step.Trace = append(step.Trace, trace...)
		if run.Status == interp.Ended {
			break
		}
	}
	return step, d.settle(run, step.Outcome, cfg)
}

// resume reads the run and lists what it is to be told.
func resume(f *session.Flow, runID string) (interp.Run, []interp.Input, error) {
	if len(f.Run) == 0 {
		return interp.New(runID, f.FlowID, f.Content), []interp.Input{interp.Start{}}, nil
	}
	var run interp.Run
	if err := json.Unmarshal(f.Run, &run); err != nil {
		return run, nil, fmt.Errorf("read the flow's run: %w", err)
	}
	var inputs []interp.Input
	for _, in := range f.Input {
		switch in.Kind {
		case InputMessage:
			inputs = append(inputs, interp.CustomerMessage{ContentType: in.ContentType, Content: in.Content})
		case InputLeft:
			inputs = append(inputs, interp.ParticipantLeft{Role: string(transcript.CustomBot)})
		}
	}
	return run, append(inputs, interp.Timer{}), nil
}

// settle stores where the flow stands, or what its end means for the chat.
func (d *Draft) settle(run interp.Run, out interp.Outcome, cfg Config) error {
	d.touch(change.Flow)
	if run.Status != interp.Ended {
		return d.await(run)
	}
	d.s.Flow = nil
	if out.Kind == interp.Queued && d.enqueued(cfg) {
		return nil
	}
	d.drop(DueFlow)
	if out.Kind == interp.Disconnected || d.abandoned() {
		d.end(ReasonFlow, "")
	}
	return nil
}

func (d *Draft) await(run interp.Run) error {
	raw, err := json.Marshal(run)
	if err != nil {
		return fmt.Errorf("write the flow's run: %w", err)
	}
	f := d.s.Flow
	f.Run, f.Input, f.Listening = raw, nil, false
	if run.Wait != nil {
		f.Listening = slices.Contains(run.Wait.Events, customerReturned)
		d.at(DueFlow, run.Wait.Until)
	}
	return nil
}

// abandoned: the flow is over, nobody else is there, and the contact waits in
// no queue. Such a contact ends with its flow (Amazon Connect, end of a flow).
func (d *Draft) abandoned() bool {
	return d.s.Current().QueueID == "" && !d.present(transcript.Agent, transcript.CustomBot)
}
