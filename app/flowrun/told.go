package flowrun

import (
	"strings"

	"parley/domain/flow/interp"
)

// told is a step of a flow in plain words.
func told(t interp.Trace) string {
	text := t.Type + " (block " + t.Action + ")"
	if why := t.Why(); why != "" {
		text += ": " + why
	}
	if t.Plain != "" {
		text += ", because " + t.Plain
	}
	if len(t.Missing) > 0 {
		text += "; nothing is at " + strings.Join(t.Missing, ", ")
	}
	if t.Next == "" {
		return text + "; it goes nowhere from here, or waits"
	}
	return text + "; next is block " + t.Next
}
