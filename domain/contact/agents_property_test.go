package contact_test

import (
	"maps"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"parley/domain/change"
	"parley/domain/contact"
	"parley/domain/flow"
	"parley/domain/session"
	"parley/domain/transcript"
)

// TestWhateverAgentsDoAChatStaysWhole runs random commands of agents and supervisors on a chat that an agent has.
func TestWhateverAgentsDoAChatStaysWhole(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := &machine{room: served(t), events: map[string]int{}, cfg: withFlows(), doc: queueing(t, queueID)}
		m.come(mia)
		m.cfg.Flows["to-queue"] = ref("to-queue", flow.QueueTransfer)
		if rapid.Bool().Draw(t, "disconnect flow") {
			m.withHook("CustomerRemaining", surveyFlow)
		}
		actions := m.agentActions()
		m.timed(t, actions)
		actions[""] = func(*rapid.T) {
			maps.DeleteFunc(m.due, func(name string, _ time.Time) bool { return strings.HasPrefix(name, contact.DueGuide) }) // answered at once
			m.check()
		}
		actions["time"] = func(t *rapid.T) {
			m.now = m.now.Add(time.Duration(rapid.Int64Range(0, 20).Draw(t, "seconds")) * time.Second)
		}
		actions["flow"] = func(*rapid.T) { m.runFlow() }
		actions["one leaves"] = func(t *rapid.T) {
			if who := m.anyone(t); who != customer || rapid.IntRange(0, 9).Draw(t, "rarely") == 0 {
				_ = m.decide(func(d *contact.Draft) error { return d.Disconnect(who, m.cfg) })
			}
		}
		t.Repeat(actions)
	})
}

// timed makes agents of the chat be guided, and it may have timers, whose deadlines are answered at some time.
func (m *machine) timed(t *rapid.T, actions map[string]func(*rapid.T)) {
	m.withHook(contact.HookAgentUI, surveyFlow)
	if rapid.Bool().Draw(t, "timers") {
		m.must(func(d *contact.Draft) error {
			return d.SetTimers([]contact.TimerUpdate{
				{Role: transcript.Customer, Kind: session.Idle, Minutes: 1}, {Role: transcript.Customer, Kind: session.DisconnectNoncustomer, Minutes: 1},
				{Role: transcript.Agent, Kind: session.DisconnectNoncustomer, Minutes: 1},
			})
		})
	}
	actions["much time"] = func(t *rapid.T) { m.now = m.now.Add(time.Minute) }
	actions["timer"] = func(t *rapid.T) {
		role := rapid.SampledFrom([]string{"CUSTOMER", "AGENT"}).Draw(t, "role")
		at, due := m.due["timer "+role]
		if !due || at.After(m.now) {
			return
		}
		delete(m.due, "timer "+role)
		m.must(func(d *contact.Draft) error {
			d.TimerOver(change.DueRef{DueKey: change.DueKey{Owner: chatID, Kind: contact.DueTimer, Subject: role}}, time.Time{}, m.cfg)
			return nil
		})
	}
}

// agentActions are what agents and supervisors may try.
func (m *machine) agentActions() map[string]func(*rapid.T) {
	return map[string]func(*rapid.T){
		"come":  func(t *rapid.T) { m.come(m.worker(t)) },
		"offer": m.onContact(func(d *contact.Draft, k, u string) error { return d.Offer(k, u, 2) }),
		"accept": m.onContact(func(d *contact.Draft, k, u string) error {
			return d.Accept(k, contact.Taker{UserID: u, DisplayName: u, WorkLimit: time.Minute})
		}),
		"reject":    m.onContact((*contact.Draft).Reject),
		"take back": m.onContact((*contact.Draft).TakeBack),
		"miss":      m.onContact(func(d *contact.Draft, k, _ string) error { return d.Miss(k) }),
		"give up":   m.onContact(func(d *contact.Draft, k, u string) error { return d.GiveUp(k, u, m.cfg) }),
		"clear":     m.onContact((*contact.Draft).ClearWork),
		"stop one":  m.onContact(func(d *contact.Draft, k, _ string) error { return d.StopContact(k, m.cfg) }),
		"remove":    m.onContact(func(d *contact.Draft, k, u string) error { return d.Remove(u, k) }),
		"transfer": m.onContact(func(d *contact.Draft, _, u string) error {
			_, err := d.Transfer(u, contact.Target{QueueID: queueID, FlowID: "to-queue"}, m.cfg)
			return err
		}),
		"ask in": m.onContact(func(d *contact.Draft, _, u string) error {
			_, err := d.Invite(u, contact.Target{UserID: next(u)}, m.cfg)
			return err
		}),
		"ask in of a queue": m.onContact(func(d *contact.Draft, _, u string) error {
			_, err := d.Invite(u, contact.Target{QueueID: queueID}, m.cfg)
			return err
		}),
		"monitor": m.onContact(func(d *contact.Draft, _, u string) error {
			_, _, err := d.Monitor(contact.Taker{UserID: u, DisplayName: u}, true)
			return err
		}),
		"barge": func(t *rapid.T) {
			in := rapid.Bool().Draw(t, "in")
			m.attempt(m.worker(t), func(d *contact.Draft, u string) error { return d.Barge(u, in) })
		},
		"reassign": m.onContact(func(d *contact.Draft, k, _ string) error {
			return d.Reassign(k, "", contact.Target{Name: "Sales", QueueID: queueID}, m.cfg)
		}),
		"reassign to a user": m.onContact(func(d *contact.Draft, k, u string) error {
			return d.Reassign(k, "", contact.Target{Name: u, UserID: u}, m.cfg)
		}),
		"whisper": m.onContact(func(d *contact.Draft, _, u string) error { return d.Coach(u, "psst") }),
		"take over": m.onContact(func(d *contact.Draft, _, u string) error {
			return d.TakeOver(u, next(u))
		}),
	}
}

// onContact lets an agent try something on any contact of the chat.
func (m *machine) onContact(verb func(d *contact.Draft, contactID, user string) error) func(*rapid.T) {
	return func(t *rapid.T) {
		ids := []string{"unknown"}
		for k := range m.s.Contacts() {
			ids = append(ids, k.ID)
		}
		id := rapid.SampledFrom(ids).Draw(t, "contact")
		m.attempt(m.worker(t), func(d *contact.Draft, u string) error { return verb(d, id, u) })
	}
}

// checkBeside: a contact beside the current one goes on as long as it waits or its own agent or supervisor is there; nobody
// watches a chat that no agent has, or is in it twice; and the bounds hold.
func (m *machine) checkBeside() {
	agents, watching, active, users := 0, 0, contact.Active(m.s), map[string]bool{}
	for _, p := range m.s.State.Participants {
		if p.Present() && p.UserID != "" {
			if users[p.UserID] {
				m.t.Fatalf("%s is in the chat twice", p.UserID)
			}
			users[p.UserID] = true
		}
		switch {
		case p.Present() && p.Silent:
			watching++
		case p.Present() && p.Role == transcript.Agent:
			agents++
		}
	}
	for _, k := range m.s.State.Beside {
		there := k.Agent != nil && m.s.Participant(k.Agent.ParticipantID).Present()
		if (k.Queued() || there) != k.DisconnectedAt.IsZero() {
			m.t.Fatalf("over at %v, queued %v, somebody there %v: %+v", k.DisconnectedAt, k.Queued(), there, k)
		}
		if k.Queued() {
			active++
		}
	}
	if watching > 0 && agents == 0 || watching > contact.MaxMonitors || active > contact.MaxParticipants {
		m.t.Fatalf("%d watch %d agents, %d take part or are asked in", watching, agents, active)
	}
}

// next is another user.
func next(user string) string { return map[string]string{ben: eve, eve: mia, mia: ben}[user] }
