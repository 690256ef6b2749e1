package routing_test

import (
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"parley/domain/routing"
)

// Whatever happens to agents and contacts, in whatever order and at whatever
// time, the Board answers what the reference answers, and its Wake comes no
// later than the next time at which the answer changes by itself.
func TestBoardAgreesWithTheReference(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := &pair{b: routing.NewBoard(), r: newReference(), now: noon}
		t.Repeat(map[string]func(*rapid.T){
			"": p.check,
			"agent": func(t *rapid.T) {
				p.putAgent(drawAgent(t, p.now))
			},
			"no agent": func(t *rapid.T) {
				id := drawUser(t)
				p.b.RemoveAgent(id)
				delete(p.r.agents, id)
			},
			"contact": func(t *rapid.T) {
				p.putContact(drawContact(t, p.now))
			},
			"no contact": func(t *rapid.T) {
				p.removeContact(fmt.Sprintf("c%d", rapid.IntRange(0, 11).Draw(t, "contact")))
			},
			"time": func(t *rapid.T) {
				p.now = p.now.Add(time.Duration(rapid.IntRange(0, 15).Draw(t, "seconds")) * time.Second)
			},
			"status": func(t *rapid.T) {
				if a, ok := p.r.agents[drawUser(t)]; ok {
					a.Routable = !a.Routable
					p.putAgent(a)
				}
			},
			"assign": p.assign,
			"reject": p.reject,
		})
	})
}

// pair is a Board and the reference with the same facts.
type pair struct {
	b   *routing.Board
	r   *reference
	now time.Time
}

func (p *pair) putAgent(a routing.Agent) {
	p.b.PutAgent(a)
	p.r.agents[a.ID] = a
}

func (p *pair) putContact(c routing.Contact) {
	p.b.PutContact(c)
	p.r.contacts[c.ID] = c
}

func (p *pair) removeContact(id string) {
	p.b.RemoveContact(id)
	delete(p.r.contacts, id)
}

func (p *pair) check(t *rapid.T) {
	got, ok := p.b.Next(p.now)
	want, wantOK := p.r.next(p.now)
	if got != want || ok != wantOK {
		t.Fatalf("at %v: the Board says %v %v, the reference %v %v", p.now, got, ok, want, wantOK)
	}
	for id := range p.r.contacts {
		if got, _ := p.b.Position(id); got != p.r.position(id) {
			t.Fatalf("position of %s: the Board says %d, the reference %d", id, got, p.r.position(id))
		}
	}
	if !ok {
		p.checkWake(t)
	}
}

// checkWake looks at each second until the Board wants to be asked again, or for five minutes.
func (p *pair) checkWake(t *rapid.T) {
	wake, ok := p.b.Wake()
	for at := p.now; at.Before(p.now.Add(5*time.Minute)) && (!ok || at.Before(wake)); at = at.Add(time.Second) {
		if a, found := p.r.next(at); found {
			t.Fatalf("at %v %v becomes possible, but the Board wants to be asked at %v (%v)", at, a, wake, ok)
		}
	}
}

// assign carries an assignment out: the contact waits no more, the agent holds
// it and is the last in line.
func (p *pair) assign(t *rapid.T) {
	if a, ok := p.b.Next(p.now); ok {
		p.removeContact(a.Contact)
		agent := p.r.agents[a.Agent]
		agent.Held, agent.IdleSince = agent.Held+1, p.now
		p.putAgent(agent)
	}
}

// reject passes the agent over for the contact that it should have got.
func (p *pair) reject(t *rapid.T) {
	if a, ok := p.b.Next(p.now); ok {
		c := p.r.contacts[a.Contact]
		c.PassedOver = maps.Clone(c.PassedOver)
		if c.PassedOver == nil {
			c.PassedOver = map[string]time.Time{}
		}
		c.PassedOver[a.Agent] = p.now.Add(10 * time.Second)
		p.putContact(c)
	}
}

var (
	drawQueue = rapid.SampledFrom([]string{"q0", "q1", "q2"})
	drawDelay = rapid.SampledFrom([]time.Duration{0, 0, 5 * time.Second, 20 * time.Second})
	drawName  = rapid.SampledFrom([]string{"a0", "a1", "a2", "a3", "a4", "a5"})
	drawSkill = rapid.SampledFrom([]string{"French", "Thai"})
	drawLevel = rapid.SampledFrom([]float32{1, 3, 5})
)

func drawUser(t *rapid.T) string { return drawName.Draw(t, "user") }

func drawAgent(t *rapid.T, now time.Time) routing.Agent {
	a := routing.Agent{
		ID: drawUser(t), Presence: routing.Available, Routable: rapid.IntRange(0, 3).Draw(t, "routable") > 0,
		IdleSince: now.Add(-time.Duration(rapid.IntRange(0, 9).Draw(t, "idle")) * time.Second),
		Held:      rapid.IntRange(0, 1).Draw(t, "held"), Offered: rapid.IntRange(0, 1).Draw(t, "offered"),
		AfterWork: rapid.IntRange(0, 1).Draw(t, "after work"), Concurrency: rapid.IntRange(0, 4).Draw(t, "concurrency"),
	}
	for range rapid.IntRange(0, 4).Draw(t, "queues") {
		q := drawQueue.Draw(t, "queue")
		if _, ok := served(a, q); !ok {
			a.Queues = append(a.Queues, routing.ProfileQueue{Queue: q, Priority: rapid.IntRange(1, 3).Draw(t, "priority"), Delay: drawDelay.Draw(t, "delay")})
		}
	}
	if rapid.Bool().Draw(t, "skilled") {
		a.Proficiencies = map[routing.Skill]float32{{Name: "Language", Value: drawSkill.Draw(t, "skill")}: drawLevel.Draw(t, "level")}
	}
	return a
}

func drawContact(t *rapid.T, now time.Time) routing.Contact {
	id := fmt.Sprintf("c%d", rapid.IntRange(0, 11).Draw(t, "contact"))
	c := waits(id, drawQueue.Draw(t, "queue"), 0)
	c.EnqueuedAt = now.Add(-time.Duration(rapid.IntRange(-3, 30).Draw(t, "age")) * time.Second)
	c.Priority = rapid.Int64Range(0, 7).Draw(t, "priority")
	c.Adjust = rapid.SampledFrom([]time.Duration{0, 0, 10 * time.Second, -10 * time.Second}).Draw(t, "adjust")
	if rapid.IntRange(0, 4).Draw(t, "own") == 0 {
		c.AgentQueue = drawUser(t)
	}
	for range rapid.IntRange(0, 2).Draw(t, "steps") {
		c.Steps = append(c.Steps, routing.Step{Expression: drawExpression(t, 2), Expiry: rapid.SampledFrom([]time.Duration{0, 7 * time.Second, 25 * time.Second}).Draw(t, "expiry")})
	}
	if rapid.IntRange(0, 3).Draw(t, "return") == 0 {
		c.Preferred, c.PreferredUntil = drawUser(t), now.Add(time.Duration(rapid.IntRange(-3, 20).Draw(t, "preferred"))*time.Second)
	}
	if rapid.IntRange(0, 3).Draw(t, "rejected") == 0 {
		c.PassedOver = map[string]time.Time{drawUser(t): now.Add(time.Duration(rapid.IntRange(-3, 20).Draw(t, "passed over")) * time.Second)}
	}
	return c
}

func drawExpression(t *rapid.T, depth int) routing.Expression {
	kind := rapid.IntRange(0, 4).Draw(t, "kind")
	if depth == 0 {
		kind %= 3
	}
	condition := &routing.Condition{Skill: routing.Skill{Name: "Language", Value: drawSkill.Draw(t, "skill")}, Min: drawLevel.Draw(t, "min")}
	switch kind {
	case 0:
		return routing.Expression{Agents: slices.Compact([]string{drawUser(t), drawUser(t)})}
	case 1:
		return routing.Expression{Not: condition}
	case 2:
		return routing.Expression{Is: condition}
	}
	both := []routing.Expression{drawExpression(t, depth-1), drawExpression(t, depth-1)}
	if kind == 3 {
		return routing.Expression{And: both}
	}
	return routing.Expression{Or: both}
}
