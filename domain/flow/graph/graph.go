// Package graph draws a flow as an SVG: blocks from left to right in the order
// in which a contact comes to them, in rows one below the other as lines of a
// text, every branch of a block with its name and an arrow. The drawing explains
// itself to screen readers, is readable on light and dark ground, needs nothing
// from elsewhere, and the same flow always gives the same bytes.
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
	// Columns is how many blocks stand side by side at most before the drawing
	// goes on below; 0 for one row.
	Columns int
}

// Sizes in pixels.
const (
	width     = 240 // of a block
	header    = 60  // of a block without its branches
	row       = 19  // of one branch
	gapX      = 90  // between layers
	gapY      = 26  // between blocks of a layer
	gapLines  = 4   // between arrows that pass a layer
	dummySize = 8   // height kept for an arrow that passes a layer
	margin    = 30
)

// node is a block, or a place where an arrow passes a layer.
type node struct {
	action *flow.Action // nil where an arrow passes
	ports  []flow.Branch
	leads  []bool // whether the block that each port leads to is there
	layer  int
	row    int
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
	// lanes are those in which it comes from one row to another, by the upper one.
	lanes map[int]lane
	// under is the height at which it leads back beneath the blocks of the console.
	under float64
}

// picture is everything that is drawn.
type picture struct {
	doc    *flow.Document
	title  string
	nodes  []*node // blocks, in the order of the document
	layers [][]*node
	edges  []*edge
	start  *node
	ends   []int   // the layers at which rows end
	gutter float64 // room at both sides for arrows between rows
}

// SVG draws a document.
func SVG(d *flow.Document, o Options) []byte {
	p := newPicture(d, o)
	if !o.Console || !p.console() {
		p.rank()
		p.bend()
		p.order()
		p.cut(o.Columns)
		p.place()
		p.stack()
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
			to, ok := byID[b.Target]
			n.leads = append(n.leads, ok)
			if ok {
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
