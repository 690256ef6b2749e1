package catalog

import (
	"cmp"
	"strconv"
	"strings"

	"parley/domain/flow"
	"parley/domain/flow/interp"
	"parley/domain/hours"
	"parley/internal/fault"
)

// Document returns a content that was read for this decision.
func (c *Config) Document(content string) (*flow.Document, bool) {
	doc, ok := c.Documents[content]
	return doc, ok
}

// named reports whether a reference without its qualifier, an id or an ARN, means
// the resource; and under which id it would be found.
func named(ref string) (id string, same func(id, arn string) bool) {
	return ID(ref), func(is, arn string) bool { return ref == is || ref == arn }
}

// ID is under which id a reference, an id or an ARN without its qualifier, would be found.
func ID(ref string) string { return ref[strings.LastIndexByte(ref, '/')+1:] }

// HoursOf finds hours of operation.
func (c *Config) HoursOf(ref string) (hours.Hours, bool) {
	id, same := named(ref)
	h, ok := c.Hours[id]
	return h, ok && same(h.ID, h.ARN)
}

// QueueOf finds a queue. Another one may stand under its id: a test case puts it there.
func (c *Config) QueueOf(ref string) (Queue, bool) {
	id, same := named(ref)
	q, ok := c.Queues[id]
	return q, ok && same(id, q.ARN)
}

// FlowOf finds a flow of any type.
func (c *Config) FlowOf(ref string) (FlowRef, bool) {
	id, same := named(ref)
	f, ok := c.Flows[id]
	return f, ok && same(f.ID, f.ARN)
}

// qualified cuts ":version", ":alias" or ":$LATEST" off a reference.
func qualified(ref string) (base, qualifier string) {
	slash := strings.LastIndexByte(ref, '/') + 1
	last, qualifier, _ := strings.Cut(ref[slash:], ":")
	return ref[:slash] + last, qualifier
}

// Flow finds a flow that TransferToFlow may name: published, not archived, and
// of a type that a contact can be sent on to.
func (c *Config) Flow(ref string) (interp.Target, error) {
	base, qualifier := qualified(ref)
	f, ok := c.FlowOf(base)
	switch {
	case !ok:
		return interp.Target{}, fault.New(fault.NotFound, "there is no such flow")
	case f.Type != flow.ContactFlow && f.Type != flow.AgentTransfer && f.Type != flow.QueueTransfer:
		return interp.Target{}, fault.New(fault.Rule, "a contact cannot be sent to a flow of type %s", f.Type)
	}
	return target(f, qualifier)
}

// Module finds a flow module.
func (c *Config) Module(ref string) (interp.Target, error) {
	base, qualifier := qualified(ref)
	id, same := named(base)
	f, ok := c.Modules[id]
	if !ok || !same(f.ID, f.ARN) {
		return interp.Target{}, fault.New(fault.NotFound, "there is no such module")
	}
	return target(f, qualifier)
}

// target is the content that a qualifier names: of a version, of an alias, what
// is saved ($SAVED), or what is published, which $LATEST means too (our choice).
func target(f FlowRef, qualifier string) (interp.Target, error) {
	content := f.Published
	switch qualifier {
	case "", "$LATEST":
	case "$SAVED":
		content = cmp.Or(f.Saved, f.Published)
	default:
		content = f.Versions[cmp.Or(f.Aliases[qualifier], qualifier)]
	}
	if content == "" || !f.Active {
		return interp.Target{}, fault.New(fault.Rule, "it is not published")
	}
	return interp.Target{FlowID: f.ID, Content: content}, nil
}

// Prompt returns the text of a prompt.
func (c *Config) Prompt(ref string) (string, bool) {
	id, same := named(ref)
	p, ok := c.Prompts[id]
	if !ok || !same(p.ID, p.ARN) {
		return "", false
	}
	return p.Text, p.Text != ""
}

// managedView is part of the ARN of every view that comes with the product; its
// region is not compared, so that a flow moves between regions (our choice).
const managedView = ":aws:view/"

// View finds a version of a view: by the qualifier of the reference, else by the
// version given, else the latest one.
func (c *Config) View(ref, version string) (interp.ViewRef, error) {
	base, qualifier := qualified(ref)
	id, same := named(base)
	v, ok := c.Views[id]
	managed := strings.Contains(base, managedView) && strings.Contains(v.ARN, managedView)
	if !ok || !managed && !same(v.ID, v.ARN) {
		return interp.ViewRef{}, fault.New(fault.NotFound, "there is no such view")
	}
	version = cmp.Or(qualifier, version, "Latest")
	if number := strconv.Itoa(v.Version); version == "Latest" && v.Versions[number] != "" {
		version = number
	} else if version == "Latest" { // what is published has no number
		version = "$LATEST"
	}
	content, ok := v.Versions[version]
	if !ok {
		return interp.ViewRef{}, fault.New(fault.NotFound, "the view has no version %s", version)
	}
	return interp.ViewRef{ID: v.ID, Version: version, Content: content}, nil
}
