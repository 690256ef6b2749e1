package chat_test

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/connect"
	"github.com/aws/aws-sdk-go-v2/service/connect/types"
	"github.com/google/go-cmp/cmp"

	"parley/e2e/harness"
)

func TestHoursOfOperation(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	client, in := s.Connect(), &s.InstanceID
	made, err := createHours(s, "Mondays")
	if err != nil {
		t.Fatal(err)
	}
	id := made.HoursOfOperationId
	if _, err := client.UpdateHoursOfOperation(ctx(), &connect.UpdateHoursOfOperationInput{InstanceId: in, HoursOfOperationId: id, Name: aws.String("Office"), Description: aws.String("D")}); err != nil {
		t.Fatal(err)
	}
	got, err := client.DescribeHoursOfOperation(ctx(), &connect.DescribeHoursOfOperationInput{InstanceId: in, HoursOfOperationId: made.HoursOfOperationArn})
	if err != nil {
		t.Fatal(err)
	}
	h := got.HoursOfOperation
	if aws.ToString(h.Name) != "Office" || aws.ToString(h.Description) != "D" || aws.ToString(h.TimeZone) != "Europe/Berlin" || len(h.Config) != 1 || *h.Config[0].EndTime.Minutes != 59 {
		t.Errorf("the hours are %+v", h)
	}
	_, err = client.UpdateHoursOfOperation(ctx(), &connect.UpdateHoursOfOperationInput{InstanceId: in, HoursOfOperationId: id, Name: aws.String("Basic Hours")})
	harness.WantRefusal(t, err, 409, "DuplicateResourceException")
	_, err = client.UpdateHoursOfOperation(ctx(), &connect.UpdateHoursOfOperationInput{InstanceId: in, HoursOfOperationId: id, TimeZone: aws.String("Mars")})
	harness.WantRefusal(t, err, 400, "InvalidParameterException")
	listed, err := client.ListHoursOfOperations(ctx(), &connect.ListHoursOfOperationsInput{InstanceId: in})
	if err != nil || len(listed.HoursOfOperationSummaryList) != 2 {
		t.Errorf("listed: %+v, %v", listed, err)
	}
	found, err := client.SearchHoursOfOperations(ctx(), &connect.SearchHoursOfOperationsInput{
		InstanceId:     in,
		SearchCriteria: &types.HoursOfOperationSearchCriteria{StringCondition: &types.StringCondition{FieldName: aws.String("name"), Value: aws.String("off"), ComparisonType: types.StringComparisonTypeStartsWith}},
	})
	if err != nil || len(found.HoursOfOperations) != 1 || aws.ToString(found.HoursOfOperations[0].Name) != "Office" {
		t.Errorf("found: %+v, %v", found, err)
	}
	remove := func() error {
		_, err := client.DeleteHoursOfOperation(ctx(), &connect.DeleteHoursOfOperationInput{InstanceId: in, HoursOfOperationId: id})
		return err
	}
	if _, err := createQueue(s, "Users", aws.ToString(id)); err != nil {
		t.Fatal(err)
	}
	harness.WantRefusal(t, remove(), 400, "InvalidRequestException")
	other, err := createHours(s, "Unused")
	if err != nil {
		t.Fatal(err)
	}
	id = other.HoursOfOperationId
	if err := remove(); err != nil {
		t.Error(err)
	}
	harness.WantRefusal(t, remove(), 404, "ResourceNotFoundException")
}

// TestHoursOverrides: an override is read back as it was made, and flows go by it at once.
func TestHoursOverrides(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	client, in := s.Connect(), &s.InstanceID
	made, err := client.CreateHoursOfOperation(ctx(), &connect.CreateHoursOfOperationInput{
		InstanceId: in, Name: aws.String("Never"), TimeZone: aws.String("UTC"), Config: []types.HoursOfOperationConfig{},
	})
	if err != nil {
		t.Fatal(err)
	}
	id := made.HoursOfOperationId
	flow := checksHours(s, aws.ToString(id))
	s.Join(harness.WithFlow(flow)).Socket.AwaitText("closed")
	var always []types.HoursOfOperationOverrideConfig
	for _, day := range types.OverrideDays("").Values() {
		always = append(always, types.HoursOfOperationOverrideConfig{
			Day: day, StartTime: &types.OverrideTimeSlice{Hours: aws.Int32(0), Minutes: aws.Int32(0)}, EndTime: &types.OverrideTimeSlice{Hours: aws.Int32(23), Minutes: aws.Int32(59)},
		})
	}
	create := func(name string) (*connect.CreateHoursOfOperationOverrideOutput, error) {
		return client.CreateHoursOfOperationOverride(ctx(), &connect.CreateHoursOfOperationOverrideInput{
			InstanceId: in, HoursOfOperationId: id, Name: &name, Description: aws.String("D"), Config: always,
			EffectiveFrom: aws.String("2020-01-01"), EffectiveTill: aws.String("2099-12-31"), OverrideType: types.OverrideTypeOpen,
			RecurrenceConfig: &types.RecurrenceConfig{RecurrencePattern: &types.RecurrencePattern{Frequency: types.RecurrenceFrequencyWeekly, Interval: aws.Int32(1)}},
		})
	}
	override, err := create("Busy years")
	if err != nil {
		t.Fatal(err)
	}
	s.Join(harness.WithFlow(flow)).Socket.AwaitText("open")
	_, err = create("Busy years")
	harness.WantRefusal(t, err, 409, "DuplicateResourceException")
	described, err := client.DescribeHoursOfOperationOverride(ctx(), &connect.DescribeHoursOfOperationOverrideInput{InstanceId: in, HoursOfOperationId: id, HoursOfOperationOverrideId: override.HoursOfOperationOverrideId})
	if err != nil {
		t.Fatal(err)
	}
	o := described.HoursOfOperationOverride
	if aws.ToString(o.Name) != "Busy years" || len(o.Config) != 7 || aws.ToString(o.EffectiveTill) != "2099-12-31" || o.OverrideType != types.OverrideTypeOpen || o.RecurrenceConfig.RecurrencePattern.Frequency != types.RecurrenceFrequencyWeekly {
		t.Errorf("the override is %+v", o)
	}
	effective, err := client.GetEffectiveHoursOfOperations(ctx(), &connect.GetEffectiveHoursOfOperationsInput{InstanceId: in, HoursOfOperationId: id, FromDate: aws.String("2019-12-31"), ToDate: aws.String("2020-01-01")})
	if err != nil {
		t.Fatal(err)
	}
	var open []int
	for _, day := range effective.EffectiveHoursOfOperationList {
		open = append(open, len(day.OperationalHours))
	}
	if diff := cmp.Diff([]int{0, 1}, open); diff != "" || len(effective.EffectiveOverrideHoursList) != 1 || aws.ToString(effective.TimeZone) != "UTC" {
		t.Errorf("effective: %+v %s", effective, diff)
	}
	change := func(in *connect.UpdateHoursOfOperationOverrideInput) error {
		in.InstanceId, in.HoursOfOperationId, in.HoursOfOperationOverrideId = &s.InstanceID, id, override.HoursOfOperationOverrideId
		_, err := client.UpdateHoursOfOperationOverride(ctx(), in)
		return err
	}
	harness.WantRefusal(t, change(&connect.UpdateHoursOfOperationOverrideInput{EffectiveTill: aws.String("2019-01-01")}), 400, "InvalidRequestException")
	harness.WantRefusal(t, change(&connect.UpdateHoursOfOperationOverrideInput{EffectiveTill: aws.String("2020-02-30")}), 400, "InvalidParameterException")
	if err := change(&connect.UpdateHoursOfOperationOverrideInput{EffectiveTill: aws.String("2020-02-29")}); err != nil {
		t.Error(err)
	}
	s.Join(harness.WithFlow(flow)).Socket.AwaitText("closed")
	until := func(how types.DateComparisonType) int {
		found, err := client.SearchHoursOfOperationOverrides(ctx(), &connect.SearchHoursOfOperationOverridesInput{InstanceId: in, SearchCriteria: &types.HoursOfOperationOverrideSearchCriteria{
			DateCondition: &types.DateCondition{FieldName: aws.String("EffectiveTill"), Value: aws.String("2020-02-29"), ComparisonType: how},
		}})
		if err != nil {
			t.Fatal(err)
		}
		return len(found.HoursOfOperationOverrides)
	}
	got := []int{until(types.DateComparisonTypeEqualTo), until(types.DateComparisonTypeGreaterThan), until(types.DateComparisonTypeLessThanOrEqualTo)}
	if diff := cmp.Diff([]int{1, 0, 1}, got); diff != "" {
		t.Errorf("found (-want +got):\n%s", diff)
	}
	listed, err := client.ListHoursOfOperationOverrides(ctx(), &connect.ListHoursOfOperationOverridesInput{InstanceId: in, HoursOfOperationId: id})
	if err != nil || len(listed.HoursOfOperationOverrideList) != 1 {
		t.Errorf("listed: %+v, %v", listed, err)
	}
	remove := func() error {
		_, err := client.DeleteHoursOfOperationOverride(ctx(), &connect.DeleteHoursOfOperationOverrideInput{InstanceId: in, HoursOfOperationId: id, HoursOfOperationOverrideId: override.HoursOfOperationOverrideId})
		return err
	}
	if err := remove(); err != nil {
		t.Error(err)
	}
	harness.WantRefusal(t, remove(), 404, "ResourceNotFoundException")
}

func checksHours(s *harness.Server, hours string) string {
	check := harness.Block{
		Type: "CheckHoursOfOperation", Parameters: map[string]any{"HoursOfOperationId": hours},
		Cases: map[string]string{"True": "open", "False": "closed"}, Errors: map[string]string{"NoMatchingError": "failed"},
	}
	say := func(text string) harness.Block { return harness.Say(text).Named(text).Then("end") }
	return s.Flow("checks hours", check, say("open"), say("closed"), say("failed"))
}
