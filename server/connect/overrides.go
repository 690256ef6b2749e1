package connect

import (
	"context"
	"slices"

	"parley/api/connect"
	"parley/app/admin"
	"parley/domain/hours"
	"parley/internal/arn"
	"parley/internal/fault"
	"parley/server/connect/request"
	"parley/server/edge"
	"parley/work/resource"
)

// CreateHoursOfOperationOverride makes an override of hours of operation.
func (s *Server) CreateHoursOfOperationOverride(ctx context.Context, in *connect.CreateHoursOfOperationOverrideInput) (*connect.CreateHoursOfOperationOverrideOutput, error) {
	scope, id, err := s.Plain(ctx, in.InstanceId, arn.Hours, in.HoursOfOperationId, hoursID)
	if err != nil {
		return nil, err
	}
	o := admin.Override{
		HoursID: id, Title: in.Name, Description: edge.Val(in.Description), Type: string(hours.Standard), From: in.EffectiveFrom, Till: in.EffectiveTill,
		Recurs: recurrence(in.RecurrenceConfig),
	}
	if in.OverrideType != nil {
		o.Type = *in.OverrideType
	}
	if o.Slots, err = overrideSlots(in.Config); err != nil {
		return nil, err
	}
	o.InstanceID = scope.Instance
	if o, err = s.o.Admin.CreateOverride(ctx, o); err != nil {
		return nil, err
	}
	return &connect.CreateHoursOfOperationOverrideOutput{HoursOfOperationOverrideId: &o.ID}, nil
}

// overrideSlots reads the hours of an override; each must be whole.
func overrideSlots(in []connect.HoursOfOperationOverrideConfig) ([]admin.Slot, error) {
	if in == nil {
		return nil, nil
	}
	out := []admin.Slot{}
	for _, c := range in {
		if c.Day == nil || c.StartTime == nil || c.EndTime == nil {
			return nil, fault.New(fault.Invalid, "Config: Day, StartTime and EndTime must be given")
		}
		out = append(out, admin.Slot{Day: *c.Day, From: c.StartTime.Hours*60 + c.StartTime.Minutes, To: c.EndTime.Hours*60 + c.EndTime.Minutes})
	}
	return out, nil
}

func recurrence(in *connect.RecurrenceConfig) *hours.Recurrence {
	if in == nil {
		return nil
	}
	p := &in.RecurrencePattern
	return &hours.Recurrence{
		Frequency: hours.Frequency(p.Frequency), Interval: p.Interval,
		Months: slices.Clone(p.ByMonth), Days: slices.Clone(p.ByMonthDay), Occurs: slices.Clone(p.ByWeekdayOccurrence),
	}
}

// DescribeHoursOfOperationOverride tells what is known of an override.
func (s *Server) DescribeHoursOfOperationOverride(ctx context.Context, in *connect.DescribeHoursOfOperationOverrideInput) (*connect.DescribeHoursOfOperationOverrideOutput, error) {
	scope, id, err := s.Plain(ctx, in.InstanceId, arn.Hours, in.HoursOfOperationId, hoursID)
	if err != nil {
		return nil, err
	}
	o, err := s.o.Admin.Override(ctx, scope.Instance, id, in.HoursOfOperationOverrideId)
	if err != nil {
		return nil, err
	}
	return &connect.DescribeHoursOfOperationOverrideOutput{HoursOfOperationOverride: overrideOf(scope, &o)}, nil
}

func overrideOf(scope arn.Scope, o *admin.Override) *connect.HoursOfOperationOverride {
	out := &connect.HoursOfOperationOverride{
		HoursOfOperationOverrideId: &o.ID, HoursOfOperationId: &o.HoursID, HoursOfOperationArn: new(scope.ARN(arn.Hours, o.HoursID)),
		Name: &o.Title, Description: edge.Some(o.Description), OverrideType: &o.Type, EffectiveFrom: &o.From, EffectiveTill: &o.Till,
		Config: []connect.HoursOfOperationOverrideConfig{},
	}
	for _, slot := range o.Slots {
		out.Config = append(out.Config, connect.HoursOfOperationOverrideConfig{
			Day: &slot.Day, StartTime: &connect.OverrideTimeSlice{Hours: slot.From / 60, Minutes: slot.From % 60},
			EndTime: &connect.OverrideTimeSlice{Hours: slot.To / 60, Minutes: slot.To % 60},
		})
	}
	if r := o.Recurs; r != nil {
		out.RecurrenceConfig = &connect.RecurrenceConfig{RecurrencePattern: connect.RecurrencePattern{
			Frequency: string(r.Frequency), Interval: r.Interval, ByMonth: r.Months, ByMonthDay: r.Days, ByWeekdayOccurrence: r.Occurs,
		}}
	}
	return out
}

// UpdateHoursOfOperationOverride changes an override.
func (s *Server) UpdateHoursOfOperationOverride(ctx context.Context, in *connect.UpdateHoursOfOperationOverrideInput) (*connect.UpdateHoursOfOperationOverrideOutput, error) {
	scope, id, err := s.Plain(ctx, in.InstanceId, arn.Hours, in.HoursOfOperationId, hoursID)
	if err != nil {
		return nil, err
	}
	c := admin.OverrideChange{
		Title: in.Name, Description: in.Description, Type: in.OverrideType, From: in.EffectiveFrom, Till: in.EffectiveTill, Recurs: recurrence(in.RecurrenceConfig),
	}
	if c.Slots, err = overrideSlots(in.Config); err != nil {
		return nil, err
	}
	return &connect.UpdateHoursOfOperationOverrideOutput{}, s.o.Admin.UpdateOverride(ctx, scope.Instance, id, in.HoursOfOperationOverrideId, c)
}

// DeleteHoursOfOperationOverride deletes an override.
func (s *Server) DeleteHoursOfOperationOverride(ctx context.Context, in *connect.DeleteHoursOfOperationOverrideInput) (*connect.DeleteHoursOfOperationOverrideOutput, error) {
	scope, id, err := s.Plain(ctx, in.InstanceId, arn.Hours, in.HoursOfOperationId, hoursID)
	if err != nil {
		return nil, err
	}
	return &connect.DeleteHoursOfOperationOverrideOutput{}, s.o.Admin.DeleteOverride(ctx, scope.Instance, id, in.HoursOfOperationOverrideId)
}

// ListHoursOfOperationOverrides lists the overrides of hours of operation.
func (s *Server) ListHoursOfOperationOverrides(ctx context.Context, in *connect.ListHoursOfOperationOverridesInput) (*connect.ListHoursOfOperationOverridesOutput, error) {
	scope, id, err := s.Plain(ctx, in.InstanceId, arn.Hours, in.HoursOfOperationId, hoursID)
	if err != nil {
		return nil, err
	}
	page, err := request.PageOf(in.NextToken, in.MaxResults, 100)
	if err != nil {
		return nil, err
	}
	all, next, err := s.o.Admin.Overrides(ctx, scope.Instance, id, page)
	if err != nil {
		return nil, err
	}
	out := &connect.ListHoursOfOperationOverridesOutput{NextToken: request.Next(next), HoursOfOperationOverrideList: []connect.HoursOfOperationOverride{}}
	for i := range all {
		out.HoursOfOperationOverrideList = append(out.HoursOfOperationOverrideList, *overrideOf(scope, &all[i]))
	}
	return out, nil
}

// SearchHoursOfOperationOverrides finds overrides of all hours of operation.
func (s *Server) SearchHoursOfOperationOverrides(ctx context.Context, in *connect.SearchHoursOfOperationOverridesInput) (*connect.SearchHoursOfOperationOverridesOutput, error) {
	scope, page, err := s.Paged(ctx, in.InstanceId, in.NextToken, in.MaxResults, 100)
	if err != nil {
		return nil, err
	}
	c := request.All(overrideCondition(edge.Val(in.SearchCriteria)), request.Tags(edge.Val(in.SearchFilter).TagFilter))
	found, err := s.o.Admin.SearchOverrides(ctx, scope.Instance, c, page)
	if err != nil {
		return nil, err
	}
	out := &connect.SearchHoursOfOperationOverridesOutput{
		NextToken: request.Next(found.Next), ApproximateTotalCount: &found.Total, HoursOfOperationOverrides: []connect.HoursOfOperationOverride{},
	}
	for i := range found.Items {
		out.HoursOfOperationOverrides = append(out.HoursOfOperationOverrides, *overrideOf(scope, &found.Items[i]))
	}
	return out, nil
}

func overrideCondition(c connect.HoursOfOperationOverrideSearchCriteria) resource.Condition {
	own := request.Text(c.StringCondition)
	own.Any, own.All = request.Each(c.OrConditions, overrideCondition), request.Each(c.AndConditions, overrideCondition)
	if d := c.DateCondition; d != nil {
		own.All = append(own.All, resource.Condition{Field: edge.Val(d.FieldName), Value: edge.Val(d.Value), Compare: edge.Val(d.ComparisonType)})
	}
	return own
}
