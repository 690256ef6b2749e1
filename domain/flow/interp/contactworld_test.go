package interp_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"parley/domain/flow/interp"
	"parley/internal/fault"
)

// instance is the rest of the World: what the contact and its instance can do.
type instance struct {
	closed  bool
	metrics *interp.Metrics // nil = not read yet
	refuse  string          // the method that fails
}

func (c *chat) do(method, format string, args ...any) error {
	if c.refuse == method {
		return fault.New(fault.Rule, "refused")
	}
	c.note(format, args...)
	return nil
}

func (c *chat) UpdateContact(u interp.ContactUpdate) error {
	text, err := json.Marshal(u)
	if err != nil {
		return err
	}
	return c.do("UpdateContact", "contact %s", text)
}

func (c *chat) Tag(tags map[string]string) error {
	text, err := json.Marshal(tags)
	if err != nil {
		return err
	}
	return c.do("Tag", "tag %s", text)
}

func (c *chat) Untag(keys []string) error { return c.do("Untag", "untag %s", strings.Join(keys, ",")) }

func (c *chat) SetHooks(hooks map[string]interp.Hook) error {
	var all []string
	for _, name := range slices.Sorted(maps.Keys(hooks)) {
		disable := "as it was"
		if h := hooks[name]; h.Disable != nil {
			disable = fmt.Sprint(*h.Disable)
		}
		all = append(all, fmt.Sprintf("%s=%s disabled %s", name, hooks[name].Flow, disable))
	}
	return c.do("SetHooks", "hooks %s", strings.Join(all, "; "))
}

func (c *chat) SetProcessor(function string, deliver bool) error {
	return c.do("SetProcessor", "processor %q %v", function, deliver)
}

func (c *chat) SetRedaction(on, generic bool, entities []string) error {
	return c.do("SetRedaction", "redaction %v %v %q", on, generic, entities)
}

func (c *chat) SetRecording(behavior json.RawMessage) { c.note("recording %s", behavior) }

func (c *chat) SetPriority(n int64) error { return c.do("SetPriority", "priority %d", n) }

func (c *chat) SetQueueAge(seconds int) error { return c.do("SetQueueAge", "age %d", seconds) }

func (c *chat) SetCriteria(criteria json.RawMessage) error {
	return c.do("SetCriteria", "criteria %s", criteria)
}

func (c *chat) Associate(rehydration, source string) error {
	if source == "unread" {
		return &interp.Need{Kind: interp.NeedContact, Subject: source}
	}
	return c.do("Associate", "associate %s %s", rehydration, source)
}

func (c *chat) Open(hours string) (bool, error) {
	return !c.closed, c.do("Open", "hours %q", hours)
}

func (c *chat) Metrics(queue, agent string) (interp.Metrics, error) {
	if c.metrics == nil {
		return interp.Metrics{}, &interp.Need{Kind: interp.NeedMetrics, Subject: "basic"}
	}
	return *c.metrics, c.do("Metrics", "metrics of %q", queue+agent)
}

func (c *chat) Requeue(queue, agent string) error {
	if c.full {
		return fault.New(fault.LimitExceeded, "the queue is full")
	}
	return c.do("Requeue", "requeue %q", queue+agent)
}
