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

// runFlow lets the flow go on, as app/flowrun does: a queue that is full at the
// commit lets the flow decide again.
func (c *Chat) runFlow(ref change.DueRef) error {
	full := map[string]bool{}
	for {
		d := contact.Decide(c.s, c.id(), c.now)
		d.Handled(ref)
		if c.s.Flow == nil || c.s.Status != session.Active {
			return c.commit(d.Changes())
		}
		running := *c.s.Flow
		step, err := c.advance(d, full)
		if err != nil {
			return err
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
		c.record(before, running, step)
		return c.call(step.Outcome)
	}
}

func (c *Chat) advance(d *contact.Draft, full map[string]bool) (contact.FlowStep, error) {
	cfg := c.instance.Config
	cfg.Full = full
	doc, ok := cfg.Documents[c.s.Flow.Content]
	if !ok {
		return contact.FlowStep{}, fmt.Errorf("the flow %s has no content %q", c.s.Flow.FlowID, c.s.Flow.Content)
	}
	return d.RunFlow(doc, cfg, c.id(), c.random.flow)
}

// record puts the steps before what they said.
func (c *Chat) record(before int, running session.Flow, step contact.FlowStep) {
	said := append([]Entry(nil), c.history[before:]...)
	c.history = c.history[:before]
	for _, t := range step.Trace {
		c.history = append(c.history, Entry{At: c.now, Step: &Step{FlowID: running.FlowID, Content: running.Content, Trace: t}})
	}
	c.history = append(c.history, said...)
	switch step.Outcome.Kind {
	case "", interp.Ignored, interp.Blocked, interp.CallOut:
	default:
		c.history = append(c.history, Entry{At: c.now, Outcome: &Over{FlowID: running.FlowID, Outcome: step.Outcome}})
	}
}

func queuedKey(in *Instance, queue string) string { return quota.Queued(in.ID, queue) }
