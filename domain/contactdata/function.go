package contactdata

import (
	"encoding/json"

	"parley/domain/session"
	"parley/domain/spelling"
)

// endpoint is a customer's or the system's address; a web chat has none.
type endpoint struct {
	Address, Type string
}

// contactData is Details.ContactData of the event that a Lambda function gets
// (Amazon Connect, Invoke AWS Lambda functions). All keys are there, null where
// the contact has nothing to tell.
type contactData struct {
	Attributes        map[string]string
	AwsRegion         string
	Channel           string
	ContactID         string `json:"ContactId"`
	CustomerEndpoint  *endpoint
	CustomerID        *string `json:"CustomerId"`
	Description       *string
	InitialContactID  string `json:"InitialContactId"`
	InitiationMethod  string
	InstanceARN       string
	LanguageCode      string
	MediaStreams      map[string]any
	Name              *string
	PreviousContactID *string `json:"PreviousContactId"`
	Queue             *queueData
	References        map[string]session.Reference
	RelatedContactID  *string `json:"RelatedContactId"`
	SegmentAttributes map[string]map[string]any
	SystemEndpoint    *endpoint
	Tags              map[string]string
}

type queueData struct {
	ARN              string
	Name             string
	OutboundCallerID map[string]any `json:"OutboundCallerId"`
}

// ContactData returns what a function is told of the contact.
func (r Reader) ContactData() json.RawMessage {
	k := r.Session.Current()
	raw, err := json.Marshal(contactData{
		Attributes: orEmpty(r.Session.Attributes), AwsRegion: r.Region, Channel: "CHAT", ContactID: k.ID,
		CustomerID: orNull(k.CustomerID), Description: orNull(k.Description),
		InitialContactID: r.Session.ID, InitiationMethod: k.InitiationMethod, InstanceARN: r.InstanceARN,
		LanguageCode: k.Language(), MediaStreams: map[string]any{"Customer": map[string]any{"Audio": nil}},
		Name: orNull(k.Name), PreviousContactID: orNull(k.PreviousID), Queue: r.queueData(),
		References: orEmpty(k.References), RelatedContactID: orNull(k.RelatedID),
		SegmentAttributes: spelling.Values(k.Segments()), Tags: orEmpty(k.Tags),
	})
	if err != nil { // strings, and maps of them, always encode
		return json.RawMessage(`{}`)
	}
	return raw
}

func (r Reader) queueData() *queueData {
	q, ok := r.WorkingQueue()
	if !ok {
		return nil
	}
	return &queueData{ARN: q.ARN, Name: q.Name, OutboundCallerID: map[string]any{}}
}

func orNull(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

func orEmpty[M ~map[string]V, V any](m M) M {
	if m == nil {
		return M{}
	}
	return m
}
