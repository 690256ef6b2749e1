package chat_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/connect"
	"github.com/aws/aws-sdk-go-v2/service/connect/types"
	"github.com/google/go-cmp/cmp"

	"parley/e2e/harness"
)

// viewContent is a view with a heading and a button.
func viewContent(title string) *types.ViewInputContent {
	return &types.ViewInputContent{
		Template: aws.String(`{"Head":{"Title":"` + title + `"},"Body":[{"_id":"h","Type":"Heading","Props":{"Text":"$.Heading"},"Content":[]},{"_id":"b","Type":"Button","Props":{"Label":"$.Labels.Go","Action":"Go"},"Content":[]}]}`),
		Actions:  []string{"Go"},
	}
}

func createView(s *harness.Server, name, title string, status types.ViewStatus) (*types.View, error) {
	out, err := s.Connect().CreateView(ctx(), &connect.CreateViewInput{
		InstanceId: &s.InstanceID, Name: &name, Status: status, Content: viewContent(title), ClientToken: aws.String("token of " + name),
	})
	if err != nil {
		return nil, err
	}
	return out.View, nil
}

func describeView(s *harness.Server, id string) (*types.View, error) {
	out, err := s.Connect().DescribeView(ctx(), &connect.DescribeViewInput{InstanceId: &s.InstanceID, ViewId: &id})
	if err != nil {
		return nil, err
	}
	return out.View, nil
}

func TestManagedViews(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	actions := map[string]string{
		"cards": "ActionSelected Back NoMatchFound", "confirmation": "Back Next", "detail": "ActionSelected Back",
		"form": "Back Next Cancel Previous Edit Step", "list": "ActionSelected Back",
	}
	listed, err := s.Connect().ListViews(ctx(), &connect.ListViewsInput{InstanceId: &s.InstanceID, Type: types.ViewTypeAwsManaged})
	if err != nil {
		t.Fatal(err)
	}
	if len(listed.ViewsSummaryList) != len(actions) {
		t.Errorf("%d managed views, want %d", len(listed.ViewsSummaryList), len(actions))
	}
	for id, want := range actions {
		arn := "arn:aws:connect:us-east-1:aws:view/" + id + ":1"
		for _, name := range []string{id, arn, id + ":$LATEST", id + ":1"} {
			v, err := describeView(s, name)
			if err != nil {
				t.Errorf("%s: %v", name, err)
				continue
			}
			if aws.ToString(v.Id) != id || aws.ToString(v.Arn) != arn || v.Type != types.ViewTypeAwsManaged || v.Version != 1 {
				t.Errorf("%s is %s, %s, %s version %d", name, aws.ToString(v.Id), aws.ToString(v.Arn), v.Type, v.Version)
			}
			if got := strings.Join(v.Content.Actions, " "); got != want {
				t.Errorf("%s: actions %s, want %s", name, got, want)
			}
			for what, text := range map[string]*string{"Template": v.Content.Template, "InputSchema": v.Content.InputSchema} {
				if !json.Valid([]byte(aws.ToString(text))) {
					t.Errorf("%s: %s is no JSON: %s", name, what, aws.ToString(text))
				}
			}
		}
	}
	_, err = s.Connect().DeleteView(ctx(), &connect.DeleteViewInput{InstanceId: &s.InstanceID, ViewId: aws.String("form")})
	harness.WantRefusal(t, err, 403, "AccessDeniedException")
	_, err = describeView(s, "form:2")
	harness.WantRefusal(t, err, 404, "ResourceNotFoundException")
}

func TestCustomerViews(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	v, err := createView(s, "Mine", "one", types.ViewStatusSaved)
	if err != nil {
		t.Fatal(err)
	}
	id := aws.ToString(v.Id)
	if again, err := createView(s, "Mine", "one", types.ViewStatusSaved); err != nil || aws.ToString(again.Id) != id {
		t.Errorf("the same token again: %+v, %v", again, err)
	}
	_, err = describeView(s, id)
	harness.WantRefusal(t, err, 404, "ResourceNotFoundException")
	publish := func(title string, status types.ViewStatus) *types.View {
		t.Helper()
		out, err := s.Connect().UpdateViewContent(ctx(), &connect.UpdateViewContentInput{InstanceId: &s.InstanceID, ViewId: &id, Status: status, Content: viewContent(title)})
		if err != nil {
			t.Fatal(err)
		}
		return out.View
	}
	sha := publish("two", types.ViewStatusPublished).ViewContentSha256
	publish("three", types.ViewStatusSaved)
	titles := map[string]string{}
	for _, suffix := range []string{"", ":$LATEST", ":$SAVED"} {
		v, err := describeView(s, id+suffix)
		if err != nil {
			t.Fatal(err)
		}
		var template struct{ Head struct{ Title string } }
		if err := json.Unmarshal([]byte(aws.ToString(v.Content.Template)), &template); err != nil {
			t.Fatal(err)
		}
		titles[suffix] = template.Head.Title + " " + string(v.Status)
	}
	if diff := cmp.Diff(map[string]string{"": "two PUBLISHED", ":$LATEST": "two PUBLISHED", ":$SAVED": "three SAVED"}, titles); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	described, err := describeView(s, s.InstanceARN+"/view/"+id)
	if err != nil {
		t.Fatal(err)
	}
	if got := aws.ToString(described.Content.InputSchema); got != `{"type":"object","properties":{"Heading":{},"Labels":{}},"required":["Heading","Labels"]}` {
		t.Errorf("InputSchema is %s", got)
	}
	cut := func(sha *string) (int32, error) {
		out, err := s.Connect().CreateViewVersion(ctx(), &connect.CreateViewVersionInput{InstanceId: &s.InstanceID, ViewId: &id, ViewContentSha256: sha})
		if err != nil {
			return 0, err
		}
		return out.View.Version, nil
	}
	for range 2 {
		if version, err := cut(sha); err != nil || version != 1 {
			t.Errorf("version %d, %v, want 1 while nothing changes", version, err)
		}
	}
	_, err = cut(aws.String(strings.Repeat("a", 64)))
	harness.WantRefusal(t, err, 400, "InvalidRequestException")
	publish("four", types.ViewStatusPublished)
	if version, err := cut(nil); err != nil || version != 2 {
		t.Errorf("version %d, %v, want 2", version, err)
	}
	versions := func() (numbers []int32) {
		out, err := s.Connect().ListViewVersions(ctx(), &connect.ListViewVersionsInput{InstanceId: &s.InstanceID, ViewId: &id})
		if err != nil {
			t.Fatal(err)
		}
		for _, v := range out.ViewVersionSummaryList {
			numbers = append(numbers, v.Version)
		}
		return numbers
	}
	if diff := cmp.Diff([]int32{2, 1}, versions()); diff != "" {
		t.Errorf("versions (-want +got):\n%s", diff)
	}
	if _, err := s.Connect().DeleteViewVersion(ctx(), &connect.DeleteViewVersionInput{InstanceId: &s.InstanceID, ViewId: &id, ViewVersion: aws.Int32(1)}); err != nil {
		t.Error(err)
	}
	if diff := cmp.Diff([]int32{2}, versions()); diff != "" {
		t.Errorf("versions (-want +got):\n%s", diff)
	}
}

func TestViewMetadataSearchAndDelete(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	v, err := createView(s, "Orders", "x", types.ViewStatusPublished)
	if err != nil {
		t.Fatal(err)
	}
	_, err = s.Connect().UpdateViewMetadata(ctx(), &connect.UpdateViewMetadataInput{InstanceId: &s.InstanceID, ViewId: v.Id, Name: aws.String("Returns"), Description: aws.String("of parcels")})
	if err != nil {
		t.Fatal(err)
	}
	found, err := s.Connect().SearchViews(ctx(), &connect.SearchViewsInput{
		InstanceId: &s.InstanceID, SearchCriteria: &types.ViewSearchCriteria{AndConditions: []types.ViewSearchCriteria{
			{ViewTypeCondition: types.ViewTypeCustomerManaged},
			{StringCondition: &types.StringCondition{FieldName: aws.String("name"), Value: aws.String("Returns"), ComparisonType: types.StringComparisonTypeExact}},
		}},
	})
	if err != nil || len(found.Views) != 1 || aws.ToString(found.Views[0].Id) != aws.ToString(v.Id) {
		t.Errorf("found %+v, %v", found, err)
	}
	_, err = createView(s, "Returns", "x", types.ViewStatusSaved)
	harness.WantRefusal(t, err, 409, "DuplicateResourceException")
	_, err = s.Connect().CreateView(ctx(), &connect.CreateViewInput{
		InstanceId: &s.InstanceID, Name: aws.String("Empty"), Status: types.ViewStatusPublished, Content: &types.ViewInputContent{Template: aws.String(`{}`), Actions: []string{"Go"}},
	})
	harness.WantRefusal(t, err, 400, "InvalidParameterException")
	user := s.Flow("Uses it", harness.Block{
		Type: "ShowView", Parameters: map[string]any{"ViewResource": map[string]any{"Id": aws.ToString(v.Id), "Version": "$LATEST"}, "InvocationTimeLimitSeconds": "300"},
		Cases: map[string]string{"Go": ""}, Errors: map[string]string{"NoMatchingCondition": "", "NoMatchingError": "", "TimeLimitExceeded": ""},
	})
	remove := func() error {
		_, err := s.Connect().DeleteView(ctx(), &connect.DeleteViewInput{InstanceId: &s.InstanceID, ViewId: v.Id})
		return err
	}
	harness.WantRefusal(t, remove(), 409, "ResourceInUseException")
	if _, err := s.Connect().DeleteContactFlow(ctx(), &connect.DeleteContactFlowInput{InstanceId: &s.InstanceID, ContactFlowId: &user}); err != nil {
		t.Fatal(err)
	}
	if err := remove(); err != nil {
		t.Error(err)
	}
	harness.WantRefusal(t, remove(), 404, "ResourceNotFoundException")
}
