package interp_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"parley/domain/flow"
	"parley/domain/flow/interp"
	"parley/internal/fault"
)

const interactive = "application/vnd.amazonaws.connect.message.interactive"

// chat is the smallest World that keeps the rules of the port. It writes what
// the flow does to it into log.
type chat struct {
	attributes map[string]string
	data       map[string]string // path joined by dots → text
	queues     []string          // ids that SetTargetQueue takes
	target     string
	full       bool
	mute       bool
	bot        bool
	logging    bool
	contents   map[string]*flow.Document
	flows      map[string]string // flows and modules: reference → content
	views      map[string]interp.ViewRef
	prompts    map[string]string
	takes      []string // content types
	instance
	log []string
}

func newChat() *chat {
	return &chat{
		attributes: map[string]string{},
		data:       map[string]string{"Channel": "CHAT", "ContactId": "contact-1"},
		queues:     []string{"basic", "arn:queue/basic"},
		contents:   map[string]*flow.Document{},
		flows:      map[string]string{},
		views:      map[string]interp.ViewRef{"form": {ID: "form", Version: "1", Content: "form-1"}},
		prompts:    map[string]string{},
		takes:      []string{"text/plain"},
		instance:   instance{metrics: &interp.Metrics{OldestSeconds: new(int64)}},
	}
}

func (c *chat) Lookup(path flow.Path) (flow.Value, bool) {
	if path[0] == "Attributes" && len(path) == 2 {
		s, ok := c.attributes[path[1]]
		return flow.TextValue(s), ok
	}
	s, ok := c.data[strings.Join(path, ".")]
	return flow.TextValue(s), ok
}

func (c *chat) Say(text string) error {
	if c.mute {
		return fault.New(fault.Rule, "the customer does not take text/plain")
	}
	if len(text) > 100 {
		text = fmt.Sprintf("(%d bytes)", len(text))
	}
	c.note("say %q", text)
	return nil
}

func (c *chat) SetAttributes(set map[string]string) error {
	all := maps.Clone(c.attributes)
	maps.Copy(all, set)
	size := 0
	for k, v := range all {
		size += len(k) + len(v)
	}
	if size > 32768 {
		return fault.New(fault.LimitExceeded, "the attributes are too large")
	}
	c.attributes = all
	text, err := json.Marshal(set)
	c.note("attributes %s", text)
	return err
}

func (c *chat) SetTargetAgent(user string) error {
	if user != "ben" {
		return fault.New(fault.NotFound, "no such user")
	}
	c.target = user
	c.note("agent %s", user)
	return nil
}

func (c *chat) SetTargetQueue(queue string) error {
	for _, q := range c.queues {
		if q == queue {
			c.target = queue
			c.note("queue %s", queue)
			return nil
		}
	}
	return fault.New(fault.NotFound, "there is no such queue")
}

func (c *chat) Enqueue() error {
	if c.target == "" {
		return errors.New("there is no target queue")
	}
	if c.full {
		return fault.New(fault.LimitExceeded, "the queue is full")
	}
	c.note("enqueue %s", c.target)
	return nil
}

func (c *chat) Authenticate(pool, client string, until time.Time) error {
	if pool != "pool" {
		return fault.New(fault.NotFound, "no provider is configured")
	}
	c.note("authenticate %s %s until %s", pool, client, until.Format(time.TimeOnly))
	return nil
}

func (c *chat) Unauthenticated(why interp.SignInEnd) { c.note("unauthenticated %s", why) }

func (c *chat) Authenticated(who interp.Identity) { c.note("authenticated %v", who) }

func (c *chat) BotPresent() bool { return c.bot }

func (c *chat) Logging() bool { return c.logging }

func (c *chat) SetLogging(on bool) {
	if c.logging != on {
		c.note("logging %v", on)
	}
	c.logging = on
}

func (c *chat) ContactData() json.RawMessage { return json.RawMessage(`{"ContactId":"contact-1"}`) }

func (c *chat) Document(content string) (*flow.Document, bool) {
	doc, ok := c.contents[content]
	return doc, ok
}

func (c *chat) Flow(ref string) (interp.Target, error) { return c.find(ref) }

func (c *chat) Module(ref string) (interp.Target, error) { return c.find(ref) }

func (c *chat) find(ref string) (interp.Target, error) {
	content, ok := c.flows[ref]
	if !ok {
		return interp.Target{}, fault.New(fault.NotFound, "there is no such flow")
	}
	return interp.Target{FlowID: ref, Content: content}, nil
}

func (c *chat) Prompt(ref string) (string, bool) {
	text, ok := c.prompts[ref]
	return text, ok
}

func (c *chat) View(ref, version string) (interp.ViewRef, error) {
	v, ok := c.views[ref]
	if !ok {
		return v, fault.New(fault.NotFound, "there is no such view")
	}
	return v, nil
}

func (c *chat) ShowView(token string, view interp.ViewRef, data json.RawMessage) error {
	if !slices.Contains(c.takes, interactive) {
		return fault.New(fault.Rule, "the chat takes no views")
	}
	c.note("view %s:%s %.4s… %s", view.ID, view.Version, token, data)
	return nil
}

func (c *chat) SayBot(contentType, content string) error {
	if strings.Contains(content, "broken template") {
		return fault.New(fault.Invalid, "data.content.title is required")
	}
	if !slices.Contains(c.takes, contentType) {
		contentType, content = "text/plain", "its text"
	}
	if len(content) > 1000 {
		content = fmt.Sprintf("(%d bytes)", len(content))
	}
	c.note("bot %s %q", contentType, content)
	return nil
}

func (c *chat) note(format string, args ...any) {
	c.log = append(c.log, fmt.Sprintf(format, args...))
}
