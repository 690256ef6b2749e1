package flows

import (
	"context"

	"parley/api/connect"
	"parley/app/admin"
	"parley/internal/arn"
	"parley/server/connect/request"
	"parley/server/edge"
	"parley/work/resource"
)

// promptID is the member that names a prompt.
const promptID = "PromptId"

// CreatePrompt makes a prompt.
func (s *Flows) CreatePrompt(ctx context.Context, in *connect.CreatePromptInput) (*connect.CreatePromptOutput, error) {
	scope, err := s.Scope(ctx, in.InstanceId)
	if err != nil {
		return nil, err
	}
	p := admin.Prompt{Description: edge.Val(in.Description), S3URI: in.S3Uri}
	p.InstanceID, p.Name, p.Tags = scope.Instance, in.Name, in.Tags
	if p, err = s.admin.CreatePrompt(ctx, p); err != nil {
		return nil, err
	}
	return &connect.CreatePromptOutput{PromptId: &p.ID, PromptARN: new(scope.ARN(arn.Prompt, p.ID))}, nil
}

// DescribePrompt tells what is known of a prompt.
func (s *Flows) DescribePrompt(ctx context.Context, in *connect.DescribePromptInput) (*connect.DescribePromptOutput, error) {
	scope, p, err := s.prompt(ctx, in.InstanceId, in.PromptId)
	if err != nil {
		return nil, err
	}
	return &connect.DescribePromptOutput{Prompt: promptOf(scope, &p)}, nil
}

func (s *Flows) prompt(ctx context.Context, instance, id string) (arn.Scope, admin.Prompt, error) {
	scope, id, err := s.Plain(ctx, instance, arn.Prompt, id, promptID)
	if err != nil {
		return scope, admin.Prompt{}, err
	}
	p, err := s.admin.Prompt(ctx, scope.Instance, id)
	return scope, p, err
}

func promptOf(scope arn.Scope, p *admin.Prompt) *connect.Prompt {
	return &connect.Prompt{
		PromptARN: new(scope.ARN(arn.Prompt, p.ID)), PromptId: &p.ID, Name: &p.Name, Description: edge.Some(p.Description),
		Tags: p.Tags, LastModifiedTime: &p.Modified, LastModifiedRegion: &scope.Region,
	}
}

// GetPromptFile tells where a prompt's content is; that of a text is in the URL itself.
func (s *Flows) GetPromptFile(ctx context.Context, in *connect.GetPromptFileInput) (*connect.GetPromptFileOutput, error) {
	scope, p, err := s.prompt(ctx, in.InstanceId, in.PromptId)
	if err != nil {
		return nil, err
	}
	return &connect.GetPromptFileOutput{PromptPresignedUrl: new(p.File()), LastModifiedTime: &p.Modified, LastModifiedRegion: &scope.Region}, nil
}

// UpdatePrompt changes a prompt.
func (s *Flows) UpdatePrompt(ctx context.Context, in *connect.UpdatePromptInput) (*connect.UpdatePromptOutput, error) {
	scope, id, err := s.Plain(ctx, in.InstanceId, arn.Prompt, in.PromptId, promptID)
	if err != nil {
		return nil, err
	}
	c := admin.PromptChange{Name: in.Name, Description: in.Description, S3URI: in.S3Uri}
	return &connect.UpdatePromptOutput{PromptId: &id, PromptARN: new(scope.ARN(arn.Prompt, id))}, s.admin.UpdatePrompt(ctx, scope.Instance, id, c)
}

// DeletePrompt deletes a prompt that nothing uses.
func (s *Flows) DeletePrompt(ctx context.Context, in *connect.DeletePromptInput) (*connect.DeletePromptOutput, error) {
	scope, id, err := s.Plain(ctx, in.InstanceId, arn.Prompt, in.PromptId, promptID)
	if err != nil {
		return nil, err
	}
	return &connect.DeletePromptOutput{}, s.admin.DeletePrompt(ctx, scope.Instance, id)
}

// ListPrompts lists the prompts of an instance.
func (s *Flows) ListPrompts(ctx context.Context, in *connect.ListPromptsInput) (*connect.ListPromptsOutput, error) {
	scope, page, err := s.Paged(ctx, in.InstanceId, in.NextToken, in.MaxResults, 1000)
	if err != nil {
		return nil, err
	}
	prompts, next, err := s.admin.Prompts(ctx, scope.Instance, page)
	if err != nil {
		return nil, err
	}
	out := &connect.ListPromptsOutput{NextToken: request.Next(next), PromptSummaryList: []connect.PromptSummary{}}
	for i := range prompts {
		p := &prompts[i]
		out.PromptSummaryList = append(out.PromptSummaryList, connect.PromptSummary{
			Arn: new(scope.ARN(arn.Prompt, p.ID)), Id: &p.ID, Name: &p.Name, LastModifiedTime: &p.Modified, LastModifiedRegion: &scope.Region,
		})
	}
	return out, nil
}

// SearchPrompts finds prompts.
func (s *Flows) SearchPrompts(ctx context.Context, in *connect.SearchPromptsInput) (*connect.SearchPromptsOutput, error) {
	scope, page, err := s.Paged(ctx, in.InstanceId, in.NextToken, in.MaxResults, 100)
	if err != nil {
		return nil, err
	}
	c := request.All(promptCondition(edge.Val(in.SearchCriteria)), request.Tags(edge.Val(in.SearchFilter).TagFilter))
	found, err := s.admin.SearchPrompts(ctx, scope.Instance, c, page)
	if err != nil {
		return nil, err
	}
	out := &connect.SearchPromptsOutput{NextToken: request.Next(found.Next), ApproximateTotalCount: &found.Total, Prompts: []connect.Prompt{}}
	for i := range found.Items {
		out.Prompts = append(out.Prompts, *promptOf(scope, &found.Items[i]))
	}
	return out, nil
}

func promptCondition(c connect.PromptSearchCriteria) resource.Condition {
	own := request.Text(c.StringCondition)
	own.Any, own.All = request.Each(c.OrConditions, promptCondition), request.Each(c.AndConditions, promptCondition)
	return own
}
