package graph

import (
	"cmp"
	"slices"
)

const (
	laneGap  = 8  // between arrows that go from one row to the next
	laneRoom = 16 // between a row and the first of them
)

// lane is where an arrow goes from the end of a row to the beginning of the
// next, as the eye of a reader does.
type lane struct{ right, y, left float64 }

// cut cuts the layers into rows of so many columns at most.
func (p *picture) cut(columns int) {
	if columns <= 0 {
		columns = len(p.layers)
	}
	p.ends = p.cuts(columns)
	row := 0
	for l, layer := range p.layers {
		if l == p.ends[row] {
			row++
		}
		for _, n := range layer {
			n.row = row
		}
	}
}

// stack puts the rows one below the other.
func (p *picture) stack() {
	top, first := 0.0, 0
	for row, end := range p.ends {
		bottom := putRow(p.layers[first:end], top)
		if end < len(p.layers) {
			top = p.putLanes(row, bottom, end-first)
		}
		first = end
	}
}

// rowCost is how many arrows more from row to row one row less is worth.
const rowCost = 4

// cuts finds the ends of the rows so that few arrows go from row to row.
func (p *picture) cuts(columns int) []int {
	cost, from := make([]int, len(p.layers)+1), make([]int, len(p.layers)+1)
	for end := 1; end <= len(p.layers); end++ {
		cost[end] = 1 << 30
		for begin := max(0, end-columns); begin < end; begin++ {
			c := cost[begin] + rowCost
			if begin > 0 {
				c += p.ties(begin)
			}
			if c < cost[end] {
				cost[end], from[end] = c, begin
			}
		}
	}
	var ends []int
	for end := len(p.layers); end > 0; end = from[end] {
		ends = append(ends, end)
	}
	slices.Reverse(ends)
	return ends
}

// ties counts what leads from the layer before into this one.
func (p *picture) ties(layer int) int {
	n := 0
	for _, left := range p.layers[layer-1] {
		n += len(left.next)
	}
	return n
}

// putRow moves the layers of a row to its place, and returns where it ends.
func putRow(layers [][]*node, top float64) (bottom float64) {
	left := layers[0][0].x
	highest := layers[0][0].y
	for _, layer := range layers {
		highest = min(highest, layer[0].y)
	}
	for _, layer := range layers {
		for _, n := range layer {
			n.x, n.y = n.x-left, n.y-highest+top
			bottom = max(bottom, n.y+n.height)
		}
	}
	return bottom
}

// crossing is all arrows to one block that go from a row to the next, or back.
type crossing struct {
	edges []*edge
	from  float64 // the mean height in the upper row
}

// putLanes gives the arrows from a row of so many columns to the next their
// lanes, and returns where the next row begins. The lowest arrow takes the highest
// lane, and so those of one order do not cross.
func (p *picture) putLanes(row int, bottom float64, columns int) (top float64) {
	list := p.betweenRows(p.ends[row])
	right := float64(columns)*(width+gapX) - gapX + turn + laneRoom
	left := -float64(turn + laneRoom)
	for i, c := range list {
		at := float64(i) * laneGap
		for _, e := range c.edges {
			if e.lanes == nil {
				e.lanes = map[int]lane{}
			}
			e.lanes[row] = lane{right + at, bottom + laneRoom + at, left - float64(len(list)-1-i)*laneGap}
		}
	}
	p.gutter = max(p.gutter, turn+laneRoom+float64(len(list))*laneGap)
	return bottom + 2*laneRoom + float64(len(list))*laneGap + gapY
}

// betweenRows groups the arrows over the end of a row by where they lead to,
// the lowest first.
func (p *picture) betweenRows(end int) []*crossing {
	var list []*crossing
	byTarget := map[place]*crossing{}
	for _, e := range p.edges {
		if (e.from.layer < end) == (e.to.layer < end) {
			continue
		}
		key := place{to: e.to, back: e.back}
		c := byTarget[key]
		if c == nil {
			c = &crossing{}
			byTarget[key], list = c, append(list, c)
		}
		c.from += (e.height(end-1) - c.from) / float64(len(c.edges)+1)
		c.edges = append(c.edges, e)
	}
	slices.SortStableFunc(list, func(a, b *crossing) int { return cmp.Compare(b.from, a.from) })
	return list
}

// height is where an arrow leaves or passes a layer.
func (e *edge) height(layer int) float64 {
	switch {
	case e.back:
		return e.via[e.from.layer-layer].middle()
	case e.from.layer == layer:
		return e.from.y + portY(e.port)
	}
	return e.via[layer-e.from.layer-1].middle()
}
