package node

import (
	"context"
	"time"

	"parley/app/people"
	"parley/app/router"
	"parley/domain/agent"
	"parley/domain/catalog"
	"parley/domain/flow/interp"
	"parley/domain/routing"
	"parley/domain/session"
	"parley/internal/fault"
	"parley/work"
	"parley/work/practice"
	"parley/work/resource"
)

// workers lets the router ask the configuration.
type workers struct {
	people *people.Service
	docs   *resource.Store
}

// Instances returns the ids of all instances.
func (w workers) Instances(ctx context.Context) ([]string, error) {
	rows, err := w.docs.All(ctx, "", resource.KindInstance)
	ids := make([]string, len(rows))
	for i := range rows {
		ids[i] = rows[i].ID
	}
	return ids, err
}

// Configured changes with the configuration of an instance.
func (w workers) Configured(ctx context.Context, instance string) (int64, error) {
	row, err := w.docs.InstanceRow(ctx, instance)
	if err != nil {
		return 0, err
	}
	return row.Version, nil
}

// Worker returns a user with its routing profile. Customers know an agent by the first name (our choice).
func (w workers) Worker(ctx context.Context, instance, user string) (router.Worker, error) {
	u, err := w.people.User(ctx, instance, user)
	if err != nil {
		return router.Worker{}, err
	}
	profile, err := w.people.RoutingProfile(ctx, instance, u.RoutingProfileID)
	if err != nil {
		return router.Worker{}, err
	}
	out := router.Worker{DisplayName: u.DisplayName(), ProfileID: u.RoutingProfileID}
	if out.Names, out.Groups, err = w.people.Names(ctx, &u, &profile); err != nil {
		return router.Worker{}, err
	}
	out.AutoAccept, out.WorkLimit = u.Chat()
	out.SinceInbound = profile.Timer == people.SinceInbound
	var queues []people.ProfileQueue
	out.Concurrency, queues = profile.Chats()
	for _, q := range queues {
		out.Queues = append(out.Queues, routing.ProfileQueue{Queue: q.QueueID, Priority: q.Priority, Delay: time.Duration(q.Delay) * time.Second})
	}
	if len(u.Proficiencies) > 0 {
		out.Proficiencies = map[routing.Skill]float32{}
	}
	for _, s := range u.Proficiencies {
		out.Proficiencies[routing.Skill{Name: s.Attribute, Value: s.Value}] = float32(s.Level)
	}
	return out, nil
}

// Status returns a status that users can be in.
func (w workers) Status(ctx context.Context, instance, id string) (agent.Status, error) {
	s, err := w.people.AgentStatus(ctx, instance, id)
	if err == nil && s.State != people.Enabled {
		err = fault.New(fault.Rule, "AgentStatusId: the status is disabled")
	}
	return agent.Status{ID: s.ID, Kind: agent.StatusKind(s.Type)}, err
}

// Offline returns the status of users who are not at work.
func (w workers) Offline(ctx context.Context, instance string) (agent.Status, error) {
	s, err := w.people.OfflineStatus(ctx, instance)
	return agent.Status{ID: s.ID, Kind: agent.Offline}, err
}

// loss is what becomes of agents of an instance whose connection is gone.
func (n *Node) loss(ctx context.Context, instance string) (agent.Loss, error) {
	s, err := practice.Read(ctx, n.resources, instance)
	return s.Loss(), err
}

// crew lets flows ask who is at work.
type crew struct {
	router *router.Router
	people *people.Service
}

// Live returns the numbers of a queue as routing knows them.
func (c crew) Live(ctx context.Context, instance, queue string, agentQueue bool) catalog.Live {
	st := c.router.Queue(ctx, instance, queue, agentQueue)
	oldest := int64(st.Oldest.Seconds())
	return catalog.Live{OldestSeconds: &oldest, Agents: interp.Agents{
		Online: int64(st.Online), Available: int64(st.Available), Staffed: int64(st.Staffed), AfterContactWork: int64(st.AfterWork),
		Busy: int64(st.OnContact), Missed: int64(st.Failed), NonProductive: int64(st.NonProductive),
	}}
}

// Stands returns where a contact stands in its queue, and how many seconds it probably waits.
func (c crew) Stands(ctx context.Context, instance string, k *session.Contact) (stands interp.Standing, ok bool) {
	if !k.Queued() {
		return stands, false
	}
	place, ok := c.router.Place(ctx, instance, k.ID, k.QueueID, k.AgentQueue)
	if k.Offer != nil {
		place, ok = router.Place{Position: 1, Known: true}, true
	}
	stands.Position = int64(place.Position)
	if place.Known {
		stands.WaitSeconds = new(int64(place.Wait.Seconds()))
	}
	return stands, ok
}

// standings tells customers where they stand.
type standings struct {
	sessions *work.Sessions
	router   *router.Router
}

// Stand has tell called whenever that changes.
func (s standings) Stand(ctx context.Context, session string, tell func(router.Standing)) (stop func(), err error) {
	instance, err := s.sessions.Instance(ctx, session)
	if err != nil {
		return nil, err
	}
	return s.router.Stand(instance, session, tell), nil
}

// UserName returns the name of a user.
func (c crew) UserName(ctx context.Context, instance, user string) (string, error) {
	u, err := c.people.User(ctx, instance, user)
	return u.Name, err
}
