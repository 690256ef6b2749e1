package ruled

import (
	"context"
	"slices"

	"parley/api/connect"
	"parley/internal/fault"
	"parley/server/connect/request"
)

// ListRealtimeContactAnalysisSegmentsV2 tells the categories that rules have given a chat. Of the other segments, which
// machines make of what was said, there are none here.
func (s *Rules) ListRealtimeContactAnalysisSegmentsV2(ctx context.Context, in *connect.ListRealtimeContactAnalysisSegmentsV2Input) (*connect.ListRealtimeContactAnalysisSegmentsV2Output, error) {
	scope, err := s.Scope(ctx, in.InstanceId)
	if err != nil {
		return nil, err
	}
	if _, err := request.PageOf(in.NextToken, in.MaxResults, 100); err != nil {
		return nil, err
	}
	for _, kind := range in.SegmentTypes {
		if kind == connect.RealTimeContactAnalysisSegmentTypeTranscript || kind == connect.RealTimeContactAnalysisSegmentTypeAttachments ||
			kind == connect.RealTimeContactAnalysisSegmentTypeEvent {
			return nil, fault.New(fault.Rule, "SegmentTypes: segments of the type %s are not made here: GetTranscript has what was said", kind)
		}
	}
	_, k, err := s.chat.Contact(ctx, scope.Instance, request.ContactID(scope, in.ContactId))
	if err != nil {
		return nil, err
	}
	out := &connect.ListRealtimeContactAnalysisSegmentsV2Output{
		Channel: connect.RealTimeContactAnalysisSupportedChannelChat, Status: connect.RealTimeContactAnalysisStatusInProgress, Segments: []connect.RealtimeContactAnalysisSegment{},
	}
	if !k.DisconnectedAt.IsZero() {
		out.Status = connect.RealTimeContactAnalysisStatusCompleted
	}
	if !slices.Contains(in.SegmentTypes, connect.RealTimeContactAnalysisSegmentTypeCategories) {
		return out, nil
	}
	matched := map[string]connect.RealTimeContactAnalysisCategoryDetails{}
	for _, name := range k.Categories() {
		if len(matched) < maxMatched {
			matched[name] = connect.RealTimeContactAnalysisCategoryDetails{PointsOfInterest: []connect.RealTimeContactAnalysisPointOfInterest{}}
		}
	}
	if len(matched) > 0 {
		out.Segments = append(out.Segments, connect.RealtimeContactAnalysisSegment{Categories: &connect.RealTimeContactAnalysisSegmentCategories{MatchedDetails: matched}})
	}
	return out, nil
}

// maxMatched is how many categories one answer has (RealTimeContactAnalysisMatchedDetails).
const maxMatched = 150
