package admin

import (
	"cmp"
	"context"
	"slices"

	"parley/domain/change"
	"parley/internal/fault"
)

// AgentStatus is what a user's status can be set to.
type AgentStatus struct {
	Stored
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

// maxStatuses is how many an instance may have (Amazon Connect, default quota).
const maxStatuses = 50

func statuses() kind[AgentStatus, *AgentStatus] {
	return kind[AgentStatus, *AgentStatus]{kindStatus, "AgentStatusId", "agent status"}
}

// CreateAgentStatus makes a status of the type CUSTOM.
func (s *Service) CreateAgentStatus(ctx context.Context, a AgentStatus) (AgentStatus, error) {
	a.Type = StatusCustom
	err := statuses().createOn(ctx, s, &a, func() error { return statuses().room(ctx, s, a.InstanceID, maxStatuses) })
	return a, err
}

// AgentStatus returns a status; fault.NotFound.
func (s *Service) AgentStatus(ctx context.Context, instance, id string) (AgentStatus, error) {
	return statuses().get(ctx, s, instance, id)
}

// AgentStatuses lists the statuses of some types, all without types.
func (s *Service) AgentStatuses(ctx context.Context, instance string, types []string, page Page) (_ []AgentStatus, next string, err error) {
	return statuses().list(ctx, s, instance, page, func(a *AgentStatus) bool { return len(types) == 0 || slices.Contains(types, a.Type) })
}

// SearchAgentStatuses lists those that meet a condition, and counts them.
func (s *Service) SearchAgentStatuses(ctx context.Context, instance string, c Condition, page Page) (Found[AgentStatus], error) {
	return search(ctx, s, statuses(), instance, c, page)
}

func (a *AgentStatus) fields() map[string]string {
	return map[string]string{"name": a.Name, "description": a.Description, "resourceid": a.ID, "state": a.State, "type": a.Type}
}

// AgentStatusChange is what changes about a status; nil leaves it.
type AgentStatusChange struct {
	Name, Description, State *string
	Order                    *int
	ResetOrder               bool
}

// UpdateAgentStatus changes a status. The two that an instance comes with stay enabled (fault.Rule).
func (s *Service) UpdateAgentStatus(ctx context.Context, instance, id string, c AgentStatusChange) error {
	if c.ResetOrder && c.Order != nil {
		return fault.New(fault.Rule, "DisplayOrder and ResetOrderNumber exclude each other")
	}
	_, err := statuses().update(ctx, s, instance, id, func(a *AgentStatus) ([]change.Resource, error) {
		set(&a.Name, c.Name)
		set(&a.Description, c.Description)
		set(&a.State, c.State)
		set(&a.Order, c.Order)
		if c.ResetOrder {
			a.Order = 0
		}
		if a.Type != StatusCustom && a.State != enabled {
			return nil, fault.New(fault.Rule, "State: the status %s cannot be disabled", a.Name)
		}
		return nil, nil
	})
	return err
}

// seedStatuses makes those that a new instance has.
func (s *Service) seedStatuses(instance string) (rows []change.Resource, err error) {
	for i, name := range []string{"Available", "Offline"} {
		a := AgentStatus{State: enabled, Type: []string{StatusRoutable, StatusOffline}[i], Order: i + 1}
		a.Stored = s.seedHead(instance, kindStatus, name)
		row, bad := statuses().row(&a)
		rows, err = append(rows, row), cmp.Or(err, bad)
	}
	return rows, err
}
