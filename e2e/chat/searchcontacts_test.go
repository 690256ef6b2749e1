package chat_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/connect"
	"github.com/aws/aws-sdk-go-v2/service/connect/types"

	"parley/e2e/harness"
)

// since is the time from an hour ago until in an hour, of a kind.
func since(kind types.SearchContactsTimeRangeType) *types.SearchContactsTimeRange {
	return &types.SearchContactsTimeRange{Type: kind, StartTime: aws.Time(time.Now().Add(-time.Hour)), EndTime: aws.Time(time.Now().Add(time.Hour))}
}

// finds searches page by page of one, and returns the contacts' names for what was found.
func finds(t *testing.T, s *harness.Server, names map[string]string, in connect.SearchContactsInput) (found []string) {
	t.Helper()
	in.InstanceId, in.MaxResults = &s.InstanceID, aws.Int32(1)
	if in.TimeRange == nil {
		in.TimeRange = since(types.SearchContactsTimeRangeTypeInitiationTimestamp)
	}
	for range 50 {
		out, err := s.Connect().SearchContacts(ctx(), &in)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range out.Contacts {
			found = append(found, names[aws.ToString(c.Id)])
		}
		if in.NextToken = out.NextToken; in.NextToken == nil {
			if n := aws.ToInt64(out.TotalCount); n != int64(len(found)) {
				t.Errorf("%d were found, TotalCount is %d", len(found), n)
			}
			return found
		}
	}
	t.Fatal("the pages have no end")
	return nil
}

// TestSearchContacts: one chat was served and ended, one waits, one never came to a queue.
func TestSearchContacts(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	ben := s.Agent("Ben", true, 0).Online()
	served := s.Join(func(in *connect.StartChatContactInput) {
		in.Attributes, in.CustomerId = map[string]string{"tier": "gold", "topic": "order"}, aws.String("customer-7")
	})
	served.AwaitAgent()
	ben.Take(served).Leave()
	served.Socket.AwaitItem("the end", func(i harness.Item) bool { return i.ContentType == harness.EventType("chat.ended") })
	ben.Status(types.AgentStatusTypeOffline)
	waits := s.Join(func(in *connect.StartChatContactInput) { in.Attributes = map[string]string{"tier": "silver"} })
	queue := basicQueue(t, s)
	harness.Await(t, "a chat that waits", waiting, func() error {
		if k := waits.Describe(); k.QueueInfo == nil || aws.ToString(k.QueueInfo.Id) != queue {
			return fmt.Errorf("it is in %+v", k.QueueInfo)
		}
		return nil
	})
	quiet := s.StartChat(s.Quiet())
	if _, err := s.Connect().UpdateContact(ctx(), &connect.UpdateContactInput{InstanceId: &s.InstanceID, ContactId: &quiet.ContactID, Name: aws.String("The Quiet one")}); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Connect().TagContact(ctx(), &connect.TagContactInput{InstanceId: &s.InstanceID, ContactId: &quiet.ContactID, Tags: map[string]string{"team": "red"}}); err != nil {
		t.Fatal(err)
	}
	names := map[string]string{served.ContactID: "served", waits.ContactID: "waits", quiet.ContactID: "quiet"}

	for name, c := range map[string]struct {
		in   connect.SearchContactsInput
		want []string
	}{
		"all, the latest first": {connect.SearchContactsInput{}, []string{"quiet", "waits", "served"}},
		"the oldest first":      {connect.SearchContactsInput{Sort: &types.Sort{FieldName: "INITIATION_TIMESTAMP", Order: "ASCENDING"}}, []string{"served", "waits", "quiet"}},
		"by the end, those without one last": {connect.SearchContactsInput{Sort: &types.Sort{FieldName: "DISCONNECT_TIMESTAMP", Order: "ASCENDING"}},
			[]string{"served", "waits", "quiet"}},
		"by the agent's time": {connect.SearchContactsInput{Sort: &types.Sort{FieldName: "CONNECTED_TO_AGENT_TIMESTAMP", Order: "DESCENDING"}}, []string{"served", "quiet", "waits"}},
		"by method":           {connect.SearchContactsInput{Sort: &types.Sort{FieldName: "INITIATION_METHOD", Order: "DESCENDING"}}, []string{"quiet", "waits", "served"}},
		"by channel":          {connect.SearchContactsInput{Sort: &types.Sort{FieldName: "CHANNEL", Order: "ASCENDING"}}, []string{"served", "waits", "quiet"}},
		"by schedule":         {connect.SearchContactsInput{Sort: &types.Sort{FieldName: "SCHEDULED_TIMESTAMP", Order: "ASCENDING"}}, []string{"served", "waits", "quiet"}},
		"by expiry":           {connect.SearchContactsInput{Sort: &types.Sort{FieldName: "EXPIRY_TIMESTAMP", Order: "ASCENDING"}}, []string{"served", "waits", "quiet"}},
		"with an agent":       {connect.SearchContactsInput{TimeRange: since("CONNECTED_TO_AGENT_TIMESTAMP")}, []string{"served"}},
		"ended":               {connect.SearchContactsInput{TimeRange: since("DISCONNECT_TIMESTAMP")}, []string{"served"}},
		"in a queue":          {connect.SearchContactsInput{TimeRange: since("ENQUEUE_TIMESTAMP")}, []string{"waits", "served"}},
		"scheduled":           {connect.SearchContactsInput{TimeRange: since("SCHEDULED_TIMESTAMP")}, nil},
		"an agent":            {meeting(types.SearchCriteria{AgentIds: []string{ben.UserID}}), []string{"served"}},
		"another agent":       {meeting(types.SearchCriteria{AgentIds: []string{"nobody"}}), nil},
		"a queue":             {meeting(types.SearchCriteria{QueueIds: []string{queue}}), []string{"waits", "served"}},
		"a method":            {meeting(types.SearchCriteria{InitiationMethods: []types.ContactInitiationMethod{"API"}}), []string{"quiet", "waits", "served"}},
		"another method":      {meeting(types.SearchCriteria{InitiationMethods: []types.ContactInitiationMethod{"INBOUND", "TRANSFER"}}), nil},
		"chats":               {meeting(types.SearchCriteria{Channels: []types.Channel{"CHAT", "VOICE"}}), []string{"quiet", "waits", "served"}},
		"calls":               {meeting(types.SearchCriteria{Channels: []types.Channel{"VOICE"}}), nil},
		"another region":      {meeting(types.SearchCriteria{ActiveRegions: []string{"eu-mars-1"}}), nil},
		"a name":              {meeting(types.SearchCriteria{Name: &types.NameCriteria{SearchText: []string{"quiet", "one"}, MatchType: "MATCH_ALL"}}), []string{"quiet"}},
		"half a name":         {meeting(types.SearchCriteria{Name: &types.NameCriteria{SearchText: []string{"quiet"}, MatchType: "MATCH_EXACT"}}), nil},
		"not a name":          {meeting(types.SearchCriteria{Name: &types.NameCriteria{SearchText: []string{"quiet"}, MatchType: "MATCH_NONE"}}), []string{"waits", "served"}},
		"a hierarchy group":   {meeting(types.SearchCriteria{AgentHierarchyGroups: &types.AgentHierarchyGroups{L1Ids: []string{"g"}}}), nil},
		"an attribute":        {withAttributes("", types.SearchableContactAttributesCriteria{Key: aws.String("tier"), Values: []string{"gold", "silver"}}), []string{"waits", "served"}},
		"all attributes": {withAttributes("MATCH_ALL", types.SearchableContactAttributesCriteria{Key: aws.String("tier"), Values: []string{"gold", "silver"}},
			types.SearchableContactAttributesCriteria{Key: aws.String("topic"), Values: []string{"order"}}), []string{"served"}},
		"no attribute": {withAttributes("MATCH_NONE", types.SearchableContactAttributesCriteria{Key: aws.String("tier"), Values: []string{"gold"}}), []string{"quiet", "waits"}},
		"segment attributes": {meeting(types.SearchCriteria{SearchableSegmentAttributes: &types.SearchableSegmentAttributes{
			Criteria: []types.SearchableSegmentAttributesCriteria{{Key: aws.String("connect:Subtype"), Values: []string{"connect:Chat"}}},
		}}), []string{"quiet", "waits", "served"}},
		"a tag": {meeting(types.SearchCriteria{ContactTags: &types.ControlPlaneTagFilter{TagCondition: &types.TagCondition{TagKey: aws.String("team"), TagValue: aws.String("red")}}}), []string{"quiet"}},
		"routing criteria": {meeting(types.SearchCriteria{RoutingCriteria: &types.SearchableRoutingCriteria{
			Steps: []types.SearchableRoutingCriteriaStep{{AgentCriteria: &types.SearchableAgentCriteriaStep{AgentIds: []string{ben.UserID}}}},
		}}), nil},
		"no agent yet": {alsoAt("MATCH_ALL", types.SearchContactsAdditionalTimeRangeCriteria{TimestampCondition: &types.SearchContactsTimestampCondition{
			Type: "CONNECTED_TO_AGENT_TIMESTAMP", ConditionType: "NOT_EXISTS",
		}}), []string{"quiet", "waits"}},
		"ended too": {alsoAt("MATCH_ANY", types.SearchContactsAdditionalTimeRangeCriteria{TimeRange: since("DISCONNECT_TIMESTAMP")}), []string{"served"}},
	} {
		if got := finds(t, s, names, c.in); !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
	refusedSearches(t, s)
}

func meeting(c types.SearchCriteria) connect.SearchContactsInput {
	return connect.SearchContactsInput{SearchCriteria: &c}
}

func withAttributes(m types.SearchContactsMatchType, c ...types.SearchableContactAttributesCriteria) connect.SearchContactsInput {
	return meeting(types.SearchCriteria{SearchableContactAttributes: &types.SearchableContactAttributes{Criteria: c, MatchType: m}})
}

func alsoAt(m types.SearchContactsMatchType, c types.SearchContactsAdditionalTimeRangeCriteria) connect.SearchContactsInput {
	return meeting(types.SearchCriteria{AdditionalTimeRange: &types.SearchContactsAdditionalTimeRange{Criteria: []types.SearchContactsAdditionalTimeRangeCriteria{c}, MatchType: m}})
}

// refusedSearches are told what is wrong with them.
func refusedSearches(t *testing.T, s *harness.Server) {
	t.Helper()
	nine := since("INITIATION_TIMESTAMP")
	nine.StartTime = aws.Time(nine.EndTime.Add(-8*7*24*time.Hour - time.Second))
	backward := since("INITIATION_TIMESTAMP")
	backward.StartTime, backward.EndTime = backward.EndTime, backward.StartTime
	first, err := s.Connect().SearchContacts(ctx(), &connect.SearchContactsInput{InstanceId: &s.InstanceID, TimeRange: since("INITIATION_TIMESTAMP"), MaxResults: aws.Int32(1)})
	if err != nil || first.NextToken == nil {
		t.Fatalf("%+v, %v", first, err)
	}
	for name, in := range map[string]connect.SearchContactsInput{
		"more than eight weeks":   {TimeRange: nine},
		"an end before the start": {TimeRange: backward},
		"another search's token":  {NextToken: first.NextToken, TimeRange: since("DISCONNECT_TIMESTAMP")},
		"no token of ours":        {NextToken: aws.String("x")},
		"what was said": meeting(types.SearchCriteria{ContactAnalysis: &types.ContactAnalysis{Transcript: &types.Transcript{
			Criteria: []types.TranscriptCriteria{{ParticipantRole: "AGENT", SearchText: []string{"x"}, MatchType: "MATCH_ANY"}},
		}}}),
	} {
		in.InstanceId = &s.InstanceID
		if in.TimeRange == nil {
			in.TimeRange = since("INITIATION_TIMESTAMP")
		}
		t.Log(name)
		_, err := s.Connect().SearchContacts(ctx(), &in)
		want := "InvalidParameterException"
		if in.SearchCriteria != nil {
			want = "InvalidRequestException" // nothing is wrong with it, but that it is not here
		}
		harness.WantRefusal(t, err, 400, want)
	}
}

// TestListAssociatedContacts: a chat that names another one belongs to its tree.
func TestListAssociatedContacts(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	first := s.StartChat(s.Quiet())
	second := s.StartChat(s.Quiet(), func(in *connect.StartChatContactInput) { in.RelatedContactId = &first.ContactID })
	other := s.StartChat(s.Quiet())
	for of, want := range map[string][]string{
		first.ContactID:  {first.ContactID, second.ContactID},
		second.ContactID: {first.ContactID, second.ContactID},
		other.ContactID:  {other.ContactID},
	} {
		in := connect.ListAssociatedContactsInput{InstanceId: &s.InstanceID, ContactId: &of, MaxResults: aws.Int32(1)}
		var got []string
		for range 9 {
			out, err := s.Connect().ListAssociatedContacts(ctx(), &in)
			if err != nil {
				t.Fatal(err)
			}
			for _, c := range out.ContactSummaryList {
				got = append(got, aws.ToString(c.ContactId))
			}
			if in.NextToken = out.NextToken; in.NextToken == nil {
				break
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("of %s: %q, want %q", of, got, want)
		}
	}
	_, err := s.Connect().ListAssociatedContacts(ctx(), &connect.ListAssociatedContactsInput{InstanceId: &s.InstanceID, ContactId: aws.String("none")})
	harness.WantRefusal(t, err, 404, "ResourceNotFoundException")
}
