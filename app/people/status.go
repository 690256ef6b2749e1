package people

import (
	"cmp"
	"context"
	"slices"
	"strconv"

	"parley/domain/change"
	"parley/internal/fault"
	"parley/work/resource"
)

// AgentStatus is what a user's status can be set to.
type AgentStatus struct {
	resource.Stored
	Description string `json:"description,omitempty"`
	State       string `json:"state"`           // ENABLED or DISABLED
	Type        string `json:"type"`            // CUSTOM, ROUTABLE or OFFLINE
	Order       int    `json:"order,omitempty"` // where it is displayed; 0 = nowhere in particular
}

// Types of statuses. Contacts are offered in the routable ones only.
const (
	StatusCustom   = "CUSTOM"
	StatusRoutable = "ROUTABLE"
	StatusOffline  = "OFFLINE"
)

// Enabled is the state of a status that can be set.
const Enabled = "ENABLED"

// maxStatuses is how many an instance may have (Amazon Connect, default quota).
const maxStatuses = 50

func statuses() resource.Kind[AgentStatus, *AgentStatus] {
	return resource.Of[AgentStatus](resource.KindStatus, "AgentStatusId", "agent status")
}

// CreateAgentStatus makes a status of the type CUSTOM.
func (s *Service) CreateAgentStatus(ctx context.Context, a AgentStatus) (AgentStatus, error) {
	a.Type = StatusCustom
	err := statuses().CreateOn(ctx, s.docs, &a, func() error { return statuses().Room(ctx, s.docs, a.InstanceID, maxStatuses) })
	return a, err
}

// AgentStatus returns a status; fault.NotFound.
func (s *Service) AgentStatus(ctx context.Context, instance, id string) (AgentStatus, error) {
	return statuses().Get(ctx, s.docs, instance, id)
}

// AgentStatuses lists the statuses of some types, all without types.
func (s *Service) AgentStatuses(ctx context.Context, instance string, types []string, page resource.Page) (_ []AgentStatus, next string, err error) {
	return statuses().List(ctx, s.docs, instance, page, func(a *AgentStatus) bool { return len(types) == 0 || slices.Contains(types, a.Type) })
}

// SearchAgentStatuses lists those that meet a condition, and counts them.
func (s *Service) SearchAgentStatuses(ctx context.Context, instance string, c resource.Condition, page resource.Page) (resource.Found[AgentStatus], error) {
	return resource.Search(ctx, s.docs, statuses(), instance, c, page)
}

// Fields are what searches compare.
func (a *AgentStatus) Fields() map[string]string {
	order := ""
	if a.Order > 0 {
		order = strconv.Itoa(a.Order)
	}
	return map[string]string{"name": a.Name, "description": a.Description, "resourceid": a.ID, "state": a.State, "type": a.Type, "displayorder": order}
}

// AgentStatusChange is what changes about a status; nil leaves it.
type AgentStatusChange struct {
	Name, Description, State *string
	Order                    *int
	ResetOrder               bool
}

// UpdateAgentStatus changes a status. The two that an instance comes with stay Enabled (fault.Rule).
func (s *Service) UpdateAgentStatus(ctx context.Context, instance, id string, c AgentStatusChange) error {
	if c.ResetOrder && c.Order != nil {
		return fault.New(fault.Rule, "DisplayOrder and ResetOrderNumber exclude each other")
	}
	_, err := statuses().Update(ctx, s.docs, instance, id, func(a *AgentStatus) ([]change.Resource, error) {
		resource.Set(&a.Name, c.Name)
		resource.Set(&a.Description, c.Description)
		resource.Set(&a.State, c.State)
		resource.Set(&a.Order, c.Order)
		if c.ResetOrder {
			a.Order = 0
		}
		if a.Type != StatusCustom && a.State != Enabled {
			return nil, fault.New(fault.Rule, "State: the status %s cannot be disabled", a.Name)
		}
		return nil, nil
	})
	return err
}

// seedStatuses makes those that a new instance has.
func (s *Service) seedStatuses(instance string) (rows []change.Resource, err error) {
	for i, name := range []string{"Available", "Offline"} {
		a := AgentStatus{State: Enabled, Type: []string{StatusRoutable, StatusOffline}[i], Order: i + 1}
		a.Stored = s.seedHead(instance, resource.KindStatus, name)
		row, bad := statuses().Row(&a)
		rows, err = append(rows, row), cmp.Or(err, bad)
	}
	return rows, err
}
