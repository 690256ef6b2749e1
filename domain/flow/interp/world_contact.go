package interp

import "encoding/json"

// Contacts is what a flow changes of its contact beside attributes.
type Contacts interface {
	// UpdateContact changes the contact's data: all of it or, with an error, none.
	UpdateContact(u ContactUpdate) error
	// Tag adds and replaces tags, all or none; Untag removes tags, those that are not there are ignored.
	Tag(tags map[string]string) error
	Untag(keys []string) error
	// SetHooks says what runs later on the contact, all or none; hooks that are not named stay as they are.
	SetHooks(hooks map[string]Hook) error
	// SetRecording remembers what is to be recorded and analysed, as the language spells it.
	SetRecording(behavior json.RawMessage)
	// SetProcessor gives every later message of the chat to a function before it is said; "" ends that. deliver: what
	// the function fails at is said as it is.
	SetProcessor(function string, deliver bool) error
	// SetRedaction masks personal data in every later message of the chat: these entities, nil for all that are known. generic
	// masks all of them alike. An entity that cannot be found is an error.
	SetRedaction(on, generic bool, entities []string) error
	// SetPriority and SetQueueAge change the contact's place in its queue.
	SetPriority(priority int64) error
	SetQueueAge(seconds int) error
	// SetCriteria says which agents may get the contact (RoutingCriteria, as the language spells them).
	SetCriteria(criteria json.RawMessage) error
	// Associate lets the chat continue an earlier one (CreatePersistentContactAssociation). It may return a *Need.
	Associate(rehydration, source string) error
}

// ContactUpdate is a change of a contact's data; nil members stay as they are.
type ContactUpdate struct {
	Name, Description, LanguageCode, CustomerID *string
	// References and SegmentAttributes are objects as the language spells them.
	References, SegmentAttributes json.RawMessage
}

// Hook is what runs at one point of a contact's life.
type Hook struct {
	Flow string // id or ARN; "" leaves the flow as it is
	// Disable, if set, says that nothing runs, or that something does again.
	Disable *bool
}

// Instance is what a flow asks of its instance.
type Instance interface {
	// Open reports whether hours of operation (id or ARN) are open now; "" asks for those of the working queue.
	Open(hours string) (bool, error)
	// Metrics returns the live numbers of a queue (id or ARN), of an agent's own queue if agent (id or ARN) is not
	// empty; "" and "" ask for the working queue. It may return a *Need.
	Metrics(queue, agent string) (Metrics, error)
	// Requeue takes the contact out of its queue and puts it, as the next contact of the chat, into another one, which is
	// named as for Metrics. fault.LimitExceeded means that the queue is full. It may return a *Need.
	Requeue(queue, agent string) error
}

// Metrics are the live numbers of a queue, for chats.
type Metrics struct {
	Name, ARN string
	Contacts  int64
	// OldestSeconds is the age of the contact that waits longest, 0 if none waits, nil where it is not known.
	OldestSeconds *int64
	Agents        Agents
	Stands        *Standing // of the contact itself, nil where it does not wait
}

// Standing is where a contact stands in its queue.
type Standing struct {
	Position    int64
	WaitSeconds *int64 // how long it probably still waits, nil where it is not known
}

// Agents counts the agents of a queue by what they do.
type Agents struct {
	Online, Available, Staffed, AfterContactWork, Busy, Missed, NonProductive int64
}

// Need is the error of a World that has not read something for this decision. The Advance ends
// with the outcome Kind and Subject; read it and make the whole decision again.
type Need struct {
	Kind    OutcomeKind // NeedMetrics, NeedContact or NeedUser
	Subject string      // the id of a queue, of a contact or of a user
}

// Error says what was not read.
func (n *Need) Error() string { return "not read yet: " + string(n.Kind) }
