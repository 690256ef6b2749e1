package studio

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"time"

	"parley/domain/agent"
	"parley/domain/catalog"
	"parley/domain/contact"
	"parley/domain/flow"
	"parley/domain/routing"
	"parley/domain/session"
	"parley/domain/sim"
	"parley/domain/transcript"
	"parley/internal/fault"
)

// Script is a conversation that is played against a content. A module is played by a flow that invokes it and then ends the chat; of that
// flow nothing is told.
type Script struct {
	// Flow is the flow or module whose content it is, "" for one that does not exist yet: flows that name it then meet the content, too.
	Flow    string    `json:"flow_id"`
	Type    flow.Type `json:"type"`
	Content string    `json:"content"`
	// Attributes are those that the chat begins with.
	Attributes map[string]string `json:"attributes"`
	Name       string            `json:"name"` // of the customer
	// Input is what a module is invoked with; it finds it in $.Modules.Input.
	Input   json.RawMessage `json:"input"`
	Acts    []Act           `json:"acts"`
	Answers []Answer        `json:"answers"`
}

// Bounds of a script (our choice).
const (
	MaxActs    = 200
	maxActions = 20_000 // that flows run
)

// draft names the content in the simulated instance, caller the flow that invokes a module, and its content.
const (
	draft  = "draft"
	caller = "caller"
)

// Rehearse plays a script. A mistake in it, and a call of the flow that no answer is for, end the play and are told with it.
func (s *Service) Rehearse(ctx context.Context, instance string, in Script) (Play, error) {
	if len(in.Acts) > MaxActs {
		return Play{}, fault.New(fault.Invalid, "acts: at most %d", MaxActs)
	}
	doc, err := flow.Parse([]byte(in.Content))
	if err != nil {
		return Play{}, err
	}
	doc, missing, err := s.directory.Resolved(ctx, instance, doc)
	if err != nil {
		return Play{}, err
	}
	if err := flow.Refusal(append(missing, flow.Validate(doc, in.Type)...)); err != nil {
		return Play{}, err
	}
	select {
	case s.playing <- struct{}{}:
		defer func() { <-s.playing }()
	case <-ctx.Done():
		return Play{}, ctx.Err()
	}
	return s.play(ctx, instance, in, doc)
}

func (s *Service) play(ctx context.Context, instance string, in Script, doc *flow.Document) (Play, error) {
	world, id, err := s.world(ctx, instance, in, doc)
	if err != nil {
		return Play{}, err
	}
	left := maxActions
	who := helper(world.Config)
	o := sim.Options{Now: s.now(), Seed: 1, Agents: []sim.Agent{who}, Calls: answers(in.Answers), Go: func(actions int) error {
		if left -= max(actions, 1); left < 0 {
			return fmt.Errorf("the flows run more than %d blocks", maxActions)
		}
		return ctx.Err()
	}}
	start := contact.Start{FlowID: id, DisplayName: in.Name, Attributes: in.Attributes, ContentTypes: []string{
		transcript.Plain, transcript.Markdown, transcript.Interactive, transcript.InteractiveResponse,
	}}
	if start.DisplayName == "" {
		start.DisplayName = "Customer"
	}
	chat, err := sim.Start(world, o, start)
	if err != nil {
		return Play{}, err
	}
	p := player{chat: chat, agent: who.UserID}
	p.all(in.Acts)
	if ctx.Err() != nil {
		return Play{}, ctx.Err()
	}
	return p.told(), nil
}

// world is the instance in which a content is the published one of its flow.
func (s *Service) world(ctx context.Context, instance string, in Script, doc *flow.Document) (*sim.Instance, string, error) {
	cfg, err := s.directory.FlowConfig(ctx, instance)
	if err != nil {
		return nil, "", err
	}
	settings, err := s.directory.Settings(ctx, instance)
	if err != nil {
		return nil, "", err
	}
	settings.ActiveChats = 0 // a play takes no place
	id := in.Flow
	if id == "" {
		id = draft
	}
	cfg.Documents = map[string]*flow.Document{draft: doc}
	if in.Type == flow.Module {
		cfg.Modules = with(cfg.Modules, id, cfg.InstanceARN+"/flow-module/"+id, "", draft)
		if cfg.Documents[caller], err = invoking(id, in.Input); err != nil {
			return nil, "", err
		}
		id = caller
		cfg.Flows = with(cfg.Flows, id, cfg.InstanceARN+"/contact-flow/"+id, flow.ContactFlow, caller)
	} else {
		cfg.Flows = with(cfg.Flows, id, cfg.InstanceARN+"/contact-flow/"+id, in.Type, draft)
	}
	load := func(content string) (*flow.Document, error) { return s.directory.FlowContent(ctx, instance, content) }
	return &sim.Instance{ID: instance, Settings: settings, Config: cfg, Load: load}, id, nil
}

// with is flows or modules in which one, which need not exist, has a content as its published one.
func with(all map[string]catalog.FlowRef, id, arn string, kind flow.Type, content string) map[string]catalog.FlowRef {
	ref, ok := all[id]
	if !ok {
		ref = catalog.FlowRef{ID: id, ARN: arn, Name: "The one that is worked on"}
	}
	ref.Type, ref.Active, ref.Published = kind, true, content
	all = maps.Clone(all)
	if all == nil {
		all = map[string]catalog.FlowRef{}
	}
	all[id] = ref
	return all
}

// invoking is a flow that invokes a module and then ends the chat, however the module ends.
func invoking(module string, input json.RawMessage) (*flow.Document, error) {
	type object map[string]any
	params := object{"FlowModuleId": module}
	if len(input) > 0 {
		params["Input"] = input
	}
	over := func(kind string) object { return object{"NextAction": "over", "ErrorType": kind} }
	raw, err := json.Marshal(object{"Version": "2019-10-30", "StartAction": "invoke", "Actions": []object{
		{"Identifier": "invoke", "Type": "InvokeFlowModule", "Parameters": params, "Transitions": object{
			"NextAction": "over", "Errors": []object{over("NoMatchingError"), over("NoMatchingCondition")},
		}},
		{"Identifier": "over", "Type": "DisconnectParticipant", "Parameters": object{}, "Transitions": object{}},
	}})
	if err != nil {
		return nil, err
	}
	return flow.Parse(raw)
}

// helper is the one agent of a play, who serves every queue and takes a contact when the script says so.
func helper(cfg catalog.Config) sim.Agent {
	var queues []routing.ProfileQueue
	for _, id := range slices.Sorted(maps.Keys(cfg.Queues)) {
		queues = append(queues, routing.ProfileQueue{Queue: id, Priority: 1})
	}
	return sim.Agent{
		UserID: "agent", Name: "Agent", Names: session.AgentNames{UserName: "agent", FirstName: "Agent"},
		Profile: agent.Profile{Concurrency: 10, Queues: queues}, Status: agent.Offline, WorkLimit: time.Second,
	}
}
