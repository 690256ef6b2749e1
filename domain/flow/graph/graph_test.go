package graph_test

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"parley/domain/flow"
	"parley/domain/flow/graph"
)

// sample goes forth and back, has a block that nothing leads to, one for voice,
// and a name that XML must not take for markup.
const sample = `{"Version":"2019-10-30","StartAction":"a","Metadata":{"name":"<Flow> & more"},"Actions":[
{"Identifier":"a","Type":"MessageParticipant","Parameters":{"Text":"Hi <b>&\u0001 there"},"Transitions":{"NextAction":"b"}},
{"Identifier":"b","Type":"Compare","Parameters":{"ComparisonValue":"$.Channel"},"Transitions":{"NextAction":"z","Conditions":[{"NextAction":"c","Condition":{"Operator":"Equals","Operands":["CHAT"]}},{"NextAction":"b","Condition":{"Operator":"Equals","Operands":["VOICE"]}}],"Errors":[{"NextAction":"z","ErrorType":"NoMatchingCondition"}]}},
{"Identifier":"c","Type":"CreateTask","Parameters":{"Name":"x"},"Transitions":{"NextAction":"d","Errors":[{"NextAction":"a","ErrorType":"NoMatchingError"}]}},
{"Identifier":"d","Type":"MessageParticipant","Parameters":{"Text":"x"},"Transitions":{"NextAction":"z","Errors":[{"NextAction":"gone","ErrorType":"NoMatchingError"}]}},
{"Identifier":"e","Type":"MessageParticipant","Parameters":{"Text":"off"},"Transitions":{"NextAction":"z"}},
{"Identifier":"z","Type":"DisconnectParticipant","Parameters":{},"Transitions":{}}]}`

func parse(t testing.TB, content string) *flow.Document {
	t.Helper()
	d, err := flow.Parse([]byte(content))
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// box is a block as it was drawn.
type box struct {
	class      string
	x, y, w, h float64
}

// read reads the drawing back; it fails where that is no XML.
func read(t testing.TB, svg []byte) (boxes []box, arrows int, texts string) {
	t.Helper()
	dec := xml.NewDecoder(bytes.NewReader(svg))
	var b strings.Builder
	for {
		token, err := dec.Token()
		if errors.Is(err, io.EOF) {
			return boxes, arrows, b.String()
		}
		if err != nil {
			t.Fatalf("%v in\n%.2000s", err, svg)
		}
		switch e := token.(type) {
		case xml.CharData:
			b.Write(e)
		case xml.StartElement:
			attr := map[string]string{}
			for _, a := range e.Attr {
				attr[a.Name.Local] = a.Value
			}
			switch {
			case strings.HasPrefix(attr["class"], "block"):
				var one box
				one.class = attr["class"]
				if _, err := fmt.Sscanf(attr["transform"], "translate(%f %f)", &one.x, &one.y); err != nil {
					t.Fatal(err)
				}
				boxes = append(boxes, one)
			case attr["class"] == "box":
				last := &boxes[len(boxes)-1]
				last.w, _ = strconv.ParseFloat(attr["width"], 64)
				last.h, _ = strconv.ParseFloat(attr["height"], 64)
			case strings.HasPrefix(attr["class"], "edge"):
				arrows++
			}
		}
	}
}

func overlapping(boxes []box) bool {
	for i, a := range boxes {
		for _, b := range boxes[i+1:] {
			if a.x < b.x+b.w && b.x < a.x+a.w && a.y < b.y+b.h && b.y < a.y+a.h {
				return true
			}
		}
	}
	return false
}

func TestSVG(t *testing.T) {
	svg := graph.SVG(parse(t, sample), graph.Options{})
	boxes, arrows, texts := read(t, svg)
	if len(boxes) != 6 || arrows != 8 || overlapping(boxes) {
		t.Errorf("%d blocks, %d arrows, overlapping: %v", len(boxes), arrows, overlapping(boxes))
	}
	for i, class := range []string{"block start", "block", "block voice", "block gone", "block off", "block end"} {
		if boxes[i].class != class {
			t.Errorf("block %d is drawn as %q, want %q", i, boxes[i].class, class)
		}
	}
	if boxes[0].x >= boxes[1].x || boxes[1].x >= boxes[2].x || boxes[3].x >= boxes[5].x {
		t.Errorf("the blocks do not go from left to right: %+v", boxes)
	}
	for _, want := range []string{
		"<Flow> & more", "A flow of 6 blocks that starts with Play prompt (a).",
		`Check contact attributes (b), = "CHAT": Create task (c).`, "Play prompt (d), NoMatchingError: nowhere.",
		"Hi <b>& there", "not on chat", "nothing leads here", "NoMatchingCondition", "no block “gone”",
	} {
		if !strings.Contains(texts, want) {
			t.Errorf("the drawing does not say %q", want)
		}
	}
	if again := graph.SVG(parse(t, sample), graph.Options{}); !bytes.Equal(svg, again) {
		t.Error("two drawings of one flow differ")
	}
	if _, _, texts := read(t, graph.SVG(parse(t, sample), graph.Options{Title: "Mine"})); !strings.Contains(texts, "Mine") {
		t.Error("the title is not that of the options")
	}
}

func TestConsoleLayout(t *testing.T) {
	placed := strings.Replace(sample, `"name"`, `"ActionMetadata":{"a":{"position":{"x":500,"y":0}},"b":{"position":{"x":0,"y":1.5}},"c":{"position":{"x":1000,"y":0}},"d":{"position":{"x":1500,"y":0}},"e":{"position":{"x":0,"y":900}},"z":{"position":{"x":2000,"y":0}}},"name"`, 1)
	boxes, arrows, _ := read(t, graph.SVG(parse(t, placed), graph.Options{Console: true}))
	if boxes[0].x <= boxes[1].x || boxes[4].y <= boxes[0].y || arrows != 8 {
		t.Errorf("the console's positions are not kept: %+v", boxes)
	}
	boxes, _, _ = read(t, graph.SVG(parse(t, strings.Replace(placed, `"x":1500`, `"x":"?"`, 1)), graph.Options{Console: true}))
	if boxes[0].x >= boxes[1].x {
		t.Error("without a position of every block, the layout is not our own")
	}
}

func TestNoBlocksOverlap(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(os.Getenv("PARLEY_FLOWS"), "*.json"))
	if own, _ := filepath.Glob("../testdata/flows/*.json"); err != nil || len(own) == 0 {
		t.Fatalf("no flows to draw: %v", err)
	} else {
		files = append(files, own...)
	}
	for _, file := range files {
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		d, err := flow.Parse(content)
		if err != nil {
			continue
		}
		for _, columns := range []int{0, 1, 5} {
			if boxes, _, _ := read(t, graph.SVG(d, graph.Options{Columns: columns})); overlapping(boxes) || len(boxes) != d.Len() {
				t.Errorf("%s: blocks overlap in %d columns", file, columns)
			}
		}
	}
}

func FuzzSVG(f *testing.F) {
	f.Add([]byte(sample))
	f.Fuzz(func(t *testing.T, content []byte) {
		d, err := flow.Parse(content)
		if err != nil || d.Len() > 300 {
			return
		}
		boxes, _, _ := read(t, graph.SVG(d, graph.Options{Columns: len(content) % 7}))
		if len(boxes) != d.Len() || overlapping(boxes) {
			t.Errorf("%d blocks of %d, overlapping: %v", len(boxes), d.Len(), overlapping(boxes))
		}
	})
}

func BenchmarkSVG(b *testing.B) {
	d := parse(b, sample)
	for b.Loop() {
		graph.SVG(d, graph.Options{})
	}
}

// TestManyBlocksKeepTheirDistance draws a block that leads to many, all of which
// would like to stand beside it.
func TestManyBlocksKeepTheirDistance(t *testing.T) {
	var conditions, blocks strings.Builder
	for i := range 40 {
		fmt.Fprintf(&conditions, `{"NextAction":"b%d","Condition":{"Operator":"Equals","Operands":["%d"]}},`, i, i)
		fmt.Fprintf(&blocks, `{"Identifier":"b%d","Type":"MessageParticipant","Parameters":{"Text":"x"},"Transitions":{"NextAction":"z"}},`, i)
	}
	content := `{"Version":"2019-10-30","StartAction":"a","Actions":[` + blocks.String() +
		`{"Identifier":"a","Type":"Compare","Parameters":{"ComparisonValue":"$.Channel"},"Transitions":{"Conditions":[` + strings.TrimSuffix(conditions.String(), ",") + `],"Errors":[{"NextAction":"z","ErrorType":"NoMatchingCondition"}]}},
		{"Identifier":"z","Type":"DisconnectParticipant"}]}`
	boxes, arrows, _ := read(t, graph.SVG(parse(t, content), graph.Options{}))
	if len(boxes) != 42 || arrows != 81 || overlapping(boxes) {
		t.Errorf("%d blocks, %d arrows, overlapping: %v", len(boxes), arrows, overlapping(boxes))
	}
}
