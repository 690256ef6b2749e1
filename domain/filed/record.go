package filed

import (
	"encoding/json"
	"time"

	"parley/domain/record"
	"parley/domain/session"
	"parley/internal/arn"
)

// contactRecord is a contact record as Amazon Connect writes it ("Contact records data model"), with what chats have. Lists of
// what a chat cannot have are left out.
type contactRecord struct {
	AWSAccountID     string                       `json:"AWSAccountId"`
	FormatVersion    string                       `json:"AWSContactTraceRecordFormatVersion"`
	Agent            *recordAgent                 `json:"Agent"`
	Attempts         int                          `json:"AgentConnectionAttempts"`
	Attributes       map[string]string            `json:"Attributes"`
	Channel          string                       `json:"Channel"`
	ChatMetrics      *chatMetrics                 `json:"ChatMetrics"`
	Connected        *seconds                     `json:"ConnectedToSystemTimestamp"`
	ContactID        string                       `json:"ContactId"`
	CustomerID       *string                      `json:"CustomerId"`
	Description      *string                      `json:"Description"`
	DisconnectReason *string                      `json:"DisconnectReason"`
	Disconnected     *seconds                     `json:"DisconnectTimestamp"`
	InitialContactID *string                      `json:"InitialContactId"`
	Method           string                       `json:"InitiationMethod"`
	Initiated        *seconds                     `json:"InitiationTimestamp"`
	InstanceARN      string                       `json:"InstanceARN"`
	Updated          *seconds                     `json:"LastUpdateTimestamp"`
	Name             *string                      `json:"Name"`
	NextContactID    *string                      `json:"NextContactId"`
	PreviousID       *string                      `json:"PreviousContactId"`
	Queue            *recordQueue                 `json:"Queue"`
	RelatedID        *string                      `json:"RelatedContactId"`
	Segments         map[string]map[string]string `json:"SegmentAttributes"`
	Tags             map[string]string            `json:"Tags"`
}

type recordAgent struct {
	ARN         string   `json:"ARN"`
	WorkSeconds *int64   `json:"AfterContactWorkDuration"`
	WorkEnded   *seconds `json:"AfterContactWorkEndTimestamp"`
	WorkBegan   *seconds `json:"AfterContactWorkStartTimestamp"`
	Interaction *int64   `json:"AgentInteractionDuration"`
	Connected   *seconds `json:"ConnectedToAgentTimestamp"`
	Username    *string  `json:"Username"`
}

type recordQueue struct {
	ARN      string   `json:"ARN"`
	Dequeued *seconds `json:"DequeueTimestamp"`
	Duration *int64   `json:"Duration"`
	Enqueued *seconds `json:"EnqueueTimestamp"`
	Type     string   `json:"QueueType"`
}

// seconds is a time as contact records write it: to the second, in UTC.
type seconds time.Time

// MarshalJSON writes the time.
func (s seconds) MarshalJSON() ([]byte, error) {
	return []byte(time.Time(s).UTC().Format(`"2006-01-02T15:04:05Z"`)), nil
}

func when(t time.Time) *seconds {
	if t.IsZero() {
		return nil
	}
	s := seconds(t)
	return &s
}

func text(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

// Record spells the record of a contact of a chat as Amazon Connect writes it ("Contact records data model"), as JSON.
func Record(home arn.Home, snap *session.Session, k *session.Contact, r *record.Record) []byte {
	scope := arn.Scope{Home: home, Instance: snap.InstanceID}
	c := contactRecord{
		AWSAccountID: home.Account, FormatVersion: "2017-03-10", Attributes: r.Attributes, Channel: record.Channel,
		Connected: when(r.ConnectedAt), ContactID: r.ID, CustomerID: text(r.CustomerID), Description: text(r.Description),
		DisconnectReason: text(r.DisconnectReason), Disconnected: when(r.DisconnectedAt), Method: r.Method, Initiated: when(r.InitiatedAt),
		InstanceARN: home.InstanceARN(snap.InstanceID), Updated: when(r.UpdatedAt), Name: text(r.Name), NextContactID: text(r.NextID),
		PreviousID: text(r.PreviousID), RelatedID: text(r.RelatedID), Segments: Segments(k), Tags: r.Tags, Attempts: len(r.Declined),
		ChatMetrics: chatMetricsOf(r, snap.Customer()),
	}
	if r.ID != snap.ID {
		c.InitialContactID = &snap.ID
	}
	if !r.EnqueuedAt.IsZero() {
		c.Queue = &recordQueue{
			ARN: scope.ARN(arn.Queue, r.QueueID), Enqueued: when(r.EnqueuedAt), Dequeued: when(r.DequeuedAt),
			Duration: Lasting(r.EnqueuedAt, r.DequeuedAt), Type: QueueType(k),
		}
	}
	if a := r.Agent; a != nil {
		c.Attempts++
		c.Agent = &recordAgent{
			ARN: scope.ARN(arn.User, a.UserID), Username: text(a.Names.UserName), Connected: when(a.ConnectedAt), Interaction: Lasting(a.ConnectedAt, a.LeftAt),
			WorkBegan: when(a.WorkBegan), WorkEnded: when(a.WorkEnded), WorkSeconds: Lasting(a.WorkBegan, a.WorkEnded),
		}
	}
	body, _ := json.Marshal(c) // nothing in it can fail to encode
	return body
}
