package participant

import (
	"context"
	"strconv"

	"parley/api/participant"
)

// DescribeView returns the view that a flow showed in the caller's chat.
func (s *Server) DescribeView(ctx context.Context, in *participant.DescribeViewInput) (*participant.DescribeViewOutput, error) {
	instance, shown, err := s.chat.View(ctx, in.ConnectionToken, in.ViewToken)
	if err != nil {
		return nil, err
	}
	v, err := s.views.ShownView(ctx, instance, shown.ViewID, shown.Content)
	if err != nil {
		return nil, err
	}
	out := &participant.View{
		Id: &v.ID, Name: &v.Name, Arn: &v.ARN,
		Content: &participant.ViewContent{Template: &v.Content.Template, InputSchema: &v.Content.Schema, Actions: v.Content.Actions},
	}
	if number, err := strconv.Atoi(shown.Version); err == nil { // else a content without a number
		out.Version = &number
	}
	return &participant.DescribeViewOutput{View: out}, nil
}
