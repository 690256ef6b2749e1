package pages_test

import (
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/connect"
	"github.com/aws/aws-sdk-go-v2/service/connect/types"

	"parley/e2e/harness"
)

// TestLeaveAMessage: who finds the widget's queue closed or full is told so and leaves a message, which an agent answers later.
func TestLeaveAMessage(t *testing.T) {
	needed(t)
	s := harness.Start(t)
	given := worldOf(s, s.Agent("Ben", true, 1))
	opens := s.Now().UTC().Truncate(24 * time.Hour).Add(58 * time.Hour) // at ten, the day after tomorrow
	at := func(hour int32) *types.HoursOfOperationTimeSlice {
		return &types.HoursOfOperationTimeSlice{Hours: aws.Int32(hour), Minutes: aws.Int32(0)}
	}
	day := types.HoursOfOperationDays(strings.ToUpper(opens.Weekday().String()))
	hours := func(name string, config types.HoursOfOperationConfig) *string {
		made, err := s.Connect().CreateHoursOfOperation(t.Context(), &connect.CreateHoursOfOperationInput{InstanceId: &s.InstanceID, Name: &name, TimeZone: aws.String("UTC"), Config: []types.HoursOfOperationConfig{config}})
		if err != nil {
			t.Fatal(err)
		}
		return made.HoursOfOperationId
	}
	queue := func(name string, hours *string, most *int32) string {
		made, err := s.Connect().CreateQueue(t.Context(), &connect.CreateQueueInput{InstanceId: &s.InstanceID, Name: &name, HoursOfOperationId: hours, MaxContacts: most})
		if err != nil {
			t.Fatal(err)
		}
		return *made.QueueId
	}
	rest, err := s.Connect().ListHoursOfOperations(t.Context(), &connect.ListHoursOfOperationsInput{InstanceId: &s.InstanceID})
	if err != nil || len(rest.HoursOfOperationSummaryList) == 0 {
		t.Fatalf("ListHoursOfOperations: %v", err)
	}
	given["opens"] = opens.Format(time.RFC3339)
	given["closed"] = queue("Closed", hours("Later", types.HoursOfOperationConfig{Day: day, StartTime: at(10), EndTime: at(18)}), nil)
	given["crowded"] = queue("Crowded", rest.HoursOfOperationSummaryList[0].Id, aws.Int32(0))
	run(t, "leave.mjs", given)
}
