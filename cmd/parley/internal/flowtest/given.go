package flowtest

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"parley/domain/catalog"
	"parley/domain/contact"
	"parley/domain/flow"
	"parley/domain/hours"
	"parley/domain/session"
	"parley/domain/transcript"
)

// setup is how a chat begins, and what its instance has beside the flows.
type setup struct {
	flow    string
	now     time.Time
	seed    uint64
	percent []int
	start   contact.Start
	waiting map[string]int64 // by the queue's name
	queues  map[string]queueOf
	hours   map[string]hours.Hours
	prompts map[string]string // the text of each
	ids     map[string]named  // by id or ARN
	pools   map[string]bool   // by id: their customers can sign in
	agents  []agentOf
	absent  bool // the customer's client does not connect by itself
}

type queueOf struct {
	hours string
	max   int64
}

// named says what an id stands for.
type named struct {
	kind flow.RefKind
	name string
}

// newSetup is how chats begin where the script says nothing else: on a Monday
// at noon, with a client that takes every content type.
func newSetup(seed uint64) *setup {
	return &setup{
		now: time.Date(2026, 1, 5, 12, 0, 0, 0, time.UTC), seed: seed,
		start: contact.Start{
			DisplayName:  "Customer",
			ContentTypes: []string{transcript.Plain, transcript.Markdown, transcript.JSON, transcript.Interactive, transcript.InteractiveResponse},
			Attributes:   map[string]string{}, SegmentAttributes: map[string]session.Value{},
		},
		waiting: map[string]int64{}, queues: map[string]queueOf{}, hours: map[string]hours.Hours{}, prompts: map[string]string{}, ids: map[string]named{},
		pools: map[string]bool{},
	}
}

// declares reports whether the script says what a reference stands for, by the whole of it or by its id.
func (s *setup) declares(ref string) bool {
	_, whole := s.ids[ref]
	_, id := s.ids[tail(ref)]
	return whole || id
}

func givenForms() []form {
	g := func(words string, read func(args) (func(*setup) error, error)) form {
		return form{words: words, value: needsValue, given: read}
	}
	return []form{
		g("flow", set(func(s *setup, a args) { s.flow = a.value })),
		g("given time", parsed(moment, func(s *setup, t time.Time, _ args) { s.now = t })),
		g("given seed", parsed(number, func(s *setup, n int64, _ args) { s.seed = uint64(n) })),
		g("given percent", parsed(percents, func(s *setup, n []int, _ args) { s.percent = n })),
		g("given name", set(func(s *setup, a args) { s.start.DisplayName = a.value })),
		g("given customer id", set(func(s *setup, a args) { s.start.CustomerID = a.value })),
		g("given first message", set(func(s *setup, a args) {
			s.start.Initial = &contact.Message{ContentType: transcript.Plain, Content: a.value}
		})),
		g("given content types", parsed(contentTypes, func(s *setup, types []string, _ args) { s.start.ContentTypes = types })),
		g("given attribute KEY", set(func(s *setup, a args) { s.start.Attributes[a.names[0]] = a.value })),
		g("given segment attribute KEY", set(func(s *setup, a args) {
			s.start.SegmentAttributes[a.names[0]] = session.Value{String: &a.value}
		})),
		g("given duration", parsed(duration, func(s *setup, d time.Duration, _ args) { s.start.Duration = d })),
		g("given waiting in QUEUE", parsed(number, func(s *setup, n int64, a args) { s.waiting[a.names[0]] = n })),
		{words: "given customer does not connect", given: set(func(s *setup, _ args) { s.absent = true })},
		{words: "given queue NAME", value: optionalValue, given: givenQueue},
		{words: "given agent NAME", value: optionalValue, given: givenAgent},
		g("given hours NAME", parsed(openingHours, func(s *setup, h hours.Hours, a args) {
			h.ID, h.Name = a.names[0], a.names[0]
			s.hours[a.names[0]] = h
		})),
		g("given prompt NAME", set(func(s *setup, a args) { s.prompts[a.names[0]] = a.value })),
		{words: "given sign-in POOL", given: set(func(s *setup, a args) { s.pools[catalog.ID(a.names[0])] = true })},
		g("given ID", givenID),
	}
}

func set(apply func(*setup, args)) func(args) (func(*setup) error, error) {
	return func(a args) (func(*setup) error, error) {
		return func(s *setup) error { apply(s, a); return nil }, nil
	}
}

// parsed reads the value when the script is read, and applies it when it is played.
func parsed[T any](read func(string) (T, error), apply func(*setup, T, args)) func(args) (func(*setup) error, error) {
	return func(a args) (func(*setup) error, error) {
		v, err := read(a.value)
		return func(s *setup) error { apply(s, v, a); return nil }, err
	}
}

func number(s string) (int64, error) {
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil || n < 0 {
		return 0, fmt.Errorf("%q is no whole number", s)
	}
	return n, nil
}

// percents reads the numbers that DistributeByPercentage draws.
func percents(s string) ([]int, error) {
	var list []int
	for part := range strings.SplitSeq(s, ",") {
		n, err := strconv.Atoi(strings.TrimSpace(part))
		if err != nil || n < 1 || n > 100 {
			return nil, fmt.Errorf("%q is no list of numbers from 1 to 100", s)
		}
		list = append(list, n)
	}
	return list, nil
}

// givenQueue reads "hours NAME", "at most N" and "full", comma separated.
func givenQueue(a args) (func(*setup) error, error) {
	var q queueOf
	full := false
	for part := range strings.SplitSeq(a.value, ",") {
		part = strings.TrimSpace(part)
		name, isHours := strings.CutPrefix(part, "hours ")
		most, isMax := strings.CutPrefix(part, "at most ")
		switch {
		case part == "":
		case part == "full":
			full, q.max = true, 1
		case isHours:
			q.hours = strings.TrimSpace(name)
		case isMax:
			n, err := number(most)
			if err != nil || n == 0 {
				return nil, fmt.Errorf("%q: a queue takes at least one contact", part)
			}
			q.max = n
		default:
			return nil, fmt.Errorf("%q says nothing about a queue; there is: hours NAME, at most NUMBER, full", part)
		}
	}
	return func(s *setup) error {
		s.queues[a.names[0]] = q
		if full {
			s.waiting[a.names[0]] = q.max
		}
		return nil
	}, nil
}

// givenID reads what an id or ARN stands for: "queue Sales", "flow Orders" …
func givenID(a args) (func(*setup) error, error) {
	kind, name, _ := strings.Cut(a.value, " ")
	name = strings.TrimSpace(name)
	ref := flow.RefKind(kind)
	if kind == "lambda" {
		ref = flow.FunctionRef
	}
	known := []flow.RefKind{flow.QueueRef, flow.FlowRef, flow.ModuleRef, flow.HoursRef, flow.ViewRef, flow.PromptRef, flow.FunctionRef, flow.BotRef, flow.AgentRef}
	if !slices.Contains(known, ref) || name == "" {
		return nil, fmt.Errorf("an id stands for a queue, flow, module, hours, view, prompt, lambda, bot or agent: write “given \"ID\": queue NAME”, got %q", a.value)
	}
	return func(s *setup) error { s.ids[a.names[0]] = named{ref, name}; return nil }, nil
}
