// Package record holds what is remembered of a contact for searches, numbers and reports: its contact record.
//
// It guarantees: a Record is a pure function of a session and one of its contacts, so that it can be made again from them at
// any time; it holds no text of the chat. It has no clock and no sums: what is counted over many records is counted by who reads them.
package record

import (
	"reflect"
	"time"

	"parley/domain/session"
	"parley/domain/talk"
)

// Channel is the channel of every record.
const Channel = "CHAT"

// Record is one contact (a segment of a session) as it stands. Times are zero for what has not happened. It
// shares memory with the session that it was made of, and is never changed.
type Record struct {
	ID            string
	SessionID     string // InitialContactId
	InstanceID    string
	PreviousID    string `json:",omitempty"`
	NextID        string `json:",omitempty"` // the contact that followed it in the chat
	NextMethod    string `json:",omitempty"` // and how that began: TRANSFER …
	RelatedID     string `json:",omitempty"`
	AssociationID string `json:",omitempty"`
	// Beside: it is no part of the chain, but the contact of an agent who was asked in (Invited), or of a supervisor (Method MONITOR).
	Beside  bool   `json:",omitempty"`
	Invited string `json:",omitempty"` // by what name the agent was asked in
	GuideOf string `json:",omitempty"` // the contact whose agent this one guides: it is no customer's

	Method      string // InitiationMethod
	FlowID      string `json:",omitempty"` // the flow that it was started with
	CustomerID  string `json:",omitempty"`
	Name        string `json:",omitempty"`
	Description string `json:",omitempty"`
	Language    string `json:",omitempty"` // as flows set it, "" = the default one

	InitiatedAt      time.Time
	ConnectedAt      time.Time `json:",omitzero"` // ConnectedToSystemTimestamp: the customer was there
	EnqueuedAt       time.Time `json:",omitzero"`
	DequeuedAt       time.Time `json:",omitzero"` // an agent took it, or it left the queue otherwise
	DisconnectedAt   time.Time `json:",omitzero"`
	DisconnectReason string    `json:",omitempty"`
	UpdatedAt        time.Time `json:",omitzero"` // when something last changed on it, not only what the record says

	QueueID    string            `json:",omitempty"` // the one that it entered
	QueueName  string            `json:",omitempty"` // as that was called when it did
	AgentQueue bool              `json:",omitempty"` // QueueID is a user's, whose own queue it is
	Priority   int64             `json:",omitempty"` // 0 = session.DefaultPriority
	Criteria   *session.Criteria `json:",omitempty"`
	// Declined are the offers that agents did not take, oldest first, at most session.MaxDeclined.
	Declined []session.Declined `json:",omitempty"`
	Agent    *Agent             `json:",omitempty"` // who took it; of a MONITOR contact the supervisor

	Attributes        map[string]string            `json:",omitempty"` // of the whole session
	SegmentAttributes map[string]session.Value     `json:",omitempty"` // those given from outside; see Segments
	Tags              map[string]string            `json:",omitempty"`
	References        map[string]session.Reference `json:",omitempty"`
	Rules             []session.MatchedRule        `json:",omitempty"`
	Notes             int                          `json:",omitempty"` // how many colleagues wrote
	Disposition       *session.Disposition         `json:",omitempty"`
	Rating            *int                         `json:",omitempty"` // what the customer answered in a survey, nil = nothing
	// Talk is how much was said in it and how soon it was answered, nil = that was not counted: the contact goes on, or was over for a moment only.
	Talk *talk.Metrics `json:",omitempty"`
}

// Agent is the user who took a contact.
type Agent struct {
	UserID        string
	ParticipantID string
	Names         session.AgentNames `json:",omitzero"`
	ProfileID     string             `json:",omitempty"` // the routing profile at that time
	Groups        []string           `json:",omitempty"` // the hierarchy groups at that time, the top one first
	ConnectedAt   time.Time          // ConnectedToAgentTimestamp
	LeftAt        time.Time          `json:",omitzero"` // the end of the interaction
	WorkBegan     time.Time          `json:",omitzero"` // after-contact work
	WorkEnded     time.Time          `json:",omitzero"`
}

// Of makes the record of a contact of a session.
func Of(s *session.Session, k *session.Contact) Record {
	r := Record{
		ID: k.ID, SessionID: s.ID, InstanceID: s.InstanceID, PreviousID: k.PreviousID, RelatedID: k.RelatedID, AssociationID: k.AssociationID,
		Beside: s.IsBeside(k), Invited: k.Invited,
		Method: k.InitiationMethod, FlowID: k.FlowID, CustomerID: k.CustomerID, Name: k.Name, Description: k.Description, Language: k.LanguageCode,
		InitiatedAt: k.InitiatedAt, ConnectedAt: k.ConnectedAt, EnqueuedAt: k.EnqueuedAt, DequeuedAt: k.DequeuedAt,
		DisconnectedAt: k.DisconnectedAt, DisconnectReason: k.DisconnectReason, UpdatedAt: k.UpdatedAt,
		QueueID: k.QueueID, QueueName: k.QueueName, AgentQueue: k.AgentQueue, Priority: k.Routing.Priority, Criteria: k.Routing.Criteria,
		Declined: k.Declined, Agent: agentOf(s, k),
		Attributes: s.Attributes, SegmentAttributes: k.SegmentAttributes, Tags: k.Tags, References: k.References,
		Rules: k.Rules, Notes: len(k.Notes), Disposition: k.Disposition, Rating: k.Rating, Talk: k.Talk,
	}
	if next := after(s, k); next != nil {
		r.NextID, r.NextMethod = next.ID, next.InitiationMethod
	}
	if s.State.Guide != nil {
		r.GuideOf = s.State.Guide.ContactID
	}
	return r
}

func agentOf(s *session.Session, k *session.Contact) *Agent {
	if k.Agent == nil {
		return nil
	}
	a := &Agent{
		UserID: k.Agent.UserID, ParticipantID: k.Agent.ParticipantID, Names: k.Agent.Names, ProfileID: k.Agent.ProfileID, Groups: k.Agent.Groups,
		ConnectedAt: k.Agent.ConnectedAt, WorkBegan: k.Agent.WorkBegan, WorkEnded: k.Agent.WorkEnded,
	}
	if p := s.Participant(a.ParticipantID); p != nil {
		a.LeftAt = p.LeftAt
	}
	return a
}

// after returns the contact that followed one in the chain, nil if none did.
func after(s *session.Session, k *session.Contact) *session.Contact {
	for i := range len(s.State.Contacts) - 1 {
		if k == &s.State.Contacts[i] {
			return &s.State.Contacts[i+1]
		}
	}
	return nil
}

// Changed reports whether two records of a contact say different things. When they last changed is not compared: a contact
// also changes in what is no part of its record.
func Changed(before, after Record) bool {
	before.UpdatedAt = after.UpdatedAt
	return !reflect.DeepEqual(before, after)
}

// Changes returns the records that a change of a session leaves different; all of them for a session that begins (before is nil).
func Changes(before, after *session.Session) (changed []Record) {
	for k := range after.Contacts() {
		now := Of(after, k)
		if before != nil {
			if was := before.Contact(k.ID); was != nil && !Changed(Of(before, was), now) {
				continue
			}
		}
		changed = append(changed, now)
	}
	return changed
}

// Segments returns the segment attributes with those that every web chat carries.
func (r *Record) Segments() map[string]session.Value { return session.Segments(r.SegmentAttributes) }

// Categories are the categories that rules have given the contact, in the order in which they did.
func (r *Record) Categories() []string { return session.Categories(r.Rules) }

// Abandoned reports whether the customer waited for an agent and left without having talked to one.
func (r *Record) Abandoned() bool {
	return !r.EnqueuedAt.IsZero() && r.Agent == nil && !r.DisconnectedAt.IsZero() && r.NextID == ""
}

// Customer reports whether the contact is a segment of a customer's chat, and not one beside it or an agent's guide.
func (r *Record) Customer() bool { return !r.Beside && r.GuideOf == "" }
