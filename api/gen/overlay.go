package main

import (
	"encoding/json"
	"fmt"
	"os"
)

// overlay is what api/overlay.json says about one service.
type overlay struct {
	// Supported names the operations that get types.
	Supported []string
	// Operations and Shapes fill gaps of an older model in its own dialect:
	// where the model has the operation, the shape or the member, it wins. A
	// shape without a type only adds members.
	Operations map[string]*operation
	Shapes     map[string]*shape
	// Replace, Relax and Promise depart from the model; each says why.
	Replace map[string]*replacement
	Relax   []relaxation
	Promise []promise
}

// replacement is a shape that stands for the model's.
type replacement struct {
	shape
	Why string
}

// relaxation treats a member's empty value as if the member were absent.
type relaxation struct {
	Shape, Member, Why string
}

// promise makes members of an output required: we always send them.
type promise struct {
	Shape   string
	Members []string
	Why     string
}

func loadOverlays(path string) (map[string]*overlay, error) {
	raw, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var all map[string]*overlay
	if err := json.Unmarshal(raw, &all); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return all, nil
}

// apply changes the model. A departure from something that the model lacks is
// an error, so that the overlay cannot rot.
func (o *overlay) apply(m *model) error {
	for name, op := range o.Operations {
		if m.Operations[name] == nil {
			m.Operations[name] = op
		}
	}
	for name, s := range o.Shapes {
		m.fill(name, s)
	}
	for name, r := range o.Replace {
		if m.Shapes[name] == nil {
			return fmt.Errorf("overlay: no shape %s to replace", name)
		}
		m.Shapes[name] = &r.shape
	}
	return o.depart(m)
}

// depart relaxes and promises.
func (o *overlay) depart(m *model) error {
	for _, r := range o.Relax {
		use := m.use(r.Shape, r.Member)
		if use == nil {
			return fmt.Errorf("overlay: no member %s.%s to relax", r.Shape, r.Member)
		}
		use.emptyIsAbsent = true
	}
	for _, p := range o.Promise {
		for _, name := range p.Members {
			if m.use(p.Shape, name) == nil {
				return fmt.Errorf("overlay: no member %s.%s to promise", p.Shape, name)
			}
			m.Shapes[p.Shape].Required = append(m.Shapes[p.Shape].Required, name)
		}
	}
	return nil
}

// fill adds a shape or the members of one that the model lacks.
func (m *model) fill(name string, s *shape) {
	known := m.Shapes[name]
	if known == nil {
		m.Shapes[name] = s
		return
	}
	for member, use := range s.Members {
		if known.Members[member] == nil {
			known.Members[member] = use
		}
	}
}

func (m *model) use(shapeName, memberName string) *ref {
	if s := m.Shapes[shapeName]; s != nil {
		return s.Members[memberName]
	}
	return nil
}
