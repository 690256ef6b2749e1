package flow

import (
	"bytes"
	"encoding/json"
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
