package filed

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
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
	AssociationID    *string                      `json:"ContactAssociationId"`
	Method           string                       `json:"InitiationMethod"`
	Initiated        *seconds                     `json:"InitiationTimestamp"`
	InstanceARN      string                       `json:"InstanceARN"`
	Updated          *seconds                     `json:"LastUpdateTimestamp"`
	MediaStreams     []mediaStream                `json:"MediaStreams"`
	Name             *string                      `json:"Name"`
	NextContactID    *string                      `json:"NextContactId"`
	PreviousID       *string                      `json:"PreviousContactId"`
	Queue            *recordQueue                 `json:"Queue"`
	References       []reference                  `json:"References"`
	RelatedID        *string                      `json:"RelatedContactId"`
	Segments         map[string]map[string]string `json:"SegmentAttributes"`
	Tags             map[string]string            `json:"Tags"`
}

type recordAgent struct {
	ARN         string           `json:"ARN"`
	Groups      map[string]named `json:"HierarchyGroups"` // by level
	Profile     *profile         `json:"RoutingProfile"`
	WorkSeconds *int64           `json:"AfterContactWorkDuration"`
	WorkEnded   *seconds         `json:"AfterContactWorkEndTimestamp"`
	WorkBegan   *seconds         `json:"AfterContactWorkStartTimestamp"`
	Interaction *int64           `json:"AgentInteractionDuration"`
	Connected   *seconds         `json:"ConnectedToAgentTimestamp"`
	Username    *string          `json:"Username"`
}

// profile is a routing profile, named a hierarchy group.
type (
	profile struct {
		ARN  string
		Name *string
	}
	named struct {
		ARN       string
		GroupName *string
	}
	reference struct {
		Name   string
		Status *string
		Type   string
		Value  string
	}
	mediaStream struct{ Type string }
)

type recordQueue struct {
	ARN      string   `json:"ARN"`
	Dequeued *seconds `json:"DequeueTimestamp"`
	Duration *int64   `json:"Duration"`
	Enqueued *seconds `json:"EnqueueTimestamp"`
	Name     *string  `json:"Name"`
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
		ChatMetrics: chatMetricsOf(r, snap.Customer()), References: referencesOf(snap, r), MediaStreams: []mediaStream{{record.Channel}}, AssociationID: text(r.AssociationID),
	}
	if r.ID != snap.ID {
		c.InitialContactID = &snap.ID
	}
	if !r.EnqueuedAt.IsZero() {
		c.Queue = &recordQueue{
			ARN: scope.ARN(arn.Queue, r.QueueID), Enqueued: when(r.EnqueuedAt), Dequeued: when(r.DequeuedAt),
			Duration: Lasting(r.EnqueuedAt, r.DequeuedAt), Type: QueueType(k), Name: text(r.QueueName),
		}
	}
	if a := r.Agent; a != nil {
		c.Attempts++
		c.Agent = &recordAgent{
			ARN: scope.ARN(arn.User, a.UserID), Username: text(a.Names.UserName), Connected: when(a.ConnectedAt), Interaction: Lasting(a.ConnectedAt, a.LeftAt),
			WorkBegan: when(a.WorkBegan), WorkEnded: when(a.WorkEnded), WorkSeconds: Lasting(a.WorkBegan, a.WorkEnded),
			Groups: groupsOf(scope, a),
		}
		if a.ProfileID != "" {
			c.Agent.Profile = &profile{scope.ARN(arn.RoutingProfile, a.ProfileID), text(a.Names.Profile)}
		}
	}
	body, _ := json.Marshal(c) // nothing in it can fail to encode
	return body
}

// groupsOf are the hierarchy groups of an agent, Level1 the top one; nil for none.
func groupsOf(scope arn.Scope, a *record.Agent) map[string]named {
	if len(a.Groups) == 0 {
		return nil
	}
	all := map[string]named{}
	for i, id := range a.Groups {
		g := named{ARN: scope.ARN(arn.HierarchyGroup, id)}
		if i < len(a.Names.Groups) {
			g.GroupName = text(a.Names.Groups[i])
		}
		all[fmt.Sprintf("Level%d", i+1)] = g
	}
	return all
}

// referencesOf are what a contact refers to, by name, and then its files, of which a discarded one was never there.
func referencesOf(snap *session.Session, r *record.Record) []reference {
	all := []reference{}
	for _, name := range slices.Sorted(maps.Keys(r.References)) {
		given := r.References[name]
		all = append(all, reference{name, text(given.Status), given.Type, given.Value})
	}
	for _, f := range snap.State.Files {
		if f.ContactID == r.ID && (f.Status == session.FileApproved || f.Status == session.FileRejected) {
			all = append(all, reference{f.Name, text(string(f.Status)), "ATTACHMENT", f.ID})
		}
	}
	return all
}
