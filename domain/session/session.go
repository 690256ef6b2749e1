// Package session holds the nouns of a chat: the session (the customer's one
// continuous chat), its contacts (segments) and its participants.
//
// A *Session that has left the store is a snapshot shared by many readers: it
// is never changed. Rules change a Clone.
package session

import (
	"encoding/json"
	"iter"
	"maps"
	"slices"
	"time"

	"parley/domain/talk"
	"parley/domain/transcript"
)

// Status is where a session stands.
type Status uint8

// The states of a session. Pending: started, the customer has not connected.
// Active: connected at least once. Ended: over; nothing changes it any more.
const (
	Pending Status = iota + 1
	Active
	Ended
)

// Session is the chain of contacts that share an InitialContactId: the unit of
// consistency. Its ID is the InitialContactId.
type Session struct {
	ID         string
	InstanceID string
	// Version changes when anything that a rule reads changes.
	Version int64
	// Head is the position of the last transcript item, and LastAt its
	// AbsoluteTime. Plain messages move them without changing Version, so a
	// snapshot may lag behind the store.
	Head   int64
	LastAt time.Time
	Status Status

	State      State
	Attributes map[string]string // contact attributes, shared by the whole session
	Flow       *Flow             // the running flow, nil when none runs
}

// State is what rules read about a session, beside the attributes and the flow.
type State struct {
	CreatedAt    time.Time
	Deadline     time.Time // the chat ends then, whatever happens (ChatDurationInMinutes)
	EndedAt      time.Time `json:",omitzero"`
	ContentTypes []string  // SupportedMessagingContentTypes; binds every sender
	ResponseMode string    `json:",omitempty"` // INCREMENTAL or COMPLETE
	// DisconnectOnCustomerExit: the customer's leave takes the agents along
	// and the disconnect flow goes on with the customer.
	DisconnectOnCustomerExit bool      `json:",omitempty"`
	Contacts                 []Contact // oldest first; the last one is current
	// Beside are the contacts of those who came beside the current contact: agents who were asked in, and supervisors.
	Beside       []Contact     `json:",omitempty"`
	Participants []Participant // in the order in which they were created
	Past         []Past        `json:",omitempty"` // persistent chat: what came before, newest first
	// InitialMessage is the text that the customer began the chat with ($.Media.InitialMessage).
	InitialMessage string `json:",omitempty"`
	// FlowLogging: the steps of its flows are logged (UpdateFlowLoggingBehavior).
	FlowLogging bool        `json:",omitempty"`
	Views       []ShownView `json:",omitempty"` // what flows showed, the latest last
	// References are the referenceIds of interactive messages, the latest last: what an answer may name.
	References []string `json:",omitempty"`
	// LastAgent is who served the customer last in the chats that this one continues, "" = nobody.
	LastAgent string `json:",omitempty"`
	// Processing is what happens to messages on their way; nil = they are said at once.
	Processing *Processing `json:",omitempty"`
	Files      []File      `json:",omitempty"` // attachments, in the order in which they were started
	Timers     []Timer     `json:",omitempty"` // as they are set for who joins next
	Timing     *Timing     `json:",omitempty"` // those that run; nil = nothing is timed
	Guide      *Guide      `json:",omitempty"` // set where the chat is an agent's guide, not a customer's chat
	Streams    []Stream    `json:",omitempty"` // message streams, those that have ended included
	// Key is that under which a channel elsewhere finds the chat (SendChatIntegrationEvent), or a widget that of a customer whom its
	// site has signed in; "" = nobody finds it so, or it is over there. Earlier releases had it for channels alone, under this name.
	Key string `json:"Outside,omitempty"`
	// Addressed says that the customer is called by the address at which a channel elsewhere reaches it, for that gave no other name.
	Addressed bool   `json:",omitempty"`
	Widget    string `json:",omitempty"` // the widget that started it, "" = none did
	// Authentication is the request of a flow that the customer sign in; nil = there is none.
	Authentication *Authentication `json:",omitempty"`
	Pushes         []Push          `json:",omitempty"` // where the customer hears of messages while it has no socket
	// Told is how many things the log of the chat has that others are told of (app/deliver).
	Told int64 `json:",omitempty"`
}

// Contact is one segment of a session.
type Contact struct {
	ID               string
	PreviousID       string `json:",omitempty"`
	RelatedID        string `json:",omitempty"`
	AssociationID    string // ContactAssociationId: the root of the tree of related contacts
	InitiationMethod string // API, TRANSFER, QUEUE_TRANSFER, DISCONNECT, MONITOR
	FlowID           string // the flow it was started with
	CustomerID       string `json:",omitempty"`
	Name             string `json:",omitempty"`
	Description      string `json:",omitempty"`
	LanguageCode     string `json:",omitempty"` // $.LanguageCode, set by flows; see Language

	InitiatedAt       time.Time
	ConnectedAt       time.Time            `json:",omitzero"` // ConnectedToSystemTimestamp
	DisconnectedAt    time.Time            `json:",omitzero"`
	DisconnectReason  string               `json:",omitempty"`
	UpdatedAt         time.Time            // LastUpdateTimestamp
	TargetQueueID     string               `json:",omitempty"` // chosen by the flow, not entered yet
	QueueID           string               `json:",omitempty"` // entered
	QueueName         string               `json:",omitempty"` // as that was called then
	EnqueuedAt        time.Time            `json:",omitzero"`
	DequeuedAt        time.Time            `json:",omitzero"`  // an agent took it, or it left the queue otherwise
	SegmentAttributes map[string]Value     `json:",omitempty"` // those given from outside; see Segments
	Tags              map[string]string    `json:",omitempty"`
	References        map[string]Reference `json:",omitempty"`
	Routing           Routing              `json:",omitzero"`
	// Hooks are the flows that later run on the contact, by hook (UpdateContactEventHooks, EventHooks).
	Hooks map[string]Hook `json:",omitempty"`
	// Recording is what a flow asked to be recorded and analysed, as the flow language spells it.
	Recording json.RawMessage `json:",omitempty"`

	// TargetAgent is the name of the user whose own queue TargetQueueID means: it is that user's id. AgentQueue says the same of QueueID.
	TargetAgent string `json:",omitempty"`
	AgentQueue  bool   `json:",omitempty"`
	// Waiting is the version of the document by which routing finds the contact, 0 = there is none.
	Waiting int64  `json:",omitempty"`
	Offer   *Offer `json:",omitempty"` // the open one
	// PassedOver says which users rejected or missed the contact, and until when they do not get it.
	PassedOver map[string]time.Time `json:",omitempty"`
	Declined   []Declined           `json:",omitempty"` // offers that came to nothing, oldest first
	Agent      *AgentInfo           `json:",omitempty"` // who took it
	Invited    string               `json:",omitempty"` // by what name an agent was asked in with this contact
	// Quick is the quick connect by which an agent sent the chat here, or asked the one in whose contact this is; nil = by none.
	Quick *QuickConnect `json:",omitempty"`

	Rules []MatchedRule `json:",omitempty"` // that matched the contact, each once
	// What people say about it, oldest first.
	Notes       []Note       `json:",omitempty"`
	Disposition *Disposition `json:",omitempty"`
	Rating      *int         `json:",omitempty"` // by the customer
	NoRating    time.Time    `json:",omitzero"`  // when something was given for it that is none
	// Talk is what was said in it, counted once it is over; nil = it was not counted.
	Talk *talk.Metrics `json:",omitempty"`
}

// QuickConnect says which quick connect an agent chose, as it was then.
type QuickConnect struct {
	ID   string
	Name string
	Type string // QUEUE or USER
}

// Hook is what runs at one point of a contact's life.
type Hook struct {
	FlowID   string `json:",omitempty"` // "" = the instance's default, if a chat runs it
	Disabled bool   `json:",omitempty"` // nothing runs
}

// Value is a segment attribute: exactly one member is set
// (Amazon Connect, SegmentAttributeValue).
type Value struct {
	String  *string          `json:",omitempty"`
	Integer *int64           `json:",omitempty"`
	ARN     *string          `json:",omitempty"`
	Map     map[string]Value `json:",omitempty"`
	List    []Value          `json:",omitempty"`
}

// Reference is a link or text attached to a contact (Amazon Connect, Reference).
type Reference struct {
	Type         string
	Value        string `json:",omitempty"`
	Status       string `json:",omitempty"`
	ARN          string `json:",omitempty"`
	StatusReason string `json:",omitempty"`
}

// Participant is one party of a session. It keeps its id through all segments.
type Participant struct {
	ID          string
	Role        transcript.Role
	DisplayName string
	UserID      string    `json:",omitempty"` // of an agent or supervisor
	Silent      bool      `json:",omitempty"` // a supervisor who only watches: nobody sees it
	WatchOnly   bool      `json:",omitempty"` // a supervisor who may do nothing but watch
	JoinedAt    time.Time `json:",omitzero"`  // zero = never connected
	LeftAt      time.Time `json:",omitzero"`  // zero = still part of the chat
	// JoinedAfter is the head when it joined: what it sees begins after it.
	JoinedAfter int64 `json:",omitzero"`
	// SubscribedAt is when a socket of it first subscribed; zero = never.
	SubscribedAt time.Time `json:",omitzero"`
	// AwaySince is when the customer was found to have lost its last socket; zero = it has one, or never had any.
	AwaySince time.Time `json:",omitzero"`
	// UseBefore is until when its participant token must first be used; zero = no limit.
	UseBefore time.Time `json:",omitzero"`
	UsedAt    time.Time `json:",omitzero"` // when its token was first used, if UseBefore is set
}

// Past is a part of an earlier session that this one continues.
type Past struct {
	Session  string
	Contacts []string // the contacts whose items are shown
}

// ShownView is a view that a flow has shown, as its token finds it again
// (DescribeView).
type ShownView struct {
	Token   string
	ViewID  string
	Version string
	Content string // id of the immutable content of that version
}

// Flow is the durable state of the session's running flow.
type Flow struct {
	ContactID string
	FlowID    string // the flow or module that runs now
	Content   string // id of its immutable content, which the run keeps
	// Run is the interpreter's state (domain/flow/interp), opaque here; empty = not started.
	Run json.RawMessage `json:",omitempty"`
	// Listening: what the customer says is an input of the flow. It wakes the flow,
	// unless the flow is in a call: Calling. Then the answer wakes it.
	Listening bool `json:",omitempty"`
	Calling   bool `json:",omitempty"`
	// Whisper is the hook of a flow that only one side hears, "" for all others.
	Whisper string `json:",omitempty"`
	// Until is when a whisper is over at the latest.
	Until time.Time `json:",omitzero"`
	// Hiding: what the customer answers to a view stays out of the transcript.
	Hiding bool `json:",omitempty"`
	// Input is what happened since the flow last ran.
	Input []Input `json:",omitempty"`
}

// Input is something that a waiting flow is told when it runs again.
type Input struct {
	Kind        string // "message", "left", "signin"
	ContentType string `json:",omitempty"`
	Content     string `json:",omitempty"`
}

// Clone returns a copy that rules may change: its slices are its own. Maps are
// shared, so rules replace them and never write into them.
func (s *Session) Clone() *Session {
	c := *s
	c.State.Contacts = slices.Clone(s.State.Contacts)
	c.State.Beside = slices.Clone(s.State.Beside)
	c.State.Participants = slices.Clone(s.State.Participants)
	c.State.Processing = s.State.Processing.clone()
	c.State.Files = slices.Clone(s.State.Files)
	c.State.Timing = s.State.Timing.clone()
	c.State.Streams = slices.Clone(s.State.Streams)
	c.State.Authentication = s.State.Authentication.clone()
	if s.Flow != nil {
		f := *s.Flow
		f.Input = slices.Clone(f.Input)
		c.Flow = &f
	}
	return &c
}

// Segment attributes that every web chat carries (Amazon Connect, SegmentAttributes).
const (
	Subtype   = "connect:Subtype"
	Direction = "connect:Direction"
)

// Segments returns the contact's segment attributes with those that every web chat carries.
func (k *Contact) Segments() map[string]Value { return Segments(k.SegmentAttributes) }

// Segments returns segment attributes that were given from outside with those that every web chat carries.
func Segments(given map[string]Value) map[string]Value {
	chat, inbound := "connect:Chat", "INBOUND"
	all := map[string]Value{Subtype: {String: &chat}, Direction: {String: &inbound}}
	maps.Copy(all, given)
	return all
}

// DefaultLanguage is the language of a contact whose flow chose none (our choice:
// that of Amazon Connect's default voice).
const DefaultLanguage = "en-US"

// Language returns the contact's language code.
func (k *Contact) Language() string {
	if k.LanguageCode == "" {
		return DefaultLanguage
	}
	return k.LanguageCode
}

// Current returns the contact that is going on, or the last one.
func (s *Session) Current() *Contact { return &s.State.Contacts[len(s.State.Contacts)-1] }

// Contact returns the contact with that id, nil if it is none of the session's.
func (s *Session) Contact(id string) *Contact {
	for k := range s.Contacts() {
		if k.ID == id {
			return k
		}
	}
	return nil
}

// IsBeside reports whether a contact of the session is one of those beside the chain.
func (s *Session) IsBeside(k *Contact) bool {
	for i := range s.State.Beside {
		if k == &s.State.Beside[i] {
			return true
		}
	}
	return false
}

// Contacts goes through all contacts of the session: the chain, oldest first, and then those beside it.
func (s *Session) Contacts() iter.Seq[*Contact] {
	return func(yield func(*Contact) bool) {
		for _, list := range [][]Contact{s.State.Contacts, s.State.Beside} {
			for i := range list {
				if !yield(&list[i]) {
					return
				}
			}
		}
	}
}

// Participant returns the participant with that id, nil if there is none.
func (s *Session) Participant(id string) *Participant {
	for i := range s.State.Participants {
		if s.State.Participants[i].ID == id {
			return &s.State.Participants[i]
		}
	}
	return nil
}

// User returns the participant by which a user takes part in the chat now, nil if there is none.
func (s *Session) User(id string) *Participant {
	for i := range s.State.Participants {
		if p := &s.State.Participants[i]; p.UserID == id && id != "" && p.Present() {
			return p
		}
	}
	return nil
}

// Customer returns the customer.
func (s *Session) Customer() *Participant {
	for i := range s.State.Participants {
		if s.State.Participants[i].Role == transcript.Customer {
			return &s.State.Participants[i]
		}
	}
	return nil
}

// Author names the participant as the author of an item.
func (p *Participant) Author() transcript.Author {
	return transcript.Author{ParticipantID: p.ID, DisplayName: p.DisplayName, Role: p.Role}
}

// Present reports whether the participant still belongs to the chat.
func (p *Participant) Present() bool { return p.LeftAt.IsZero() }
