package admin

import (
	"context"
	"embed"
	"fmt"
	"strings"

	"parley/domain/change"
	"parley/domain/flow"
	"parley/internal/arn"
	"parley/internal/fault"
	"parley/work/resource"
)

// The flows that every new instance has.
//
//go:embed seed/*.json
var seedFlows embed.FS

// Names of objects that every new instance has, as Amazon Connect names them.
const (
	BasicHours        = "Basic Hours"
	BasicQueue        = "BasicQueue"
	SampleInboundFlow = "Sample inbound flow (first contact experience)"
)

// newInstanceObjects makes what a new instance comes with: hours, a queue,
// profiles and statuses for people, and the default flows.
func (s *Service) newInstanceObjects(instance string) ([]change.Resource, error) {
	now := s.clock.Now()
	open := Hours{TimeZone: "UTC", Slots: allDay(), Description: "Open around the clock"}
	open.Stored = resource.Stored{ID: resource.SeedID(instance, BasicHours), InstanceID: instance, Name: BasicHours, Modified: now}
	hoursRow, err := allHours().Row(&open)
	if err != nil {
		return nil, err
	}
	queue := Queue{HoursID: open.ID, Description: "A simple, basic queue", Status: enabled}
	queue.Stored = resource.Stored{ID: resource.SeedID(instance, BasicQueue), InstanceID: instance, Name: BasicQueue, Modified: now}
	queueRow, err := queues().Row(&queue)
	if err != nil {
		return nil, err
	}
	people, err := s.also(instance, queue.ID)
	if err != nil {
		return nil, err
	}
	rows := append(people, hoursRow, queueRow)
	for _, seed := range seeds() {
		pair, err := s.seedFlow(instance, seed, queue.ID)
		if err != nil {
			return nil, err
		}
		rows = append(rows, pair...)
	}
	return rows, nil
}

type seedOf struct {
	name, file string
	kind       flow.Type
}

func seeds() []seedOf {
	return []seedOf{
		{SampleInboundFlow, "inbound", flow.ContactFlow},
		{"Default customer queue", "end", flow.CustomerQueue},
		{"Default customer hold", "end", flow.CustomerHold},
		{"Default customer whisper", "end", flow.CustomerWhisper},
		{"Default agent hold", "end", flow.AgentHold},
		{"Default agent whisper", "end", flow.AgentWhisper},
		{"Default outbound", "end", flow.OutboundWhisper},
		{"Default agent transfer", "transfer", flow.AgentTransfer},
		{"Default queue transfer", "transfer", flow.QueueTransfer},
	}
}

// seedFlow makes one of the default flows; the inbound one sends contacts to the queue.
func (s *Service) seedFlow(instance string, seed seedOf, queue string) ([]change.Resource, error) {
	text, err := seedFlows.ReadFile("seed/" + seed.file + ".json")
	if err != nil {
		return nil, fmt.Errorf("read the default flow: %w", err)
	}
	f := Flow{Type: seed.kind, Content: strings.ReplaceAll(string(text), "QUEUE_ARN", s.Scope(instance).ARN(arn.Queue, queue))}
	f.Stored = resource.Stored{ID: resource.SeedID(instance, seed.name), InstanceID: instance, Name: seed.name, Modified: s.clock.Now()}
	f.State = Active
	doc, err := flow.Parse([]byte(f.Content))
	if err != nil {
		return nil, err
	}
	rows, err := f.accept(doc, true)
	if err != nil {
		return nil, err
	}
	row, err := flows().Row(&f)
	return append(rows, row), err
}

// Seed makes sure that the instance of a first start is there: the one with the
// given id, or without an id the one with the alias. It returns the instance and its default inbound flow.
func (s *Service) Seed(ctx context.Context, id, alias string) (Instance, string, error) {
	in, err := s.seeded(ctx, id, alias)
	if fault.Is(err, fault.NotFound) {
		if r, err := s.docs.Rows.ResourceNamed(ctx, "", resource.KindInstance, alias); err == nil {
			if id == "" || id == r.ID { // another node was faster
				return s.Seed(ctx, id, alias)
			}
			return Instance{}, "", fault.New(fault.Rule, "the data has instance %s already; another id can be given at a first start only", r.ID)
		}
		fresh := Instance{Alias: alias, IdentityManagementType: "CONNECT_MANAGED", InboundCalls: true, OutboundCalls: true}
		fresh.ID = id
		in, err = s.CreateInstance(ctx, fresh, "")
		if fault.Is(err, fault.Rule) { // another node was faster
			return s.Seed(ctx, id, alias)
		}
	}
	if err == nil {
		err = s.upgrade(ctx)
	}
	return in, resource.SeedID(in.ID, SampleInboundFlow), err
}

// upgrade gives the instances of an earlier release what else new ones come with. Such an instance has no security profile: one of them cannot be deleted.
func (s *Service) upgrade(ctx context.Context) error {
	all, err := s.docs.All(ctx, "", resource.KindInstance)
	if err != nil {
		return err
	}
	for _, in := range all {
		have, err := s.docs.Rows.Resources(ctx, in.ID, resource.KindSecurityProfile, "", 1)
		if err != nil {
			return err
		}
		if len(have) > 0 {
			continue
		}
		rows, err := s.also(in.ID, resource.SeedID(in.ID, BasicQueue))
		if err != nil {
			return err
		}
		_, err = s.docs.Put(ctx, in.ID, resource.Token{}, rows...)
		if err != nil && !fault.Is(err, fault.Conflict) && !fault.Is(err, fault.NotFound) { // another node was faster
			return err
		}
	}
	return nil
}

func (s *Service) seeded(ctx context.Context, id, alias string) (Instance, error) {
	if id != "" {
		return s.Instance(ctx, id)
	}
	r, err := s.docs.Rows.ResourceNamed(ctx, "", resource.KindInstance, alias)
	if err != nil {
		return Instance{}, err
	}
	return instances().Read(r)
}

// Restore deletes all configuration and makes the given instance anew, as at a first start.
func (s *Service) Restore(ctx context.Context, id, alias string) error {
	rows, err := s.docs.All(ctx, "", resource.KindInstance)
	if err != nil {
		return err
	}
	for _, r := range rows {
		if err := s.DeleteInstance(ctx, r.ID); err != nil {
			return err
		}
	}
	_, _, err = s.Seed(ctx, id, alias)
	return err
}

func allDay() []Slot {
	var slots []Slot
	for _, day := range days() {
		slots = append(slots, Slot{Day: day, From: 0, To: 23*60 + 59})
	}
	return slots
}
