package flow

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
)

// Lines returns the line of the source on which each action begins, from 1, in
// the order of the document.
func (d *Document) Lines() []int {
	lines := make([]int, 0, d.Len())
	s := &splicer{source: d.source, dec: json.NewDecoder(bytes.NewReader(d.source))}
	s.members(func(name string) {
		if name != "Actions" {
			s.skip()
			return
		}
		s.elements(func(int) {
			start := s.next()
			lines = append(lines, 1+bytes.Count(s.source[:start], []byte("\n")))
			s.skip()
		})
	})
	return lines
}

// LineOfProblem returns the line of the block that a problem is about: of
// several with one identifier that whose place the message names.
func (d *Document) LineOfProblem(id, message string) int {
	var at int
	if _, rest, ok := strings.Cut(message, "Actions["); ok {
		if _, err := fmt.Sscanf(rest, "%d]", &at); err == nil && at < d.Len() && d.actions[at].ID == id {
			return d.Lines()[at]
		}
	}
	return d.LineOf(id)
}

// LineOf returns the line on which the action with that identifier begins; 1
// where there is none, which is where the document begins.
func (d *Document) LineOf(id string) int {
	for i, a := range d.Actions() {
		if a.ID == id {
			return d.Lines()[i]
		}
	}
	return 1
}
