package chat_test

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/connect"
	"github.com/aws/aws-sdk-go-v2/service/connect/types"

	"parley/e2e/harness"
)

// flowOf is a flow of a server, by what calls name it by.
type flowOf struct {
	*harness.Server
	t  *testing.T
	id string
}

func (f flowOf) update(suffix, content string) error {
	_, err := f.Connect().UpdateContactFlowContent(ctx(), &connect.UpdateContactFlowContentInput{
		InstanceId: &f.InstanceID, ContactFlowId: aws.String(f.id + suffix), Content: &content,
	})
	return err
}

func (f flowOf) describe(suffix string) *types.ContactFlow {
	f.t.Helper()
	out, err := f.Connect().DescribeContactFlow(ctx(), &connect.DescribeContactFlowInput{InstanceId: &f.InstanceID, ContactFlowId: aws.String(f.id + suffix)})
	if err != nil {
		f.t.Fatal(err)
	}
	return out.ContactFlow
}

func (f flowOf) cut(suffix string) (int64, error) {
	out, err := f.Connect().CreateContactFlowVersion(ctx(), &connect.CreateContactFlowVersionInput{
		InstanceId: &f.InstanceID, ContactFlowId: aws.String(f.id + suffix), Description: aws.String("as it was " + suffix),
	})
	if err != nil {
		return 0, err
	}
	return aws.ToInt64(out.Version), nil
}

// says starts a chat with the flow and waits for its text.
func (f flowOf) says(text string) *harness.Chat {
	f.t.Helper()
	chat := f.Join(harness.WithFlow(f.id))
	chat.Socket.AwaitText(text)
	return chat
}

func talk(t *testing.T, text string) string {
	return harness.Document(t, harness.Say(text), harness.Wait(3600), harness.Say("still "+text), harness.Wait(harness.Week))
}

// TestFlowLifeCycle: draft, publish, version, roll back in one call; a running
// chat keeps the content that it began with.
func TestFlowLifeCycle(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	made, err := s.Connect().CreateContactFlow(ctx(), &connect.CreateContactFlowInput{
		InstanceId: &s.InstanceID, Name: aws.String("Life"), Type: types.ContactFlowTypeContactFlow,
		Content: aws.String(talk(t, "one")), Status: types.ContactFlowStatusSaved, Tags: map[string]string{"team": "a"},
	})
	if err != nil {
		t.Fatal(err)
	}
	f := flowOf{s, t, aws.ToString(made.ContactFlowId)}
	_, err = s.Connect().DescribeContactFlow(ctx(), &connect.DescribeContactFlowInput{InstanceId: &s.InstanceID, ContactFlowId: &f.id})
	harness.WantRefusal(t, err, 404, "ContactFlowNotPublishedException")
	if got := f.describe(":$SAVED"); got.Status != types.ContactFlowStatusSaved || aws.ToString(got.Content) != talk(t, "one") {
		t.Errorf("the draft is %s: %s", got.Status, aws.ToString(got.Content))
	}
	if _, err := s.TryStart(harness.WithFlow(f.id)); err == nil {
		t.Error("a chat starts with a flow that was never published")
	}
	if err := f.update("", talk(t, "one")); err != nil {
		t.Fatal(err)
	}
	first := f.says("one")
	if version, err := f.cut(""); err != nil || version != 1 {
		t.Fatalf("version %d, %v", version, err)
	}
	if err := f.update(":$SAVED", `{"Version":"2019-10-30","StartAction":"","Actions":[]}`); err != nil {
		t.Errorf("a draft need not be valid: %v", err)
	}
	f.says("one")
	harness.WantRefusal(t, f.update("", `{"Version":"2019-10-30","StartAction":"x","Actions":[]}`), 400, "InvalidContactFlowException")
	if err := f.update("", talk(t, "two")); err != nil {
		t.Fatal(err)
	}
	second := f.says("two")
	if version, err := f.cut(""); err != nil || version != 2 {
		t.Fatalf("version %d, %v", version, err)
	}
	if version, err := f.cut(":1"); err != nil || version != 3 {
		t.Fatalf("the rollback is version %d, %v", version, err)
	}
	if got := f.describe(""); aws.ToString(got.Content) != talk(t, "one") || aws.ToInt64(got.Version) != 3 {
		t.Errorf("rolled back to version %d: %s", aws.ToInt64(got.Version), aws.ToString(got.Content))
	}
	f.says("one")
	s.Advance(3601e9)
	first.Socket.AwaitText("still one")
	second.Socket.AwaitText("still two")
	if err := hasText(second, "still one"); err == nil {
		t.Error("a running chat took another content")
	}
}

func TestFlowVersions(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	f := flowOf{s, t, s.Flow("Versions", harness.Say("x"))}
	sha := f.describe("").FlowContentSha256
	for range 3 {
		if _, err := f.cut(""); err != nil {
			t.Fatal(err)
		}
	}
	_, err := s.Connect().DeleteContactFlowVersion(ctx(), &connect.DeleteContactFlowVersionInput{
		InstanceId: &s.InstanceID, ContactFlowId: &f.id, ContactFlowVersion: aws.Int64(2),
	})
	if err != nil {
		t.Fatal(err)
	}
	var found []string
	pages := connect.NewListContactFlowVersionsPaginator(s.Connect(), &connect.ListContactFlowVersionsInput{
		InstanceId: &s.InstanceID, ContactFlowId: &f.id, MaxResults: aws.Int32(1),
	})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx())
		if err != nil {
			t.Fatal(err)
		}
		for _, v := range page.ContactFlowVersionSummaryList {
			found = append(found, strings.TrimPrefix(aws.ToString(v.Arn), s.InstanceARN+"/contact-flow/"+f.id+":"))
		}
	}
	if got := strings.Join(found, " "); got != "1 3" {
		t.Errorf("the versions are %q, want 1 3", got)
	}
	cut := func(sha *string) error {
		_, err := s.Connect().CreateContactFlowVersion(ctx(), &connect.CreateContactFlowVersionInput{InstanceId: &s.InstanceID, ContactFlowId: &f.id, FlowContentSha256: sha})
		return err
	}
	if err := cut(sha); err != nil {
		t.Errorf("with the content's hash: %v", err)
	}
	harness.WantRefusal(t, cut(aws.String(strings.Repeat("a", 64))), 400, "InvalidRequestException")
	harness.WantRefusal(t, f.update(":1", talk(t, "x")), 400, "InvalidRequestException")
	_, err = s.Connect().DescribeContactFlow(ctx(), &connect.DescribeContactFlowInput{InstanceId: &s.InstanceID, ContactFlowId: aws.String(f.id + ":2")})
	harness.WantRefusal(t, err, 404, "ResourceNotFoundException")
}

func TestFlowMetadataSearchAndDelete(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	f := flowOf{s, t, s.Flow("Before", harness.Say("x"))}
	_, err := s.Connect().UpdateContactFlowName(ctx(), &connect.UpdateContactFlowNameInput{InstanceId: &s.InstanceID, ContactFlowId: &f.id, Name: aws.String("Returns desk")})
	if err != nil {
		t.Fatal(err)
	}
	_, err = s.Connect().UpdateContactFlowMetadata(ctx(), &connect.UpdateContactFlowMetadataInput{
		InstanceId: &s.InstanceID, ContactFlowId: &f.id, Description: aws.String("For parcels"), ContactFlowState: types.ContactFlowStateArchived,
	})
	if err != nil {
		t.Fatal(err)
	}
	if got := f.describe(""); aws.ToString(got.Name) != "Returns desk" || aws.ToString(got.Description) != "For parcels" || got.State != types.ContactFlowStateArchived {
		t.Errorf("the flow is %+v", got)
	}
	_, err = s.TryStart(harness.WithFlow(f.id))
	harness.WantRefusal(t, err, 404, "ResourceNotFoundException")
	_, err = s.Connect().UpdateContactFlowName(ctx(), &connect.UpdateContactFlowNameInput{InstanceId: &s.InstanceID, ContactFlowId: &f.id, Name: aws.String("Default agent hold")})
	harness.WantRefusal(t, err, 409, "DuplicateResourceException")
	for what, criteria := range map[string]*types.ContactFlowSearchCriteria{
		"name":  {StringCondition: &types.StringCondition{FieldName: aws.String("name"), Value: aws.String("returns"), ComparisonType: types.StringComparisonTypeStartsWith}},
		"state": {StateCondition: types.ContactFlowStateArchived},
		"both": {AndConditions: []types.ContactFlowSearchCriteria{
			{TypeCondition: types.ContactFlowTypeContactFlow},
			{StringCondition: &types.StringCondition{FieldName: aws.String("description"), Value: aws.String("PARCEL"), ComparisonType: types.StringComparisonTypeContains}},
		}},
	} {
		found, err := s.Connect().SearchContactFlows(ctx(), &connect.SearchContactFlowsInput{InstanceId: &s.InstanceID, SearchCriteria: criteria})
		if err != nil {
			t.Fatal(err)
		}
		if len(found.ContactFlows) != 1 || aws.ToString(found.ContactFlows[0].Id) != f.id || aws.ToInt64(found.ApproximateTotalCount) != 1 {
			t.Errorf("by %s: %d found, %d in all", what, len(found.ContactFlows), aws.ToInt64(found.ApproximateTotalCount))
		}
	}
	caller := s.Flow("Caller", harness.Block{Type: "TransferToFlow", Parameters: map[string]any{"ContactFlowId": f.id}, Errors: map[string]string{"NoMatchingError": ""}})
	remove := func(id string) error {
		_, err := s.Connect().DeleteContactFlow(ctx(), &connect.DeleteContactFlowInput{InstanceId: &s.InstanceID, ContactFlowId: &id})
		return err
	}
	harness.WantRefusal(t, remove(f.id), 400, "InvalidRequestException")
	for _, id := range []string{caller, f.id} {
		if err := remove(id); err != nil {
			t.Errorf("delete: %v", err)
		}
	}
	harness.WantRefusal(t, remove(f.id), 404, "ResourceNotFoundException")
}

// TestADeletedFlowRunsOn: a chat finds its content also after the flow is gone, and after a crash.
func TestADeletedFlowRunsOn(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	f := flowOf{s, t, s.Flow("Gone", harness.Say("now"), harness.Wait(3600), harness.Say("later"), harness.Wait(harness.Week))}
	chat := f.says("now")
	if _, err := s.Connect().DeleteContactFlow(ctx(), &connect.DeleteContactFlowInput{InstanceId: &s.InstanceID, ContactFlowId: &f.id}); err != nil {
		t.Fatal(err)
	}
	s.Crash()
	chat.Connect()
	s.Advance(3601e9)
	chat.Socket.AwaitText("later")
}
