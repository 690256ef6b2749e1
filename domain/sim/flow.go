package sim

import (
	"fmt"
	"maps"

	"parley/domain/catalog"
	"parley/domain/change"
	"parley/domain/contact"
	"parley/domain/flow/interp"
	"parley/domain/quota"
	"parley/domain/session"
	"parley/internal/fault"
)

// attempt is one decision on the flow of a session.
type attempt func(*contact.Draft, catalog.Config) (contact.FlowStep, error)

// runFlow lets the flow go on at its deadline.
func (c *Chat) runFlow(t *talk, ref change.DueRef) error {
	if t.s.Flow == nil || t.s.Status != session.Active {
		return c.handled(t, ref)
	}
	return c.stepFlow(t, func(d *contact.Draft, cfg catalog.Config) (contact.FlowStep, error) {
		step, err := d.RunFlow(cfg, c.id(), c.random.flow)
		d.Handled(ref)
		return step, err
	})
}

// tellFlow gives the flow what came of its call.
func (c *Chat) tellFlow(t *talk, in interp.Input) error {
	return c.stepFlow(t, func(d *contact.Draft, cfg catalog.Config) (contact.FlowStep, error) {
		return d.TellFlow(in, cfg, c.random.flow)
	})
}

// stepFlow makes a decision on the flow and commits it, as app/flowrun does: where
// the commit finds a queue full, the flow decides again.
func (c *Chat) stepFlow(t *talk, try attempt) error {
	full, drawn := map[string]bool{}, c.random
	c.decisions++
	for {
		c.random = drawn // a decision that is made again draws the same numbers
		d, step, err := c.attempt(t, try, full)
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
		c.record(t, before, step)
		if c.goOn != nil {
			if err := c.goOn(len(step.Trace)); err != nil {
				return err
			}
		}
		return c.call(t, step.Outcome)
	}
}

// attempt makes a decision, again and again until it has what it reads.
func (c *Chat) attempt(t *talk, try attempt, full map[string]bool) (*contact.Draft, contact.FlowStep, error) {
	cfg := c.instance.Config
	cfg.Full, cfg.Documents, cfg.Live, cfg.Stands, cfg.Past = full, c.documents, c.live(), c.stands(t), map[string]*session.Session{}
	if c.alter != nil {
		cfg = c.alter(c.decisions, cfg)
	}
	for drawn := c.random; ; c.random = drawn {
		if err := c.load(t.s.Flow); err != nil {
			return nil, contact.FlowStep{}, err
		}
		d := c.draft(t)
		step, err := try(d, cfg)
		switch {
		case err != nil || !step.Outcome.Kind.Needs():
			return d, step, err
		case step.Outcome.Kind == interp.NeedDocument:
			err = c.read(step.Outcome.Content)
		case step.Outcome.Kind == interp.NeedContact:
			cfg.Past[step.Outcome.Subject] = nil // no chat was before this one
		case step.Outcome.Kind == interp.NeedUser:
			cfg.Users = with(cfg.Users, step.Outcome.Subject, c.agentNamed(step.Outcome.Subject))
		case step.Outcome.Kind == interp.NeedServed:
			cfg.Served = with(cfg.Served, step.Outcome.Subject, "") // nobody has served the customer before
		default:
			cfg.Live[step.Outcome.Subject] = c.liveOf(step.Outcome.Subject)
		}
		if err != nil {
			return nil, step, err
		}
	}
}

// with is a map with one more entry; the map that it is given stays as it is.
func with(all map[string]string, key, value string) map[string]string {
	next := maps.Clone(all)
	if next == nil {
		next = map[string]string{}
	}
	next[key] = value
	return next
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

// record puts the steps of a decision before what was said in it.
func (c *Chat) record(t *talk, before int, step contact.FlowStep) {
	said := append([]Entry(nil), c.history[before:]...)
	c.history = c.history[:before]
	for _, step := range step.Trace {
		c.history = append(c.history, Entry{At: c.now, Decision: c.decisions, Guide: t.guides(), Step: &step})
	}
	c.history = append(c.history, said...)
	switch step.Outcome.Kind {
	case "", interp.Ignored, interp.Noted, interp.Blocked, interp.CallOut:
	default:
		c.history = append(c.history, Entry{At: c.now, Decision: c.decisions, Guide: t.guides(), Outcome: &step.Outcome})
	}
}

func queuedKey(in *Instance, queue string) string { return quota.Queued(in.ID, queue) }
