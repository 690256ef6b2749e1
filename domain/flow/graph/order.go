package graph

import "slices"

// sweeps is how often the layers are put in order, there and back. The best
// order of all is kept; more sweeps rarely find a better one.
const sweeps = 12

// order arranges the nodes of each layer so that few arrows cross: each node
// goes to the mean place of those that it is tied to in the layer before, then
// in the layer after, in turns.
func (p *picture) order() {
	best, least := p.copied(), p.crossings()
	for i := range sweeps {
		if i%2 == 0 {
			for l := 1; l < len(p.layers); l++ {
				sortBy(p.layers[l], indexes(p.layers[l-1]), func(n *node) []*node { return n.back })
			}
		} else {
			for l := len(p.layers) - 2; l >= 0; l-- {
				sortBy(p.layers[l], indexes(p.layers[l+1]), func(n *node) []*node { return n.next })
			}
		}
		if c := p.crossings(); c < least {
			best, least = p.copied(), c
		}
	}
	p.layers = best
}

func (p *picture) copied() [][]*node {
	layers := make([][]*node, len(p.layers))
	for i, layer := range p.layers {
		layers[i] = slices.Clone(layer)
	}
	return layers
}

func indexes(layer []*node) map[*node]int {
	at := make(map[*node]int, len(layer))
	for i, n := range layer {
		at[n] = i
	}
	return at
}

// sortBy sorts a layer by the mean index of what its nodes are tied to; what is
// tied to nothing keeps its place.
func sortBy(layer []*node, at map[*node]int, ties func(*node) []*node) {
	wish := make(map[*node]float64, len(layer))
	for i, n := range layer {
		wish[n] = float64(i)
		if list := ties(n); len(list) > 0 {
			sum := 0
			for _, other := range list {
				sum += at[other]
			}
			wish[n] = float64(sum) / float64(len(list))
		}
	}
	slices.SortStableFunc(layer, func(a, b *node) int {
		switch {
		case wish[a] < wish[b]:
			return -1
		case wish[a] > wish[b]:
			return 1
		}
		return 0
	})
}

// crossings counts pairs of ties that cross.
func (p *picture) crossings() int {
	total := 0
	for l := 1; l < len(p.layers); l++ {
		at := indexes(p.layers[l])
		var ends []int // of the ties, in the order of where they begin
		for _, n := range p.layers[l-1] {
			from := len(ends)
			for _, other := range n.next {
				ends = append(ends, at[other])
			}
			slices.Sort(ends[from:])
		}
		total += inversions(ends)
	}
	return total
}

// inversions counts pairs that are out of order, by merging sorted halves.
func inversions(list []int) int {
	if len(list) < 2 {
		return 0
	}
	left, right := slices.Clone(list[:len(list)/2]), slices.Clone(list[len(list)/2:])
	total := inversions(left) + inversions(right)
	i, j := 0, 0
	for k := range list {
		if j == len(right) || i < len(left) && left[i] <= right[j] {
			list[k] = left[i]
			i++
		} else {
			list[k] = right[j]
			j++
			total += len(left) - i
		}
	}
	return total
}
