package routing

import "time"

// tree is an ordered set: a binary tree whose nodes carry pseudo-random ranks
// that keep it flat (a treap), so that each operation takes logarithmic time.
// Each node knows the size of what hangs below it and its earliest start:
// hence positions, and the first item that started early enough, without
// looking at all. An item's key must not change while it is in the tree.
type tree[T any] struct {
	root    *node[T]
	compare func(a, b T) int
	start   func(T) time.Time
	ranks   uint64
}

type node[T any] struct {
	item        T
	rank        uint64
	left, right *node[T]
	size        int
	earliest    time.Time
}

func newTree[T any](compare func(a, b T) int, start func(T) time.Time) *tree[T] {
	return &tree[T]{compare: compare, start: start}
}

func (t *tree[T]) len() int { return t.root.len() }

func (n *node[T]) len() int {
	if n == nil {
		return 0
	}
	return n.size
}

// insert adds an item that is not in the tree.
func (t *tree[T]) insert(item T) {
	left, right := t.split(t.root, item)
	n := &node[T]{item: item, rank: t.nextRank()}
	t.sum(n)
	t.root = t.join(t.join(left, n), right)
}

// remove takes an item out; nothing happens if it is not there.
func (t *tree[T]) remove(item T) { t.root = t.without(t.root, item) }

// nextRank is a step of SplitMix64, a fixed sequence that looks random.
func (t *tree[T]) nextRank() uint64 {
	t.ranks += 0x9e3779b97f4a7c15
	z := t.ranks
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

// sum computes what a node knows about its subtree.
func (t *tree[T]) sum(n *node[T]) {
	n.size, n.earliest = 1+n.left.len()+n.right.len(), t.start(n.item)
	for _, child := range [...]*node[T]{n.left, n.right} {
		if child != nil && child.earliest.Before(n.earliest) {
			n.earliest = child.earliest
		}
	}
}

// split returns what is before the item and the rest.
func (t *tree[T]) split(n *node[T], item T) (before, rest *node[T]) {
	if n == nil {
		return nil, nil
	}
	if t.compare(n.item, item) < 0 {
		n.right, rest = t.split(n.right, item)
		t.sum(n)
		return n, rest
	}
	before, n.left = t.split(n.left, item)
	t.sum(n)
	return before, n
}

// join puts two trees together, all of a before all of b.
func (t *tree[T]) join(a, b *node[T]) *node[T] {
	switch {
	case a == nil:
		return b
	case b == nil:
		return a
	case a.rank > b.rank:
		a.right = t.join(a.right, b)
		t.sum(a)
		return a
	}
	b.left = t.join(a, b.left)
	t.sum(b)
	return b
}

func (t *tree[T]) without(n *node[T], item T) *node[T] {
	if n == nil {
		return nil
	}
	switch c := t.compare(item, n.item); {
	case c == 0:
		return t.join(n.left, n.right)
	case c < 0:
		n.left = t.without(n.left, item)
	default:
		n.right = t.without(n.right, item)
	}
	t.sum(n)
	return n
}

// first returns the first item; ok is false if there is none.
func (t *tree[T]) first() (item T, ok bool) {
	n := t.root
	if n == nil {
		return item, false
	}
	for n.left != nil {
		n = n.left
	}
	return n.item, true
}

// before counts the items before this one.
func (t *tree[T]) before(item T) int {
	count := 0
	for n := t.root; n != nil; {
		if t.compare(n.item, item) < 0 {
			count += 1 + n.left.len()
			n = n.right
		} else {
			n = n.left
		}
	}
	return count
}

// find returns the first item that started at latest or earlier and that ok
// accepts. Items that started later cost nothing.
func (t *tree[T]) find(latest time.Time, ok func(T) bool) (item T, found bool) {
	return t.findIn(t.root, latest, ok)
}

func (t *tree[T]) findIn(n *node[T], latest time.Time, ok func(T) bool) (item T, found bool) {
	if n == nil || n.earliest.After(latest) {
		return item, false
	}
	if item, found = t.findIn(n.left, latest, ok); found {
		return item, true
	}
	if !t.start(n.item).After(latest) && ok(n.item) {
		return n.item, true
	}
	return t.findIn(n.right, latest, ok)
}

// each calls f on the items in order until it returns false.
func (t *tree[T]) each(f func(T) bool) { eachIn(t.root, f) }

func eachIn[T any](n *node[T], f func(T) bool) bool {
	return n == nil || eachIn(n.left, f) && f(n.item) && eachIn(n.right, f)
}

// eachFrom is each without the items for which before is true; they come first.
func (t *tree[T]) eachFrom(before, f func(T) bool) { eachFromIn(t.root, before, f) }

func eachFromIn[T any](n *node[T], before, f func(T) bool) bool {
	if n == nil {
		return true
	}
	if before(n.item) {
		return eachFromIn(n.right, before, f)
	}
	return eachFromIn(n.left, before, f) && f(n.item) && eachIn(n.right, f)
}
