package flows

import (
	"context"

	"parley/api/connect"
	"parley/app/admin"
	"parley/internal/arn"
	"parley/internal/fault"
	"parley/server/connect/request"
	"parley/server/edge"
	"parley/work/resource"
)

// viewID is the member that names a view.
const viewID = "ViewId"

// CreateView makes a view.
func (s *Flows) CreateView(ctx context.Context, in *connect.CreateViewInput) (*connect.CreateViewOutput, error) {
	scope, err := s.Scope(ctx, in.InstanceId)
	if err != nil {
		return nil, err
	}
	content, err := viewContent(in.Content)
	if err != nil {
		return nil, err
	}
	v := admin.View{Description: edge.Val(in.Description), Content: content}
	v.InstanceID, v.Name, v.Tags, v.Status = scope.Instance, in.Name, in.Tags, in.Status
	bare := *in
	bare.ClientToken = nil
	made, err := s.admin.CreateView(ctx, v, request.TokenOf("CreateView", in.ClientToken, bare))
	if err != nil {
		return nil, err
	}
	return &connect.CreateViewOutput{View: fullView(scope, &made)}, nil
}

func viewContent(in connect.ViewInputContent) (admin.ViewContent, error) {
	if in.Template == nil {
		return admin.ViewContent{}, fault.New(fault.Invalid, "Content.Template is required")
	}
	return admin.ViewContent{Template: *in.Template, Actions: in.Actions}, nil
}

// DescribeView tells what is known of a view and the content that is asked for.
func (s *Flows) DescribeView(ctx context.Context, in *connect.DescribeViewInput) (*connect.DescribeViewOutput, error) {
	scope, ref, err := s.Named(ctx, in.InstanceId, arn.View, in.ViewId, viewID)
	if err != nil {
		return nil, err
	}
	v, err := s.admin.View(ctx, scope.Instance, ref)
	if err != nil {
		return nil, err
	}
	return &connect.DescribeViewOutput{View: fullView(scope, &v)}, nil
}

// fullView spells a view with its content.
func fullView(scope arn.Scope, v *admin.ViewRevision) *connect.View {
	out := viewOf(scope, &v.View)
	out.Status, out.ViewContentSha256 = &v.Status, &v.SHA256
	out.Content = &connect.ViewContent{InputSchema: &v.Content.Schema, Template: &v.Content.Template, Actions: v.Content.Actions}
	if v.Version > 0 {
		out.Version, out.VersionDescription = new(int(v.Version)), edge.Some(v.VersionDescription)
	}
	return out
}

// viewOf spells a view without its content.
func viewOf(scope arn.Scope, v *admin.View) *connect.View {
	return &connect.View{
		Arn: new(viewARN(scope, v)), Id: &v.ID, Name: &v.Name, Type: new(v.Type()), Status: &v.Status,
		Description: edge.Some(v.Description), Tags: v.Tags, CreatedTime: edge.Some(v.Created), LastModifiedTime: edge.Some(v.Modified),
		ViewContentSha256: &v.SHA256,
	}
}

// viewARN returns a view's ARN; that of a managed one names no instance, but its version.
func viewARN(scope arn.Scope, v *admin.View) string {
	if v.Managed {
		return arn.Managed(scope.Region, v.ID+":1")
	}
	return scope.ARN(arn.View, v.ID)
}

// ListViews lists the views of an instance, by type and name.
func (s *Flows) ListViews(ctx context.Context, in *connect.ListViewsInput) (*connect.ListViewsOutput, error) {
	scope, page, err := s.Paged(ctx, in.InstanceId, in.NextToken, in.MaxResults, 100)
	if err != nil {
		return nil, err
	}
	views, next, err := s.admin.Views(ctx, scope.Instance, edge.Val(in.Type), page)
	if err != nil {
		return nil, err
	}
	out := &connect.ListViewsOutput{NextToken: request.Next(next), ViewsSummaryList: []connect.ViewSummary{}}
	for i := range views {
		v := &views[i]
		out.ViewsSummaryList = append(out.ViewsSummaryList, connect.ViewSummary{
			Arn: new(viewARN(scope, v)), Id: &v.ID, Name: &v.Name, Type: new(v.Type()), Status: &v.Status, Description: edge.Some(v.Description),
		})
	}
	return out, nil
}

// SearchViews finds views, without their contents.
func (s *Flows) SearchViews(ctx context.Context, in *connect.SearchViewsInput) (*connect.SearchViewsOutput, error) {
	scope, page, err := s.Paged(ctx, in.InstanceId, in.NextToken, in.MaxResults, 100)
	if err != nil {
		return nil, err
	}
	c := request.All(viewCondition(edge.Val(in.SearchCriteria)), request.Attributes(edge.Val(in.SearchFilter).AttributeFilter))
	found, err := s.admin.SearchViews(ctx, scope.Instance, c, page)
	if err != nil {
		return nil, err
	}
	out := &connect.SearchViewsOutput{NextToken: request.Next(found.Next), ApproximateTotalCount: &found.Total, Views: []connect.View{}}
	for i := range found.Items {
		out.Views = append(out.Views, *viewOf(scope, &found.Items[i]))
	}
	return out, nil
}

func viewCondition(c connect.ViewSearchCriteria) resource.Condition {
	own := request.Text(c.StringCondition)
	own.Any, own.All = request.Each(c.OrConditions, viewCondition), request.Each(c.AndConditions, viewCondition)
	own.Is = request.Is(map[string]*string{resource.IsType: c.ViewTypeCondition, resource.IsStatus: c.ViewStatusCondition})
	return own
}
