package chat_test

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/connect"
	"github.com/aws/aws-sdk-go-v2/service/connect/types"

	"parley/e2e/harness"
)

// moduleContent is a module that says a text and returns.
func moduleContent(text string) string {
	return `{"Version":"2019-10-30","StartAction":"say","Settings":{},"Actions":[` +
		`{"Identifier":"say","Type":"MessageParticipant","Parameters":{"Text":"` + text + `"},"Transitions":{"NextAction":"end","Errors":[{"ErrorType":"NoMatchingError","NextAction":"end"}],"Conditions":[]}},` +
		`{"Identifier":"end","Type":"EndFlowModuleExecution","Parameters":{},"Transitions":{}}]}`
}

// moduleOf is a module of a server.
type moduleOf struct {
	*harness.Server
	t  *testing.T
	id string
}

func newModule(t *testing.T, s *harness.Server, name string) moduleOf {
	t.Helper()
	made, err := s.Connect().CreateContactFlowModule(ctx(), &connect.CreateContactFlowModuleInput{
		InstanceId: &s.InstanceID, Name: &name, Content: aws.String(moduleContent("one")), Description: aws.String("D"), Settings: aws.String(`{"a":1}`),
	})
	if err != nil {
		t.Fatal(err)
	}
	if want := s.InstanceARN + "/flow-module/" + aws.ToString(made.Id); aws.ToString(made.Arn) != want {
		t.Errorf("the ARN is %s, want %s", aws.ToString(made.Arn), want)
	}
	return moduleOf{s, t, aws.ToString(made.Id)}
}

func (m moduleOf) update(suffix, content string) error {
	_, err := m.Connect().UpdateContactFlowModuleContent(ctx(), &connect.UpdateContactFlowModuleContentInput{
		InstanceId: &m.InstanceID, ContactFlowModuleId: aws.String(m.id + suffix), Content: &content,
	})
	return err
}

func (m moduleOf) describe(suffix string) *types.ContactFlowModule {
	m.t.Helper()
	out, err := m.Connect().DescribeContactFlowModule(ctx(), &connect.DescribeContactFlowModuleInput{InstanceId: &m.InstanceID, ContactFlowModuleId: aws.String(m.id + suffix)})
	if err != nil {
		m.t.Fatalf("describe %s: %v", suffix, err)
	}
	return out.ContactFlowModule
}

func (m moduleOf) cut(suffix string) int64 {
	m.t.Helper()
	out, err := m.Connect().CreateContactFlowModuleVersion(ctx(), &connect.CreateContactFlowModuleVersionInput{InstanceId: &m.InstanceID, ContactFlowModuleId: aws.String(m.id + suffix)})
	if err != nil {
		m.t.Fatal(err)
	}
	return aws.ToInt64(out.Version)
}

func TestModules(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	m := newModule(t, s, "Greeting")
	got := m.describe("")
	if aws.ToString(got.Content) != moduleContent("one") || aws.ToString(got.Settings) != `{"a":1}` || got.Status != types.ContactFlowModuleStatusPublished {
		t.Errorf("the module is %+v", got)
	}
	harness.WantRefusal(t, m.update("", `{"Version":"2019-10-30","StartAction":"x","Actions":[],"Settings":{}}`), 400, "InvalidContactFlowModuleException")
	if err := m.update(":$SAVED", moduleContent("two")); err != nil {
		t.Fatal(err)
	}
	if got := aws.ToString(m.describe("").Content); got != moduleContent("one") {
		t.Errorf("a draft was published: %s", got)
	}
	if got := aws.ToString(m.describe(":$SAVED").Content); got != moduleContent("two") {
		t.Errorf("the draft is %s", got)
	}
	_, err := s.Connect().UpdateContactFlowModuleMetadata(ctx(), &connect.UpdateContactFlowModuleMetadataInput{
		InstanceId: &s.InstanceID, ContactFlowModuleId: &m.id, Name: aws.String("Farewell"), State: types.ContactFlowModuleStateArchived,
	})
	if err != nil {
		t.Fatal(err)
	}
	listed, err := s.Connect().ListContactFlowModules(ctx(), &connect.ListContactFlowModulesInput{InstanceId: &s.InstanceID, ContactFlowModuleState: types.ContactFlowModuleStateArchived})
	if err != nil || len(listed.ContactFlowModulesSummaryList) != 1 || aws.ToString(listed.ContactFlowModulesSummaryList[0].Name) != "Farewell" {
		t.Errorf("archived modules: %+v, %v", listed, err)
	}
	found, err := s.Connect().SearchContactFlowModules(ctx(), &connect.SearchContactFlowModulesInput{
		InstanceId: &s.InstanceID, SearchCriteria: &types.ContactFlowModuleSearchCriteria{
			StringCondition: &types.StringCondition{FieldName: aws.String("name"), Value: aws.String("well"), ComparisonType: types.StringComparisonTypeContains},
		},
	})
	if err != nil || len(found.ContactFlowModules) != 1 || aws.ToString(found.ContactFlowModules[0].Id) != m.id {
		t.Errorf("found: %+v, %v", found, err)
	}
	remove := func() error {
		_, err := s.Connect().DeleteContactFlowModule(ctx(), &connect.DeleteContactFlowModuleInput{InstanceId: &s.InstanceID, ContactFlowModuleId: &m.id})
		return err
	}
	if err := remove(); err != nil {
		t.Error(err)
	}
	harness.WantRefusal(t, remove(), 404, "ResourceNotFoundException")
}

func TestModuleVersionsAndAliases(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	m := newModule(t, s, "Greeting")
	m.cut("")
	if err := m.update("", moduleContent("two")); err != nil {
		t.Fatal(err)
	}
	m.cut("")
	alias, err := s.Connect().CreateContactFlowModuleAlias(ctx(), &connect.CreateContactFlowModuleAliasInput{
		InstanceId: &s.InstanceID, ContactFlowModuleId: &m.id, AliasName: aws.String("prod"), ContactFlowModuleVersion: aws.Int64(1),
	})
	if err != nil {
		t.Fatal(err)
	}
	if got := aws.ToString(m.describe(":prod").Content); got != moduleContent("one") {
		t.Errorf("prod is %s", got)
	}
	_, err = s.Connect().UpdateContactFlowModuleAlias(ctx(), &connect.UpdateContactFlowModuleAliasInput{
		InstanceId: &s.InstanceID, ContactFlowModuleId: &m.id, AliasId: alias.Id, ContactFlowModuleVersion: aws.Int64(2), Description: aws.String("live"),
	})
	if err != nil {
		t.Fatal(err)
	}
	described, err := s.Connect().DescribeContactFlowModuleAlias(ctx(), &connect.DescribeContactFlowModuleAliasInput{InstanceId: &s.InstanceID, ContactFlowModuleId: &m.id, AliasId: alias.Id})
	if err != nil {
		t.Fatal(err)
	}
	if got := described.ContactFlowModuleAlias; aws.ToInt64(got.Version) != 2 || aws.ToString(got.Name) != "prod" || aws.ToString(got.Description) != "live" {
		t.Errorf("the alias is %+v", got)
	}
	listed, err := s.Connect().ListContactFlowModuleAliases(ctx(), &connect.ListContactFlowModuleAliasesInput{InstanceId: &s.InstanceID, ContactFlowModuleId: &m.id})
	if err != nil || len(listed.ContactFlowModuleAliasSummaryList) != 1 || aws.ToString(listed.ContactFlowModuleAliasSummaryList[0].AliasName) != "prod" {
		t.Errorf("aliases: %+v, %v", listed, err)
	}
	_, err = s.Connect().CreateContactFlowModuleAlias(ctx(), &connect.CreateContactFlowModuleAliasInput{
		InstanceId: &s.InstanceID, ContactFlowModuleId: &m.id, AliasName: aws.String("prod"), ContactFlowModuleVersion: aws.Int64(1),
	})
	harness.WantRefusal(t, err, 409, "DuplicateResourceException")
	drop := func(version int64) error {
		_, err := s.Connect().DeleteContactFlowModuleVersion(ctx(), &connect.DeleteContactFlowModuleVersionInput{
			InstanceId: &s.InstanceID, ContactFlowModuleId: &m.id, ContactFlowModuleVersion: &version,
		})
		return err
	}
	harness.WantRefusal(t, drop(2), 400, "InvalidRequestException")
	if err := drop(1); err != nil {
		t.Error(err)
	}
	versions, err := s.Connect().ListContactFlowModuleVersions(ctx(), &connect.ListContactFlowModuleVersionsInput{InstanceId: &s.InstanceID, ContactFlowModuleId: &m.id})
	if err != nil || len(versions.ContactFlowModuleVersionSummaryList) != 1 {
		t.Errorf("versions: %+v, %v", versions, err)
	}
	_, err = s.Connect().DeleteContactFlowModuleAlias(ctx(), &connect.DeleteContactFlowModuleAliasInput{InstanceId: &s.InstanceID, ContactFlowModuleId: &m.id, AliasId: alias.Id})
	if err != nil {
		t.Error(err)
	}
	_, err = s.Connect().DescribeContactFlowModuleAlias(ctx(), &connect.DescribeContactFlowModuleAliasInput{InstanceId: &s.InstanceID, ContactFlowModuleId: &m.id, AliasId: alias.Id})
	harness.WantRefusal(t, err, 404, "ResourceNotFoundException")
}

// TestModuleClientToken: the same call again makes nothing; another with its token is refused, as AWS does for modules.
func TestModuleClientToken(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	create := func(name string) (string, error) {
		out, err := s.Connect().CreateContactFlowModule(ctx(), &connect.CreateContactFlowModuleInput{
			InstanceId: &s.InstanceID, Name: &name, Content: aws.String(moduleContent("x")), ClientToken: aws.String("once"),
		})
		if err != nil {
			return "", err
		}
		return aws.ToString(out.Id), nil
	}
	first, err := create("Once")
	if err != nil {
		t.Fatal(err)
	}
	if again, err := create("Once"); err != nil || again != first {
		t.Errorf("again: %s, %v, want %s", again, err, first)
	}
	_, err = create("Twice")
	harness.WantRefusal(t, err, 409, "IdempotencyException")
}
