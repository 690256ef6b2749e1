package graph_test

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"parley/domain/flow/graph"
)

// chain is a flow of so many blocks, one after the other; the last leads back to
// the first.
func chain(blocks int) string {
	var actions []string
	for i := range blocks {
		actions = append(actions, fmt.Sprintf(`{"Identifier":"b%d","Type":"MessageParticipant","Parameters":{"Text":"x"},"Transitions":{"NextAction":"b%d"}}`, i, (i+1)%blocks))
	}
	return `{"Version":"2019-10-30","StartAction":"b0","Actions":[` + strings.Join(actions, ",") + `]}`
}

func TestALongFlowGoesOnBelow(t *testing.T) {
	for columns, rows := range map[int]int{0: 1, 12: 1, 5: 3, 1: 12} {
		svg := graph.SVG(parse(t, chain(12)), graph.Options{Columns: columns})
		boxes, _, _ := read(t, svg)
		heights := map[float64]bool{}
		for i, b := range boxes {
			heights[b.y] = true
			if i > 0 && b.y == boxes[i-1].y && b.x <= boxes[i-1].x || b.y < boxes[0].y {
				t.Errorf("%d columns: block %d stands before or above the one before it", columns, i)
			}
		}
		if len(heights) != rows {
			t.Errorf("%d columns: %d rows, want %d", columns, len(heights), rows)
		}
		if stray := outside(t, svg); stray != "" {
			t.Errorf("%d columns: %s is outside of the picture", columns, stray)
		}
	}
}

// outside returns a point of an arrow that lies outside of the picture, "" if none does.
func outside(t *testing.T, svg []byte) string {
	t.Helper()
	view := regexp.MustCompile(`viewBox="(\S+) (\S+) (\S+) (\S+)"`).FindStringSubmatch(string(svg))
	var box [4]float64
	for i := range box {
		box[i], _ = strconv.ParseFloat(view[i+1], 64)
	}
	for _, path := range regexp.MustCompile(`class="edge [^"]*" d="([^"]*)"`).FindAllStringSubmatch(string(svg), -1) {
		for _, p := range regexp.MustCompile(`[LMC](\S+) (-?[\d.]+)`).FindAllStringSubmatch(path[1], -1) {
			x, _ := strconv.ParseFloat(p[1], 64)
			y, _ := strconv.ParseFloat(p[2], 64)
			if x < box[0] || x > box[0]+box[2] || y < box[1] || y > box[1]+box[3] {
				return p[0]
			}
		}
	}
	return ""
}

// An arrow that leads back goes beneath all blocks on its way.
func TestArrowsBackAtTheConsolesPlaces(t *testing.T) {
	content := strings.Replace(chain(3), `"StartAction"`, `"Metadata":{"ActionMetadata":{"b0":{"position":{"x":0,"y":-900}},"b1":{"position":{"x":300,"y":-500}},"b2":{"position":{"x":600,"y":-900}}}},"StartAction"`, 1)
	svg := graph.SVG(parse(t, content), graph.Options{Console: true})
	boxes, _, _ := read(t, svg)
	beneath := false
	for _, y := range regexp.MustCompile(`Q\S+ (-?[\d.]+) `).FindAllStringSubmatch(string(svg), -1) {
		at, _ := strconv.ParseFloat(y[1], 64)
		beneath = beneath || at > boxes[1].y+boxes[1].h
	}
	if !beneath || outside(t, svg) != "" {
		t.Errorf("the arrow back passes behind a block, or leaves the picture\n%s", svg)
	}
}
