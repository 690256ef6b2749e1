package graph

// rounds is how often heights are evened out, there and back.
const rounds = 16

// place gives every node its coordinates: the layers side by side, in each the
// nodes as near as they can be to what they are tied to.
func (p *picture) place() {
	for l, layer := range p.layers {
		y := 0.0
		for _, n := range layer {
			n.x, n.y = float64(l*(width+gapX)), y
			y += n.height + gapY
		}
	}
	for i := range rounds {
		if i%2 == 0 {
			for l := 1; l < len(p.layers); l++ {
				settle(p.layers[l], func(n *node) []*node { return n.back })
			}
		} else {
			for l := len(p.layers) - 2; l >= 0; l-- {
				settle(p.layers[l], func(n *node) []*node { return n.next })
			}
		}
	}
}

// settle moves the nodes of a layer towards the mean height of what they are
// tied to, without changing their order. Pushed down from above and up from
// below they keep their distance, and so they do half way between.
func settle(layer []*node, ties func(*node) []*node) {
	down, up := make([]float64, len(layer)), make([]float64, len(layer))
	for i, n := range layer {
		down[i] = wished(n, ties(n))
		up[i] = down[i]
		if i > 0 {
			down[i] = max(down[i], down[i-1]+layer[i-1].height+gap(layer[i-1], n))
		}
	}
	for i := len(layer) - 2; i >= 0; i-- {
		up[i] = min(up[i], up[i+1]-layer[i].height-gap(layer[i], layer[i+1]))
	}
	for i, n := range layer {
		n.y = (down[i] + up[i]) / 2
	}
}

// gap is what is kept free between two neighbours.
func gap(a, b *node) float64 {
	if a.action == nil && b.action == nil {
		return gapLines
	}
	return gapY
}

// wished is the mean height of what a node is tied to in its row.
func wished(n *node, ties []*node) float64 {
	sum, count := 0.0, 0.0
	for _, other := range ties {
		if other.row == n.row {
			sum += other.middle()
			count++
		}
	}
	if count == 0 {
		return n.y
	}
	return sum/count - n.height/2
}
