package people

import (
	"context"
	"encoding/json"
	"slices"

	"parley/domain/change"
	"parley/domain/permission"
	"parley/internal/fault"
	"parley/work/resource"
)

// SecurityProfile says what the users who have it may do.
type SecurityProfile struct {
	resource.Stored
	Description string   `json:"description,omitempty"`
	Permissions []string `json:"permissions"` // sorted
	SecurityLimits
}

// SecurityLimits are the members of a security profile that are stored without effect.
type SecurityLimits struct {
	AllowedTags map[string]string `json:"allowedTags,omitempty"`
	TagLimited  []string          `json:"tagLimited,omitempty"`
	GroupID     string            `json:"allowedGroup,omitempty"`
	Limited     []string          `json:"groupLimited,omitempty"`
	Granular    json.RawMessage   `json:"granular,omitempty"` // as Amazon Connect writes it
}

// maxSecurityProfiles is how many an instance may have (Amazon Connect, default quota).
const maxSecurityProfiles = 100

func securityProfiles() resource.Kind[SecurityProfile, *SecurityProfile] {
	return resource.Of[SecurityProfile](resource.KindSecurityProfile, "SecurityProfileId", "security profile")
}

// CreateSecurityProfile makes a security profile of permissions that are known.
func (s *Service) CreateSecurityProfile(ctx context.Context, p SecurityProfile) (SecurityProfile, error) {
	p.Permissions = resource.Sorted(p.Permissions)
	err := securityProfiles().CreateOn(ctx, s.docs, &p, func() error {
		if err := s.limits(ctx, p.InstanceID, &p); err != nil {
			return err
		}
		return securityProfiles().Room(ctx, s.docs, p.InstanceID, maxSecurityProfiles)
	})
	return p, err
}

// limits refuses what a security profile cannot name.
func (s *Service) limits(ctx context.Context, instance string, p *SecurityProfile) error {
	if err := checkPermissions(p.Permissions); err != nil || p.GroupID == "" {
		return err
	}
	return s.docs.Need(ctx, instance, resource.KindGroup, p.GroupID, "AllowedAccessControlHierarchyGroupId")
}

// SecurityProfile returns a security profile; fault.NotFound.
func (s *Service) SecurityProfile(ctx context.Context, instance, id string) (SecurityProfile, error) {
	return securityProfiles().Get(ctx, s.docs, instance, id)
}

// SecurityProfiles lists the security profiles of an instance.
func (s *Service) SecurityProfiles(ctx context.Context, instance string, page resource.Page) (_ []SecurityProfile, next string, err error) {
	return securityProfiles().List(ctx, s.docs, instance, page, nil)
}

// SearchSecurityProfiles lists those that meet a condition, and counts them.
func (s *Service) SearchSecurityProfiles(ctx context.Context, instance string, c resource.Condition, page resource.Page) (resource.Found[SecurityProfile], error) {
	return resource.Search(ctx, s.docs, securityProfiles(), instance, c, page)
}

// Fields are what searches compare.
func (p *SecurityProfile) Fields() map[string]string {
	return map[string]string{"name": p.Name, "description": p.Description, "resourceid": p.ID}
}

// SecurityProfileChange is what changes about a security profile; nil leaves it.
type SecurityProfileChange struct {
	Description, GroupID *string
	Permissions          []string
	AllowedTags          map[string]string
	TagLimited, Limited  []string
	Granular             json.RawMessage
}

// UpdateSecurityProfile changes a security profile.
func (s *Service) UpdateSecurityProfile(ctx context.Context, instance, id string, c SecurityProfileChange) error {
	return securityProfiles().UpdateOn(ctx, s.docs, instance, id, func(p *SecurityProfile) error {
		resource.Set(&p.Description, c.Description)
		resource.Set(&p.GroupID, c.GroupID)
		if c.Permissions != nil {
			p.Permissions = resource.Sorted(c.Permissions)
		}
		if c.AllowedTags != nil {
			p.AllowedTags = c.AllowedTags
		}
		if c.TagLimited != nil {
			p.TagLimited = c.TagLimited
		}
		if c.Limited != nil {
			p.Limited = c.Limited
		}
		if c.Granular != nil {
			p.Granular = c.Granular
		}
		return s.limits(ctx, instance, p)
	})
}

// DeleteSecurityProfile deletes a security profile that no user has (fault.InUse);
// that of administrators stays (fault.Denied).
func (s *Service) DeleteSecurityProfile(ctx context.Context, instance, id string) error {
	return securityProfiles().DeleteOn(ctx, s.docs, instance, id, func(p *SecurityProfile) error {
		if p.ID == resource.SeedID(instance, resource.KindSecurityProfile+"/"+AdminProfile) {
			return fault.New(fault.Denied, "SecurityProfileId: %s cannot be deleted", AdminProfile)
		}
		return securityProfiles().Free(ctx, s.docs, instance, id, resource.KindUser)
	})
}

// Names are the ids that a security profile names.
func (p *SecurityProfile) Names() []string {
	if p.GroupID == "" {
		return nil
	}
	return []string{p.GroupID}
}

// The security profiles of whoever may do everything, and of who answers chats.
const (
	AdminProfile = "Admin"
	AgentProfile = "Agent"
)

// seedSecurityProfiles makes those that a new instance has, as Amazon Connect names them.
func (s *Service) seedSecurityProfiles(instance string) (rows []change.Resource, err error) {
	for _, seed := range []struct {
		name, about string
		permissions []string
	}{
		{AdminProfile, "Everything", slices.DeleteFunc(permissions(), func(n string) bool { return permission.Name(n).Limits() })},
		{AgentProfile, "Answers contacts", []string{"BasicAgentAccess", "OutboundCallAccess", "TransferContact.Enabled", "ContactAttributes.View"}},
		{"CallCenterManager", "Manages people, queues and routing, and reads metrics", []string{
			"AccessMetrics", "BasicAgentAccess", "OutboundCallAccess", "ManagerListenIn", "ManagerBargeIn", "ContactSearch.View", "ContactAttributes.View",
			"MetricsReports.Create", "MetricsReports.Delete", "MetricsReports.Edit", "MetricsReports.Publish", "MetricsReports.Schedule", "MetricsReports.View",
			"Users.Create", "Users.Delete", "Users.Edit", "Users.View", "AgentGrouping.Create", "AgentGrouping.Edit", "AgentGrouping.EnableAndDisable", "AgentGrouping.View",
			"AgentStates.Create", "AgentStates.Edit", "AgentStates.EnableAndDisable", "AgentStates.View",
			"Queues.Create", "Queues.Edit", "Queues.EnableAndDisable", "Queues.View", "RoutingPolicies.Create", "RoutingPolicies.Edit", "RoutingPolicies.View",
			"TransferDestinations.Create", "TransferDestinations.Delete", "TransferDestinations.Edit", "TransferDestinations.View",
			"HoursOfOperation.Create", "HoursOfOperation.Delete", "HoursOfOperation.Edit", "HoursOfOperation.View",
			"Prompts.Create", "Prompts.Delete", "Prompts.Edit", "Prompts.View",
		}},
		{"QualityAnalyst", "Reads metrics and conversations", []string{"AccessMetrics", "MetricsReports.View", "ContactSearch.View", "ContactAttributes.View", "ManagerListenIn"}},
	} {
		p := SecurityProfile{Description: seed.about, Permissions: resource.Sorted(seed.permissions)}
		p.Stored = s.seedHead(instance, resource.KindSecurityProfile, seed.name)
		row, err := securityProfiles().Row(&p)
		if err != nil {
			return nil, err
		}
		rows = append(rows, row)
	}
	return rows, nil
}

// seedHead is what a thing carries that an instance comes with.
func (s *Service) seedHead(instance, kind, name string) resource.Stored {
	return resource.Stored{ID: resource.SeedID(instance, kind+"/"+name), InstanceID: instance, Name: name, Modified: s.docs.Clock.Now()}
}
