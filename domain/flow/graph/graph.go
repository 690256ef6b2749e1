// Package graph draws a flow as an SVG: blocks from left to right in the order
// in which a contact comes to them, every branch of a block with its name and an
// arrow. The drawing explains itself to screen readers, is readable on light
// and dark ground, needs nothing from elsewhere, and the same flow always gives
// the same bytes.
package graph

import (
	"parley/domain/flow"
)

// Options choose what is drawn.
type Options struct {
	// Title names the flow; where it is empty, the name in the metadata.
	Title string
	// Console places the blocks where the console had them, if the document says
	// that of every block; else they are laid out anew.
	Console bool
}

// Sizes in pixels.
const (
	width     = 240 // of a block
	header    = 46  // of a block without its branches
	row       = 19  // of one branch
	gapX      = 90  // between layers
	gapY      = 26  // between blocks of a layer
	dummySize = 14  // height kept for an arrow that passes a layer
	margin    = 30
)

// node is a block, or a place where an arrow passes a layer.
type node struct {
	action *flow.Action // nil where an arrow passes
	ports  []flow.Branch
	layer  int
	x, y   float64
	height float64
	// next and back are the nodes in the neighbouring layers that it is tied to.
	next, back []*node
	reachable  bool
}

func (n *node) middle() float64 { return n.y + n.height/2 }

// edge is the arrow of one branch. It passes the nodes of via in this order.
type edge struct {
	from, to *node
	port     int
	branch   flow.Branch
	back     bool // it leads against the direction of reading
	via      []*node
}

// picture is everything that is drawn.
type picture struct {
	doc    *flow.Document
	title  string
	nodes  []*node // blocks, in the order of the document
	layers [][]*node
	edges  []*edge
	start  *node
}

// SVG draws a document.
func SVG(d *flow.Document, o Options) []byte {
	p := newPicture(d, o)
	if !o.Console || !p.console() {
		p.rank()
		p.bend()
		p.order()
		p.place()
	}
	return p.svg()
}

func newPicture(d *flow.Document, o Options) *picture {
	p := &picture{doc: d, title: o.Title}
	if p.title == "" {
		p.title = name(d)
	}
	byID := map[string]*node{}
	for _, a := range d.Actions() {
		n := &node{action: a, ports: ports(a)}
		n.height = header + row*float64(len(n.ports)) + 6
		p.nodes = append(p.nodes, n)
		if _, taken := byID[a.ID]; !taken {
			byID[a.ID] = n
		}
	}
	for _, n := range p.nodes {
		for i, b := range n.ports {
			if to, ok := byID[b.Target]; ok {
				p.edges = append(p.edges, &edge{from: n, to: to, port: i, branch: b})
			}
		}
	}
	p.start = byID[d.StartAction()]
	return p
}

// ports are the branches of a block that can be taken.
func ports(a *flow.Action) []flow.Branch {
	var list []flow.Branch
	for _, b := range a.Branches() {
		if !b.Dead {
			list = append(list, b)
		}
	}
	return list
}

// name is the name that the console gave the flow; some tools write it as an object.
func name(d *flow.Document) string {
	v := flow.JSONValue(d.Metadata())
	for _, path := range []flow.Path{{"name"}, {"name", "text"}, {"Name"}} {
		if text, ok := v.At(path); ok && text.String() != "" && text.String()[0] != '{' {
			return text.String()
		}
	}
	return "Flow"
}

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
	return len(p.nodes) > 0
}

// spread is how much further apart our blocks stand than the console's, which
// are smaller.
const spread = 1.35
