package sim

import (
	"fmt"

	"parley/domain/change"
	"parley/domain/contact"
	"parley/domain/flow/interp"
	"parley/domain/quota"
	"parley/domain/session"
	"parley/internal/fault"
)

// attempt is one decision on the chat's flow.
type attempt func(*contact.Draft, contact.Config) (contact.FlowStep, error)

// runFlow lets the flow go on at its deadline.
func (c *Chat) runFlow(ref change.DueRef) error {
	if c.s.Flow == nil || c.s.Status != session.Active {
		d := contact.Decide(c.s, c.id(), c.now)
		d.Handled(ref)
		return c.commit(d.Changes())
	}
	return c.stepFlow(func(d *contact.Draft, cfg contact.Config) (contact.FlowStep, error) {
		step, err := d.RunFlow(cfg, c.id(), c.random.flow)
		d.Handled(ref)
		return step, err
	})
}

// tellFlow gives the flow what came of its call.
func (c *Chat) tellFlow(in interp.Input) error {
	return c.stepFlow(func(d *contact.Draft, cfg contact.Config) (contact.FlowStep, error) {
		return d.TellFlow(in, cfg, c.random.flow)
	})
}

// stepFlow makes a decision on the flow and commits it, as app/flowrun does: where
// the commit finds a queue full, the flow decides again.
func (c *Chat) stepFlow(try attempt) error {
	full := map[string]bool{}
	for {
		cfg := c.instance.Config
		cfg.Full = full
		d := contact.Decide(c.s, c.id(), c.now)
		step, err := try(d, cfg)
		if err != nil {
			return err
		}
		if step.Outcome.Kind == interp.NeedDocument {
			return fmt.Errorf("the content %q of a flow is not here", step.Outcome.Content)
		}
		before := len(c.history)
		err = c.commit(d.Changes())
		queue := d.Session().Current().QueueID
		if fault.Is(err, fault.LimitExceeded) && !full[queue] {
			full[queue] = true
			continue
		}
		if err != nil {
			return err
		}
		c.record(before, step)
		return c.call(step.Outcome)
	}
}

// record puts the steps of a decision before what was said in it.
func (c *Chat) record(before int, step contact.FlowStep) {
	said := append([]Entry(nil), c.history[before:]...)
	c.history = c.history[:before]
	for _, t := range step.Trace {
		c.history = append(c.history, Entry{At: c.now, Step: &t})
	}
	c.history = append(c.history, said...)
	switch step.Outcome.Kind {
	case "", interp.Ignored, interp.Noted, interp.Blocked, interp.CallOut:
	default:
		c.history = append(c.history, Entry{At: c.now, Outcome: &step.Outcome})
	}
}

func queuedKey(in *Instance, queue string) string { return quota.Queued(in.ID, queue) }
