package contact_test

import (
	"fmt"
	"maps"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"parley/domain/catalog"
	"parley/domain/contact"
	"parley/domain/flow"
	"parley/domain/session"
	"parley/domain/transcript"
)

// machine drives a chat with random commands at random times.
type machine struct {
	*room
	doc    *flow.Document
	cfg    catalog.Config
	events map[string]int
	bots   int
}

// TestWhateverHappensAChatStaysWhole runs random commands on chats. Each rule is
// also held to its promise that it does not change the snapshot (see room.try).
func TestWhateverHappensAChatStaysWhole(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := start()
		if rapid.Bool().Draw(t, "initial message") {
			r.Initial = &hello
		}
		m := &machine{room: begun(t, r), events: map[string]int{}, cfg: withFlows()}
		m.cfg.Flows["to-queue"] = ref("to-queue", flow.QueueTransfer)
		if rapid.Bool().Draw(t, "default queue flow") {
			m.cfg.DefaultFlows = map[flow.Type]string{flow.CustomerQueue: queueFlow}
		}
		if rapid.Bool().Draw(t, "disconnect flow") {
			m.withHook("CustomerRemaining", surveyFlow)
		}
		m.s.State.DisconnectOnCustomerExit = rapid.Bool().Draw(t, "DisconnectOnCustomerExit")
		m.doc = rapid.SampledFrom([]*flow.Document{
			waiting(t), queueing(t, queueID), document(t, say("a", "hi", "end"), end), document(t, say("a", "hi", "end"), hangUp),
		}).Draw(t, "flow")
		actions := map[string]func(*rapid.T){
			"": func(*rapid.T) { m.check() },
			"time": func(t *rapid.T) {
				m.now = m.now.Add(time.Duration(rapid.Int64Range(0, 20).Draw(t, "seconds")) * time.Second)
			},
			"connect": m.someone(func(d *contact.Draft, who string) error { return d.Connect(who, true) }),
			"use":     m.someone(func(d *contact.Draft, who string) error { return d.Use(who) }),
			"agent": func(*rapid.T) {
				if m.s.Participant(agentID) == nil && m.s.Status == session.Active {
					m.agent()
				}
			},
			"disconnect": m.someone(func(d *contact.Draft, who string) error { return d.Disconnect(who, m.cfg) }),
			"send":       func(t *rapid.T) { _ = m.send(m.anyone(t), hello) },
			"bot":        func(*rapid.T) { m.addBot() },
			"flow":       func(*rapid.T) { m.runFlow() },
			"stop":       func(*rapid.T) { _ = m.decide((*contact.Draft).Stop) },
			"timeout":    func(*rapid.T) { m.must(connectTimeout) },
			"expire":     func(*rapid.T) { m.must(expire) },
			"tag":        func(*rapid.T) { m.must(tag(chatID, map[string]string{"k": "v"})) },
			"untag": func(*rapid.T) {
				m.must(func(d *contact.Draft) error { return d.Untag(chatID, []string{"k"}) })
			},
			"come": func(t *rapid.T) { m.come(m.worker(t)) },
			"attributes": func(*rapid.T) {
				m.must(func(d *contact.Draft) error { return d.SetAttributes(map[string]string{"k": fmt.Sprint(m.s.Version)}) })
			},
		}
		maps.Copy(actions, m.agentActions())
		t.Repeat(actions)
	})
}

func (m *machine) anyone(t *rapid.T) string {
	p := m.s.State.Participants
	return p[rapid.IntRange(0, len(p)-1).Draw(t, "participant")].ID
}

func (m *machine) someone(edit func(*contact.Draft, string) error) func(*rapid.T) {
	return func(t *rapid.T) {
		who := m.anyone(t)
		_ = m.decide(func(d *contact.Draft) error { return edit(d, who) })
	}
}

func (m *machine) addBot() {
	id := fmt.Sprint("bot-", m.bots)
	if m.decide(func(d *contact.Draft) error { return d.AddBot(id, "Bot") }) == nil {
		m.bots++
	}
}

// runFlow lets the flow go on if it is due, as the due work does.
func (m *machine) runFlow() {
	due, ok := m.due[contact.DueFlow]
	if !ok || due.After(m.now) {
		return
	}
	delete(m.due, contact.DueFlow)
	if m.s.Flow == nil || m.s.Status != session.Active {
		m.t.Fatalf("a flow is due in a chat of status %d with the flow %v", m.s.Status, m.s.Flow)
	}
	m.run(m.doc, m.cfg)
}

func (m *machine) check() {
	m.checkTranscript()
	m.checkState()
	m.checkAgents()
	m.checkBeside()
}

// checkTranscript: positions without holes, times that increase, nobody seen to
// leave who did not join, each at most once, and chat.ended once and last.
func (m *machine) checkTranscript() {
	clear(m.events)
	for i, item := range m.items {
		if item.Position != int64(i+1) || i > 0 && !item.Time.After(m.items[i-1].Time) {
			m.t.Fatalf("item %d has the position %d and the time %v", i, item.Position, item.Time)
		}
		who := item.Author.ParticipantID
		m.events[item.ContentType+who]++
		switch item.ContentType {
		case transcript.Left:
			joined, left := m.events[transcript.Joined+who], m.events[transcript.Left+who]
			if joined != left || left > 1 && item.Author.Role != transcript.Supervisor {
				m.t.Fatalf("%s left out of turn: %v", who, m.said())
			}
		case transcript.Ended:
			if i != len(m.items)-1 {
				m.t.Fatalf("chat.ended is not the last item: %v", m.said())
			}
		}
	}
}

// checkState: a chat that goes on counts once and can expire; one that is over
// counts nothing, has no deadline, no flow and nobody in it.
func (m *machine) checkState() {
	over := m.s.Status == session.Ended
	if over != (m.events[transcript.Ended] == 1) {
		m.t.Fatalf("status %d, transcript %v", m.s.Status, m.said())
	}
	active, queued := m.usage["active-chats/"+instance], m.usage["queued/"+instance+"/"+queueID]
	waiting := int64(0)
	for k := range m.s.Contacts() {
		if k.Queued() && !k.AgentQueue {
			waiting++
		}
	}
	if (active == 1) == over || queued != waiting || active > 1 || min(active, queued) < 0 {
		m.t.Fatalf("over %v, in the queue %v, counts %v", over, waiting, m.usage)
	}
	others := len(m.due)
	for name := range m.due {
		if strings.HasPrefix(name, contact.DueWork) {
			others--
		}
	}
	if _, expires := m.due[contact.DueExpiry]; expires == over || over && (others != 1 || m.due[contact.DueForget].IsZero() || m.s.Flow != nil) {
		m.t.Fatalf("over %v, flow %v, deadlines %v", over, m.s.Flow, m.due)
	}
	if _, waits := m.due[contact.DueConnect]; waits != (m.s.Status == session.Pending) {
		m.t.Fatalf("status %d, deadlines %v", m.s.Status, m.due)
	}
	ids := map[string]bool{}
	for i, k := range m.s.State.Contacts {
		if ids[k.ID] {
			m.t.Fatalf("two contacts have the id %s", k.ID)
		}
		ids[k.ID] = true
		if last := i == len(m.s.State.Contacts)-1; k.DisconnectedAt.IsZero() != (last && !over) {
			m.t.Fatalf("over %v, contact %d ended at %v", over, i, k.DisconnectedAt)
		}
	}
	present := 0
	for _, p := range m.s.State.Participants {
		if p.Present() {
			present++
		}
	}
	if (present == 0) != over {
		m.t.Fatalf("status %d with %d participants", m.s.Status, present)
	}
}
