package testcase

import (
	"cmp"
	"encoding/json"
	"maps"
	"slices"
	"time"

	"parley/domain/catalog"
	"parley/domain/flow/interp"
	opening "parley/domain/hours"
	"parley/domain/sim"
)

// override puts an override in force. Answers wait for their call; what else a
// decision reads must be there before it.
func (r *run) override(key overrideKey, b *Behavior, decision int) {
	switch b.Properties.ActionType {
	case lambda, bot:
		r.mocks = append(r.mocks, b)
	default:
		if _, known := r.known[key]; !known {
			r.known[key], r.learned = max(decision, 1), true
		}
	}
}

// Call implements sim.Caller: the first override for the function or bot
// answers, once. Without one the call fails, because a simulation calls nothing outside.
func (r *run) Call(call interp.Call) (sim.Answer, error) {
	r.observe()
	kind := map[string]string{interp.KindLambda: lambda, interp.KindBot: bot}[call.Kind]
	i := slices.IndexFunc(r.mocks, func(b *Behavior) bool {
		return b.Properties.ActionType == kind && same(b.Properties.ActionParameters.resource(), call.Target)
	})
	if i < 0 {
		return sim.Answer{Err: "the test case overrides no answer for it"}, nil
	}
	response := r.mocks[i].Properties.Strategy.Response
	r.mocks = slices.Delete(r.mocks, i, i+1)
	if response.Type == "Error" {
		return sim.Answer{Err: response.Error.Value, Never: response.Error.Value == "TimeLimitExceeded", After: seconds(response.Error.DelaySeconds)}, nil
	}
	payload := json.RawMessage(response.ExecutionResult.LoadedData)
	if kind == bot {
		payload = spoken(payload)
	}
	return sim.Answer{Payload: payload, After: seconds(response.ExecutionResult.DelaySeconds)}, nil
}

func seconds(s float64) time.Duration { return time.Duration(s * float64(time.Second)) }

// same reports whether two ids or ARNs name one thing.
func same(a, b string) bool { return a == b || tail(a) == tail(b) }

// spoken makes a bot's answer: RecognizeText's as it is, or what a flow reads at
// $.Lex (IntentName, Slots), which ends the talk.
func spoken(data json.RawMessage) json.RawMessage {
	var lex struct {
		SessionState json.RawMessage `json:"sessionState"`
		IntentName   string
		Slots        map[string]string
	}
	if json.Unmarshal(data, &lex) != nil || lex.SessionState != nil {
		return data
	}
	slots := map[string]any{}
	for name, v := range lex.Slots {
		slots[name] = map[string]any{"value": map[string]any{"originalValue": v, "interpretedValue": v, "resolvedValues": []string{v}}}
	}
	return raw(map[string]any{"messages": []string{}, "sessionState": map[string]any{
		"dialogAction": map[string]string{"type": "Close"}, "sessionAttributes": map[string]string{},
		"intent": map[string]any{"name": lex.IntentName, "state": "ReadyForFulfillment", "slots": slots},
	}})
}

// alter gives a decision what overrides say: of those for one resource the first
// that was not used yet.
func (r *run) alter(decision int, cfg catalog.Config) catalog.Config {
	used := map[string]int{} // the decision in which a resource was used last
	for _, o := range r.inForce() {
		p := &o.behavior.Properties
		key := p.ActionType + tail(p.ActionParameters.resource())
		from := max(o.from, used[key]+1)
		if at, ok := r.use(p.ActionType, p.ActionParameters.resource(), from); ok && at < decision {
			used[key] = at
			continue
		}
		if decision >= from && used[key] < decision {
			cfg = apply(cfg, o.behavior)
			used[key] = decision // the next one waits
		}
	}
	return cfg
}

type inForce struct {
	behavior *Behavior
	from     int
	key      overrideKey
}

// overrideKey names an override: the place of its action, and how often its event was observed.
type overrideKey struct{ observation, action, times int }

// inForce lists the overrides of hours and queues that are known, in the order in which they come into force.
func (r *run) inForce() (all []inForce) {
	for key, from := range r.known {
		all = append(all, inForce{r.content.Observations[key.observation].Actions[key.action].Parameters.Behavior, from, key})
	}
	slices.SortFunc(all, func(a, b inForce) int {
		return cmp.Or(cmp.Compare(a.from, b.from), cmp.Compare(a.key.observation, b.key.observation),
			cmp.Compare(a.key.action, b.key.action), cmp.Compare(a.key.times, b.key.times))
	})
	return all
}

// use returns the first decision from one on in which a resource was used.
func (r *run) use(actionType, resource string, from int) (int, bool) {
	if r.chat == nil {
		return 0, false
	}
	for _, e := range r.chat.History() {
		if s := e.Step; s != nil && e.Decision >= from && s.Type == actionType && same(r.resource(s), resource) {
			return e.Decision, true
		}
	}
	return 0, false
}

// apply returns a configuration in which one resource is as an override says.
func apply(cfg catalog.Config, b *Behavior) catalog.Config {
	p := &b.Properties
	id, instead := tail(p.ActionParameters.resource()), tail(p.Strategy.SubstituteArn)
	if p.ActionType == transfer {
		return applyQueue(cfg, id, instead)
	}
	cfg.Hours = maps.Clone(cfg.Hours)
	h := cfg.Hours[id]
	switch {
	case p.Strategy.Type == substitute:
		h = cfg.Hours[instead]
	case p.Strategy.Response.Type == "Error":
		delete(cfg.Hours, id)
		return cfg
	case p.Strategy.Response.ExecutionResult.Value == "InHours" || p.Strategy.Response.ExecutionResult.Value == "InHour":
		h.Zone, h.Slots = time.UTC, nil
		for day := time.Sunday; day <= time.Saturday; day++ {
			h.Slots = append(h.Slots, opening.Slot{Day: day})
		}
	default:
		h.Zone, h.Slots = time.UTC, nil
	}
	h.ID = id
	cfg.Hours[id] = h
	return cfg
}

func applyQueue(cfg catalog.Config, id, instead string) catalog.Config {
	if instead == "" { // QueueAtCapacity
		cfg.Full = maps.Clone(cfg.Full)
		cfg.Full[id] = true
		return cfg
	}
	cfg.Queues = maps.Clone(cfg.Queues)
	cfg.Queues[id] = cfg.Queues[instead]
	return cfg
}
