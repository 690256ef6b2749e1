// Package searched serves SearchContacts and ListAssociatedContacts for package server/connect, which embeds it.
//
// It guarantees: a condition that is given is heeded, or refused by name.
package searched

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"slices"
	"strconv"
	"time"

	"parley/api/connect"
	"parley/app/history"
	"parley/domain/record"
	"parley/domain/session"
	"parley/internal/arn"
	"parley/internal/fault"
	"parley/server/connect/request"
	"parley/server/connect/spelled"
	"parley/server/edge"
	"parley/store"
)

// Contacts are the operations. Use New.
type Contacts struct {
	*request.Reader
	history *history.Service
	now     func() time.Time
}

// New returns the operations.
func New(reader *request.Reader, h *history.Service, now func() time.Time) *Contacts {
	return &Contacts{reader, h, now}
}

// longest is how much time one search asks about (SearchContacts: "up to 8 weeks").
const longest = 8 * 7 * 24 * time.Hour

// SearchContacts finds contacts.
func (s *Contacts) SearchContacts(ctx context.Context, in *connect.SearchContactsInput) (*connect.SearchContactsOutput, error) {
	scope, err := s.Scope(ctx, in.InstanceId)
	if err != nil {
		return nil, err
	}
	q, err := search(scope, in)
	if err != nil {
		return nil, err
	}
	found, err := s.history.Find(ctx, q)
	if err != nil {
		return nil, err
	}
	out := &connect.SearchContactsOutput{Contacts: []connect.ContactSearchSummary{}, NextToken: edge.Some(found.Next)}
	if found.Total != nil {
		out.TotalCount = new(int64(*found.Total))
	}
	for i := range found.Records {
		out.Contacts = append(out.Contacts, summary(scope, &found.Records[i], s.now()))
	}
	return out, nil
}

func search(scope arn.Scope, in *connect.SearchContactsInput) (history.Search, error) {
	q := history.Search{Instance: scope.Instance, Limit: 100, Next: edge.Val(in.NextToken), Descending: true, Fingerprint: fingerprint(*in)}
	if in.MaxResults != nil {
		q.Limit = *in.MaxResults
	}
	within, ok, err := timeRange(&in.TimeRange, "TimeRange")
	if err != nil {
		return q, err
	}
	q.Range, q.Nothing, q.Order = within, !ok, history.Order{Moment: within.Moment}
	if in.Sort != nil {
		q.Descending = in.Sort.Order == connect.SortOrderDescending
		q.Order = order(in.Sort.FieldName, within.Moment)
	}
	if in.SearchCriteria == nil {
		return q, nil
	}
	return q, criteria(scope, in.SearchCriteria, &q)
}

// fingerprint tells a search from others, whatever page is asked for.
func fingerprint(in connect.SearchContactsInput) [16]byte {
	in.NextToken, in.MaxResults = nil, nil
	raw, err := json.Marshal(in)
	if err != nil { // a decoded request always encodes
		raw = nil
	}
	sum := sha256.Sum256(raw)
	return [16]byte(sum[:16])
}

// timeRange reads a time; ok is false for a moment that no chat reaches.
func timeRange(in *connect.SearchContactsTimeRange, member string) (w store.Within, ok bool, err error) {
	switch {
	case in.EndTime.Before(in.StartTime):
		return w, false, fault.New(fault.Invalid, "%s: EndTime is before StartTime", member)
	case in.EndTime.Sub(in.StartTime) > longest:
		return w, false, fault.New(fault.Invalid, "%s: at most 8 weeks can be searched at a time", member)
	}
	w.Moment, ok = moment(in.Type)
	w.From, w.Until = in.StartTime, in.EndTime
	return w, ok, nil
}

func moment(kind string) (m store.Moment, ok bool) {
	switch kind {
	case connect.SearchContactsTimeRangeTypeConnectedToAgentTimestamp:
		return store.Connected, true
	case connect.SearchContactsTimeRangeTypeDisconnectTimestamp:
		return store.Disconnected, true
	case connect.SearchContactsTimeRangeTypeEnqueueTimestamp:
		return store.Enqueued, true
	}
	return store.Initiated, kind == connect.SearchContactsTimeRangeTypeInitiationTimestamp
}

// order reads what a search is sorted by. All chats are of one channel, and none is scheduled or expires: they stay in the order of the
// time that is asked about.
func order(field string, asked store.Moment) history.Order {
	switch field {
	case connect.SortableFieldNameInitiationMethod:
		return history.Order{Moment: asked, ByMethod: true}
	case connect.SortableFieldNameInitiationTimestamp, connect.SortableFieldNameConnectedToAgentTimestamp, connect.SortableFieldNameDisconnectTimestamp:
		m, _ := moment(field)
		return history.Order{Moment: m}
	}
	return history.Order{Moment: asked}
}

// ids takes the ids out of ARNs of the instance. Whatever is no such ARN stays as it is: nothing will be found under it.
func ids(scope arn.Scope, kind arn.Kind, values []string) (out []string) {
	for _, v := range values {
		if ref, err := scope.Resolve(kind, v); err == nil {
			v = ref.ID
		}
		out = append(out, v)
	}
	return out
}

func summary(scope arn.Scope, r *record.Record, now time.Time) connect.ContactSearchSummary {
	out := connect.ContactSearchSummary{
		Arn: new(scope.ARN(arn.Contact, r.ID)), Id: &r.ID, Channel: new(record.Channel), InitiationMethod: &r.Method,
		PreviousContactId: edge.Some(r.PreviousID), InitiationTimestamp: &r.InitiatedAt, DisconnectTimestamp: edge.Some(r.DisconnectedAt),
		Name: edge.Some(r.Name), RoutingCriteria: spelled.Criteria(r.Criteria, r.EnqueuedAt, r.DequeuedAt, r.Agent != nil, now), SegmentAttributes: segments(r.Segments()), Tags: r.Tags,
	}
	if r.ID != r.SessionID {
		out.InitialContactId = &r.SessionID
	}
	if r.QueueID != "" {
		out.QueueInfo = &connect.ContactSearchSummaryQueueInfo{Id: &r.QueueID, EnqueueTimestamp: &r.EnqueuedAt}
	}
	if r.Agent != nil {
		out.AgentInfo = &connect.ContactSearchSummaryAgentInfo{Id: &r.Agent.UserID, ConnectedToAgentTimestamp: &r.Agent.ConnectedAt}
	}
	return out
}

// segments spells segment attributes as searches do: as texts and maps; lists have no form there.
func segments(in map[string]session.Value) map[string]connect.ContactSearchSummarySegmentAttributeValue {
	out := map[string]connect.ContactSearchSummarySegmentAttributeValue{}
	for name, v := range in {
		switch {
		case v.Integer != nil:
			out[name] = connect.ContactSearchSummarySegmentAttributeValue{ValueString: new(strconv.FormatInt(*v.Integer, 10))}
		case v.ARN != nil:
			out[name] = connect.ContactSearchSummarySegmentAttributeValue{ValueString: v.ARN}
		case v.String != nil || v.Map != nil:
			out[name] = connect.ContactSearchSummarySegmentAttributeValue{ValueString: v.String, ValueMap: spelled.Segments(v.Map)}
		}
	}
	return out
}

// ListAssociatedContacts lists the contacts of the tree that a contact belongs to, oldest first.
func (s *Contacts) ListAssociatedContacts(ctx context.Context, in *connect.ListAssociatedContactsInput) (*connect.ListAssociatedContactsOutput, error) {
	scope, err := s.Scope(ctx, in.InstanceId)
	if err != nil {
		return nil, err
	}
	limit := 100
	if in.MaxResults != nil {
		limit = *in.MaxResults
	}
	found, err := s.history.Associated(ctx, scope.Instance, request.ContactID(scope, in.ContactId), limit, edge.Val(in.NextToken))
	if err != nil {
		return nil, request.NotFound(err, "ContactId")
	}
	out := &connect.ListAssociatedContactsOutput{ContactSummaryList: []connect.AssociatedContactSummary{}, NextToken: edge.Some(found.Next)}
	for i := range found.Records {
		r := &found.Records[i]
		one := connect.AssociatedContactSummary{
			ContactArn: new(scope.ARN(arn.Contact, r.ID)), ContactId: &r.ID, Channel: new(record.Channel), InitiationMethod: &r.Method,
			InitiationTimestamp: &r.InitiatedAt, DisconnectTimestamp: edge.Some(r.DisconnectedAt),
			PreviousContactId: edge.Some(r.PreviousID), RelatedContactId: edge.Some(r.RelatedID),
		}
		if r.ID != r.SessionID {
			one.InitialContactId = &r.SessionID
		}
		out.ContactSummaryList = append(out.ContactSummaryList, one)
	}
	return out, nil
}

// only reports whether a list that is given has a value.
func only(list []string, value string) bool { return len(list) == 0 || slices.Contains(list, value) }
