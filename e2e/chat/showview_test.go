package chat_test

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/connect"
	"github.com/aws/aws-sdk-go-v2/service/connect/types"
	"github.com/google/go-cmp/cmp"

	"parley/e2e/harness"
)

// TestShowView: a view is sent, described and answered; its token opens it in no other chat.
func TestShowView(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	flow := s.Flow("Form",
		harness.ShowView("form", map[string]any{"Heading": "Who are you?", "Sections": []any{}}, map[string]string{"Next": "next"}),
		harness.Say("not that").Then("end"),
		harness.Say("Hello $.Views.ViewResultData.FormData.name").Named("next"), harness.Wait(harness.Week))
	chat := s.Join(harness.WithFlow(flow), harness.WithViews())
	view := chat.Socket.AwaitView()
	if view.ViewID != "form" || view.ViewData["Heading"] != "Who are you?" {
		t.Errorf("the view is %+v", view)
	}
	got, err := chat.View(view.ViewToken)
	if err != nil {
		t.Fatal(err)
	}
	want, err := describeView(s, "form")
	if err != nil {
		t.Fatal(err)
	}
	if aws.ToString(got.Id) != "form" || aws.ToInt32(got.Version) != 1 || aws.ToString(got.Content.Template) != aws.ToString(want.Content.Template) {
		t.Errorf("described: %s version %d: %.80s", aws.ToString(got.Id), aws.ToInt32(got.Version), aws.ToString(got.Content.Template))
	}
	if diff := cmp.Diff(want.Content.Actions, got.Content.Actions); diff != "" {
		t.Errorf("actions (-want +got):\n%s", diff)
	}
	stranger := s.Join(harness.WithFlow(flow), harness.WithViews())
	_, err = stranger.View(view.ViewToken)
	harness.WantRefusal(t, err, 403, "AccessDeniedException")
	if _, err := chat.TrySend(harness.InteractiveResponse, `{"templateType":"ViewResource","version":"1.0","action":"Next","data":{"FormData":{"name":"Ann"}}}`); err != nil {
		t.Fatal(err)
	}
	chat.Socket.AwaitText("Hello Ann")
}

// TestAShownViewStaysAsItWas: also after the view has another content, or is gone.
func TestAShownViewStaysAsItWas(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	v, err := createView(s, "Mine", "as it was", types.ViewStatusPublished)
	if err != nil {
		t.Fatal(err)
	}
	flow := s.Flow("Shows mine", harness.ShowView(aws.ToString(v.Arn), map[string]any{"Heading": "H"}, map[string]string{"Go": ""}), harness.Wait(harness.Week))
	chat := s.Join(harness.WithFlow(flow), harness.WithViews())
	token := chat.Socket.AwaitView().ViewToken
	still := func(when string) {
		t.Helper()
		got, err := chat.View(token)
		if err != nil {
			t.Errorf("%s: %v", when, err)
		} else if aws.ToString(got.Content.Template) != aws.ToString(viewContent("as it was").Template) {
			t.Errorf("%s: %s", when, aws.ToString(got.Content.Template))
		}
	}
	still("at first")
	if _, err := s.Connect().UpdateViewContent(ctx(), &connect.UpdateViewContentInput{InstanceId: &s.InstanceID, ViewId: v.Id, Status: types.ViewStatusPublished, Content: viewContent("new")}); err != nil {
		t.Fatal(err)
	}
	still("after it changed")
	if _, err := s.Connect().DeleteContactFlow(ctx(), &connect.DeleteContactFlowInput{InstanceId: &s.InstanceID, ContactFlowId: &flow}); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Connect().DeleteView(ctx(), &connect.DeleteViewInput{InstanceId: &s.InstanceID, ViewId: v.Id}); err != nil {
		t.Fatal(err)
	}
	still("after it was deleted")
}
