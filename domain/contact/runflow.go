package contact

import (
	"encoding/json"
	"fmt"

	"parley/domain/catalog"
	"parley/domain/change"
	"parley/domain/flow/interp"
	"parley/domain/session"
	"parley/domain/transcript"
)

// FlowStep is how far a running flow got in one decision.
type FlowStep struct {
	Outcome interp.Outcome
	Trace   []interp.Trace
}

// RunFlow gives the session's flow what happened since it last ran (its start, the
// inputs that wait for it, the time) and lets it act on the draft until it waits or
// is over. runID names a run that begins. cfg.Documents holds the contents that
// were read: where the outcome is NeedDocument the draft is worth nothing, and the
// decision is to be made again with that content. An error means that the
// stored run cannot be read.
func (d *Draft) RunFlow(cfg catalog.Config, runID string, rnd func() uint64) (FlowStep, error) {
	f := d.s.Flow
	if f.Whisper != "" && !d.now.Before(f.Until) {
		return d.hush(cfg), nil
	}
	if len(f.Run) == 0 {
		return d.advance(interp.New(runID, f.FlowID, f.Content), cfg, rnd, interp.Start{})
	}
	run, err := readRun(f)
	if err != nil {
		return FlowStep{}, err
	}
	return d.advance(run, cfg, rnd, interp.Timer{})
}

// TellFlow gives the session's flow what came of its call, interp.Started or
// interp.Result, and then what waits for it. It returns Ignored and changes nothing
// where the flow does not wait for that answer (any more).
func (d *Draft) TellFlow(in interp.Input, cfg catalog.Config, rnd func() uint64) (FlowStep, error) {
	f := d.s.Flow
	if f == nil || len(f.Run) == 0 { // a chat that has ended has no flow
		return FlowStep{Outcome: interp.Outcome{Kind: interp.Ignored}}, nil
	}
	run, err := readRun(f)
	if err != nil {
		return FlowStep{}, err
	}
	return d.advance(run, cfg, rnd, in)
}

func readRun(f *session.Flow) (run interp.Run, err error) {
	if err = json.Unmarshal(f.Run, &run); err != nil {
		err = fmt.Errorf("read the flow's run: %w", err)
	}
	return run, err
}

// advance gives the run last and what waits for it, in the order in which they
// concern it: a message that came before its time ran out counts before the time, and
// what comes during a call counts after its answer. It stops where the
// run is in a call again; the rest waits.
func (d *Draft) advance(run interp.Run, cfg catalog.Config, rnd func() uint64, last interp.Input) (FlowStep, error) {
	var step FlowStep
	_, timed := last.(interp.Timer)
	list, before := d.inputs(last, timed && run.Status == interp.Waiting)
	used := 0
	for _, in := range list {
		var trace []interp.Trace
		var out interp.Outcome
		run, out, trace = interp.Advance(run, d.world(&cfg), in, d.now, rnd)
		step.add(out, trace)
		used++
		if out.Kind.Needs() || out.Kind == interp.Ignored && used == 1 && !timed && before == 1 {
			return step, nil
		}
		if run.Status != interp.Waiting {
			break
		}
	}
	rest := d.s.Flow.Input[min(max(used-before, 0), len(d.s.Flow.Input)):]
	return step, d.settle(run, step.Outcome, cfg, rest)
}

// inputs lists what waits for the flow, with last behind it or before it, and how
// many come before what waits.
func (d *Draft) inputs(last interp.Input, behind bool) (list []interp.Input, before int) {
	for _, in := range d.s.Flow.Input {
		switch in.Kind {
		case inputSignIn:
			list = append(list, signInOf(d.s, in))
		case InputMessage:
			list = append(list, interp.CustomerMessage{ContentType: in.ContentType, Content: in.Content})
		default: // InputLeft
			list = append(list, interp.ParticipantLeft{Role: string(transcript.CustomBot)})
		}
	}
	if behind {
		return append(list, last), 0
	}
	return append([]interp.Input{last}, list...), 1
}

// add notes what one input led to. The outcome is that of the last one that
// concerned the run.
func (s *FlowStep) add(out interp.Outcome, trace []interp.Trace) {
	if out.Kind != interp.Ignored || s.Outcome.Kind == "" {
		s.Outcome = out
	}
	s.Trace = append(s.Trace, trace...)
}

// settle stores where the flow stands, or what its end means for the chat.
func (d *Draft) settle(run interp.Run, out interp.Outcome, cfg catalog.Config, rest []session.Input) error {
	d.touch(change.Flow)
	if run.Status != interp.Ended {
		return d.await(run, rest)
	}
	whispered := d.s.Flow.Whisper
	d.s.Flow = nil
	d.forgetSignIn()
	if out.Kind == interp.Queued && d.enqueued(cfg) || whispered != "" && out.Kind != interp.Disconnected && d.whisper(whispered, cfg) {
		return nil
	}
	d.drop(DueFlow)
	if out.Kind == interp.Disconnected || d.abandoned() {
		d.endAfterAll(ReasonFlow)
	}
	return nil
}

// await stores a run that waits, and when it goes on by itself: the deadline of a
// call is when its answer counts as lost.
func (d *Draft) await(run interp.Run, rest []session.Input) error {
	raw, err := json.Marshal(run)
	if err != nil {
		return fmt.Errorf("write the flow's run: %w", err)
	}
	f := d.s.Flow
	f.FlowID, f.Content, f.Run, f.Input = run.FlowID, run.Content, raw, rest
	f.Listening, f.Hiding, f.Calling = run.Listening(), run.Hiding(), run.Status == interp.Calling
	at := run.WakeAt()
	if f.Whisper != "" && (at.IsZero() || f.Until.Before(at)) {
		at = f.Until
	}
	if !at.IsZero() {
		d.at(DueFlow, at)
	}
	return nil
}

// abandoned: the flow is over, nobody else is there, and the contact waits in
// no queue. Such a contact ends with its flow (Amazon Connect, end of a flow).
func (d *Draft) abandoned() bool {
	return !d.s.Current().Queued() && !d.present(transcript.Agent, transcript.CustomBot) && d.supervisors(false) == 0
}
