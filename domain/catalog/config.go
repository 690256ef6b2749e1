// Package catalog holds what the rules of a chat read of its instance: queues, flows, hours, views, prompts.
//
// It guarantees: a Config is a snapshot and never changed; a reference, an id or an ARN with or without a qualifier, finds the one
// thing that it names, or a refusal that says why not.
package catalog

import (
	"time"

	"parley/domain/flow"
	"parley/domain/flow/interp"
	"parley/domain/hours"
	"parley/domain/session"
)

// Config is what a flow may read of its instance: a snapshot, never changed.
type Config struct {
	InstanceARN string
	Region      string
	// The resources of the instance, by id.
	Queues  map[string]Queue
	Flows   map[string]FlowRef
	Modules map[string]FlowRef
	Views   map[string]View
	Hours   map[string]hours.Hours
	Prompts map[string]Prompt
	// Attributes are the names of the predefined attributes; nil = they are not known, and any is taken for one.
	Attributes map[string]bool
	// DefaultFlows are the flows that run where no hook names another, by type; for
	// flow.CustomerQueue only, of those that a chat runs.
	DefaultFlows map[flow.Type]string

	// SameCustomer: a chat may continue only one of the same CustomerId (Settings.RequireSameCustomer).
	SameCustomer bool

	// Pools are the user pools, by id, whose customers can sign in.
	Pools map[string]bool

	// Live are the numbers of queues that were read for this decision, by queue id, of an agent's own by the user's.
	Live map[string]Live
	// Stands is where the contact stood in its queue when Live was read; nil where it did not wait.
	Stands *interp.Standing
	// Users are the names of users that were read for this decision, by id; "" where there is no such user.
	Users map[string]string
	// Served are the users who served customers last that were read for this decision, by CustomerId; "" for nobody.
	Served map[string]string
	// Past are the chats of contacts that were read for this decision, by contact id; nil where there is no such contact.
	Past map[string]*session.Session
	// Full names queues that a commit found at their capacity just now.
	Full map[string]bool
	// Documents are the contents that were read for this decision, by content id; nil for one that is gone.
	Documents map[string]*flow.Document
}

// Queue is a queue that contacts can wait in.
type Queue struct {
	ID, ARN, Name string
	HoursID       string // hours of operation, "" where the queue has none
	MaxContacts   int64  // that may wait; 0 = no bound, NoContacts = none
	Disabled      bool   // it takes no new contacts
	// Return is for how long a customer who comes back is kept for the agent who served it last; 0 = not at all.
	Return time.Duration
}

// NoContacts is the MaxContacts of a queue in which none may wait.
const NoContacts = -1

// Live are the numbers of a queue at this moment.
type Live struct {
	Contacts int64 // that wait
	// OldestSeconds is the age of the one that waits longest, nil where it is not known.
	OldestSeconds *int64
	Agents        interp.Agents
}

// FlowRef is a flow or a flow module as another flow finds it.
type FlowRef struct {
	ID, ARN, Name string
	Type          flow.Type // "" for a module
	Active        bool      // not archived
	// Published and Saved are content ids, "" where there is none.
	Published, Saved string
	Versions         map[string]string // content id by version number
	Aliases          map[string]string // version number by alias name, modules only
}

// Prompt is a prompt as a MessageParticipant block finds it.
type Prompt struct {
	ID, ARN, Name string
	Text          string // what is said on a chat, "" where the prompt is only sound
}

// View is a view as a ShowView block finds it.
type View struct {
	ID, ARN, Name string
	Version       int               // the number of the published content, 0 where it has none
	Versions      map[string]string // content id by version number, and by "$LATEST" and "$SAVED"
}

// Runs reports whether a flow can be started.
func (f FlowRef) Runs() bool { return f.Active && f.Published != "" }

// OwnQueue is the queue of a user alone, under the user's id and name.
func (c *Config) OwnQueue(user, name string) Queue {
	return Queue{ID: user, ARN: c.InstanceARN + "/queue/agent/" + user, Name: name}
}
