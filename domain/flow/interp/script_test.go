package interp_test

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"parley/domain/flow"
	"parley/domain/flow/interp"
)

var update = flag.Bool("update", false, "write what the scripts print into their files")

// A script is a file in testdata: a flow, what happens, and what the flow then
// does and why. "go test -update" rewrites the last part.
//
//	-- flow --     the document
//	-- script --   one line each: given …, start, message TEXT, left ROLE,
//	               timer, advance DURATION (which also fires the timer)
//	-- want --     per input: the effects, the steps with their rules, the outcome

var sections = regexp.MustCompile(`(?s)^(.*?)-- flow --\n(.*)-- script --\n(.*)-- want --\n(.*)$`)

func TestScripts(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("no scripts: %v", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) {
			testScript(t, file)
		})
	}
}

func testScript(t *testing.T, file string) {
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	part := sections.FindStringSubmatch(string(content))
	if part == nil {
		t.Fatalf("%s has not the three sections", file)
	}
	doc, err := flow.Parse([]byte(part[2]))
	if err != nil {
		t.Fatal(err)
	}
	got := play(t, doc, part[3], false)
	if stored := play(t, doc, part[3], true); stored != got {
		t.Errorf("a run that is stored between inputs goes on differently:\n%s", cmp.Diff(got, stored))
	}
	if *update {
		got = part[1] + "-- flow --\n" + part[2] + "-- script --\n" + part[3] + "-- want --\n" + got
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(part[4], got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", file, diff)
	}
}

// player runs one script.
type player struct {
	run    interp.Run
	chat   *chat
	now    time.Time
	random uint64
	out    strings.Builder
}

// play runs a script and returns what it prints. If stored, the run is written
// and read back before every input.
func play(t *testing.T, doc *flow.Document, script string, stored bool) string {
	t.Helper()
	p := &player{run: interp.New("run-1", "flow-1", "7"), chat: newChat(),
		now: time.Date(2026, 5, 1, 12, 0, 0, 0, time.UTC)}
	p.chat.contents["7"] = doc
	for line := range strings.Lines(script) {
		if stored {
			p.run = reread(t, p.run)
		}
		if err := p.line(strings.TrimSpace(line)); err != nil {
			t.Fatalf("script line %q: %v", line, err)
		}
	}
	return p.out.String()
}

func reread(t testing.TB, run interp.Run) interp.Run {
	t.Helper()
	data, err := json.Marshal(run)
	if err != nil {
		t.Fatal(err)
	}
	var back interp.Run
	if err := json.Unmarshal(data, &back); err != nil {
		t.Fatal(err)
	}
	return back
}

func (p *player) line(line string) error {
	verb, rest, _ := strings.Cut(line, " ")
	switch verb {
	case "", "#":
	case "given":
		return p.given(rest)
	case "start":
		p.advance(line, interp.Start{})
	case "message":
		p.advance(line, interp.CustomerMessage{ContentType: "text/plain", Content: rest})
	case "left":
		p.advance(line, interp.ParticipantLeft{Role: rest})
	case "result":
		p.advance(line, interp.Result{Key: rest})
	case "timer":
		p.advance(line, interp.Timer{})
	case "advance":
		d, err := time.ParseDuration(rest)
		p.now = p.now.Add(d)
		p.advance(line, interp.Timer{})
		return err
	default:
		return fmt.Errorf("unknown verb")
	}
	return nil
}

// given sets up the chat: "attribute K V", "data PATH V", "random N", "bot",
// "full queue", "mute", "external JSON".
func (p *player) given(what string) (err error) {
	verb, rest, _ := strings.Cut(what, " ")
	k, v, _ := strings.Cut(rest, " ")
	if n, ok := strings.CutPrefix(v, "×"); ok {
		count, _ := strconv.Atoi(n)
		v = strings.Repeat("x", count)
	}
	switch verb {
	case "attribute":
		p.chat.attributes[k] = v
	case "data":
		p.chat.data[k] = v
	case "external":
		p.run.External = json.RawMessage(rest)
	case "random":
		p.random, err = strconv.ParseUint(rest, 10, 64)
	case "bot":
		p.chat.bot = true
	case "full":
		p.chat.full = true
	case "mute":
		p.chat.mute = true
	default:
		return fmt.Errorf("unknown given")
	}
	return err
}

func (p *player) advance(line string, in interp.Input) {
	p.chat.log = nil
	run, out, trace := interp.Advance(p.run, p.chat, in, p.now, func() uint64 { return p.random })
	p.run = run
	fmt.Fprintf(&p.out, "> %s\n", line)
	for _, effect := range p.chat.log {
		fmt.Fprintln(&p.out, effect)
	}
	p.steps(trace)
	fmt.Fprintf(&p.out, "= %s%s\n", out.Kind, p.rest(out))
}

// steps prints at most ten steps.
func (p *player) steps(trace []interp.Trace) {
	for i, s := range trace {
		if i == 10 {
			fmt.Fprintf(&p.out, "  … %d steps in all\n", len(trace))
			return
		}
		rule := strings.TrimSpace(string(s.Rule) + " " + s.Detail)
		fmt.Fprintf(&p.out, "  %s (%s) %s → %s\n", s.Action, s.Type, rule, s.Next)
	}
}

func (p *player) rest(out interp.Outcome) string {
	s := ""
	if !out.Until.IsZero() {
		s += " " + out.Until.Sub(p.now).String()
	}
	if len(out.Events) > 0 {
		s += " " + strings.Join(out.Events, ",")
	}
	if out.Reason != "" {
		s += ": " + out.Reason
	}
	return s
}
