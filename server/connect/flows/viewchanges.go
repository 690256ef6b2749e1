package flows

import (
	"context"
	"slices"

	"parley/api/connect"
	"parley/app/admin"
	"parley/internal/arn"
	"parley/internal/fault"
	"parley/server/connect/request"
	"parley/server/edge"
)

// viewNamed finds the instance and the view that a request names; where one is
// changed as a whole, $SAVED and $LATEST name it as well.
func (s *Flows) viewNamed(ctx context.Context, instance, id string) (arn.Scope, string, error) {
	scope, ref, err := s.Named(ctx, instance, arn.View, id, viewID)
	if err == nil && !slices.Contains([]string{"", arn.Saved, arn.Latest}, ref.Qualifier) {
		err = fault.New(fault.Rule, "ViewId: versions never change")
	}
	return scope, ref.ID, err
}

// UpdateViewContent makes a content the draft and, with Status PUBLISHED, publishes it.
func (s *Flows) UpdateViewContent(ctx context.Context, in *connect.UpdateViewContentInput) (*connect.UpdateViewContentOutput, error) {
	scope, id, err := s.viewNamed(ctx, in.InstanceId, in.ViewId)
	if err != nil {
		return nil, err
	}
	content, err := viewContent(in.Content)
	if err != nil {
		return nil, err
	}
	v, err := s.admin.UpdateViewContent(ctx, scope.Instance, id, content, in.Status == admin.Published)
	if err != nil {
		return nil, err
	}
	return &connect.UpdateViewContentOutput{View: fullView(scope, &v)}, nil
}

// UpdateViewMetadata changes a view's name or description.
func (s *Flows) UpdateViewMetadata(ctx context.Context, in *connect.UpdateViewMetadataInput) (*connect.UpdateViewMetadataOutput, error) {
	scope, id, err := s.viewNamed(ctx, in.InstanceId, in.ViewId)
	if err == nil {
		err = something(in.Name != nil, in.Description != nil)
	}
	if err != nil {
		return nil, err
	}
	m := admin.Metadata{Name: in.Name, Description: in.Description}
	return &connect.UpdateViewMetadataOutput{}, s.admin.UpdateView(ctx, scope.Instance, id, m)
}

// DeleteView deletes a view that nothing uses.
func (s *Flows) DeleteView(ctx context.Context, in *connect.DeleteViewInput) (*connect.DeleteViewOutput, error) {
	scope, id, err := s.viewNamed(ctx, in.InstanceId, in.ViewId)
	if err != nil {
		return nil, err
	}
	return &connect.DeleteViewOutput{}, s.admin.DeleteView(ctx, scope.Instance, id)
}

// CreateViewVersion makes a version of what is published.
func (s *Flows) CreateViewVersion(ctx context.Context, in *connect.CreateViewVersionInput) (*connect.CreateViewVersionOutput, error) {
	scope, ref, err := s.Named(ctx, in.InstanceId, arn.View, in.ViewId, viewID)
	if err != nil {
		return nil, err
	}
	v, err := s.admin.CutView(ctx, scope.Instance, ref, edge.Val(in.ViewContentSha256), edge.Val(in.VersionDescription))
	if err != nil {
		return nil, err
	}
	return &connect.CreateViewVersionOutput{View: fullView(scope, &v)}, nil
}

// ListViewVersions lists the versions of a view, newest first.
func (s *Flows) ListViewVersions(ctx context.Context, in *connect.ListViewVersionsInput) (*connect.ListViewVersionsOutput, error) {
	scope, id, err := s.viewNamed(ctx, in.InstanceId, in.ViewId)
	if err != nil {
		return nil, err
	}
	page, err := request.PageOf(in.NextToken, in.MaxResults, 100)
	if err != nil {
		return nil, err
	}
	v, versions, next, err := s.admin.ViewVersions(ctx, scope.Instance, id, page)
	if err != nil {
		return nil, err
	}
	out := &connect.ListViewVersionsOutput{NextToken: request.Next(next), ViewVersionSummaryList: []connect.ViewVersionSummary{}}
	for _, one := range versions {
		name := request.Numbered(scope, arn.View, id, one.Number)
		if v.Managed {
			name = viewARN(scope, &v)
		}
		out.ViewVersionSummaryList = append(out.ViewVersionSummaryList, connect.ViewVersionSummary{
			Arn: &name, Id: &v.ID, Name: &v.Name, Type: new(v.Type()), Description: edge.Some(v.Description),
			Version: new(int(one.Number)), VersionDescription: edge.Some(one.Description),
		})
	}
	return out, nil
}

// DeleteViewVersion deletes a version of a view.
func (s *Flows) DeleteViewVersion(ctx context.Context, in *connect.DeleteViewVersionInput) (*connect.DeleteViewVersionOutput, error) {
	scope, id, err := s.viewNamed(ctx, in.InstanceId, in.ViewId)
	if err != nil {
		return nil, err
	}
	return &connect.DeleteViewVersionOutput{}, s.admin.DropViewVersion(ctx, scope.Instance, id, int64(in.ViewVersion))
}
