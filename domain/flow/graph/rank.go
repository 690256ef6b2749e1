package graph

import "slices"

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
