package staff

import (
	"context"

	"parley/api/connect"
	"parley/app/people"
	"parley/internal/arn"
	"parley/server/connect/request"
	"parley/server/edge"
	"parley/work/resource"
)

// CreatePredefinedAttribute makes a predefined attribute.
func (s *Server) CreatePredefinedAttribute(ctx context.Context, in *connect.CreatePredefinedAttributeInput) (*connect.CreatePredefinedAttributeOutput, error) {
	scope, err := s.Scope(ctx, in.InstanceId)
	if err != nil {
		return nil, err
	}
	a := people.PredefinedAttribute{Values: edge.Val(in.Values).StringList, Purposes: in.Purposes}
	resource.Set(&a.Open, open(in.AttributeConfiguration))
	a.InstanceID, a.Name = scope.Instance, in.Name
	return &connect.CreatePredefinedAttributeOutput{}, s.people.CreatePredefinedAttribute(ctx, a)
}

// open tells whether users may have values that are not listed; nil where it is not said.
func open(c *connect.InputPredefinedAttributeConfiguration) *bool {
	if c == nil || c.EnableValueValidationOnAssociation == nil {
		return nil
	}
	return new(!*c.EnableValueValidationOnAssociation)
}

// DescribePredefinedAttribute tells what is known of a predefined attribute.
func (s *Server) DescribePredefinedAttribute(ctx context.Context, in *connect.DescribePredefinedAttributeInput) (*connect.DescribePredefinedAttributeOutput, error) {
	scope, err := s.Scope(ctx, in.InstanceId)
	if err != nil {
		return nil, err
	}
	a, err := s.people.PredefinedAttribute(ctx, scope.Instance, in.Name)
	return &connect.DescribePredefinedAttributeOutput{PredefinedAttribute: attributeOf(scope, &a)}, err
}

func attributeOf(scope arn.Scope, a *people.PredefinedAttribute) *connect.PredefinedAttribute {
	return &connect.PredefinedAttribute{
		Name: &a.Name, Values: &connect.PredefinedAttributeValues{StringList: a.Values}, Purposes: a.Purposes,
		AttributeConfiguration: &connect.PredefinedAttributeConfiguration{EnableValueValidationOnAssociation: new(!a.Open), IsReadOnly: new(false)},
		LastModifiedTime:       &a.Modified, LastModifiedRegion: &scope.Region,
	}
}

// UpdatePredefinedAttribute changes a predefined attribute.
func (s *Server) UpdatePredefinedAttribute(ctx context.Context, in *connect.UpdatePredefinedAttributeInput) (*connect.UpdatePredefinedAttributeOutput, error) {
	scope, err := s.Scope(ctx, in.InstanceId)
	if err != nil {
		return nil, err
	}
	c := people.AttributeChange{Values: edge.Val(in.Values).StringList, Purposes: in.Purposes, Open: open(in.AttributeConfiguration)}
	return &connect.UpdatePredefinedAttributeOutput{}, s.people.UpdatePredefinedAttribute(ctx, scope.Instance, in.Name, c)
}

// DeletePredefinedAttribute deletes a predefined attribute that no user has.
func (s *Server) DeletePredefinedAttribute(ctx context.Context, in *connect.DeletePredefinedAttributeInput) (*connect.DeletePredefinedAttributeOutput, error) {
	scope, err := s.Scope(ctx, in.InstanceId)
	if err != nil {
		return nil, err
	}
	return &connect.DeletePredefinedAttributeOutput{}, s.people.DeletePredefinedAttribute(ctx, scope.Instance, in.Name)
}

// ListPredefinedAttributes lists the predefined attributes of an instance.
func (s *Server) ListPredefinedAttributes(ctx context.Context, in *connect.ListPredefinedAttributesInput) (*connect.ListPredefinedAttributesOutput, error) {
	scope, page, err := s.Paged(ctx, in.InstanceId, in.NextToken, in.MaxResults, 100)
	if err != nil {
		return nil, err
	}
	all, next, err := s.people.PredefinedAttributes(ctx, scope.Instance, page)
	out := &connect.ListPredefinedAttributesOutput{NextToken: request.Next(next), PredefinedAttributeSummaryList: []connect.PredefinedAttributeSummary{}}
	for i := range all {
		a := &all[i]
		out.PredefinedAttributeSummaryList = append(out.PredefinedAttributeSummaryList, connect.PredefinedAttributeSummary{
			Name: &a.Name, LastModifiedTime: &a.Modified, LastModifiedRegion: &scope.Region,
		})
	}
	return out, err
}

// SearchPredefinedAttributes finds predefined attributes.
func (s *Server) SearchPredefinedAttributes(ctx context.Context, in *connect.SearchPredefinedAttributesInput) (*connect.SearchPredefinedAttributesOutput, error) {
	scope, page, err := s.Paged(ctx, in.InstanceId, in.NextToken, in.MaxResults, 100)
	if err != nil {
		return nil, err
	}
	found, err := s.people.SearchPredefinedAttributes(ctx, scope.Instance, attributeCondition(edge.Val(in.SearchCriteria)), page)
	out := &connect.SearchPredefinedAttributesOutput{NextToken: request.Next(found.Next), ApproximateTotalCount: &found.Total, PredefinedAttributes: []connect.PredefinedAttribute{}}
	for i := range found.Items {
		out.PredefinedAttributes = append(out.PredefinedAttributes, *attributeOf(scope, &found.Items[i]))
	}
	return out, err
}

func attributeCondition(c connect.PredefinedAttributeSearchCriteria) resource.Condition {
	own := request.Text(c.StringCondition)
	own.Any, own.All = request.Each(c.OrConditions, attributeCondition), request.Each(c.AndConditions, attributeCondition)
	return own
}
