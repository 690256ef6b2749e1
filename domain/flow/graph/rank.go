package graph

import (
	"slices"
	"strconv"

	"parley/domain/flow"
)

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

// mark finds what is reachable and which arrows lead back, by a walk in depth
// that visits the branches in their order.
func (p *picture) mark() []*node {
	out := p.outgoing()
	const fresh, open, done = 0, 1, 2
	state := map[*node]int{}
	var finished []*node
	var walk func(n *node)
	walk = func(n *node) {
		state[n] = open
		for _, e := range out[n] {
			e.back = state[e.to] == open
			if state[e.to] == fresh {
				walk(e.to)
			}
		}
		state[n] = done
		finished = append(finished, n)
	}
	if p.start != nil {
		walk(p.start)
	}
	for _, n := range finished {
		n.reachable = true
	}
	for _, n := range p.nodes {
		if state[n] == fresh {
			walk(n)
		}
	}
	slices.Reverse(finished)
	return finished
}

func (p *picture) outgoing() map[*node][]*edge {
	out := map[*node][]*edge{}
	for _, e := range p.edges {
		out[e.from] = append(out[e.from], e)
	}
	return out
}

// rank puts every block one layer after the last one that leads to it, arrows
// that lead back left aside.
func (p *picture) rank() {
	sorted := p.mark()
	out := p.outgoing()
	for _, n := range sorted {
		for _, e := range out[n] {
			if !e.back {
				e.to.layer = max(e.to.layer, n.layer+1)
			}
		}
	}
	for _, n := range sorted {
		p.put(n, n.layer)
	}
}

// put appends a node to a layer.
func (p *picture) put(n *node, layer int) *node {
	for len(p.layers) <= layer {
		p.layers = append(p.layers, nil)
	}
	n.layer = layer
	p.layers[layer] = append(p.layers[layer], n)
	return n
}

// bend gives each arrow a place in every layer that it passes. One that leads
// back passes the layers of both its ends, too.
func (p *picture) bend() {
	for _, e := range p.edges {
		if e.back {
			for layer := e.from.layer; layer >= e.to.layer; layer-- {
				e.via = append(e.via, p.put(&node{height: dummySize}, layer))
			}
			for i := 1; i < len(e.via); i++ {
				tie(e.via[i], e.via[i-1])
			}
			continue
		}
		last := e.from
		for layer := e.from.layer + 1; layer < e.to.layer; layer++ {
			passing := p.put(&node{height: dummySize}, layer)
			e.via = append(e.via, passing)
			tie(last, passing)
			last = passing
		}
		tie(last, e.to)
	}
}

// tie ties a node to one in the next layer.
func tie(left, right *node) {
	left.next = append(left.next, right)
	right.back = append(right.back, left)
}
