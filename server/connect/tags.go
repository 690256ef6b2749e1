package connect

import (
	"context"

	"parley/api"
	"parley/api/connect"
	"parley/internal/arn"
	"parley/internal/fault"
)

// inInstance reports whether an operation works in an instance: it names one,
// or the ARN of a thing in one.
func inInstance(op *connect.Operation) bool {
	switch op.Name {
	case "TagResource", "UntagResource", "ListTagsForResource", "SendChatIntegrationEvent":
		return true
	}
	return op.InstanceIn != api.Nowhere
}

// resource reads the ARN of a thing in an instance that the caller may work in.
func (s *Server) resource(ctx context.Context, value string) (arn.ARN, error) {
	a, err := arn.Parse(value)
	switch {
	case err != nil:
		return a, fault.Wrap(fault.Invalid, err, "resourceArn: it is not the ARN of an Amazon Connect resource")
	case a.Instance == "", a.Home != s.o.Home, a.Ref.Qualifier != "":
		return a, fault.New(fault.NotFound, "resourceArn: the resource was not found")
	}
	_, err = s.Scope(ctx, a.Instance)
	return a, err
}

// TagResource sets tags of a resource.
func (s *Server) TagResource(ctx context.Context, in *connect.TagResourceInput) (*connect.TagResourceOutput, error) {
	a, err := s.resource(ctx, in.ResourceArn)
	if err != nil {
		return nil, err
	}
	return &connect.TagResourceOutput{}, s.o.Resources.Tag(ctx, a, in.Tags, nil)
}

// UntagResource removes tags of a resource.
func (s *Server) UntagResource(ctx context.Context, in *connect.UntagResourceInput) (*connect.UntagResourceOutput, error) {
	a, err := s.resource(ctx, in.ResourceArn)
	if err != nil {
		return nil, err
	}
	return &connect.UntagResourceOutput{}, s.o.Resources.Tag(ctx, a, nil, in.TagKeys)
}

// ListTagsForResource lists the tags of a resource.
func (s *Server) ListTagsForResource(ctx context.Context, in *connect.ListTagsForResourceInput) (*connect.ListTagsForResourceOutput, error) {
	a, err := s.resource(ctx, in.ResourceArn)
	if err != nil {
		return nil, err
	}
	tags, err := s.o.Resources.Tags(ctx, a)
	if tags == nil {
		tags = map[string]string{}
	}
	return &connect.ListTagsForResourceOutput{Tags: tags}, err
}
