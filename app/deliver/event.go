package deliver

import (
	"time"

	"parley/domain/contactevent"
	"parley/domain/filed"
	"parley/domain/session"
	"parley/internal/arn"
	"parley/work/eventbridge"
)

// detailType is how EventBridge names contact events.
const detailType = "Amazon Connect Contact Event"

// detail is what a contact event says (Amazon Connect, "Contact events data model"). DisconnectReason and Sequence are ours:
// AWS tells the reason of campaigns only, and gives events no order.
type detail struct {
	EventType         contactevent.Type            `json:"eventType"`
	ContactID         string                       `json:"contactId"`
	InitialContactID  string                       `json:"initialContactId,omitempty"`
	PreviousContactID string                       `json:"previousContactId,omitempty"`
	RelatedContactID  string                       `json:"relatedContactId,omitempty"`
	Channel           string                       `json:"channel"`
	InstanceARN       string                       `json:"instanceArn"`
	InitiationMethod  string                       `json:"initiationMethod"`
	Initiated         *filed.Stamp                 `json:"initiationTimestamp,omitempty"`
	Connected         *filed.Stamp                 `json:"connectedToSystemTimestamp,omitempty"`
	Disconnected      *filed.Stamp                 `json:"disconnectTimestamp,omitempty"`
	DisconnectReason  string                       `json:"disconnectReason,omitempty"`
	Queue             *queueInfo                   `json:"queueInfo,omitempty"`
	Agent             *agentInfo                   `json:"agentInfo,omitempty"`
	UpdatedProperties []string                     `json:"updatedProperties,omitempty"`
	CustomerID        string                       `json:"customerId,omitempty"`
	Tags              map[string]string            `json:"tags,omitempty"`
	SegmentAttributes map[string]map[string]string `json:"segmentAttributes,omitempty"`
	Sequence          int64                        `json:"sequence"`
}

type queueInfo struct {
	ARN      string       `json:"queueArn"`
	Type     string       `json:"queueType"`
	Enqueued *filed.Stamp `json:"enqueueTimestamp"`
	Dequeued *filed.Stamp `json:"dequeueTimestamp,omitempty"`
}

type agentInfo struct {
	ARN         string       `json:"agentArn"`
	Connected   *filed.Stamp `json:"connectedToAgentTimestamp"`
	WorkBegan   *filed.Stamp `json:"afterContactWorkStartTimestamp,omitempty"`
	WorkEnded   *filed.Stamp `json:"afterContactWorkEndTimestamp,omitempty"`
	WorkSeconds *int64       `json:"afterContactWorkDuration,omitempty"`
}

// eventEntry is the entry of an event, which gets that number.
func (s *Service) eventEntry(snap *session.Session, e contactevent.Event, seq int64, at time.Time) *entry {
	d := s.detail(snap, e)
	d.Sequence = seq
	id := entryID(snap.ID, seq)
	body, _ := eventbridge.Event{ // nothing in it can fail to encode
		ID: id, DetailType: detailType, Source: "aws.connect", Detail: d,
		Resources: []string{d.InstanceARN, arn.Scope{Home: s.Home, Instance: snap.InstanceID}.ARN(arn.Contact, e.Contact.ID)},
	}.Encode(s.Home, at)
	return &entry{ID: id, Type: string(e.Type), Contact: e.Contact.ID, At: at, Body: body}
}

func (s *Service) detail(snap *session.Session, e contactevent.Event) detail {
	k := e.Contact
	scope := arn.Scope{Home: s.Home, Instance: snap.InstanceID}
	d := detail{
		EventType: e.Type, ContactID: k.ID, PreviousContactID: k.PreviousID, RelatedContactID: k.RelatedID, Channel: "CHAT",
		InstanceARN: s.Home.InstanceARN(snap.InstanceID), InitiationMethod: k.InitiationMethod,
		Initiated: filed.Some(k.InitiatedAt), Connected: filed.Some(k.ConnectedAt), Disconnected: filed.Some(k.DisconnectedAt), DisconnectReason: k.DisconnectReason,
		UpdatedProperties: e.Updated, CustomerID: k.CustomerID, Tags: k.Tags, SegmentAttributes: filed.Segments(k),
	}
	if k.ID != snap.ID {
		d.InitialContactID = snap.ID
	}
	if !k.EnqueuedAt.IsZero() {
		d.Queue = &queueInfo{ARN: scope.ARN(arn.Queue, k.QueueID), Type: filed.QueueType(k), Enqueued: filed.Some(k.EnqueuedAt), Dequeued: filed.Some(k.DequeuedAt)}
	}
	if a := k.Agent; a != nil {
		d.Agent = &agentInfo{
			ARN: scope.ARN(arn.User, a.UserID), Connected: filed.Some(a.ConnectedAt), WorkBegan: filed.Some(a.WorkBegan), WorkEnded: filed.Some(a.WorkEnded),
			WorkSeconds: filed.Lasting(a.WorkBegan, a.WorkEnded),
		}
	}
	return d
}
