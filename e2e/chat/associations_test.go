package chat_test

import (
	"fmt"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/connect"
	"github.com/aws/aws-sdk-go-v2/service/connect/types"
	"github.com/google/go-cmp/cmp"

	"parley/e2e/harness"
)

func TestFunctionAssociations(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	name := func(i int) *string {
		return aws.String(fmt.Sprintf("arn:aws:lambda:us-east-1:123456789012:function:f%02d", i))
	}
	associate := func(i int, token string) error {
		_, err := s.Connect().AssociateLambdaFunction(ctx(), &connect.AssociateLambdaFunctionInput{InstanceId: &s.InstanceID, FunctionArn: name(i), ClientToken: &token})
		return err
	}
	const many = 30
	for i := range many {
		if err := associate(i, fmt.Sprint("t", i)); err != nil {
			t.Fatal(err)
		}
	}
	if err := associate(0, "t0"); err != nil {
		t.Errorf("the same call again: %v", err)
	}
	harness.WantRefusal(t, associate(0, "another"), 409, "ResourceConflictException")
	disassociate := func(i int, token string) error {
		_, err := s.Connect().DisassociateLambdaFunction(ctx(), &connect.DisassociateLambdaFunctionInput{InstanceId: &s.InstanceID, FunctionArn: name(i), ClientToken: &token})
		return err
	}
	for range 2 {
		if err := disassociate(7, "d"); err != nil {
			t.Errorf("disassociate: %v", err)
		}
	}
	harness.WantRefusal(t, disassociate(7, "e"), 404, "ResourceNotFoundException")
	var want, got []string
	for i := range many {
		if i != 7 {
			want = append(want, *name(i))
		}
	}
	pages := connect.NewListLambdaFunctionsPaginator(s.Connect(), &connect.ListLambdaFunctionsInput{InstanceId: &s.InstanceID})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx())
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, page.LambdaFunctions...)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestBotAssociations(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	v1 := &types.LexBot{Name: aws.String("Order"), LexRegion: aws.String("us-east-1")}
	v2 := &types.LexV2Bot{AliasArn: aws.String("arn:aws:lex:us-east-1:123456789012:bot-alias/ABCDEFGHIJ/TSTALIASID")}
	client := s.Connect()
	if _, err := client.AssociateLexBot(ctx(), &connect.AssociateLexBotInput{InstanceId: &s.InstanceID, LexBot: v1}); err != nil {
		t.Fatal(err)
	}
	if _, err := client.AssociateBot(ctx(), &connect.AssociateBotInput{InstanceId: &s.InstanceID, LexV2Bot: v2}); err != nil {
		t.Fatal(err)
	}
	_, err := client.AssociateBot(ctx(), &connect.AssociateBotInput{InstanceId: &s.InstanceID, LexBot: v1})
	harness.WantRefusal(t, err, 409, "ResourceConflictException")
	_, err = client.AssociateBot(ctx(), &connect.AssociateBotInput{InstanceId: &s.InstanceID})
	harness.WantRefusal(t, err, 400, "InvalidRequestException")
	bots := func(version types.LexVersion) (names []string) {
		out, err := client.ListBots(ctx(), &connect.ListBotsInput{InstanceId: &s.InstanceID, LexVersion: version})
		if err != nil {
			t.Fatal(err)
		}
		for _, b := range out.LexBots {
			if b.LexBot != nil {
				names = append(names, aws.ToString(b.LexBot.Name)+" "+aws.ToString(b.LexBot.LexRegion))
			} else {
				names = append(names, aws.ToString(b.LexV2Bot.AliasArn))
			}
		}
		return names
	}
	if diff := cmp.Diff([][]string{{"Order us-east-1"}, {*v2.AliasArn}}, [][]string{bots(types.LexVersionV1), bots(types.LexVersionV2)}); diff != "" {
		t.Errorf("bots (-want +got):\n%s", diff)
	}
	listed, err := client.ListLexBots(ctx(), &connect.ListLexBotsInput{InstanceId: &s.InstanceID})
	if err != nil || len(listed.LexBots) != 1 || aws.ToString(listed.LexBots[0].Name) != "Order" {
		t.Errorf("ListLexBots: %+v, %v", listed, err)
	}
	if _, err := client.DisassociateLexBot(ctx(), &connect.DisassociateLexBotInput{InstanceId: &s.InstanceID, BotName: v1.Name, LexRegion: v1.LexRegion}); err != nil {
		t.Error(err)
	}
	if _, err := client.DisassociateBot(ctx(), &connect.DisassociateBotInput{InstanceId: &s.InstanceID, LexV2Bot: v2}); err != nil {
		t.Error(err)
	}
	_, err = client.DisassociateBot(ctx(), &connect.DisassociateBotInput{InstanceId: &s.InstanceID, LexV2Bot: v2})
	harness.WantRefusal(t, err, 404, "ResourceNotFoundException")
	if left := append(bots(types.LexVersionV1), bots(types.LexVersionV2)...); len(left) > 0 {
		t.Errorf("left: %v", left)
	}
}

func TestTags(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	module := newModule(t, s, "Tagged").id
	for what, arn := range map[string]string{
		"a flow": s.InstanceARN + "/contact-flow/" + s.Flow("Tagged", harness.Say("x")), "a module": s.InstanceARN + "/flow-module/" + module, "the instance": s.InstanceARN,
	} {
		if _, err := s.Connect().TagResource(ctx(), &connect.TagResourceInput{ResourceArn: &arn, Tags: map[string]string{"a": "1", "b": "2"}}); err != nil {
			t.Errorf("%s: %v", what, err)
			continue
		}
		if _, err := s.Connect().UntagResource(ctx(), &connect.UntagResourceInput{ResourceArn: &arn, TagKeys: []string{"a", "none"}}); err != nil {
			t.Errorf("%s: %v", what, err)
		}
		got, err := s.Connect().ListTagsForResource(ctx(), &connect.ListTagsForResourceInput{ResourceArn: &arn})
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(map[string]string{"b": "2"}, got.Tags); diff != "" {
			t.Errorf("%s (-want +got):\n%s", what, diff)
		}
	}
	many := map[string]string{}
	for i := range 50 {
		many[fmt.Sprint("k", i)] = ""
	}
	arn := s.InstanceARN + "/flow-module/" + module
	_, err := s.Connect().TagResource(ctx(), &connect.TagResourceInput{ResourceArn: &arn, Tags: many})
	harness.WantRefusal(t, err, 400, "InvalidRequestException")
	unknown := s.InstanceARN + "/contact-flow/" + unknownID
	_, err = s.Connect().ListTagsForResource(ctx(), &connect.ListTagsForResourceInput{ResourceArn: &unknown})
	harness.WantRefusal(t, err, 404, "ResourceNotFoundException")
}
