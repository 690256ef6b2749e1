package contact

import (
	"cmp"
	"time"

	"parley/domain/attribute"
	"parley/domain/change"
	"parley/domain/persistent"
	"parley/domain/quota"
	"parley/domain/session"
	"parley/domain/transcript"
	"parley/internal/fault"
)

// Bounds of ChatDurationInMinutes (StartChatContact).
const (
	DefaultDuration = 25 * time.Hour
	MinDuration     = 60 * time.Minute
	MaxDuration     = 10_080 * time.Minute
)

// ConnectWithin is the time in which the customer must have connected (StartChatContact: 5 minutes).
const ConnectWithin = 5 * time.Minute

// Start is a request to start a chat (StartChatContact).
type Start struct {
	InstanceID  string
	FlowID      string // resolved: the flow exists, is published and of type CONTACT_FLOW
	FlowContent string // id of the immutable content that it runs
	DisplayName string

	Initial                  *Message
	Attributes               map[string]string
	Duration                 time.Duration // 0 = DefaultDuration
	Longest                  bool          // as long as the instance allows, instead of Duration
	ContentTypes             []string      // nil = text/plain only (our choice)
	ResponseMode             string
	SegmentAttributes        map[string]session.Value
	CustomerID               string
	DisconnectOnCustomerExit bool
	Rehydration              *persistent.Rehydration
	RelatedContactID         string
	// Of a chat that a channel elsewhere begins (SendChatIntegrationEvent), or a widget: the key under which it finds the chat. What kind of
	// channel it is (connect:Subtype), and the topic's ARN to which the chat is streamed under an id, nil = to none.
	Key, Subtype string
	Stream       *session.Stream
	Widget       string // that starts it
	Addressed    bool   // DisplayName is the customer's address there

	// Source is the ended session that Rehydration continues, Related the one that RelatedContactId names.
	Source, Related *session.Session
}

// Settings are the instance's settings that rules read.
type Settings struct {
	Text                TextLimit
	ActiveChats         int64 // concurrent active chats per instance; 0 = no bound
	FixedDuration       bool  // custom chat durations are turned off
	RequireSameCustomer bool  // a rehydrated chat must name the source's CustomerId
}

// IDs are the new ids of a chat: all UUIDs.
type IDs struct{ Set, Contact, Participant string }

// Check holds each member against its own limits; the limits of the service model
// (lengths, ranges, enums) were checked when the request was decoded.
func (r *Start) Check(lim TextLimit) error {
	if err := CheckContentTypes(r.ContentTypes); err != nil {
		return err
	}
	if err := cmp.Or(attribute.CheckKeys(r.Attributes), attribute.CheckSize(r.Attributes)); err != nil {
		return err
	}
	switch {
	case r.Initial == nil:
		return nil
	case r.Initial.ContentType == transcript.Interactive:
		return fault.New(fault.Invalid, "InitialMessage.ContentType %s can only be sent by a flow, a bot or an agent", transcript.Interactive)
	}
	return r.Initial.check("InitialMessage.", lim)
}

// Begin starts the chat: the rules across members, then the session with its
// customer, the initial message as item 1, one more active chat, and the two deadlines.
func (r *Start) Begin(ids IDs, set Settings, now time.Time) (*change.Set, error) {
	if err := r.rules(set); err != nil {
		return nil, err
	}
	if r.Longest && !set.FixedDuration {
		r.Duration = MaxDuration
	}
	s := r.session(ids, now)
	if err := r.inherit(s); err != nil {
		return nil, err
	}
	d := &Draft{s: s, now: now, parts: change.AllParts}
	d.set = change.Set{
		ID: ids.Set, At: now,
		Session:  &change.Session{ID: s.ID, Create: true},
		Contacts: []change.Contact{{ID: s.ID, SessionID: s.ID, InstanceID: s.InstanceID}},
		Usage:    []change.Usage{{Key: quota.ActiveChats(s.InstanceID), Delta: 1, Max: set.ActiveChats}},
	}
	if r.Initial != nil {
		s.State.InitialMessage = r.Initial.Content
		d.message(r.Initial.ContentType, r.Initial.Content, s.Customer().Author())
	}
	d.at(DueConnect, now.Add(ConnectWithin))
	d.at(DueExpiry, s.State.Deadline)
	return d.Changes(), nil
}

func (r *Start) rules(set Settings) error {
	switch {
	case r.Rehydration != nil && r.RelatedContactID != "":
		return fault.New(fault.Rule, "PersistentChat and RelatedContactId cannot be used together")
	case r.Duration != 0 && set.FixedDuration:
		return fault.New(fault.Rule, "ChatDurationInMinutes is not supported: custom chat durations are turned off for this instance")
	case r.Initial != nil && !allows(r.contentTypes(), r.Initial.ContentType):
		return fault.New(fault.Rule, "InitialMessage.ContentType must be one of SupportedMessagingContentTypes")
	}
	return attribute.CheckStart(r.SegmentAttributes, r.contentTypes())
}

func (r *Start) contentTypes() []string {
	if r.ContentTypes == nil {
		return []string{transcript.Plain}
	}
	return r.ContentTypes
}

func (r *Start) session(ids IDs, now time.Time) *session.Session {
	duration := r.Duration
	if duration == 0 {
		duration = DefaultDuration
	}
	return &session.Session{
		ID: ids.Contact, InstanceID: r.InstanceID, Status: session.Pending,
		State: session.State{
			CreatedAt: now, Deadline: now.Add(duration),
			ContentTypes: r.contentTypes(), ResponseMode: r.ResponseMode,
			DisconnectOnCustomerExit: r.DisconnectOnCustomerExit,
			Contacts:                 []session.Contact{r.contact(ids, now)},
			Participants:             []session.Participant{{ID: ids.Participant, Role: transcript.Customer, DisplayName: r.DisplayName}},
			Key:                      r.Key, Streams: r.streams(), Widget: r.Widget, Addressed: r.Addressed,
		},
		Attributes: r.Attributes,
		Flow:       &session.Flow{ContactID: ids.Contact, FlowID: r.FlowID, Content: r.FlowContent},
	}
}

func (r *Start) streams() []session.Stream {
	if r.Stream == nil {
		return nil
	}
	return []session.Stream{*r.Stream}
}

func (r *Start) segments() map[string]session.Value {
	if r.Subtype == "" {
		return r.SegmentAttributes
	}
	return map[string]session.Value{session.Subtype: {String: &r.Subtype}}
}

func (r *Start) contact(ids IDs, now time.Time) session.Contact {
	return session.Contact{
		ID: ids.Contact, AssociationID: ids.Contact, RelatedID: r.RelatedContactID,
		InitiationMethod: "API", FlowID: r.FlowID, CustomerID: r.CustomerID,
		InitiatedAt: now, UpdatedAt: now,
		SegmentAttributes: r.segments(),
	}
}

// inherit copies what the chat takes over from the contact that it continues or relates to: its attributes,
// under the request's own (our choice), and the root of its tree.
func (r *Start) inherit(s *session.Session) error {
	if r.Rehydration != nil {
		return r.Rehydration.Apply(s, r.Source)
	}
	return persistent.TakeOver(s, r.Related, r.RelatedContactID)
}
