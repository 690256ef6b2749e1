package graph

import (
	"bytes"
	"fmt"
	"math"
	"slices"
	"strings"

	"parley/domain/flow"
)

// style colours the drawing by the reader's setting; the contrast of texts is
// at least 4.5 to 1 in both.
const style = `
.ground{fill:#fff}.box{fill:#f6f8fa;stroke:#57606a;stroke-width:1.2}.end .box{fill:#eaeef2}.start .box{stroke:#0550ae;stroke-width:2.5}
.off .box{stroke-dasharray:5 4}.voice .box{fill:#fff8e5;stroke:#7d4e00}
text{font:12px system-ui,-apple-system,"Segoe UI",sans-serif;fill:#1f2328}.h{font-weight:600;font-size:13px}.s{fill:#57606a;font-size:11px}.p{font-size:11px;text-anchor:end}
.error .p,.p.error{fill:#a40e26}.edge{fill:none;stroke:#57606a;stroke-width:1.3}.edge.error{stroke:#a40e26;stroke-dasharray:5 3}.edge.result{stroke:#0550ae}
.id{font:10px ui-monospace,Menlo,Consolas,"DejaVu Sans Mono",monospace;fill:#57606a}.p.gone,.gone .badge{fill:#a40e26;font-weight:600}.cross{stroke:#a40e26;stroke-width:2;fill:none}.gone .box{stroke:#a40e26}
.tip{fill:#57606a}.tip.error{fill:#a40e26}.tip.result{fill:#0550ae}.dot{fill:#57606a}.badge{font-size:10px;fill:#7d4e00;text-anchor:end}
@media (prefers-color-scheme:dark){.ground{fill:#0d1117}.box{fill:#161b22;stroke:#8b949e}.end .box{fill:#21262d}.start .box{stroke:#79c0ff}.voice .box{fill:#2b2111;stroke:#e3b341}
text{fill:#e6edf3}.s{fill:#9da7b3}.error .p,.p.error{fill:#ff9492}.edge{stroke:#9da7b3}.edge.error{stroke:#ff9492}.edge.result{stroke:#79c0ff}
.id{fill:#9da7b3}.p.gone,.gone .badge{fill:#ff9492}.cross{stroke:#ff9492}.gone .box{stroke:#ff9492}
.tip,.dot{fill:#9da7b3}.tip.error{fill:#ff9492}.tip.result{fill:#79c0ff}.badge{fill:#e3b341}}
`

// canvas collects the drawing.
type canvas struct{ bytes.Buffer }

func (c *canvas) add(format string, args ...any) { fmt.Fprintf(c, format, args...) }

func (p *picture) svg() []byte {
	left, top, right, bottom := p.bounds()
	w, h := right-left+2*margin, bottom-top+2*margin
	c := &canvas{}
	c.add(`<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-labelledby="title desc" width="%.0f" height="%.0f" viewBox="%.0f %.0f %.0f %.0f">`+"\n", w, h, left-margin, top-margin, w, h)
	c.add("<title id=\"title\">%s</title>\n<desc id=\"desc\">%s</desc>\n<style>%s</style>\n", escape(p.title), escape(p.description()), style)
	c.add(`<rect class="ground" x="%.0f" y="%.0f" width="%.0f" height="%.0f"/>`+"\n", left-margin, top-margin, w, h)
	for _, e := range p.edges {
		p.arrow(c, e)
	}
	refs := p.names()
	for _, n := range p.nodes {
		p.block(c, n, p.summary(n.action, refs))
	}
	c.add("</svg>\n")
	return c.Bytes()
}

// bounds is the rectangle around everything.
func (p *picture) bounds() (left, top, right, bottom float64) {
	if len(p.nodes) == 0 {
		return 0, 0, width, header
	}
	left, top, right, bottom = math.Inf(1), math.Inf(1), math.Inf(-1), math.Inf(-1)
	grow := func(n *node) {
		left, right = min(left, n.x), max(right, n.x+width)
		top, bottom = min(top, n.y), max(bottom, n.y+n.height)
	}
	for _, n := range p.nodes {
		grow(n)
	}
	for _, e := range p.edges {
		for _, n := range e.via {
			grow(n)
		}
		if e.back {
			left, right = min(left, e.to.x-turn), max(right, e.from.x+width+turn)
		}
		if e.back && len(e.via) == 0 {
			bottom = max(bottom, e.under)
		}
	}
	return left - p.gutter, top, right + p.gutter, bottom
}

func (p *picture) block(c *canvas, n *node, summary string) {
	a := n.action
	class, badge := looks(n, n == p.start)
	c.add(`<g class="%s" transform="translate(%.1f %.1f)"><title>%s</title>`, class, n.x, n.y, escape(hover(n, summary)))
	c.add(`<rect class="box" width="%d" height="%.0f" rx="7"/>`, width, n.height)
	c.add(`<text class="h" x="10" y="19">%s</text>`, escape(clip(heading(a), 30)))
	c.add(`<text class="s" x="10" y="36">%s</text>`, escape(clip(summary, 35)))
	c.add(`<text class="id" x="10" y="51">%s</text>`, escape(clipMono(a.ID)))
	if badge != "" {
		c.add(`<text class="badge" x="%d" y="-4">%s</text>`, width, escape(badge))
	}
	for i, port := range n.ports {
		class := kind(port)
		if !n.leads[i] {
			class = "gone"
			c.add(`<path class="cross" d="M%d %.1fh14m-4 -5l10 10m0 -10l-10 10"/>`, width, portY(i))
		}
		c.add(`<text class="p %s" x="%d" y="%.0f">%s</text>`, class, width-10, portY(i)+4, escape(clip(portLabel(port), 36)))
	}
	c.add("</g>\n")
}

// missing names the blocks that branches lead to and that are not there.
func (n *node) missing() string {
	var names []string
	for i, port := range n.ports {
		if name := "“" + port.Target + "”"; !n.leads[i] && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return strings.Join(names, ", ")
}

// looks are the class of a block, and what is written above it.
func looks(n *node, start bool) (class, badge string) {
	spec, known := flow.SpecOf(n.action.Type)
	class = "block"
	for _, mark := range []struct {
		is          bool
		class, text string
	}{
		{start, "start", ""},
		{len(n.ports) == 0, "end", ""},
		{!n.reachable, "off", "nothing leads here"},
		{known && spec.Chat == flow.ChatFails, "voice", "not on chat"},
		{slices.Contains(n.leads, false), "gone", clip("no block "+n.missing(), 44)},
	} {
		if mark.is {
			class += " " + mark.class
		}
		if mark.is && mark.text != "" {
			badge = mark.text
		}
	}
	return class, badge
}

func hover(n *node, summary string) string {
	text := n.action.Type + " " + n.action.ID
	if summary != "" {
		text += ": " + summary
	}
	return clip(text, 500)
}

// portY is where a branch leaves a block, from its top.
func portY(i int) float64 { return header + row*float64(i) + row/2 }

func kind(b flow.Branch) string {
	switch b.Kind {
	case flow.OnError:
		return "error"
	case flow.OnResult:
		return "result"
	}
	return ""
}

// escape makes a text safe in XML, and leaves out what XML cannot hold.
func escape(s string) string {
	var b strings.Builder
	for _, r := range s {
		switch {
		case r == '&':
			b.WriteString("&amp;")
		case r == '<':
			b.WriteString("&lt;")
		case r == '>':
			b.WriteString("&gt;")
		case r == '"':
			b.WriteString("&quot;")
		case r == '\t' || r == '\n' || r == '\r' || r >= 0x20 && r != 0xFFFE && r != 0xFFFF:
			b.WriteRune(r)
		}
	}
	return b.String()
}
