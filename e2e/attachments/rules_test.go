package attachments_test

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/connect"
	"github.com/aws/aws-sdk-go-v2/service/connect/types"

	"parley/e2e/harness"
)

// TestWhatAnInstanceTakes: its rules narrow what the server takes, for who is in the chat and who is outside.
func TestWhatAnInstanceTakes(t *testing.T) {
	t.Parallel()
	f := open(t)
	client, in := f.s.Connect(), &f.s.InstanceID
	described := func(scope types.AttachmentScope) *types.AttachedFilesConfiguration {
		t.Helper()
		out, err := client.DescribeAttachedFilesConfiguration(ctx(), &connect.DescribeAttachedFilesConfigurationInput{InstanceId: in, AttachmentScope: scope})
		if err != nil {
			t.Fatal(err)
		}
		return out.AttachedFilesConfiguration
	}
	if c := described("CHAT"); aws.ToInt64(c.MaximumSizeLimitInBytes) != 20<<20 || len(c.ExtensionConfiguration.AllowedExtensions) < 15 {
		t.Errorf("at first: %+v", c)
	}
	update := func(scope types.AttachmentScope, size *int64, names ...string) error {
		u := &connect.UpdateAttachedFilesConfigurationInput{InstanceId: in, AttachmentScope: scope, MaximumSizeLimitInBytes: size}
		for _, name := range names {
			if u.ExtensionConfiguration == nil {
				u.ExtensionConfiguration = &types.ExtensionConfiguration{}
			}
			u.ExtensionConfiguration.AllowedExtensions = append(u.ExtensionConfiguration.AllowedExtensions, types.AllowedExtension{Extension: &name})
		}
		_, err := client.UpdateAttachedFilesConfiguration(ctx(), u)
		return err
	}
	harness.WantRefusal(t, update("CHAT", nil, "exe"), 400, "InvalidParameterException")
	harness.WantRefusal(t, update("CHAT", aws.Int64(20<<20+1)), 400, "InvalidParameterException")
	for _, err := range []error{update("CHAT", nil, "PNG", "txt", "png"), update("CHAT", aws.Int64(100)), update("EMAIL", aws.Int64(5), "exe")} {
		if err != nil {
			t.Fatal(err)
		}
	}
	c := described("CHAT")
	if aws.ToInt64(c.MaximumSizeLimitInBytes) != 100 || len(c.ExtensionConfiguration.AllowedExtensions) != 2 || c.LastModifiedTime == nil {
		t.Errorf("afterwards: %+v", c)
	}
	f.attach("a.png", "image/png", png(100))
	_, err := f.tryStart("a.png", "image/png", 101)
	harness.WantRefusal(t, err, 400, "ValidationException")
	_, err = f.tryStart("a.pdf", "application/pdf", 10)
	harness.WantRefusal(t, err, 400, "ValidationException")
	_, err = client.StartAttachedFileUpload(ctx(), &connect.StartAttachedFileUploadInput{
		InstanceId: in, AssociatedResourceArn: aws.String(f.s.InstanceARN + "/contact/" + f.chat.ContactID),
		FileName: aws.String("a.pdf"), FileSizeInBytes: aws.Int64(9), FileUseCaseType: types.FileUseCaseTypeAttachment,
	})
	harness.WantRefusal(t, err, 400, "InvalidRequestException")

	var scopes []types.AttachmentScope
	pages := connect.NewListAttachedFilesConfigurationsPaginator(client, &connect.ListAttachedFilesConfigurationsInput{InstanceId: in, MaxResults: aws.Int32(1)})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx())
		if err != nil || len(page.AttachedFilesConfigurations) > 1 {
			t.Fatalf("%+v, %v", page, err)
		}
		for _, one := range page.AttachedFilesConfigurations {
			scopes = append(scopes, one.AttachmentScope)
		}
	}
	if len(scopes) != 4 {
		t.Errorf("listed are %v", scopes)
	}
	refs, err := client.ListContactReferences(ctx(), &connect.ListContactReferencesInput{InstanceId: in, ContactId: &f.chat.ContactID, ReferenceTypes: []types.ReferenceType{"ATTACHMENT"}})
	if err != nil || len(refs.ReferenceSummaryList) != 1 {
		t.Fatalf("references: %+v, %v", refs, err)
	}
	file := refs.ReferenceSummaryList[0].(*types.ReferenceSummaryMemberAttachment).Value
	if aws.ToString(file.Name) != "a.png" || file.Status != types.ReferenceStatusApproved || file.Arn == nil {
		t.Errorf("the file is %+v", file)
	}
}
