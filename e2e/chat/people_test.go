package chat_test

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/connect"
	"github.com/aws/aws-sdk-go-v2/service/connect/types"

	"parley/e2e/harness"
)

// TestUsers: a user with the profiles that an instance comes with, read back by the Go SDK.
func TestUsers(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	routing, err := s.Connect().ListRoutingProfiles(ctx(), &connect.ListRoutingProfilesInput{InstanceId: &s.InstanceID})
	if err != nil || len(routing.RoutingProfileSummaryList) != 1 {
		t.Fatalf("routing profiles: %+v, %v", routing, err)
	}
	security, err := s.Connect().SearchSecurityProfiles(ctx(), &connect.SearchSecurityProfilesInput{
		InstanceId:     &s.InstanceID,
		SearchCriteria: &types.SecurityProfileSearchCriteria{StringCondition: &types.StringCondition{FieldName: aws.String("name"), Value: aws.String("Agent"), ComparisonType: types.StringComparisonTypeExact}},
	})
	if err != nil || len(security.SecurityProfiles) != 1 {
		t.Fatalf("security profiles: %+v, %v", security, err)
	}
	in := &connect.CreateUserInput{
		InstanceId: &s.InstanceID, Username: aws.String("one"), Password: aws.String("Secret-Pass-1"),
		PhoneConfig:      &types.UserPhoneConfig{PhoneType: types.PhoneTypeSoftPhone, AutoAccept: true},
		RoutingProfileId: routing.RoutingProfileSummaryList[0].Arn, SecurityProfileIds: []string{aws.ToString(security.SecurityProfiles[0].Arn)},
	}
	made, err := s.Connect().CreateUser(ctx(), in)
	if err != nil {
		t.Fatal(err)
	}
	got, err := s.Connect().DescribeUser(ctx(), &connect.DescribeUserInput{InstanceId: &s.InstanceID, UserId: made.UserArn})
	if err != nil {
		t.Fatal(err)
	}
	if u := got.User; aws.ToString(u.Username) != "one" || !u.PhoneConfig.AutoAccept || aws.ToString(u.RoutingProfileId) != aws.ToString(routing.RoutingProfileSummaryList[0].Id) {
		t.Errorf("the user is %+v", u)
	}
	_, err = s.Connect().CreateUser(ctx(), in)
	harness.WantRefusal(t, err, 409, "DuplicateResourceException")
	_, err = s.Connect().DeleteRoutingProfile(ctx(), &connect.DeleteRoutingProfileInput{InstanceId: &s.InstanceID, RoutingProfileId: in.RoutingProfileId})
	harness.WantRefusal(t, err, 409, "ResourceInUseException")
}
