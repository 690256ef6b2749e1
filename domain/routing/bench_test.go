package routing_test

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"parley/domain/routing"
)

// The size of which the budget of 100 µs per matched contact speaks.
const (
	benchAgents   = 1_000
	benchContacts = 10_000
	benchQueues   = 20
	benchSkills   = 50
)

// crowd makes random agents and contacts of that size.
type crowd struct {
	*rand.Rand
	// criteria is how many expressions there are that contacts ask for; some of them also
	// have preferred agents and rejections. 0 = contacts ask for nothing.
	criteria int
	now      time.Time
	made     int
	kept     map[string]routing.Contact
}

func newCrowd(criteria int) *crowd {
	return &crowd{Rand: rand.New(rand.NewPCG(1, 2)), criteria: criteria, now: noon, kept: map[string]routing.Contact{}}
}

func (c *crowd) agent(i int) routing.Agent {
	a := routing.Agent{ID: fmt.Sprintf("a%04d", i), Presence: routing.Available, Routable: true, IdleSince: c.now, Concurrency: 5}
	for j := range 1 + c.IntN(6) {
		a.Queues = append(a.Queues, routing.ProfileQueue{Queue: c.queue(), Priority: j/2 + 1, Delay: time.Duration(c.IntN(3)*15) * time.Second})
	}
	a.Proficiencies = map[routing.Skill]float32{}
	for range 5 {
		a.Proficiencies[c.skill()] = float32(1 + c.IntN(5))
	}
	return a
}

func (c *crowd) queue() string { return fmt.Sprintf("q%02d", c.IntN(benchQueues)) }

func (c *crowd) skill() routing.Skill {
	return routing.Skill{Name: "Language", Value: fmt.Sprint(c.IntN(benchSkills))}
}

func (c *crowd) contact() routing.Contact {
	c.made++
	w := routing.Contact{ID: fmt.Sprintf("c%07d", c.made), Queue: c.queue(), Priority: int64(1 + c.IntN(9)),
		EnqueuedAt: c.now.Add(-time.Duration(c.IntN(600)) * time.Second)}
	if c.criteria == 0 {
		return w
	}
	switch c.IntN(8) {
	case 0:
		w.Preferred, w.PreferredUntil = fmt.Sprintf("a%04d", c.IntN(benchAgents)), c.now.Add(time.Hour)
	case 1:
		w.Steps = []routing.Step{{Expression: routing.Expression{Agents: []string{fmt.Sprintf("a%04d", c.IntN(benchAgents))}}}}
	case 2:
		w.PassedOver = map[string]time.Time{fmt.Sprintf("a%04d", c.IntN(benchAgents)): c.now.Add(time.Hour)}
	case 3, 4, 5:
		n := c.IntN(c.criteria)
		both := []routing.Expression{{Is: condition(n)}, {Is: condition(n / 7)}}
		w.Steps = []routing.Step{{Expression: routing.Expression{And: both}, Expiry: 20 * time.Minute}, {Expression: routing.Expression{Or: both}}}
	}
	return w
}

// another is a new contact that asks for the same as one that has left: else
// those that nobody can take would become ever more.
func (c *crowd) another(left string) routing.Contact {
	w := c.kept[left]
	delete(c.kept, left)
	c.made++
	w.ID, w.EnqueuedAt = fmt.Sprintf("c%07d", c.made), c.now
	c.kept[w.ID] = w
	return w
}

func condition(n int) *routing.Condition {
	return &routing.Condition{Skill: routing.Skill{Name: "Language", Value: fmt.Sprint(n % benchSkills)}, Min: float32(1 + n%5)}
}

// BenchmarkMatch is the cost of matching one contact with 1,000 agents and
// 10,000 waiting contacts, the changes of the Board included: an agent becomes
// free, Next, the contact leaves, the agent has it, one like it comes.
func BenchmarkMatch(b *testing.B) {
	for _, criteria := range []int{0, 200, 60_000} {
		b.Run(fmt.Sprintf("criteria=%d", criteria), func(b *testing.B) {
			c := newCrowd(criteria)
			board, agents := c.busy()
			matched := 0
			for b.Loop() {
				c.now = c.now.Add(10 * time.Millisecond)
				i := c.IntN(benchAgents)
				agents[i].Held, agents[i].IdleSince = 4, c.now
				board.PutAgent(agents[i])
				if a, ok := board.Next(c.now); ok {
					matched++
					board.RemoveContact(a.Contact)
					board.PutContact(c.another(a.Contact))
				}
				agents[i].Held = 5
				board.PutAgent(agents[i])
			}
			b.ReportMetric(float64(matched)/float64(b.N), "matched/op")
		})
	}
}

// busy is a Board on which every agent is busy and 10,000 contacts wait.
func (c *crowd) busy() (*routing.Board, []routing.Agent) {
	board, agents := routing.NewBoard(), make([]routing.Agent, benchAgents)
	for i := range agents {
		agents[i] = c.agent(i)
		agents[i].Held = 5
		board.PutAgent(agents[i])
	}
	for range benchContacts {
		w := c.contact()
		c.kept[w.ID] = w
		board.PutContact(w)
	}
	board.Next(c.now) // finds nothing, and settles what was put
	return board, agents
}

// BenchmarkBacklog is the cost of one match when 1,000 free agents meet 10,000
// waiting contacts at once, as after a start.
func BenchmarkBacklog(b *testing.B) {
	for _, criteria := range []int{0, 200, 60_000} {
		b.Run(fmt.Sprintf("criteria=%d", criteria), func(b *testing.B) {
			var matches int
			var spent time.Duration
			for b.Loop() {
				n, d := backlog(newCrowd(criteria))
				matches, spent = matches+n, spent+d
			}
			b.ReportMetric(float64(spent.Nanoseconds())/float64(matches), "ns/match")
		})
	}
}

// backlog matches all that can be matched; it returns the matches and the time they took.
func backlog(c *crowd) (matches int, spent time.Duration) {
	board, agents := c.busy()
	byID := map[string]*routing.Agent{}
	for i := range agents {
		agents[i].Held = 0
		byID[agents[i].ID] = &agents[i]
		board.PutAgent(agents[i])
	}
	begun := time.Now()
	for {
		a, ok := board.Next(c.now)
		if !ok {
			return matches, time.Since(begun)
		}
		matches++
		board.RemoveContact(a.Contact)
		agent := byID[a.Agent]
		agent.Held, agent.IdleSince = agent.Held+1, c.now.Add(time.Duration(matches))
		board.PutAgent(*agent)
	}
}

// BenchmarkNoMatch is the cost of a contact that nobody may take, with 1,000
// free agents and 10,000 contacts that wait for something that none of them has.
func BenchmarkNoMatch(b *testing.B) {
	c := newCrowd(0)
	board := routing.NewBoard()
	for i := range benchAgents {
		board.PutAgent(c.agent(i))
	}
	impossible := func() routing.Contact {
		w := c.contact()
		w.Steps = []routing.Step{{Expression: routing.Expression{Is: &routing.Condition{Skill: routing.Skill{Name: "Language", Value: fmt.Sprint(c.made % 500)}, Min: 6}}}}
		return w
	}
	for range benchContacts {
		board.PutContact(impossible())
	}
	board.Next(c.now)
	for b.Loop() {
		w := impossible()
		board.PutContact(w)
		if a, ok := board.Next(c.now); ok {
			b.Fatalf("%v was matched", a)
		}
		board.RemoveContact(w.ID)
	}
}
