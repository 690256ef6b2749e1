package admin

import (
	"context"
	"embed"
	"fmt"
	"strings"

	"github.com/google/uuid"

	"parley/domain/change"
	"parley/domain/flow"
	"parley/internal/arn"
	"parley/internal/fault"
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
	open.Stored = Stored{ID: seedID(instance, BasicHours), InstanceID: instance, Name: BasicHours, Modified: now}
	hoursRow, err := allHours().row(&open)
	if err != nil {
		return nil, err
	}
	queue := Queue{HoursID: open.ID, Description: "A simple, basic queue", Status: enabled}
	queue.Stored = Stored{ID: seedID(instance, BasicQueue), InstanceID: instance, Name: BasicQueue, Modified: now}
	queueRow, err := queues().row(&queue)
	if err != nil {
		return nil, err
	}
	people, err := s.seedPeople(instance, queue.ID)
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
	f.Stored = Stored{ID: seedID(instance, seed.name), InstanceID: instance, Name: seed.name, Modified: s.clock.Now()}
	f.State = Active
	doc, err := flow.Parse([]byte(f.Content))
	if err != nil {
		return nil, err
	}
	rows, err := f.accept(doc, true)
	if err != nil {
		return nil, err
	}
	row, err := flows().row(&f)
	return append(rows, row), err
}

// seedID derives the id of an object that an instance comes with, so that a restored one keeps it.
func seedID(instance, name string) string {
	space, err := uuid.Parse(instance)
	if err != nil {
		space = uuid.NameSpaceURL
	}
	return uuid.NewSHA1(space, []byte(instance+"/"+name)).String()
}

// Seed makes sure that the instance of a first start is there: the one with the
// given id, or without an id the one with the alias. It returns the instance and its default inbound flow.
func (s *Service) Seed(ctx context.Context, id, alias string) (Instance, string, error) {
	in, err := s.seeded(ctx, id, alias)
	if fault.Is(err, fault.NotFound) {
		if r, err := s.store.ResourceNamed(ctx, "", kindInstance, alias); err == nil {
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
	return in, seedID(in.ID, SampleInboundFlow), err
}

func (s *Service) seeded(ctx context.Context, id, alias string) (Instance, error) {
	if id != "" {
		return s.readInstance(ctx, id)
	}
	r, err := s.store.ResourceNamed(ctx, "", kindInstance, alias)
	if err != nil {
		return Instance{}, err
	}
	return instances().read(r)
}

// Restore deletes all configuration and makes the given instance anew, as at a first start.
func (s *Service) Restore(ctx context.Context, id, alias string) error {
	rows, err := s.all(ctx, "", kindInstance)
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
