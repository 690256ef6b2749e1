package routing

import (
	"iter"
	"maps"
	"slices"
	"strings"
	"time"
)

// Stats are the numbers of a queue, or of the instance, at one moment. The
// names of Amazon Connect's metrics are in the comments (GetCurrentMetricData;
// "Metric definitions"). Of a queue, the agents are those whose routing profile
// has the queue, and their slots count whatever queue their chats came from.
type Stats struct {
	Contacts int           // CONTACTS_IN_QUEUE
	Next     string        // the contact that is first in line; "" of the instance
	Oldest   time.Duration // OLDEST_CONTACT_AGE: since it entered the queue; the adjustment does not count

	Online         int // AGENTS_ONLINE: not offline
	Staffed        int // AGENTS_STAFFED: online and not in a custom status
	NonProductive  int // AGENTS_NON_PRODUCTIVE: in a custom status
	Available      int // AGENTS_AVAILABLE: may be offered a contact now
	OnContact      int // AGENTS_ON_CONTACT: with a chat connected or in after-contact work
	AfterWork      int // AGENTS_AFTER_CONTACT_WORK: with a contact in after-contact work
	Failed         int // AGENTS_ERROR: with a missed or failed contact
	SlotsActive    int // SLOTS_ACTIVE: contacts connected or in after-contact work
	SlotsAvailable int // SLOTS_AVAILABLE: slots into which a contact may be offered
	// Slots is the concurrency of the staffed agents: what EstimatedWait divides by.
	Slots int
}

// QueueStats returns the numbers of a standard queue.
func (b *Board) QueueStats(queue string, now time.Time) Stats {
	return b.stats(b.queues[queue], now)
}

// AgentQueueStats returns the numbers of a user's own queue.
func (b *Board) AgentQueueStats(user string, now time.Time) Stats {
	return b.stats(b.queues[agentQueue(user)], now)
}

// OwnQueues returns the users in whose own queues contacts wait, in order of their ids.
func (b *Board) OwnQueues() (users []string) {
	for name, q := range b.queues {
		if user, own := strings.CutPrefix(name, agentQueue("")); own && q.contacts.len() > 0 {
			users = append(users, user)
		}
	}
	slices.Sort(users)
	return users
}

// InstanceStats returns the numbers over all queues and agents, each agent counted once.
func (b *Board) InstanceStats(now time.Time) Stats {
	var s Stats
	for _, q := range b.queues {
		s.countContacts(q, now)
	}
	s.countAgents(maps.Values(b.seats))
	return s
}

// AgentStats returns the numbers of some agents; there are no contacts in it.
func AgentStats(agents []Agent) Stats {
	b := NewBoard()
	for _, a := range agents {
		b.PutAgent(a)
	}
	return b.InstanceStats(time.Time{})
}

func (b *Board) stats(q *queue, now time.Time) Stats {
	var s Stats
	if q != nil {
		s.countContacts(q, now)
		s.countAgents(maps.Keys(q.members))
		for first := q.contacts.root; first != nil; first = first.left {
			s.Next = first.item.ID
		}
	}
	return s
}

func (s *Stats) countContacts(q *queue, now time.Time) {
	if n := q.contacts.len(); n > 0 {
		s.Contacts += n
		s.Oldest = max(s.Oldest, now.Sub(q.contacts.root.earliest))
	}
}

func (s *Stats) countAgents(seats iter.Seq[*seat]) {
	for a := range seats {
		s.Online += count(a.Presence != Offline)
		s.Staffed += count(a.Presence == Available)
		s.NonProductive += count(a.Presence == Custom)
		s.Available += count(a.free() > 0)
		s.OnContact += count(a.Held+a.AfterWork > 0)
		s.AfterWork += count(a.AfterWork > 0)
		s.Failed += count(a.Failed)
		s.SlotsActive += a.Held + a.AfterWork
		s.SlotsAvailable += a.free()
		if a.Presence == Available {
			s.Slots += a.Concurrency
		}
	}
}

func count(yes bool) int {
	if yes {
		return 1
	}
	return 0
}

// Position returns a contact's position in its queue, 1 for the first, in the
// order of rule 7; false if it does not wait. It counts everybody in the queue,
// whatever their criteria.
func (b *Board) Position(contact string) (int, bool) {
	w := b.contacts[contact]
	if w == nil {
		return 0, false
	}
	return w.queue.contacts.before(w) + 1, true
}

// EstimatedWait returns how long a contact at a position of its queue still
// waits (our rule: Amazon Connect does not say how it computes
// ESTIMATED_WAIT_TIME). Free slots are taken at once, one contact each; the
// others become free evenly, each once per handling: the mean time that a
// contact of the queue recently took a slot, after-contact work included.
// Rounded up to a second; false if no agent is staffed or no handling time is
// known. Agents that serve several queues make it optimistic.
func (s Stats) EstimatedWait(position int, handling time.Duration) (time.Duration, bool) {
	if s.Slots <= 0 || handling <= 0 || position < 1 {
		return 0, false
	}
	turns := position - s.SlotsAvailable
	if turns <= 0 {
		return 0, true
	}
	wait := time.Duration(float64(handling) * float64(turns) / float64(s.Slots))
	return (wait + time.Second - 1).Truncate(time.Second), true
}
