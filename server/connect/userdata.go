package connect

import (
	"cmp"
	"context"
	"slices"

	"parley/api/connect"
	"parley/app/people"
	"parley/domain/agent"
	"parley/internal/arn"
	"parley/internal/fault"
	"parley/server/connect/request"
	"parley/server/edge"
)

// GetCurrentUserData tells what the users who are at work do, by id.
func (s *Server) GetCurrentUserData(ctx context.Context, in *connect.GetCurrentUserDataInput) (*connect.GetCurrentUserDataOutput, error) {
	scope, page, err := s.Paged(ctx, in.InstanceId, in.NextToken, in.MaxResults, 100)
	if err != nil {
		return nil, err
	}
	wanted, err := s.userFilter(ctx, scope, &in.Filters)
	if err != nil {
		return nil, err
	}
	agents, err := s.o.Router.Online(ctx, scope.Instance)
	if err != nil {
		return nil, err
	}
	shown := userData{s: s, scope: scope, states: edge.Val(in.Filters.ContactFilter).ContactStates, statuses: map[string]people.AgentStatus{}, profiles: map[string]people.RoutingProfile{}, groups: map[string]people.Group{}}
	out := &connect.GetCurrentUserDataOutput{UserDataList: []connect.UserData{}}
	total, last := int64(0), ""
	for i := range agents {
		one, ok, err := shown.of(ctx, &agents[i], wanted)
		if err != nil {
			return nil, err
		}
		if !ok {
			continue
		}
		total++
		switch {
		case agents[i].UserID <= page.After:
		case len(out.UserDataList) < page.Limit:
			out.UserDataList, last = append(out.UserDataList, one), agents[i].UserID
		case out.NextToken == nil:
			out.NextToken = request.Next(last)
		}
	}
	out.ApproximateTotalCount = &total
	return out, nil
}

// userFilter makes the condition of a request; without one it is refused (Amazon Connect: UserDataFilters).
func (s *Server) userFilter(ctx context.Context, scope arn.Scope, f *connect.UserDataFilters) (func(*people.User, *people.RoutingProfile) bool, error) {
	lists := map[arn.Kind][]string{}
	given := f.ContactFilter != nil
	for _, l := range []struct {
		kind   arn.Kind
		member string
		values []string
	}{
		{arn.User, "Filters.Agents", f.Agents}, {arn.Queue, "Filters.Queues", f.Queues},
		{arn.RoutingProfile, "Filters.RoutingProfiles", f.RoutingProfiles}, {arn.HierarchyGroup, "Filters.UserHierarchyGroups", f.UserHierarchyGroups},
	} {
		ids, err := request.ResolveAll(scope, l.kind, l.values, l.member)
		if err != nil {
			return nil, err
		}
		if len(ids) > 0 {
			lists[l.kind] = ids
		}
		given = given || len(l.values) > 0
	}
	if !given {
		return nil, fault.New(fault.Invalid, "Filters: at least one is needed")
	}
	if asked := lists[arn.HierarchyGroup]; asked != nil {
		trees, err := s.o.People.GroupTrees(ctx, scope.Instance)
		if err != nil {
			return nil, err
		}
		lists[arn.HierarchyGroup] = []string{}
		for _, id := range asked {
			lists[arn.HierarchyGroup] = append(lists[arn.HierarchyGroup], trees[id]...)
		}
	}
	in := func(kind arn.Kind, id string) bool { return lists[kind] == nil || slices.Contains(lists[kind], id) }
	return func(u *people.User, p *people.RoutingProfile) bool {
		_, queues := p.Chats()
		serves := lists[arn.Queue] == nil || slices.ContainsFunc(queues, func(q people.ProfileQueue) bool { return in(arn.Queue, q.QueueID) })
		return serves && in(arn.User, u.ID) && in(arn.RoutingProfile, p.ID) && in(arn.HierarchyGroup, u.GroupID)
	}, nil
}

// userData makes answers, and remembers what several users share.
type userData struct {
	s        *Server
	scope    arn.Scope
	states   []string
	statuses map[string]people.AgentStatus
	profiles map[string]people.RoutingProfile
	groups   map[string]people.Group
}

// of tells what a user does; false if it is not asked for or was deleted.
func (d *userData) of(ctx context.Context, a *agent.Agent, wanted func(*people.User, *people.RoutingProfile) bool) (out connect.UserData, ok bool, err error) {
	u, err := d.s.o.People.User(ctx, d.scope.Instance, a.UserID)
	if fault.Is(err, fault.NotFound) {
		return out, false, nil
	}
	if err != nil {
		return out, false, err
	}
	p, err := remembered(d.profiles, u.RoutingProfileID, func() (people.RoutingProfile, error) {
		return d.s.o.People.RoutingProfile(ctx, d.scope.Instance, u.RoutingProfileID)
	})
	if err != nil || !wanted(&u, &p) {
		return out, false, err
	}
	contacts, err := d.contacts(ctx, a)
	if err != nil || len(d.states) > 0 && len(contacts) == 0 {
		return out, false, err
	}
	most, _ := p.Chats()
	free := 0
	if a.Routable() {
		free = max(0, most-a.Slots())
	}
	out = connect.UserData{
		User:                    &connect.UserReference{Id: &u.ID, Arn: new(d.scope.ARN(arn.User, u.ID))},
		RoutingProfile:          &connect.RoutingProfileReference{Id: &p.ID, Arn: new(d.scope.ARN(arn.RoutingProfile, p.ID))},
		MaxSlotsByChannel:       map[string]int{"CHAT": most},
		AvailableSlotsByChannel: map[string]int{"CHAT": free}, ActiveSlotsByChannel: map[string]int{"CHAT": a.Slots()},
		Contacts: contacts,
	}
	if out.HierarchyPath, err = d.path(ctx, u.GroupID); err != nil {
		return out, false, err
	}
	if out.Status, err = d.status(ctx, a); err != nil || a.Next == nil {
		return out, err == nil, err
	}
	next, err := d.named(ctx, a.Next.ID)
	out.NextStatus = edge.Some(next)
	return out, err == nil, err
}

// path is the groups of a user, the top one first; nil for none.
func (d *userData) path(ctx context.Context, group string) (*connect.HierarchyPathReference, error) {
	if group == "" {
		return nil, nil
	}
	own, err := d.group(ctx, group)
	if err != nil || own.ID == "" {
		return nil, err
	}
	path := &connect.HierarchyPathReference{}
	levels := []**connect.HierarchyGroupSummaryReference{&path.LevelOne, &path.LevelTwo, &path.LevelThree, &path.LevelFour, &path.LevelFive}
	for i, id := range append(slices.Clone(own.Path), own.ID) {
		if i < len(levels) {
			*levels[i] = &connect.HierarchyGroupSummaryReference{Id: &id, Arn: new(d.scope.ARN(arn.HierarchyGroup, id))}
		}
	}
	return path, nil
}

// group returns a group, an empty one where it has gone.
func (d *userData) group(ctx context.Context, id string) (people.Group, error) {
	return remembered(d.groups, id, func() (people.Group, error) {
		g, err := d.s.o.People.Group(ctx, d.scope.Instance, id)
		if fault.Is(err, fault.NotFound) {
			return people.Group{}, nil
		}
		return g, err
	})
}

func (d *userData) status(ctx context.Context, a *agent.Agent) (*connect.AgentStatusReference, error) {
	name, err := d.named(ctx, a.Status.ID)
	return &connect.AgentStatusReference{
		StatusArn: new(d.scope.ARN(arn.AgentStatus, a.Status.ID)), StatusName: edge.Some(name), StatusStartTimestamp: &a.Since,
	}, err
}

// named returns the name of a status, "" of one that has gone.
func (d *userData) named(ctx context.Context, id string) (string, error) {
	s, err := remembered(d.statuses, id, func() (people.AgentStatus, error) { return d.s.o.People.AgentStatus(ctx, d.scope.Instance, id) })
	if fault.Is(err, fault.NotFound) {
		return "", nil
	}
	return s.Name, err
}

// contacts are those of an agent in the states that are asked for.
func (d *userData) contacts(ctx context.Context, a *agent.Agent) ([]connect.AgentContactReference, error) {
	list := []connect.AgentContactReference{}
	for i := range a.Contacts {
		c := &a.Contacts[i]
		if len(d.states) > 0 && !slices.Contains(d.states, string(c.State)) {
			continue
		}
		_, k, err := d.s.o.Chat.Contact(ctx, d.scope.Instance, c.ContactID)
		if err != nil && !fault.Is(err, fault.NotFound) {
			return nil, err
		}
		method := "API"
		if k != nil {
			method = cmp.Or(k.InitiationMethod, method)
		}
		list = append(list, connect.AgentContactReference{
			ContactId: &c.ContactID, Channel: new("CHAT"), InitiationMethod: &method, AgentContactState: new(string(c.State)),
			StateStartTimestamp: &c.Since, ConnectedToAgentTimestamp: edge.Some(c.ConnectedAt),
			Queue: &connect.QueueReference{Id: &c.QueueID, Arn: new(d.scope.ARN(arn.Queue, c.QueueID))},
		})
	}
	return list, nil
}

// remembered returns what read returned for that id before, or reads it.
func remembered[T any](known map[string]T, id string, read func() (T, error)) (T, error) {
	if v, ok := known[id]; ok {
		return v, nil
	}
	v, err := read()
	if err == nil {
		known[id] = v
	}
	return v, err
}
