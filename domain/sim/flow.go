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
	full, drawn := map[string]bool{}, c.random
	c.decisions++
	for {
		c.random = drawn // a decision that is made again draws the same numbers
		d, step, err := c.attempt(try, full)
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
		c.record(before, step)
		if c.goOn != nil {
			if err := c.goOn(len(step.Trace)); err != nil {
				return err
			}
		}
		return c.call(step.Outcome)
	}
}

// attempt makes a decision, again and again until it has what it reads.
func (c *Chat) attempt(try attempt, full map[string]bool) (*contact.Draft, contact.FlowStep, error) {
	cfg := c.instance.Config
	cfg.Full, cfg.Documents, cfg.Live, cfg.Past = full, c.documents, c.live(), map[string]*session.Session{}
	if c.alter != nil {
		cfg = c.alter(c.decisions, cfg)
	}
	for drawn := c.random; ; c.random = drawn {
		if err := c.load(c.s.Flow); err != nil {
			return nil, contact.FlowStep{}, err
		}
		d := contact.Decide(c.s, c.id(), c.now)
		step, err := try(d, cfg)
		switch {
		case err != nil || !step.Outcome.Kind.Needs():
			return d, step, err
		case step.Outcome.Kind == interp.NeedDocument:
			err = c.read(step.Outcome.Content)
		case step.Outcome.Kind == interp.NeedContact:
			cfg.Past[step.Outcome.Subject] = nil // no chat was before this one
		case step.Outcome.Kind == interp.NeedUser:
			if cfg.Users == nil {
				cfg.Users = map[string]string{}
			}
			cfg.Users[step.Outcome.Subject] = "" // no users are simulated
		default:
			cfg.Live[step.Outcome.Subject] = contact.Live{}
		}
		if err != nil {
			return nil, step, err
		}
	}
}

// load reads the content that a flow runs.
func (c *Chat) load(f *session.Flow) error {
	if f == nil {
		return nil
	}
	return c.read(f.Content)
}

func (c *Chat) read(content string) error {
	if c.documents[content] != nil {
		return nil
	}
	doc, ok := c.instance.Config.Documents[content]
	if !ok && c.instance.Load != nil {
		var err error
		if doc, err = c.instance.Load(content); err != nil {
			return fmt.Errorf("read the content %q of a flow: %w", content, err)
		}
		ok = true
	}
	if !ok {
		return fmt.Errorf("the content %q of a flow is not here", content)
	}
	c.documents[content] = doc
	return nil
}

// live are the numbers of the queues: who waits, and nobody knows since when.
func (c *Chat) live() map[string]contact.Live {
	all := map[string]contact.Live{}
	for id := range c.instance.Config.Queues {
		all[id] = contact.Live{Contacts: c.usage[queuedKey(c.instance, id)]}
	}
	return all
}

// record puts the steps of a decision before what was said in it.
func (c *Chat) record(before int, step contact.FlowStep) {
	said := append([]Entry(nil), c.history[before:]...)
	c.history = c.history[:before]
	for _, t := range step.Trace {
		c.history = append(c.history, Entry{At: c.now, Decision: c.decisions, Step: &t})
	}
	c.history = append(c.history, said...)
	switch step.Outcome.Kind {
	case "", interp.Ignored, interp.Noted, interp.Blocked, interp.CallOut:
	default:
		c.history = append(c.history, Entry{At: c.now, Decision: c.decisions, Outcome: &step.Outcome})
	}
}

func queuedKey(in *Instance, queue string) string { return quota.Queued(in.ID, queue) }
