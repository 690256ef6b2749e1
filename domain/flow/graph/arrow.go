package graph

import (
	"fmt"
	"math"
	"strings"
)

const (
	turn   = 46 // how far an arrow that leads back swings out
	corner = 8  // radius of the corners of straight arrows
)

// stroke is the path of an arrow as it is drawn.
type stroke struct {
	strings.Builder
	x, y float64 // where it stands
}

func (s *stroke) move(x, y float64) {
	s.x, s.y = x, y
	fmt.Fprintf(s, "M%.1f %.1f", x, y)
}

func (s *stroke) across(x float64) {
	s.x = x
	fmt.Fprintf(s, "H%.1f", x)
}

// curve goes to a point, out and in horizontally: bend is how far, to the left
// where it is negative.
func (s *stroke) curve(out, in, x, y float64) {
	fmt.Fprintf(s, "C%.1f %.1f %.1f %.1f %.1f %.1f", s.x+out, s.y, x-in, y, x, y)
	s.x, s.y = x, y
}

type point struct{ x, y float64 }

// lines goes straight through points, around corners that are round.
func (s *stroke) lines(points ...point) {
	for i, p := range points {
		if i == len(points)-1 {
			fmt.Fprintf(s, "L%.1f %.1f", p.x, p.y)
			s.x, s.y = p.x, p.y
			return
		}
		before, after := toward(p, point{s.x, s.y}), toward(p, points[i+1])
		fmt.Fprintf(s, "L%.1f %.1fQ%.1f %.1f %.1f %.1f", before.x, before.y, p.x, p.y, after.x, after.y)
		s.x, s.y = after.x, after.y
	}
}

// toward is the point a corner away from p, or half way where the other is near.
func toward(p, other point) point {
	far := math.Hypot(other.x-p.x, other.y-p.y)
	if far == 0 {
		return p
	}
	part := min(corner, far/2) / far
	return point{p.x + (other.x-p.x)*part, p.y + (other.y-p.y)*part}
}

func (p *picture) arrow(c *canvas, e *edge) {
	s := &stroke{}
	x, y := e.from.x+width, e.from.y+portY(e.port)
	s.move(x, y)
	switch {
	case e.back && len(e.via) == 0:
		e.beneath(s)
	case e.back:
		e.around(s)
	default:
		e.ahead(s)
	}
	class := kind(e.branch)
	c.add(`<path class="edge %s" d="%s"/><path class="tip %s" d="M%.1f %.1fl-8 -4v8z"/><circle class="dot" cx="%.1f" cy="%.1f" r="2.5"/>`+"\n",
		class, s.String(), class, e.to.x, e.to.y+header/2, x, y)
}

// ahead goes from layer to layer, and to the next row where one ends.
func (e *edge) ahead(s *stroke) {
	row := e.from.row
	hop := func(n *node, y float64) {
		if n.row == row {
			bend := max(30, math.Abs(n.x-s.x)/2)
			s.curve(bend, bend, n.x, y)
			return
		}
		l := e.lanes[row]
		row = n.row
		s.lines(point{l.right, s.y}, point{l.right, l.y}, point{l.left, l.y}, point{l.left, y}, point{n.x, y})
	}
	for _, n := range e.via {
		hop(n, n.middle())
		s.across(n.x + width)
	}
	hop(e.to, e.to.y+header/2)
}

// around leads back: out to the right, past the layers in between, and in from
// the left.
func (e *edge) around(s *stroke) {
	row := e.from.row
	for i, n := range e.via {
		right, at := n.x+width, n.middle()
		switch {
		case i == 0:
			s.curve(turn, -turn, right, at)
		case n.row == row:
			s.curve(-gapX/2, -gapX/2, right, at)
		default:
			row = n.row
			l := e.lanes[row]
			s.lines(point{l.left, s.y}, point{l.left, l.y}, point{l.right, l.y}, point{l.right, at}, point{right, at})
		}
		s.across(n.x)
	}
	s.curve(-turn, turn, e.to.x, e.to.y+header/2)
}

// beneath leads back below the blocks that stand where the console had them.
func (e *edge) beneath(s *stroke) {
	right, left, y := s.x+turn/2, e.to.x-turn/2, e.to.y+header/2
	s.lines(point{right, s.y}, point{right, e.under}, point{left, e.under}, point{left, y}, point{e.to.x, y})
}
