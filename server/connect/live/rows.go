package live

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"parley/api/connect"
	"parley/app/router"
	"parley/domain/routing"
	"parley/server/edge"
)

// row is one line of the answer: the queue, profile and status that it is about, "" for what it is not grouped by.
type row struct {
	queue, profile, status, channel string
	agents                          []routing.Agent
	queues                          []string // whose contacts count
	stats                           routing.Stats
}

func (r *row) key() string {
	return strings.Join([]string{r.queue, r.profile, r.status, r.channel}, "/")
}

// table is the rows of an answer in the making.
type table struct {
	groupings []string
	rows      map[string]*row
}

func (t *table) grouped(by string) bool { return slices.Contains(t.groupings, by) }

// at returns the row of a group, a new one if need be.
func (t *table) at(r row) *row {
	if t.grouped(connect.GroupingChannel) {
		r.channel = "CHAT"
	}
	if t.rows[r.key()] == nil {
		t.rows[r.key()] = &r
	}
	return t.rows[r.key()]
}

// rows counts. Without a grouping there is one row; with one, a row of each queue that is asked for or can be, and of each profile and
// status that somebody at work has.
func (s *Numbers) rows(ctx context.Context, instance string, f filter, groupings []string) (all []*row, err error) {
	queues, err := s.queues(ctx, instance, f)
	if err != nil {
		return nil, err
	}
	agents, err := s.router.Working(ctx, instance)
	if err != nil {
		return nil, err
	}
	waiting, err := s.router.Waiting(ctx, instance)
	if err != nil {
		return nil, err
	}
	t := &table{groupings, map[string]*row{}}
	t.addQueues(queues)
	for i := range agents {
		t.addAgent(&agents[i], queues, f)
	}
	for _, r := range t.rows {
		r.stats = routing.AgentStats(r.agents)
		for i := range waiting {
			r.addContact(&waiting[i], s.router.Now())
		}
		all = append(all, r)
	}
	return all, nil
}

// addQueues makes the rows that have contacts: those that are not about some agents only.
func (t *table) addQueues(queues []string) {
	switch {
	case t.grouped(connect.GroupingRoutingProfile) || t.grouped(connect.GroupingAgentStatus):
	case t.grouped(connect.GroupingQueue):
		for _, q := range queues {
			t.at(row{queue: q}).queues = []string{q}
		}
	default:
		t.at(row{}).queues = queues
	}
}

// addAgent counts an agent in each row that it belongs to.
func (t *table) addAgent(a *router.Working, queues []string, f filter) {
	serves := slices.DeleteFunc(slices.Clone(queues), func(q string) bool {
		return !slices.ContainsFunc(a.Routing.Queues, func(p routing.ProfileQueue) bool { return p.Queue == q })
	})
	if len(f.queues) > 0 && len(serves) == 0 || !in(f.profiles, a.ProfileID) || !in(f.statuses, a.Status.ID) {
		return
	}
	r := row{}
	if t.grouped(connect.GroupingRoutingProfile) {
		r.profile = a.ProfileID
	}
	if t.grouped(connect.GroupingAgentStatus) {
		r.status = a.Status.ID
	}
	if !t.grouped(connect.GroupingQueue) {
		serves = []string{""}
	}
	for _, r.queue = range serves {
		one := t.at(r)
		one.agents = append(one.agents, a.Routing)
	}
}

// addContact counts a contact in a row of its queue. One that is offered has left the queue (Amazon Connect, Contacts in queue: "The queue
// count updates when the contact is routed to an agent, before the agent accepts the contact").
func (r *row) addContact(w *routing.Waiting, now time.Time) {
	if w.Offered != "" || w.AgentQueue != "" || !slices.Contains(r.queues, w.Queue) {
		return
	}
	r.stats.Contacts++
	r.stats.Oldest = max(r.stats.Oldest, now.Sub(w.EnqueuedAt))
}

func sortRows(rows []*row, by []connect.CurrentMetricSortCriteria) {
	slices.SortFunc(rows, func(a, b *row) int {
		order := 0
		if len(by) > 0 {
			x, _ := a.value(edge.Val(by[0].SortByMetric))
			y, _ := b.value(edge.Val(by[0].SortByMetric))
			if order = cmp.Compare(x, y); edge.Val(by[0].SortOrder) == connect.SortOrderDescending {
				order = -order
			}
		}
		return cmp.Or(order, cmp.Compare(a.key(), b.key()))
	})
}

// value is a metric of a row; false for one of contacts where the row is about agents.
func (r *row) value(metric string) (float64, bool) {
	n, ok := 0, true
	switch metric {
	case connect.CurrentMetricNameContactsInQueue:
		n, ok = r.stats.Contacts, r.queues != nil
	case connect.CurrentMetricNameOldestContactAge:
		n, ok = int(r.stats.Oldest.Seconds()), r.queues != nil
	case connect.CurrentMetricNameContactsScheduled: // nothing is scheduled for chats
		ok = r.queues != nil
	case connect.CurrentMetricNameAgentsOnline:
		n = r.stats.Online
	case connect.CurrentMetricNameAgentsStaffed:
		n = r.stats.Staffed
	case connect.CurrentMetricNameAgentsAvailable:
		n = r.stats.Available
	case connect.CurrentMetricNameAgentsNonProductive:
		n = r.stats.NonProductive
	case connect.CurrentMetricNameAgentsOnContact, connect.CurrentMetricNameAgentsOnCall:
		n = r.stats.OnContact
	case connect.CurrentMetricNameAgentsAfterContactWork:
		n = r.stats.AfterWork
	case connect.CurrentMetricNameAgentsError:
		n = r.stats.Failed
	case connect.CurrentMetricNameSlotsActive:
		n = r.stats.SlotsActive
	case connect.CurrentMetricNameSlotsAvailable:
		n = r.stats.SlotsAvailable
	}
	return float64(n), ok
}
