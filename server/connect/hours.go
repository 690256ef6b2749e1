package connect

import (
	"context"
	"time"

	"parley/api/connect"
	"parley/app/admin"
	"parley/internal/arn"
	"parley/internal/fault"
	"parley/server/connect/request"
	"parley/server/edge"
	"parley/work/resource"
)

// hoursID is the member that names hours of operation.
const hoursID = "HoursOfOperationId"

// CreateHoursOfOperation makes hours of operation.
func (s *Server) CreateHoursOfOperation(ctx context.Context, in *connect.CreateHoursOfOperationInput) (*connect.CreateHoursOfOperationOutput, error) {
	scope, err := s.Scope(ctx, in.InstanceId)
	if err != nil {
		return nil, err
	}
	if in.ParentHoursOfOperationConfigs != nil {
		return nil, fault.New(fault.Rule, "ParentHoursOfOperationConfigs is not supported")
	}
	h := admin.Hours{Description: edge.Val(in.Description), TimeZone: in.TimeZone, Slots: weekSlots(in.Config)}
	h.InstanceID, h.Name, h.Tags = scope.Instance, in.Name, in.Tags
	if h, err = s.o.Admin.CreateHours(ctx, h); err != nil {
		return nil, err
	}
	return &connect.CreateHoursOfOperationOutput{HoursOfOperationId: &h.ID, HoursOfOperationArn: new(scope.ARN(arn.Hours, h.ID))}, nil
}

func weekSlots(in []connect.HoursOfOperationConfig) []admin.Slot {
	if in == nil {
		return nil
	}
	out := []admin.Slot{}
	for _, c := range in {
		out = append(out, admin.Slot{Day: c.Day, From: c.StartTime.Hours*60 + c.StartTime.Minutes, To: c.EndTime.Hours*60 + c.EndTime.Minutes})
	}
	return out
}

// DescribeHoursOfOperation tells what is known of hours of operation.
func (s *Server) DescribeHoursOfOperation(ctx context.Context, in *connect.DescribeHoursOfOperationInput) (*connect.DescribeHoursOfOperationOutput, error) {
	scope, id, err := s.Plain(ctx, in.InstanceId, arn.Hours, in.HoursOfOperationId, hoursID)
	if err != nil {
		return nil, err
	}
	h, err := s.o.Admin.Hours(ctx, scope.Instance, id)
	if err != nil {
		return nil, err
	}
	return &connect.DescribeHoursOfOperationOutput{HoursOfOperation: hoursOf(scope, &h)}, nil
}

func hoursOf(scope arn.Scope, h *admin.Hours) *connect.HoursOfOperation {
	out := &connect.HoursOfOperation{
		HoursOfOperationId: &h.ID, HoursOfOperationArn: new(scope.ARN(arn.Hours, h.ID)), Name: &h.Name, Description: edge.Some(h.Description),
		TimeZone: &h.TimeZone, Tags: h.Tags, LastModifiedTime: &h.Modified, LastModifiedRegion: &scope.Region, Config: []connect.HoursOfOperationConfig{},
	}
	for _, slot := range h.Slots {
		out.Config = append(out.Config, connect.HoursOfOperationConfig{
			Day: slot.Day, StartTime: connect.HoursOfOperationTimeSlice{Hours: slot.From / 60, Minutes: slot.From % 60},
			EndTime: connect.HoursOfOperationTimeSlice{Hours: slot.To / 60, Minutes: slot.To % 60},
		})
	}
	return out
}

// UpdateHoursOfOperation changes hours of operation.
func (s *Server) UpdateHoursOfOperation(ctx context.Context, in *connect.UpdateHoursOfOperationInput) (*connect.UpdateHoursOfOperationOutput, error) {
	scope, id, err := s.Plain(ctx, in.InstanceId, arn.Hours, in.HoursOfOperationId, hoursID)
	if err != nil {
		return nil, err
	}
	c := admin.HoursChange{Name: in.Name, Description: in.Description, TimeZone: in.TimeZone, Slots: weekSlots(in.Config)}
	return &connect.UpdateHoursOfOperationOutput{}, s.o.Admin.UpdateHours(ctx, scope.Instance, id, c)
}

// DeleteHoursOfOperation deletes hours of operation that nothing uses.
func (s *Server) DeleteHoursOfOperation(ctx context.Context, in *connect.DeleteHoursOfOperationInput) (*connect.DeleteHoursOfOperationOutput, error) {
	scope, id, err := s.Plain(ctx, in.InstanceId, arn.Hours, in.HoursOfOperationId, hoursID)
	if err != nil {
		return nil, err
	}
	return &connect.DeleteHoursOfOperationOutput{}, s.o.Admin.DeleteHours(ctx, scope.Instance, id)
}

// ListHoursOfOperations lists the hours of operation of an instance.
func (s *Server) ListHoursOfOperations(ctx context.Context, in *connect.ListHoursOfOperationsInput) (*connect.ListHoursOfOperationsOutput, error) {
	scope, page, err := s.Paged(ctx, in.InstanceId, in.NextToken, in.MaxResults, 1000)
	if err != nil {
		return nil, err
	}
	all, next, err := s.o.Admin.AllHours(ctx, scope.Instance, page)
	if err != nil {
		return nil, err
	}
	out := &connect.ListHoursOfOperationsOutput{NextToken: request.Next(next), HoursOfOperationSummaryList: []connect.HoursOfOperationSummary{}}
	for i := range all {
		h := &all[i]
		out.HoursOfOperationSummaryList = append(out.HoursOfOperationSummaryList, connect.HoursOfOperationSummary{
			Arn: new(scope.ARN(arn.Hours, h.ID)), Id: &h.ID, Name: &h.Name, LastModifiedTime: &h.Modified, LastModifiedRegion: &scope.Region,
		})
	}
	return out, nil
}

// SearchHoursOfOperations finds hours of operation.
func (s *Server) SearchHoursOfOperations(ctx context.Context, in *connect.SearchHoursOfOperationsInput) (*connect.SearchHoursOfOperationsOutput, error) {
	scope, page, err := s.Paged(ctx, in.InstanceId, in.NextToken, in.MaxResults, 100)
	if err != nil {
		return nil, err
	}
	c := request.All(hoursCondition(edge.Val(in.SearchCriteria)), request.Tags(edge.Val(in.SearchFilter).TagFilter))
	found, err := s.o.Admin.SearchHours(ctx, scope.Instance, c, page)
	if err != nil {
		return nil, err
	}
	out := &connect.SearchHoursOfOperationsOutput{NextToken: request.Next(found.Next), ApproximateTotalCount: &found.Total, HoursOfOperations: []connect.HoursOfOperation{}}
	for i := range found.Items {
		out.HoursOfOperations = append(out.HoursOfOperations, *hoursOf(scope, &found.Items[i]))
	}
	return out, nil
}

func hoursCondition(c connect.HoursOfOperationSearchCriteria) resource.Condition {
	own := request.Text(c.StringCondition)
	own.Any, own.All = request.Each(c.OrConditions, hoursCondition), request.Each(c.AndConditions, hoursCondition)
	return own
}

// mostDays is how many dates GetEffectiveHoursOfOperations tells about at once (our choice).
const mostDays = 366

// GetEffectiveHoursOfOperations tells when hours of operation are open on some dates, after all overrides.
func (s *Server) GetEffectiveHoursOfOperations(ctx context.Context, in *connect.GetEffectiveHoursOfOperationsInput) (*connect.GetEffectiveHoursOfOperationsOutput, error) {
	scope, id, err := s.Plain(ctx, in.InstanceId, arn.Hours, in.HoursOfOperationId, hoursID)
	if err != nil {
		return nil, err
	}
	from, err := admin.Date(in.FromDate, "FromDate")
	if err != nil {
		return nil, err
	}
	to, err := admin.Date(in.ToDate, "ToDate")
	if err != nil {
		return nil, err
	}
	if to.Before(from) || to.Sub(from) >= mostDays*24*time.Hour {
		return nil, fault.New(fault.Rule, "From FromDate to ToDate there must be 1 to %d days", mostDays)
	}
	h, err := s.o.Admin.EffectiveHours(ctx, scope.Instance, id)
	if err != nil {
		return nil, err
	}
	out := &connect.GetEffectiveHoursOfOperationsOutput{TimeZone: new(h.Zone.String())}
	for at := from; !at.After(to); at = at.AddDate(0, 0, 1) {
		day := at.Format(time.DateOnly)
		open := connect.EffectiveHoursOfOperations{Date: &day, OperationalHours: []connect.OperationalHour{}}
		for _, span := range h.Effective(at) {
			open.OperationalHours = append(open.OperationalHours, connect.OperationalHour{Start: new(slice(span.From)), End: new(slice(span.To))})
		}
		out.EffectiveHoursOfOperationList = append(out.EffectiveHoursOfOperationList, open)
		var changed []connect.OverrideHour
		for _, o := range h.Overridden(at) {
			status := connect.OperationalStatusClosed
			if o.Open {
				status = connect.OperationalStatusOpen
			}
			changed = append(changed, connect.OverrideHour{Start: new(slice(o.From)), End: new(slice(o.To)), OverrideName: &o.Name, OperationalStatus: &status})
		}
		if changed != nil {
			out.EffectiveOverrideHoursList = append(out.EffectiveOverrideHoursList, connect.EffectiveOverrideHours{Date: &day, OverrideHours: changed})
		}
	}
	return out, nil
}

// slice is a minute of a day; the day's end is 23:59, as hours of operation are written.
func slice(minute int) connect.OverrideTimeSlice {
	minute = min(minute, 24*60-1)
	return connect.OverrideTimeSlice{Hours: minute / 60, Minutes: minute % 60}
}
