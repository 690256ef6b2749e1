package people

import (
	"cmp"
	"context"
	"slices"

	"parley/domain/change"
	"parley/internal/fault"
	"parley/work/resource"
)

// RoutingProfile says which contacts its users are offered, and how many at a time.
type RoutingProfile struct {
	resource.Stored
	Description     string         `json:"description"`
	OutboundQueueID string         `json:"outbound"`
	Concurrency     []Concurrency  `json:"concurrency"`
	Queues          []ProfileQueue `json:"queues,omitempty"` // by priority, delay, id and channel
	Manual          []QueueChannel `json:"manual,omitempty"` // by id and channel
	Timer           string         `json:"timer"`            // TIME_SINCE_LAST_ACTIVITY or TIME_SINCE_LAST_INBOUND
}

// Concurrency is how many contacts of a channel a user has at a time.
type Concurrency struct {
	Channel  string `json:"channel"`
	Most     int    `json:"most"`
	Behavior string `json:"behavior,omitempty"`
}

// QueueChannel is a channel of a queue.
type QueueChannel struct {
	QueueID string `json:"queue"`
	Channel string `json:"channel"`
}

// ProfileQueue is a queue that a routing profile serves.
type ProfileQueue struct {
	QueueChannel
	Priority int `json:"priority"` // 1 = first
	Delay    int `json:"delay"`    // seconds that a contact waits before it is offered
}

// Quotas and limits of routing profiles.
const (
	maxRoutingProfiles = 500 // of an instance (Amazon Connect, default quota)
	maxProfileQueues   = 50  // of a profile, per list (Amazon Connect, default quota)
	maxChats           = 10  // at a time (Amazon Connect, MediaConcurrency)
)

// DefaultTimer is how a routing profile finds who has waited longest, unless told otherwise.
const DefaultTimer = "TIME_SINCE_LAST_ACTIVITY"

// SinceInbound is the Timer of profiles whose users' turn comes by the time since their last contact.
const SinceInbound = "TIME_SINCE_LAST_INBOUND"

func routingProfiles() resource.Kind[RoutingProfile, *RoutingProfile] {
	return resource.Of[RoutingProfile](resource.KindRoutingProfile, "RoutingProfileId", "routing profile")
}

// CreateRoutingProfile makes a routing profile over queues that exist.
func (s *Service) CreateRoutingProfile(ctx context.Context, p RoutingProfile) (RoutingProfile, error) {
	p.Timer = cmp.Or(p.Timer, DefaultTimer)
	p.order()
	err := routingProfiles().CreateOn(ctx, s.docs, &p, func() error {
		if err := s.checkRouting(ctx, &p); err != nil {
			return err
		}
		return routingProfiles().Room(ctx, s.docs, p.InstanceID, maxRoutingProfiles)
	})
	return p, err
}

// order sorts the queues and makes each one unique: the later entry holds.
func (p *RoutingProfile) order() {
	var queues []ProfileQueue
	for i, q := range p.Queues {
		if !slices.ContainsFunc(p.Queues[i+1:], func(later ProfileQueue) bool { return later.QueueChannel == q.QueueChannel }) {
			queues = append(queues, q)
		}
	}
	slices.SortFunc(queues, func(a, b ProfileQueue) int {
		return cmp.Or(cmp.Compare(a.Priority, b.Priority), cmp.Compare(a.Delay, b.Delay), compareQueues(a.QueueChannel, b.QueueChannel))
	})
	p.Queues = queues
	slices.SortFunc(p.Manual, compareQueues)
	p.Manual = slices.Compact(p.Manual)
}

func compareQueues(a, b QueueChannel) int {
	return cmp.Or(cmp.Compare(a.QueueID, b.QueueID), cmp.Compare(a.Channel, b.Channel))
}

// checkRouting refuses what a routing profile cannot say.
func (s *Service) checkRouting(ctx context.Context, p *RoutingProfile) error {
	if err := checkConcurrency(p.Concurrency); err != nil {
		return err
	}
	for member, n := range map[string]int{"QueueConfigs": len(p.Queues), "ManualAssignmentQueueConfigs": len(p.Manual)} {
		if n > maxProfileQueues {
			return fault.New(fault.LimitExceeded, "%s: a routing profile has at most %d queues", member, maxProfileQueues)
		}
	}
	if err := s.docs.Need(ctx, p.InstanceID, resource.KindQueue, p.OutboundQueueID, "DefaultOutboundQueueId"); err != nil {
		return err
	}
	for _, q := range p.Queues {
		if err := s.docs.Need(ctx, p.InstanceID, resource.KindQueue, q.QueueID, "QueueId"); err != nil {
			return err
		}
	}
	for _, q := range p.Manual {
		if err := s.docs.Need(ctx, p.InstanceID, resource.KindQueue, q.QueueID, "QueueId"); err != nil {
			return err
		}
	}
	return nil
}

func checkConcurrency(all []Concurrency) error {
	seen := map[string]bool{}
	for _, c := range all {
		most := maxChats
		if c.Channel == "VOICE" {
			most = 1
		}
		if c.Most < 1 || c.Most > most {
			return fault.New(fault.Invalid, "MediaConcurrencies: the concurrency of %s must be 1 to %d", c.Channel, most)
		}
		if seen[c.Channel] {
			return fault.New(fault.Invalid, "MediaConcurrencies: %s is there twice", c.Channel)
		}
		seen[c.Channel] = true
	}
	return nil
}

// Names are the ids of the queues.
func (p *RoutingProfile) Names() []string {
	names := []string{p.OutboundQueueID}
	for _, q := range p.Queues {
		names = append(names, q.QueueID)
	}
	for _, q := range p.Manual {
		names = append(names, q.QueueID)
	}
	return names
}

// RoutingProfile returns a routing profile; fault.NotFound.
func (s *Service) RoutingProfile(ctx context.Context, instance, id string) (RoutingProfile, error) {
	return routingProfiles().Get(ctx, s.docs, instance, id)
}

// RoutingProfileUsers returns how many users have each routing profile of an instance.
func (s *Service) RoutingProfileUsers(ctx context.Context, instance string) (map[string]int64, error) {
	all, err := users().All(ctx, s.docs, instance)
	count := map[string]int64{}
	for i := range all {
		count[all[i].RoutingProfileID]++
	}
	return count, err
}

// RoutingProfiles lists the routing profiles of an instance.
func (s *Service) RoutingProfiles(ctx context.Context, instance string, page resource.Page) (_ []RoutingProfile, next string, err error) {
	return routingProfiles().List(ctx, s.docs, instance, page, nil)
}

// SearchRoutingProfiles lists those that meet a condition, and counts them.
func (s *Service) SearchRoutingProfiles(ctx context.Context, instance string, c resource.Condition, page resource.Page) (resource.Found[RoutingProfile], error) {
	return resource.Search(ctx, s.docs, routingProfiles(), instance, c, page)
}

// Fields are what searches compare.
func (p *RoutingProfile) Fields() map[string]string {
	queues := make([]string, 0, len(p.Queues))
	for i := range p.Queues {
		queues = append(queues, p.Queues[i].QueueID)
	}
	return map[string]string{"name": p.Name, "description": p.Description, "resourceid": p.ID, "associatedqueueids": resource.Several(queues...)}
}

// ChangeRoutingProfile changes a routing profile; what it then refers to must exist.
func (s *Service) ChangeRoutingProfile(ctx context.Context, instance, id string, apply func(*RoutingProfile) error) error {
	return routingProfiles().UpdateOn(ctx, s.docs, instance, id, func(p *RoutingProfile) error {
		if err := apply(p); err != nil {
			return err
		}
		p.order()
		return s.checkRouting(ctx, p)
	})
}

// SetQueues changes priority and delay of queues that the profile has (fault.NotFound).
func (p *RoutingProfile) SetQueues(queues []ProfileQueue) error {
	for _, q := range queues {
		at := slices.IndexFunc(p.Queues, func(have ProfileQueue) bool { return have.QueueChannel == q.QueueChannel })
		if at < 0 {
			return fault.New(fault.NotFound, "QueueConfigs: the routing profile does not have the queue %s for %s", q.QueueID, q.Channel)
		}
		p.Queues[at] = q
	}
	return nil
}

// Drop takes queues out of the profile; those that it does not have are no matter.
func (p *RoutingProfile) Drop(queues, manual []QueueChannel) {
	p.Queues = slices.DeleteFunc(p.Queues, func(q ProfileQueue) bool { return slices.Contains(queues, q.QueueChannel) })
	p.Manual = slices.DeleteFunc(p.Manual, func(q QueueChannel) bool { return slices.Contains(manual, q) })
}

// DeleteRoutingProfile deletes a routing profile that no user has (fault.InUse).
func (s *Service) DeleteRoutingProfile(ctx context.Context, instance, id string) error {
	return routingProfiles().DeleteOn(ctx, s.docs, instance, id, func(*RoutingProfile) error {
		return routingProfiles().Free(ctx, s.docs, instance, id, resource.KindUser)
	})
}

// BasicRoutingProfile is the name of the one that every new instance has.
const BasicRoutingProfile = "Basic Routing Profile"

// DefaultRoutingProfile tells whether an instance came with the routing profile.
func DefaultRoutingProfile(p *RoutingProfile) bool {
	return p.ID == resource.SeedID(p.InstanceID, resource.KindRoutingProfile+"/"+BasicRoutingProfile)
}

// seedRoutingProfile makes the one that a new instance has.
func (s *Service) seedRoutingProfile(instance, queue string) (change.Resource, error) {
	p := RoutingProfile{
		Description: "A simple routing profile", OutboundQueueID: queue, Timer: DefaultTimer,
		Concurrency: []Concurrency{{Channel: "VOICE", Most: 1}, {Channel: "CHAT", Most: 2}},
		Queues:      []ProfileQueue{{QueueChannel{queue, "CHAT"}, 1, 0}, {QueueChannel{queue, "VOICE"}, 1, 0}},
	}
	p.Stored = s.seedHead(instance, resource.KindRoutingProfile, BasicRoutingProfile)
	return routingProfiles().Row(&p)
}
