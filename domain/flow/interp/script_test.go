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

	"parley/domain/flow/interp"
)

var update = flag.Bool("update", false, "write what the scripts print into their files")

// A script is a file in testdata: a flow and others that it may go to, what
// happens, and what the flow then does and why. "go test -update" rewrites the
// last part.
//
//	-- flow --         the document
//	-- flow NAME --    another flow or module, whose id is NAME
//	-- script --       one line each: given …, start, message TEXT, reply JSON (to an
//	                   interactive message), signin WHAT, left ROLE, timer, advance DURATION (which
//	                   also fires the timer); and for the call under way: answer JSON, fail
//	                   REASON, started; or of any key: result KEY [JSON]
//	-- want --         per input: the effects, the steps with their rules, the outcome

var section = regexp.MustCompile(`(?m)^-- (flow|flow \S+|script|want) --\n`)

// script is a file in its parts.
type script struct {
	head    string // what comes before the wanted part
	flows   map[string]string
	actions string
	want    string
}

func readScript(t testing.TB, file string) script {
	t.Helper()
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	s := script{flows: map[string]string{}}
	marks := section.FindAllStringSubmatchIndex(string(content), -1)
	for i, m := range marks {
		end := len(content)
		if i+1 < len(marks) {
			end = marks[i+1][0]
		}
		name, body := string(content[m[2]:m[3]]), string(content[m[1]:end])
		switch name {
		case "script":
			s.actions = body
		case "want":
			s.head, s.want = string(content[:m[1]]), body
		default:
			s.flows[strings.TrimPrefix(strings.TrimPrefix(name, "flow"), " ")] = body
		}
	}
	if s.flows[""] == "" || s.actions == "" || s.head == "" {
		t.Fatalf("%s has not the three sections", file)
	}
	return s
}

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
	s := readScript(t, file)
	got := play(t, s, false)
	if stored := play(t, s, true); stored != got {
		t.Errorf("a run that is stored between inputs goes on differently:\n%s", cmp.Diff(got, stored))
	}
	if *update {
		if err := os.WriteFile(file, []byte(s.head+got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(s.want, got); diff != "" {
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
func play(t *testing.T, s script, stored bool) string {
	t.Helper()
	p := &player{run: interp.New("run-1", "flow-1", "7"), chat: newChat(),
		now: time.Date(2026, 5, 1, 12, 0, 0, 0, time.UTC)}
	for name, text := range s.flows {
		id := "7"
		if name != "" {
			id = "content of " + name
			p.chat.flows[name] = id
		}
		p.chat.contents[id] = parse(t, text)
	}
	for line := range strings.Lines(s.actions) {
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
	case "reply":
		p.advance(line, interp.CustomerMessage{ContentType: interactive + ".response", Content: rest})
	case "signin": // signin CODE, optedout or failed
		in := interp.SignIn{End: interp.SignInEnd(rest)}
		if rest != string(interp.SignInFailed) && rest != string(interp.SignInOptedOut) {
			in = interp.SignIn{Request: &interp.SignInRequest{Pool: "pool", Client: "client", Redirect: "https://shop.example/back", Nonce: "n", Verifier: "v", Code: rest}}
		}
		p.advance(line, in)
	case "answer":
		p.advance(line, interp.Result{Key: p.calling(), Payload: json.RawMessage(sized(rest))})
	case "fail":
		p.advance(line, interp.Result{Key: p.calling(), Err: rest})
	case "started":
		p.advance(line, interp.Started{Key: p.calling()})
	case "result":
		key, payload, _ := strings.Cut(rest, " ")
		p.advance(line, interp.Result{Key: key, Payload: json.RawMessage(payload)})
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

var size = regexp.MustCompile(`×[0-9]+`)

// sized writes "×N" as N letters.
func sized(s string) string {
	return size.ReplaceAllStringFunc(s, func(n string) string {
		count, _ := strconv.Atoi(strings.TrimPrefix(n, "×"))
		return strings.Repeat("x", count)
	})
}

func (p *player) calling() string {
	if p.run.Call == nil {
		return "none"
	}
	return p.run.Call.Key
}

// given sets up the chat: "attribute K V", "data PATH V", "random N", "bot",
// "full queue", "mute", "external JSON", "prompt ID TEXT", "takes TYPE", "logging".
func (p *player) given(what string) (err error) {
	verb, rest, _ := strings.Cut(what, " ")
	k, v, _ := strings.Cut(rest, " ")
	v = sized(v)
	switch verb {
	case "attribute":
		p.chat.attributes[k] = v
	case "data":
		p.chat.data[k] = v
	case "external":
		p.run.External = json.RawMessage(rest)
	case "random":
		p.random, err = strconv.ParseUint(rest, 10, 64)
	case "prompt":
		p.chat.prompts[k] = v
	case "takes":
		p.chat.takes = append(p.chat.takes, rest)
	case "logging":
		p.chat.logging = true
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
	before, _ := json.Marshal(p.run)
	run, out, trace := interp.Advance(p.run, p.chat, in, p.now, func() uint64 { return p.random })
	fmt.Fprintf(&p.out, "> %s\n", line)
	if after, _ := json.Marshal(p.run); string(after) != string(before) {
		fmt.Fprintf(&p.out, "! the run passed in is now %s\n", after)
	}
	p.run = run
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
		if s.Log != nil {
			fmt.Fprintln(&p.out, strings.TrimRight(fmt.Sprintf("    %s %s", s.Log.Parameters, s.Log.Results), " "))
		}
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
	if c := out.Call; c != nil {
		s += fmt.Sprintf(" %s attempt %d until %s: %s %s async=%v %s", c.Key, c.Attempt, c.Until.Sub(p.now), c.Kind, c.Target, c.Async, c.Payload)
	}
	if out.Content != "" {
		s += " " + out.Content
	}
	if out.Reason != "" {
		s += ": " + out.Reason
	}
	if out.Cause != "" {
		s += ": " + out.Cause
	}
	return s
}
