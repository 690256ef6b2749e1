package routing_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"parley/domain/routing"
)

var noon = time.Date(2026, 5, 4, 12, 0, 0, 0, time.UTC)

// at is noon and some seconds.
func at(seconds int) time.Time { return noon.Add(time.Duration(seconds) * time.Second) }

// free is a routable agent with one slot that serves queues with no delay, the
// first in priority 1, the next in 2 …; it has been available for so many seconds at noon.
func free(id string, idle int, queues ...string) routing.Agent {
	a := routing.Agent{ID: id, Presence: routing.Available, Routable: true, IdleSince: at(-idle), Concurrency: 1}
	for i, q := range queues {
		a.Queues = append(a.Queues, routing.ProfileQueue{Queue: q, Priority: i + 1})
	}
	return a
}

// waits is a contact that has been in a queue for so many seconds at noon.
func waits(id, queue string, age int) routing.Contact {
	return routing.Contact{ID: id, SessionID: "s-" + id, Queue: queue, EnqueuedAt: at(-age)}
}

// board puts agents and contacts on a Board.
func board(things ...any) *routing.Board {
	b := routing.NewBoard()
	for _, x := range things {
		switch x := x.(type) {
		case routing.Agent:
			b.PutAgent(x)
		case routing.Contact:
			b.PutContact(x)
		}
	}
	return b
}

// next says what a Board answers so many seconds after noon, in short.
func next(b *routing.Board, seconds int) string {
	a, ok := b.Next(at(seconds))
	if !ok {
		return "none"
	}
	return a.Contact + ">" + a.Agent
}

func with[T any](x T, change func(*T)) T {
	change(&x)
	return x
}

func profile(queues ...routing.ProfileQueue) func(*routing.Agent) {
	return func(a *routing.Agent) { a.Queues = queues }
}

func speaks(level float32, values ...string) func(*routing.Agent) {
	return func(a *routing.Agent) {
		a.Proficiencies = map[routing.Skill]float32{}
		for _, v := range values {
			a.Proficiencies[routing.Skill{Name: "Language", Value: v}] = level
		}
	}
}

func asks(steps ...routing.Step) func(*routing.Contact) {
	return func(c *routing.Contact) { c.Steps = steps }
}

func atLeast(level float32, value string) routing.Expression {
	return routing.Expression{Is: &routing.Condition{Skill: routing.Skill{Name: "Language", Value: value}, Min: level}}
}

// Each line is a rule of the package comment; "at" lists the answers at seconds after noon.
func TestRules(t *testing.T) {
	second := time.Second
	tiers := profile(
		routing.ProfileQueue{Queue: "t1", Priority: 1}, routing.ProfileQueue{Queue: "t2", Priority: 1},
		routing.ProfileQueue{Queue: "t3", Priority: 2, Delay: 20 * second}, routing.ProfileQueue{Queue: "t4", Priority: 3, Delay: 80 * second})
	french := asks(routing.Step{Expression: atLeast(4, "French"), Expiry: 30 * second}, routing.Step{Expression: atLeast(3, "French"), Expiry: 30 * second})
	returning := func(c *routing.Contact) { c.Preferred, c.PreferredUntil = "a", at(60) }
	for name, c := range map[string]struct {
		board []any
		at    map[int]string
	}{
		"1 not routable":              {[]any{with(free("a", 9, "q"), func(a *routing.Agent) { a.Routable = false }), waits("c", "q", 1)}, map[int]string{0: "none"}},
		"1 no free slot":              {[]any{with(free("a", 9, "q"), func(a *routing.Agent) { a.AfterWork = 1 }), waits("c", "q", 1)}, map[int]string{0: "none"}},
		"1 a missed chat takes one":   {[]any{with(free("a", 9, "q"), func(a *routing.Agent) { a.Blocked = 1 }), waits("c", "q", 1)}, map[int]string{0: "none"}},
		"1 an offer takes one":        {[]any{with(free("a", 9, "q"), func(a *routing.Agent) { a.Offered, a.Held, a.Concurrency = 1, 2, 3 }), waits("c", "q", 1)}, map[int]string{0: "none"}},
		"1 a free one of three":       {[]any{with(free("a", 9, "q"), func(a *routing.Agent) { a.Held, a.Concurrency = 2, 3 }), waits("c", "q", 1)}, map[int]string{0: "c>a"}},
		"2 longest available":         {[]any{free("a", 5, "q"), free("b", 9, "q"), free("d", 7, "q"), waits("c", "q", 1)}, map[int]string{0: "c>b"}},
		"2 equally long":              {[]any{free("b", 5, "q"), free("a", 5, "q"), waits("c", "q", 1)}, map[int]string{0: "c>a"}},
		"3 the longest chooses":       {[]any{free("a", 5, "q", "p"), free("b", 9, "p", "q"), waits("c", "q", 9), waits("d", "p", 1)}, map[int]string{0: "d>b"}},
		"4 another queue":             {[]any{free("a", 5, "q"), waits("c", "p", 9)}, map[int]string{0: "none"}},
		"4 queue priority":            {[]any{free("a", 5, "sales", "support"), waits("c", "support", 99), waits("d", "sales", 1)}, map[int]string{0: "d>a"}},
		"4 nothing in the first":      {[]any{free("a", 5, "sales", "support"), waits("c", "support", 9)}, map[int]string{0: "c>a"}},
		"5 AWS example 2":             {[]any{with(free("a", 5), profile(routing.ProfileQueue{Queue: "sales", Priority: 1}, routing.ProfileQueue{Queue: "support", Priority: 1, Delay: 30 * second})), waits("c", "support", 20), waits("d", "sales", 1)}, map[int]string{0: "d>a", 9: "d>a", 10: "c>a"}},
		"5 AWS example 3, tier 3":     {[]any{with(free("a", 5), tiers), waits("c", "t3", 5), waits("d", "t4", 5)}, map[int]string{0: "none", 14: "none", 15: "c>a", 80: "c>a"}},
		"5 AWS example 3, tier 4":     {[]any{with(free("a", 5), tiers), waits("d", "t4", 5)}, map[int]string{74: "none", 75: "d>a"}},
		"5 the real wait counts":      {[]any{with(free("a", 5), tiers), with(waits("c", "t3", 0), func(c *routing.Contact) { c.Adjust = 60 * second })}, map[int]string{19: "none", 20: "c>a"}},
		"5 an older one behind":       {[]any{with(free("a", 5), tiers), with(waits("c", "t3", 0), func(c *routing.Contact) { c.Priority = 1 }), waits("d", "t3", 15)}, map[int]string{5: "d>a", 20: "c>a"}},
		"6 own queue first":           {[]any{free("a", 5, "q"), with(waits("c", "q", 99), func(c *routing.Contact) { c.Priority = 1 }), with(waits("d", "", 1), func(c *routing.Contact) { c.AgentQueue = "a" })}, map[int]string{0: "d>a"}},
		"6 another's queue":           {[]any{free("a", 5, "q"), with(waits("d", "", 1), func(c *routing.Contact) { c.AgentQueue = "b" })}, map[int]string{0: "none"}},
		"7 contact priority":          {[]any{free("a", 5, "q"), waits("c", "q", 99), with(waits("d", "q", 1), func(c *routing.Contact) { c.Priority = 4 })}, map[int]string{0: "d>a"}},
		"7 default is five":           {[]any{free("a", 5, "q"), waits("c", "q", 9), with(waits("d", "q", 99), func(c *routing.Contact) { c.Priority = 6 })}, map[int]string{0: "c>a"}},
		"7 age":                       {[]any{free("a", 5, "q"), waits("c", "q", 9), waits("d", "q", 10)}, map[int]string{0: "d>a"}},
		"7 adjusted age":              {[]any{free("a", 5, "q"), waits("c", "q", 9), with(waits("d", "q", 1), func(c *routing.Contact) { c.Adjust = 9 * second })}, map[int]string{0: "d>a"}},
		"8 the step binds":            {[]any{with(free("a", 9, "q"), speaks(3, "French")), with(free("b", 5, "q"), speaks(4, "French")), with(waits("c", "q", 0), french)}, map[int]string{0: "c>b"}},
		"8 a step expires":            {[]any{with(free("a", 9, "q"), speaks(3, "French")), with(waits("c", "q", 0), french)}, map[int]string{0: "none", 29: "none", 30: "c>a"}},
		"8 all expired":               {[]any{free("a", 9, "q"), with(waits("c", "q", 0), french)}, map[int]string{59: "none", 60: "c>a"}},
		"8 never expires":             {[]any{free("a", 9, "q"), with(waits("c", "q", 0), asks(routing.Step{Expression: atLeast(1, "French")}))}, map[int]string{999999: "none"}},
		"8 those agents":              {[]any{free("a", 9, "q"), free("b", 5, "q"), with(waits("c", "q", 0), asks(routing.Step{Expression: routing.Expression{Agents: []string{"b", "b", "x"}}, Expiry: 9 * second}))}, map[int]string{0: "c>b", 9: "c>a"}},
		"8 within the queue":          {[]any{free("b", 5, "p"), with(waits("c", "q", 0), asks(routing.Step{Expression: routing.Expression{Agents: []string{"b"}}}))}, map[int]string{0: "none"}},
		"8 no criteria in own queues": {[]any{free("a", 5), with(waits("c", "", 0), func(c *routing.Contact) { french(c); c.AgentQueue = "a" })}, map[int]string{0: "c>a"}},
		"8 criteria keep the order":   {[]any{with(free("a", 9, "q"), speaks(5, "French")), with(waits("c", "q", 0), french), waits("d", "q", 1)}, map[int]string{0: "d>a"}},
		"9 the last agent":            {[]any{free("a", 1, "q"), free("b", 9, "q"), with(waits("c", "q", 0), returning)}, map[int]string{0: "c>a", 59: "c>a", 60: "c>b"}},
		"9 a busy one is waited for":  {[]any{with(free("a", 1, "q"), func(a *routing.Agent) { a.Held = 1 }), free("b", 9, "q"), with(waits("c", "q", 0), returning)}, map[int]string{0: "none", 59: "none", 60: "c>b"}},
		"9 one who is away is not":    {[]any{with(free("a", 1, "q"), func(a *routing.Agent) { a.Routable = false }), free("b", 9, "q"), with(waits("c", "q", 0), returning)}, map[int]string{0: "c>b"}},
		"9 nor one of other queues":   {[]any{free("a", 1, "p"), free("b", 9, "q"), with(waits("c", "q", 0), returning)}, map[int]string{0: "c>b"}},
		"9 nor an unknown one":        {[]any{free("b", 9, "q"), with(waits("c", "q", 0), returning)}, map[int]string{0: "c>b"}},
		"9 in place of the criteria":  {[]any{free("a", 1, "q"), with(free("b", 9, "q"), speaks(5, "French")), with(waits("c", "q", 0), func(c *routing.Contact) { french(c); returning(c); c.PreferredUntil = at(10) })}, map[int]string{0: "c>a", 10: "c>b"}},
		"10 passed over":              {[]any{free("a", 9, "q"), free("b", 1, "q"), with(waits("c", "q", 0), func(c *routing.Contact) { c.PassedOver = map[string]time.Time{"a": at(30)} })}, map[int]string{0: "c>b", 30: "c>a"}},
		"10 the others are not":       {[]any{free("a", 9, "q"), with(waits("c", "q", 9), func(c *routing.Contact) { c.PassedOver = map[string]time.Time{"a": at(30)} }), waits("d", "q", 1)}, map[int]string{0: "d>a", 30: "c>a"}},
		"10 preferred and passed":     {[]any{free("a", 9, "q"), free("b", 1, "q"), with(waits("c", "q", 0), func(c *routing.Contact) { returning(c); c.PassedOver = map[string]time.Time{"a": at(30)} })}, map[int]string{0: "c>b"}},
	} {
		t.Run(name, func(t *testing.T) {
			for seconds, want := range c.at {
				if got := next(board(c.board...), seconds); got != want {
					t.Errorf("after %d s: got %s, want %s", seconds, got, want)
				}
			}
		})
	}
}

func TestExpressions(t *testing.T) {
	is, not := atLeast(3, "French"), routing.Expression{Not: atLeast(3, "French").Is}
	mid := routing.Expression{Is: &routing.Condition{Skill: routing.Skill{Name: "Language", Value: "French"}, Min: 2, Max: 3}}
	for _, c := range []struct {
		name string
		e    routing.Expression
		want string // for levels none, 2, 3, 4 of French
	}{
		{"at least", is, "--++"},
		{"not", not, "++--"},
		{"range", mid, "-++-"},
		{"and", routing.Expression{And: []routing.Expression{is, mid}}, "--+-"},
		{"or", routing.Expression{Or: []routing.Expression{is, mid}}, "-+++"},
		{"nested", routing.Expression{And: []routing.Expression{{Or: []routing.Expression{not, mid}}, {Not: mid.Is}}}, "+---"},
		{"this agent", routing.Expression{Agents: []string{"x", "a"}}, "++++"},
		{"another agent", routing.Expression{Or: []routing.Expression{{Agents: []string{"x"}}, is}}, "--++"},
		{"nothing", routing.Expression{}, "++++"},
	} {
		got := ""
		for _, level := range []float32{0, 2, 3, 4} {
			has := map[routing.Skill]float32{}
			if level > 0 {
				has[routing.Skill{Name: "Language", Value: "French"}] = level
			}
			got += map[bool]string{true: "+", false: "-"}[c.e.Met("a", has)]
		}
		if got != c.want {
			t.Errorf("%s: got %s, want %s", c.name, got, c.want)
		}
	}
}

// A Board that has nothing to give says when time alone will change that.
func TestWake(t *testing.T) {
	delayed := with(free("a", 5), profile(routing.ProfileQueue{Queue: "q", Priority: 1, Delay: 20 * time.Second}))
	b := board(delayed, waits("c", "q", 5))
	if got := next(b, 0); got != "none" {
		t.Fatalf("got %s, want none", got)
	}
	if when, ok := b.Wake(); !ok || !when.Equal(at(15)) {
		t.Errorf("wake at %v, want 15 s after noon", when)
	}
	b.PutAgent(with(free("b", 1), profile(routing.ProfileQueue{Queue: "q", Priority: 1, Delay: 10 * time.Second})))
	if when, ok := b.Wake(); !ok || !when.Equal(at(5)) {
		t.Errorf("with a shorter delay: wake at %v, want 5 s after noon", when)
	}
	b.RemoveContact("c")
	if when, ok := b.Wake(); ok {
		t.Errorf("with no contact: wake at %v, want never", when)
	}
}

func TestPositionAndWait(t *testing.T) {
	b := board(waits("c", "q", 30), waits("d", "q", 20), with(waits("e", "q", 10), func(c *routing.Contact) { c.Priority = 1 }),
		waits("f", "p", 99), with(free("a", 1, "q"), func(a *routing.Agent) { a.Held, a.Concurrency = 2, 2 }))
	got := ""
	for _, id := range []string{"c", "d", "e", "f", "x"} {
		position, _ := b.Position(id)
		got += fmt.Sprint(position)
	}
	if want := "23110"; got != want {
		t.Errorf("positions of c, d, e, f, x: got %s, want %s", got, want)
	}
	s := b.QueueStats("q", noon)
	if wait, ok := s.EstimatedWait(3, 5*time.Minute); !ok || wait != 450*time.Second {
		t.Errorf("the third of two slots of 5 minutes waits %v, want 7m30s", wait)
	}
	if wait, ok := b.QueueStats("p", noon).EstimatedWait(1, time.Minute); ok {
		t.Errorf("without agents the wait is %v, want unknown", wait)
	}
	s.SlotsAvailable = 3
	if wait, ok := s.EstimatedWait(3, time.Minute); !ok || wait != 0 {
		t.Errorf("with three free slots the third waits %v, want 0", wait)
	}
}

func TestStats(t *testing.T) {
	b := board(
		with(free("a", 1, "q"), func(a *routing.Agent) { a.Held, a.Offered, a.Concurrency = 1, 1, 5 }),
		with(free("b", 1, "q", "p"), func(a *routing.Agent) { a.AfterWork, a.Concurrency = 2, 2 }),
		with(free("d", 1, "q"), func(a *routing.Agent) { a.Routable, a.Failed, a.Blocked, a.Concurrency = false, true, 1, 3 }),
		with(free("e", 1, "q"), func(a *routing.Agent) { a.Routable, a.Presence, a.Held = false, routing.Custom, 1 }),
		with(free("f", 1, "q"), func(a *routing.Agent) { a.Routable, a.Presence = false, routing.Offline }),
		waits("c1", "q", 7), with(waits("c2", "q", 5), func(c *routing.Contact) { c.Adjust = time.Hour }), waits("c3", "p", 99))
	want := routing.Stats{Contacts: 2, Next: "c2", Oldest: 7 * time.Second, Online: 4, Staffed: 3, NonProductive: 1, Available: 1,
		OnContact: 3, AfterWork: 1, Failed: 1, SlotsActive: 4, SlotsAvailable: 3, Slots: 10}
	if got := b.QueueStats("q", noon); got != want {
		t.Errorf("queue:\n got %+v\nwant %+v", got, want)
	}
	want.Contacts, want.Next, want.Oldest = 3, "", 99*time.Second
	if got := b.InstanceStats(noon); got != want {
		t.Errorf("instance:\n got %+v\nwant %+v", got, want)
	}
	own := waits("c4", "b", 1)
	own.AgentQueue = "b"
	if b.PutContact(own); !slices.Equal(b.OwnQueues(), []string{"b"}) || b.AgentQueueStats("b", noon).Next != "c4" {
		t.Errorf("the users for whom somebody waits: %v", b.OwnQueues())
	}
	if got := b.QueueStats("nowhere", noon); got != (routing.Stats{}) {
		t.Errorf("an unknown queue: got %+v, want nothing", got)
	}
}

// A customer who waits for the last agent is free for others once that one is
// away, and waits again when it is back.
func TestThePreferredAgentLeaves(t *testing.T) {
	busy := with(free("a", 1, "q"), func(a *routing.Agent) { a.Held = 1 })
	away := with(busy, func(a *routing.Agent) { a.Routable = false })
	b := board(busy, free("b", 9, "q"), with(waits("c", "q", 0), func(c *routing.Contact) { c.Preferred, c.PreferredUntil = "a", at(60) }))
	for _, step := range []struct {
		name   string
		change func()
		want   string
	}{
		{"busy", func() {}, "none"},
		{"away", func() { b.PutAgent(away) }, "c>b"},
		{"back", func() { b.PutAgent(busy) }, "none"},
		{"gone", func() { b.RemoveAgent("a") }, "c>b"},
	} {
		step.change()
		if got := next(b, 0); got != step.want {
			t.Errorf("%s: got %s, want %s", step.name, got, step.want)
		}
	}
}
