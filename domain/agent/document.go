package agent

import (
	"encoding/json"
	"fmt"
	"time"

	"parley/domain/change"
	"parley/domain/routing"
)

// Kind is the kind of the resource as which an agent is stored; its id is the
// user's.
const Kind = "agent"

// KindWatching is the kind of the resource that says in which chats a user is a supervisor; its id is the user's.
const KindWatching = "watching"

// Format is the version of the document's form that this code writes. A newer
// one is refused; an older one will be read when there is one.
const Format = 1

type document struct {
	Format int
	Agent
}

// Resource writes the agent: created if its Version is 0, else only over that version.
func (a Agent) Resource() (change.Resource, error) {
	text, err := json.Marshal(document{Format, a})
	if err != nil {
		return change.Resource{}, fmt.Errorf("agent %s: %w", a.UserID, err)
	}
	return change.Resource{Instance: a.InstanceID, Kind: Kind, ID: a.UserID, Version: a.Version, Document: text}, nil
}

// Parse reads a stored agent.
func Parse(instance, user string, version int64, text []byte) (Agent, error) {
	var d document
	if err := json.Unmarshal(text, &d); err != nil {
		return Agent{}, fmt.Errorf("agent %s: %w", user, err)
	}
	if d.Format != Format {
		return Agent{}, fmt.Errorf("agent %s: the document's format is %d, this version reads %d", user, d.Format, Format)
	}
	d.InstanceID, d.UserID, d.Version = instance, user, version
	return d.Agent, nil
}

// Profile is what routing needs of a user beside the agent: its routing
// profile's queues and chat concurrency, and its proficiencies.
type Profile struct {
	Concurrency int
	Queues      []routing.ProfileQueue
	// SinceInbound: the agent's turn comes by the time since its last contact, whatever statuses it chose meanwhile
	// (AgentAvailabilityTimer TIME_SINCE_LAST_INBOUND).
	SinceInbound  bool
	Proficiencies map[routing.Skill]float32
}

// Routing is the agent as routing sees it.
func (a Agent) Routing(p Profile) routing.Agent {
	return routing.Agent{
		ID:            a.UserID,
		Presence:      a.presence(),
		Routable:      a.Routable(),
		Failed:        a.count(Missed, Failed) > 0,
		IdleSince:     a.idleSince(p),
		Held:          a.count(Connected),
		Offered:       a.count(Connecting),
		AfterWork:     a.count(Ended),
		Blocked:       a.count(Missed, Failed),
		Concurrency:   p.Concurrency,
		Queues:        p.Queues,
		Proficiencies: p.Proficiencies,
	}
}

func (a Agent) presence() routing.Presence {
	switch a.Status.Kind {
	case Routable:
		return routing.Available
	case Custom:
		return routing.Custom
	}
	return routing.Offline
}

// idleSince is since when the agent waits for its turn. Who had no contact yet waits since it became available (our choice).
func (a Agent) idleSince(p Profile) time.Time {
	if p.SinceInbound && !a.InboundSince.IsZero() {
		return a.InboundSince
	}
	return a.IdleSince
}
