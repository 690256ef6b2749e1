package interactive

import (
	"fmt"

	"parley/internal/fault"
)

// place is one place in a message: where it is, as refusals name it, and what is there.
type place struct {
	path  string
	v     any
	there bool
}

func (p place) member(name string) place {
	object, _ := p.v.(map[string]any)
	v, there := object[name]
	path := name
	if p.path != "" {
		path = p.path + "." + name
	}
	return place{path, v, there && v != nil}
}

func refusal(path, problem string) error {
	if path == "" {
		path = "it"
	}
	return fault.New(fault.Invalid, "Content is no interactive message: %s %s", path, problem)
}

// checker keeps the first fault of a message.
type checker struct{ err error }

func (c *checker) fail(p place, format string, args ...any) {
	if c.err == nil {
		c.err = refusal(p.path, fmt.Sprintf(format, args...))
	}
}

// needed reports whether something is there, which must be.
func (c *checker) needed(p place) bool {
	if !p.there {
		c.fail(p, "is required")
	}
	return p.there
}

func (c *checker) object(p place) bool {
	_, ok := p.v.(map[string]any)
	if c.needed(p) && !ok {
		c.fail(p, "must be an object")
	}
	return ok
}

// text is a member that must be there; optional, one that may be.
func (c *checker) text(p place) {
	if c.needed(p) {
		c.optional(p)
	}
}

func (c *checker) optional(p place) {
	if text, ok := p.v.(string); p.there && (!ok || text == "") {
		c.fail(p, "must be a text that is not empty")
	}
}

func (c *checker) number(p place) {
	if c.needed(p) {
		c.maybeNumber(p)
	}
}

func (c *checker) maybeNumber(p place) {
	if _, ok := p.v.(float64); p.there && !ok {
		c.fail(p, "must be a number")
	}
}

func (c *checker) is(p place, allowed ...string) {
	for _, one := range allowed {
		if p.v == one {
			return
		}
	}
	if !c.needed(p) {
		return
	}
	if len(allowed) == 1 {
		c.fail(p, "must be %q", allowed[0])
		return
	}
	c.fail(p, "must be one of %q", allowed)
}

// list returns the elements of a list that must be there.
func (c *checker) list(p place) (elements []place) {
	list, ok := p.v.([]any)
	if c.needed(p) && !ok {
		c.fail(p, "must be a list")
	}
	for i, v := range list {
		elements = append(elements, place{fmt.Sprintf("%s[%d]", p.path, i), v, v != nil})
	}
	return elements
}

func (c *checker) count(p place, n, least, most int) {
	if n < least || n > most {
		c.fail(p, "must have %d to %d elements, got %d", least, most, n)
	}
}
