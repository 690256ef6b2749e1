package graph

import (
	"cmp"
	"slices"
	"strconv"

	"parley/domain/flow"
)

// console takes the positions from the metadata; false where one is missing.
func (p *picture) console() bool {
	v := flow.JSONValue(p.doc.Metadata())
	for _, n := range p.nodes {
		x, okX := coordinate(v, n.action.ID, "x")
		y, okY := coordinate(v, n.action.ID, "y")
		if !okX || !okY {
			return false
		}
		n.x, n.y = x*spread, y*spread
	}
	p.mark()
	for _, e := range p.edges { // what leads back is to be seen, not to be found by a walk
		e.back = e.to.x < e.from.x+width
	}
	p.beneath()
	return len(p.nodes) > 0
}

// spread is how much further apart our blocks stand than the console's, which
// are smaller.
const spread = 1.35

// coordinate reads a position from the metadata.
func coordinate(metadata flow.Value, id, axis string) (float64, bool) {
	for _, names := range []flow.Path{{"ActionMetadata", id, "position", axis}, {"ActionMetadata", id, "Position", axis}} {
		if v, ok := metadata.At(names); ok {
			f, err := strconv.ParseFloat(v.String(), 64)
			return f, err == nil && f > -1e6 && f < 1e6
		}
	}
	return 0, false
}

// shelf is a height beneath the blocks along which all arrows lead back to one block.
type shelf struct {
	edges          []*edge
	left, right, y float64
}

// beneath finds for every arrow that leads back a height at which no block
// stands in its way, and no arrow to another block.
func (p *picture) beneath() {
	shelves := p.shelves()
	slices.SortStableFunc(shelves, func(a, b *shelf) int { return cmp.Compare(a.right-a.left, b.right-b.left) })
	for i, s := range shelves {
		for _, n := range p.nodes {
			if n.x < s.right && n.x+width > s.left {
				s.y = max(s.y, n.y+n.height+gapY/2)
			}
		}
		for _, other := range shelves[:i] { // from the highest: those below it move s, too
			if other.left < s.right && other.right > s.left {
				s.y = max(s.y, other.y+laneGap)
			}
		}
		for _, e := range s.edges {
			e.under = s.y
		}
	}
}

// shelves groups the arrows that lead back by where they lead to.
func (p *picture) shelves() []*shelf {
	var list []*shelf
	byTarget := map[*node]*shelf{}
	for _, e := range p.edges {
		if !e.back {
			continue
		}
		s := byTarget[e.to]
		if s == nil {
			s = &shelf{left: e.to.x - turn, right: e.to.x, y: e.to.y}
			byTarget[e.to], list = s, append(list, s)
		}
		s.left, s.right = min(s.left, e.from.x), max(s.right, e.from.x+width+turn)
		s.edges = append(s.edges, e)
	}
	return list
}
