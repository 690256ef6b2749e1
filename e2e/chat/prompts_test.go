package chat_test

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/connect"
	"github.com/aws/aws-sdk-go-v2/service/connect/types"
	"github.com/google/go-cmp/cmp"

	"parley/e2e/harness"
)

func TestPrompts(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	create := func(name, uri string, tags map[string]string) *string {
		t.Helper()
		made, err := s.Connect().CreatePrompt(ctx(), &connect.CreatePromptInput{InstanceId: &s.InstanceID, Name: &name, S3Uri: &uri, Description: aws.String("D"), Tags: tags})
		if err != nil {
			t.Fatal(err)
		}
		if want := s.InstanceARN + "/prompt/" + aws.ToString(made.PromptId); aws.ToString(made.PromptARN) != want {
			t.Errorf("the ARN is %s, want %s", aws.ToString(made.PromptARN), want)
		}
		return made.PromptId
	}
	sound := create("Beep", "s3://sounds/beep.wav", nil)
	text := create("Hello", "s3://parley-text/Hello%20there%21", nil)
	tagged := create("Bye", "s3://sounds/bye.wav", map[string]string{"parley:text": "Goodbye"})
	file := func(id *string) string {
		t.Helper()
		got, err := s.Connect().GetPromptFile(ctx(), &connect.GetPromptFileInput{InstanceId: &s.InstanceID, PromptId: id})
		if err != nil {
			t.Fatal(err)
		}
		return aws.ToString(got.PromptPresignedUrl)
	}
	want := []string{"s3://sounds/beep.wav", "data:text/plain;charset=utf-8,Hello%20there%21", "data:text/plain;charset=utf-8,Goodbye"}
	if diff := cmp.Diff(want, []string{file(sound), file(text), file(tagged)}); diff != "" {
		t.Errorf("files (-want +got):\n%s", diff)
	}
	updated, err := s.Connect().UpdatePrompt(ctx(), &connect.UpdatePromptInput{InstanceId: &s.InstanceID, PromptId: sound, Name: aws.String("Ring"), S3Uri: aws.String("s3://parley-text/Ring")})
	if err != nil || aws.ToString(updated.PromptId) != aws.ToString(sound) {
		t.Errorf("update: %+v, %v", updated, err)
	}
	described, err := s.Connect().DescribePrompt(ctx(), &connect.DescribePromptInput{InstanceId: &s.InstanceID, PromptId: sound})
	if err != nil || aws.ToString(described.Prompt.Name) != "Ring" || aws.ToString(described.Prompt.Description) != "D" {
		t.Errorf("the prompt is %+v, %v", described, err)
	}
	_, err = s.Connect().UpdatePrompt(ctx(), &connect.UpdatePromptInput{InstanceId: &s.InstanceID, PromptId: sound, S3Uri: aws.String("s3://parley-text/100%")})
	harness.WantRefusal(t, err, 400, "InvalidParameterException")
	listed, err := s.Connect().ListPrompts(ctx(), &connect.ListPromptsInput{InstanceId: &s.InstanceID})
	if err != nil || len(listed.PromptSummaryList) != 3 {
		t.Errorf("listed: %+v, %v", listed, err)
	}
	found, err := s.Connect().SearchPrompts(ctx(), &connect.SearchPromptsInput{
		InstanceId:   &s.InstanceID,
		SearchFilter: &types.PromptSearchFilter{TagFilter: &types.ControlPlaneTagFilter{TagCondition: &types.TagCondition{TagKey: aws.String("parley:text"), TagValue: aws.String("Goodbye")}}},
	})
	if err != nil || len(found.Prompts) != 1 || aws.ToString(found.Prompts[0].Name) != "Bye" {
		t.Errorf("found: %+v, %v", found, err)
	}
	remove := func() error {
		_, err := s.Connect().DeletePrompt(ctx(), &connect.DeletePromptInput{InstanceId: &s.InstanceID, PromptId: sound})
		return err
	}
	if err := remove(); err != nil {
		t.Error(err)
	}
	harness.WantRefusal(t, remove(), 404, "ResourceNotFoundException")
}
