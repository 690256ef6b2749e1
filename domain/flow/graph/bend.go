package graph

// bend gives each arrow a place in every layer that it passes. One that leads
// back passes the layers of both its ends, too. Arrows to the same block share
// their places, and so run together.
func (p *picture) bend() {
	b := bender{p, map[place]*node{}, map[[2]*node]bool{}}
	for _, e := range p.edges {
		if e.back {
			b.behind(e)
		} else {
			b.ahead(e)
		}
	}
}

// place is where all arrows to one block pass a layer.
type place struct {
	to    *node
	layer int
	back  bool
}

type bender struct {
	p      *picture
	places map[place]*node
	tied   map[[2]*node]bool
}

func (b bender) ahead(e *edge) {
	last := e.from
	for layer := e.from.layer + 1; layer < e.to.layer; layer++ {
		passing := b.pass(e, layer)
		b.tie(last, passing)
		last = passing
	}
	b.tie(last, e.to)
}

func (b bender) behind(e *edge) {
	for layer := e.from.layer; layer >= e.to.layer; layer-- {
		b.pass(e, layer)
	}
	for i := 1; i < len(e.via); i++ {
		b.tie(e.via[i], e.via[i-1])
	}
}

func (b bender) pass(e *edge, layer int) *node {
	at := place{e.to, layer, e.back}
	n := b.places[at]
	if n == nil {
		n = b.p.put(&node{height: dummySize}, layer)
		b.places[at] = n
	}
	e.via = append(e.via, n)
	return n
}

// tie ties a node to one in the next layer.
func (b bender) tie(left, right *node) {
	if pair := [2]*node{left, right}; !b.tied[pair] {
		b.tied[pair] = true
		left.next = append(left.next, right)
		right.back = append(right.back, left)
	}
}
