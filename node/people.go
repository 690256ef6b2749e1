package node

import (
	"cmp"
	"context"
	"time"

	"parley/app/admin"
	"parley/app/router"
	"parley/domain/agent"
	"parley/domain/routing"
	"parley/internal/fault"
)

// people lets the router ask the configuration.
type people struct{ admin *admin.Service }

// Instances returns the ids of all instances.
func (p people) Instances(ctx context.Context) ([]string, error) { return p.admin.InstanceIDs(ctx) }

// Configured changes with the configuration of an instance.
func (p people) Configured(ctx context.Context, instance string) (int64, error) {
	return p.admin.Configured(ctx, instance)
}

// Worker returns a user with its routing profile. Customers know an agent by the first name (our choice).
func (p people) Worker(ctx context.Context, instance, user string) (router.Worker, error) {
	u, err := p.admin.User(ctx, instance, user)
	if err != nil {
		return router.Worker{}, err
	}
	profile, err := p.admin.RoutingProfile(ctx, instance, u.RoutingProfileID)
	if err != nil {
		return router.Worker{}, err
	}
	w := router.Worker{DisplayName: cmp.Or(u.Identity.FirstName, u.Name)}
	w.AutoAccept, w.WorkLimit = u.Chat()
	var queues []admin.ProfileQueue
	w.Concurrency, queues = profile.Chats()
	for _, q := range queues {
		w.Queues = append(w.Queues, routing.ProfileQueue{Queue: q.QueueID, Priority: q.Priority, Delay: time.Duration(q.Delay) * time.Second})
	}
	if len(u.Proficiencies) > 0 {
		w.Proficiencies = map[routing.Skill]float32{}
	}
	for _, s := range u.Proficiencies {
		w.Proficiencies[routing.Skill{Name: s.Attribute, Value: s.Value}] = float32(s.Level)
	}
	return w, nil
}

// Status returns a status that users can be in.
func (p people) Status(ctx context.Context, instance, id string) (agent.Status, error) {
	s, err := p.admin.AgentStatus(ctx, instance, id)
	if err == nil && s.State != "ENABLED" {
		err = fault.New(fault.Rule, "AgentStatusId: the status is disabled")
	}
	return agent.Status{ID: s.ID, Kind: agent.StatusKind(s.Type)}, err
}

// Offline returns the status of users who are not at work.
func (p people) Offline(ctx context.Context, instance string) (agent.Status, error) {
	s, err := p.admin.OfflineStatus(ctx, instance)
	return agent.Status{ID: s.ID, Kind: agent.Offline}, err
}
