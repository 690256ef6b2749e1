package contact

import (
	"slices"
	"time"

	"parley/domain/catalog"
	"parley/domain/change"
	"parley/domain/flow/interp"
	"parley/domain/session"
	"parley/domain/transcript"
)

// begin makes a flow the running one of the current contact. It starts in a decision of its own,
// so that what it says comes after everything that was decided before.
func (d *Draft) begin(f catalog.FlowRef) {
	d.s.Flow = &session.Flow{ContactID: d.s.Current().ID, FlowID: f.ID, Content: f.Published}
	d.touch(change.Flow)
	d.at(DueFlow, d.now)
}

// WhisperLimit is how long one whisper lasts at most (Amazon Connect: two minutes, then it ends the contact; here the talk goes on,
// our choice).
const WhisperLimit = 2 * time.Minute

// Whisper starts, after an agent has accepted a contact, the flow that the agent hears, and after that the one that the customer
// hears, where hooks name them. On a contact beside the current one nobody hears anything.
func (d *Draft) Whisper(contact string, cfg catalog.Config) {
	if k := d.s.Current(); k.ID == contact && k.Agent != nil && d.s.Flow == nil {
		d.whisper("", cfg)
	}
}

// whisper starts the first of these flows after that of a hook, "" for none. It reports false where there is none.
func (d *Draft) whisper(after string, cfg catalog.Config) bool {
	hooks := []string{HookAgentWhisper, HookWhisper}
	for _, name := range hooks[slices.Index(hooks, after)+1:] {
		if f, ok := FlowOn(&cfg, d.s.Current(), name); ok {
			d.begin(f)
			d.s.Flow.Whisper, d.s.Flow.Until = name, d.now.Add(WhisperLimit)
			return true
		}
	}
	return false
}

// hush ends a whisper that has lasted too long, and begins the next.
func (d *Draft) hush(cfg catalog.Config) FlowStep {
	whispered := d.s.Flow.Whisper
	d.s.Flow = nil
	d.touch(change.Flow)
	if !d.whisper(whispered, cfg) {
		d.drop(DueFlow)
	}
	return FlowStep{Outcome: interp.Outcome{Kind: interp.Budget, Reason: "a whisper lasts two minutes at most"}}
}

// audience is who hears what a flow says now.
func (d *Draft) audience() transcript.Visibility {
	if d.s.Flow == nil {
		return transcript.All
	}
	switch d.s.Flow.Whisper {
	case HookAgentWhisper:
		return transcript.AgentOnly
	case HookWhisper:
		return transcript.CustomerOnly
	}
	return transcript.All
}

// enqueued starts the customer queue flow of a contact that has just entered a queue. It reports false if none runs.
func (d *Draft) enqueued(cfg catalog.Config) bool {
	f, ok := FlowOn(&cfg, d.s.Current(), HookQueue)
	if ok {
		d.begin(f)
	}
	return ok
}

// remain starts the disconnect flow of a chat whose last helper has left while the customer remains: it runs on a new
// contact. reason is why the old one is over. It reports false if none runs.
func (d *Draft) remain(reason string, cfg catalog.Config) bool {
	f, ok := FlowOn(&cfg, d.s.Current(), HookRemaining)
	if !ok || !d.mayFollow() {
		return false
	}
	d.uninvite()
	d.follow(byDisconnect, reason).FlowID = f.ID
	d.begin(f)
	return true
}

// exit takes the agents out of a chat whose customer leaves with DisconnectOnCustomerExit, and lets the disconnect flow
// go on with the customer. It reports false where the customer's leave ends the chat: no agent is there, or no such flow runs.
func (d *Draft) exit(cfg catalog.Config) bool {
	if !d.s.State.DisconnectOnCustomerExit || !d.present(transcript.Agent) {
		return false
	}
	if _, ok := FlowOn(&cfg, d.s.Current(), HookRemaining); !ok {
		return false
	}
	for i := range d.s.State.Participants {
		if p := &d.s.State.Participants[i]; p.Role == transcript.Agent && p.Present() {
			d.leave(p)
		}
	}
	return d.remain(ReasonCustomer, cfg)
}
