package chat_test

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/connect"
	"github.com/aws/aws-sdk-go-v2/service/connect/types"

	"parley/e2e/harness"
)

// TestInstanceAttributes: as Terraform does it: set one, describe it, and no other changed.
func TestInstanceAttributes(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	all := func() map[string]string {
		t.Helper()
		seen := map[string]string{}
		pages := connect.NewListInstanceAttributesPaginator(s.Connect(), &connect.ListInstanceAttributesInput{InstanceId: &s.InstanceID})
		for pages.HasMorePages() {
			page, err := pages.NextPage(ctx())
			if err != nil {
				t.Fatal(err)
			}
			for _, a := range page.Attributes {
				seen[string(a.AttributeType)] = aws.ToString(a.Value)
			}
		}
		return seen
	}
	update := func(value, token string) {
		t.Helper()
		if _, err := s.Connect().UpdateInstanceAttribute(ctx(), &connect.UpdateInstanceAttributeInput{
			InstanceId: &s.InstanceID, AttributeType: types.InstanceAttributeTypeContactflowLogs, Value: &value, ClientToken: &token,
		}); err != nil {
			t.Fatal(err)
		}
	}
	before := all()
	update("true", "a")
	got, err := s.Connect().DescribeInstanceAttribute(ctx(), &connect.DescribeInstanceAttributeInput{InstanceId: &s.InstanceID, AttributeType: types.InstanceAttributeTypeContactflowLogs})
	if err != nil || aws.ToString(got.Attribute.Value) != "true" {
		t.Errorf("the attribute is %+v, %v", got, err)
	}
	after := all()
	for name, value := range before {
		if want := value; name != "CONTACTFLOW_LOGS" && after[name] != want {
			t.Errorf("%s became %s", name, after[name])
		}
	}
	update("false", "b")
	update("true", "a") // the same request again, late: it was done
	if got := all()["CONTACTFLOW_LOGS"]; got != "false" {
		t.Errorf("the same request took effect twice: %s", got)
	}
	s.Crash()
	if got := all()["CONTACT_LENS"]; got != "true" {
		t.Errorf("after the crash CONTACT_LENS is %s", got)
	}
}

func TestStorageOriginsKeysAndIntegrations(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	client, in := s.Connect(), &s.InstanceID
	config := &types.InstanceStorageConfig{StorageType: types.StorageTypeS3, S3Config: &types.S3Config{BucketName: aws.String("b"), BucketPrefix: aws.String("p")}}
	associate := func(token string) (*connect.AssociateInstanceStorageConfigOutput, error) {
		return client.AssociateInstanceStorageConfig(ctx(), &connect.AssociateInstanceStorageConfigInput{
			InstanceId: in, ResourceType: types.InstanceStorageResourceTypeChatTranscripts, StorageConfig: config, ClientToken: &token,
		})
	}
	made, err := associate("t")
	if err != nil {
		t.Fatal(err)
	}
	again, err := associate("t")
	if err != nil || aws.ToString(again.AssociationId) != aws.ToString(made.AssociationId) {
		t.Errorf("the same call again: %+v, %v", again, err)
	}
	_, err = associate("another")
	harness.WantRefusal(t, err, 409, "ResourceConflictException")
	got, err := client.DescribeInstanceStorageConfig(ctx(), &connect.DescribeInstanceStorageConfigInput{
		InstanceId: in, ResourceType: types.InstanceStorageResourceTypeChatTranscripts, AssociationId: made.AssociationId,
	})
	if err != nil || aws.ToString(got.StorageConfig.S3Config.BucketName) != "b" || got.StorageConfig.S3Config.EncryptionConfig != nil {
		t.Errorf("the storage is %+v, %v", got, err)
	}
	_, err = client.DescribeInstanceStorageConfig(ctx(), &connect.DescribeInstanceStorageConfigInput{
		InstanceId: in, ResourceType: types.InstanceStorageResourceTypeAttachments, AssociationId: made.AssociationId,
	})
	harness.WantRefusal(t, err, 404, "ResourceNotFoundException")
	if _, err := client.AssociateApprovedOrigin(ctx(), &connect.AssociateApprovedOriginInput{InstanceId: in, Origin: aws.String("https://a.example")}); err != nil {
		t.Error(err)
	}
	origins, err := client.ListApprovedOrigins(ctx(), &connect.ListApprovedOriginsInput{InstanceId: in})
	if err != nil || len(origins.Origins) != 1 || origins.Origins[0] != "https://a.example" {
		t.Errorf("origins: %+v, %v", origins, err)
	}
	key, err := client.AssociateSecurityKey(ctx(), &connect.AssociateSecurityKeyInput{InstanceId: in, Key: aws.String("-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n")})
	if err != nil {
		t.Fatal(err)
	}
	keys, err := client.ListSecurityKeys(ctx(), &connect.ListSecurityKeysInput{InstanceId: in})
	if err != nil || len(keys.SecurityKeys) != 1 || aws.ToString(keys.SecurityKeys[0].AssociationId) != aws.ToString(key.AssociationId) || keys.SecurityKeys[0].CreationTime == nil {
		t.Errorf("keys: %+v, %v", keys, err)
	}
	integration, err := client.CreateIntegrationAssociation(ctx(), &connect.CreateIntegrationAssociationInput{
		InstanceId: in, IntegrationType: types.IntegrationTypeEvent, IntegrationArn: aws.String("arn:aws:x"), Tags: map[string]string{"k": "v"},
	})
	if err != nil {
		t.Fatal(err)
	}
	found, err := client.SearchResourceTags(ctx(), &connect.SearchResourceTagsInput{InstanceId: in, ResourceTypes: []string{"integration-association"}})
	if err != nil || len(found.Tags) != 1 || aws.ToString(found.Tags[0].Value) != "v" {
		t.Errorf("tags: %+v, %v", found, err)
	}
	if _, err := client.DeleteIntegrationAssociation(ctx(), &connect.DeleteIntegrationAssociationInput{InstanceId: in, IntegrationAssociationId: integration.IntegrationAssociationId}); err != nil {
		t.Error(err)
	}
	_, err = client.DeleteIntegrationAssociation(ctx(), &connect.DeleteIntegrationAssociationInput{InstanceId: in, IntegrationAssociationId: integration.IntegrationAssociationId})
	harness.WantRefusal(t, err, 404, "ResourceNotFoundException")
}
