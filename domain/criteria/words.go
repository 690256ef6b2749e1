package criteria

import (
	"fmt"
	"strings"
	"time"

	"parley/domain/session"
)

// maxWords bounds what Words says of one expression, in characters (our choice).
const maxWords = 500

// Turn is the step of routing criteria that applies to a contact that waits, and from when until when.
type Turn struct {
	Step         int       // from 0; len(Steps): all are over, and any agent of the queue gets the contact
	Began, Until time.Time // Until is zero where no time ends it
}

// Now tells which step applies at a time to a contact that entered its queue and waits there.
func Now(c *session.Criteria, entered, now time.Time) Turn {
	t := Turn{Began: entered}
	for ; t.Step < len(c.Steps); t.Step++ {
		seconds := c.Steps[t.Step].Seconds
		if seconds == 0 {
			return t
		}
		ends := t.Began.Add(time.Duration(seconds) * time.Second)
		if now.Before(ends) {
			t.Until = ends
			return t
		}
		t.Began = ends
	}
	return t
}

// Words says in plain words which agents an expression is about, to follow "an agent who"; of a long one the beginning.
func Words(e session.Expression) string {
	text := []rune(words(e, false))
	if len(text) > maxWords {
		return string(text[:maxWords]) + "…"
	}
	return string(text)
}

func words(e session.Expression, inner bool) string {
	switch {
	case e.Attribute != nil:
		return asked(e.Attribute, "")
	case e.Not != nil:
		return asked(e.Not, " not")
	}
	list, joint := e.And, " and "
	if len(e.Or) > 0 {
		list, joint = e.Or, " or "
	}
	parts := make([]string, len(list))
	for i := range list {
		parts[i] = words(list[i], true)
	}
	text := strings.Join(parts, joint)
	if inner && len(list) > 1 {
		return "(" + text + ")"
	}
	return text
}

func asked(a *session.AgentAttribute, not string) string {
	if len(a.Agents) > 0 {
		return "is" + not + " user " + strings.Join(a.Agents, " or user ")
	}
	bound := "or more"
	if a.MaxLevel > 0 {
		bound = fmt.Sprintf("to %g", a.MaxLevel)
	}
	return fmt.Sprintf("has%s %s %q at level %g %s", not, a.Name, a.Value, a.Level, bound)
}
