package routing

import (
	"slices"
	"strings"
	"time"
)

// Presence is what kind of status an agent is in.
type Presence uint8

// The kinds of status (Amazon Connect: OFFLINE, CUSTOM, ROUTABLE).
const (
	Offline Presence = iota
	Custom
	Available
)

// Agent is one agent as routing sees it.
type Agent struct {
	ID       string // the user's id
	Presence Presence
	// Routable tells whether contacts may be offered: Available, with no other status to come
	// and no missed or failed contact in the way.
	Routable bool
	// Failed: holds a missed or failed contact (counted as AGENTS_ERROR).
	Failed bool
	// IdleSince is since when the agent has been available: the latest of when it became
	// routable, was last offered a contact, and last became free of all contacts.
	IdleSince time.Time

	Held        int // chats connected
	Offered     int // chats offered, not accepted yet
	AfterWork   int // chats ended, with after-contact work going on
	Blocked     int // slots taken by missed or failed contacts
	Concurrency int // chats at the same time, 1 to 10; 0 = takes no chats

	Queues        []ProfileQueue
	Proficiencies map[Skill]float32 // level 1 to 5
}

// ProfileQueue is a queue in a routing profile. Should a profile name a queue
// twice, the first in the order of rule 4 counts.
type ProfileQueue struct {
	Queue    string
	Priority int // 1 first
	Delay    time.Duration
}

// Skill is a predefined attribute's name and value.
type Skill struct{ Name, Value string }

// used counts the slots that are taken.
func (a *Agent) used() int { return a.Held + a.Offered + a.AfterWork + a.Blocked }

// free counts the slots into which a contact may be offered.
func (a *Agent) free() int {
	if !a.Routable {
		return 0
	}
	return max(0, a.Concurrency-a.used())
}

// queues returns the agent's own queue (rule 6) and those of its profile in
// order, each once.
func (a *Agent) queues() []ProfileQueue {
	sorted := slices.Clone(a.Queues)
	slices.SortStableFunc(sorted, func(x, y ProfileQueue) int {
		if x.Priority != y.Priority {
			return x.Priority - y.Priority
		}
		return strings.Compare(x.Queue, y.Queue)
	})
	all := []ProfileQueue{{Queue: agentQueue(a.ID)}}
	seen := map[string]bool{}
	for _, q := range sorted {
		if !seen[q.Queue] {
			seen[q.Queue] = true
			all = append(all, ProfileQueue{q.Queue, max(1, q.Priority), q.Delay})
		}
	}
	return all
}

// agentQueue is the name under which a Board keeps a user's own queue; the
// prefix keeps it apart from the ids of standard queues.
func agentQueue(user string) string { return "agent\x00" + user }
