package connect

import (
	"context"
	"net/url"

	"parley/api/connect"
	"parley/app/admin"
	"parley/internal/arn"
	"parley/internal/fault"
	"parley/server/connect/request"
	"parley/server/edge"
	"parley/work/resource"
)

// DescribeInstanceAttribute tells how a switch of an instance is set.
func (s *Server) DescribeInstanceAttribute(ctx context.Context, in *connect.DescribeInstanceAttributeInput) (*connect.DescribeInstanceAttributeOutput, error) {
	scope, err := s.Scope(ctx, in.InstanceId)
	if err != nil {
		return nil, err
	}
	all, err := s.o.Admin.InstanceAttributes(ctx, scope.Instance)
	if err != nil {
		return nil, err
	}
	for i := range all {
		if all[i].Type == in.AttributeType {
			return &connect.DescribeInstanceAttributeOutput{Attribute: &connect.Attribute{AttributeType: &all[i].Type, Value: &all[i].Value}}, nil
		}
	}
	return nil, fault.New(fault.NotFound, "AttributeType: the attribute was not found")
}

// ListInstanceAttributes lists the switches of an instance.
func (s *Server) ListInstanceAttributes(ctx context.Context, in *connect.ListInstanceAttributesInput) (*connect.ListInstanceAttributesOutput, error) {
	scope, page, err := s.Paged(ctx, in.InstanceId, in.NextToken, in.MaxResults, 7)
	if err != nil {
		return nil, err
	}
	all, next, err := s.o.Admin.AttributesPage(ctx, scope.Instance, page)
	if err != nil {
		return nil, err
	}
	out := &connect.ListInstanceAttributesOutput{NextToken: request.Next(next), Attributes: []connect.Attribute{}}
	for i := range all {
		out.Attributes = append(out.Attributes, connect.Attribute{AttributeType: &all[i].Type, Value: &all[i].Value})
	}
	return out, nil
}

// UpdateInstanceAttribute sets a switch of an instance.
func (s *Server) UpdateInstanceAttribute(ctx context.Context, in *connect.UpdateInstanceAttributeInput) (*connect.UpdateInstanceAttributeOutput, error) {
	scope, err := s.Scope(ctx, in.InstanceId)
	if err != nil {
		return nil, err
	}
	a := admin.Attribute{Type: in.AttributeType, Value: in.Value}
	return &connect.UpdateInstanceAttributeOutput{}, s.o.Admin.SetAttribute(ctx, scope.Instance, a, request.TokenOf("UpdateInstanceAttribute", in.ClientToken, a))
}

// AssociateApprovedOrigin notes a website of an instance.
func (s *Server) AssociateApprovedOrigin(ctx context.Context, in *connect.AssociateApprovedOriginInput) (*connect.AssociateApprovedOriginOutput, error) {
	scope, err := s.Scope(ctx, in.InstanceId)
	if err != nil {
		return nil, err
	}
	if u, err := url.Parse(in.Origin); err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" || in.Origin != u.Scheme+"://"+u.Host {
		return nil, fault.New(fault.Invalid, "Origin: it must be like https://example.com, without a path")
	}
	t := request.TokenOf("AssociateApprovedOrigin", in.ClientToken, in.Origin)
	return &connect.AssociateApprovedOriginOutput{}, s.o.Admin.Associate(ctx, scope.Instance, admin.Origins, in.Origin, t)
}

// DisassociateApprovedOrigin forgets a website of an instance.
func (s *Server) DisassociateApprovedOrigin(ctx context.Context, in *connect.DisassociateApprovedOriginInput) (*connect.DisassociateApprovedOriginOutput, error) {
	scope, err := s.Scope(ctx, in.InstanceId)
	if err != nil {
		return nil, err
	}
	t := request.TokenOf("DisassociateApprovedOrigin", in.ClientToken, in.Origin)
	return &connect.DisassociateApprovedOriginOutput{}, s.o.Admin.Disassociate(ctx, scope.Instance, admin.Origins, in.Origin, t)
}

// ListApprovedOrigins lists the websites of an instance.
func (s *Server) ListApprovedOrigins(ctx context.Context, in *connect.ListApprovedOriginsInput) (*connect.ListApprovedOriginsOutput, error) {
	_, origins, next, err := s.associations(ctx, in.InstanceId, in.NextToken, in.MaxResults, admin.Origins)
	if err != nil {
		return nil, err
	}
	return &connect.ListApprovedOriginsOutput{Origins: append([]string{}, origins...), NextToken: next}, nil
}

// AssociateSecurityKey notes a public key of an instance.
func (s *Server) AssociateSecurityKey(ctx context.Context, in *connect.AssociateSecurityKeyInput) (*connect.AssociateSecurityKeyOutput, error) {
	scope, err := s.Scope(ctx, in.InstanceId)
	if err != nil {
		return nil, err
	}
	k, err := s.o.Admin.AssociateSecurityKey(ctx, scope.Instance, in.Key, request.TokenOf("AssociateSecurityKey", in.ClientToken, in.Key))
	if err != nil {
		return nil, err
	}
	return &connect.AssociateSecurityKeyOutput{AssociationId: &k.ID}, nil
}

// DisassociateSecurityKey forgets a public key of an instance.
func (s *Server) DisassociateSecurityKey(ctx context.Context, in *connect.DisassociateSecurityKeyInput) (*connect.DisassociateSecurityKeyOutput, error) {
	scope, err := s.Scope(ctx, in.InstanceId)
	if err != nil {
		return nil, err
	}
	return &connect.DisassociateSecurityKeyOutput{}, s.o.Admin.DisassociateSecurityKey(ctx, scope.Instance, in.AssociationId)
}

// ListSecurityKeys lists the public keys of an instance.
func (s *Server) ListSecurityKeys(ctx context.Context, in *connect.ListSecurityKeysInput) (*connect.ListSecurityKeysOutput, error) {
	scope, page, err := s.Paged(ctx, in.InstanceId, in.NextToken, in.MaxResults, 2)
	if err != nil {
		return nil, err
	}
	all, next, err := s.o.Admin.SecurityKeys(ctx, scope.Instance, page)
	if err != nil {
		return nil, err
	}
	out := &connect.ListSecurityKeysOutput{NextToken: request.Next(next), SecurityKeys: []connect.SecurityKey{}}
	for i := range all {
		out.SecurityKeys = append(out.SecurityKeys, connect.SecurityKey{AssociationId: &all[i].ID, Key: &all[i].Key, CreationTime: &all[i].Created})
	}
	return out, nil
}

// CreateIntegrationAssociation notes a service that an instance works with.
func (s *Server) CreateIntegrationAssociation(ctx context.Context, in *connect.CreateIntegrationAssociationInput) (*connect.CreateIntegrationAssociationOutput, error) {
	scope, err := s.Scope(ctx, in.InstanceId)
	if err != nil {
		return nil, err
	}
	i := admin.Integration{
		Type: in.IntegrationType, ARN: in.IntegrationArn, URL: edge.Val(in.SourceApplicationUrl), SourceName: edge.Val(in.SourceApplicationName), SourceType: edge.Val(in.SourceType),
	}
	i.InstanceID, i.Tags = scope.Instance, in.Tags
	if i, err = s.o.Admin.CreateIntegration(ctx, i); err != nil {
		return nil, err
	}
	return &connect.CreateIntegrationAssociationOutput{IntegrationAssociationId: &i.ID, IntegrationAssociationArn: new(scope.ARN(arn.Integration, i.ID))}, nil
}

// DeleteIntegrationAssociation forgets a service.
func (s *Server) DeleteIntegrationAssociation(ctx context.Context, in *connect.DeleteIntegrationAssociationInput) (*connect.DeleteIntegrationAssociationOutput, error) {
	scope, id, err := s.Plain(ctx, in.InstanceId, arn.Integration, in.IntegrationAssociationId, "IntegrationAssociationId")
	if err != nil {
		return nil, err
	}
	return &connect.DeleteIntegrationAssociationOutput{}, s.o.Admin.DeleteIntegration(ctx, scope.Instance, id)
}

// ListIntegrationAssociations lists the services that an instance works with.
func (s *Server) ListIntegrationAssociations(ctx context.Context, in *connect.ListIntegrationAssociationsInput) (*connect.ListIntegrationAssociationsOutput, error) {
	scope, page, err := s.Paged(ctx, in.InstanceId, in.NextToken, in.MaxResults, 100)
	if err != nil {
		return nil, err
	}
	all, next, err := s.o.Admin.Integrations(ctx, scope.Instance, edge.Val(in.IntegrationType), edge.Val(in.IntegrationArn), page)
	if err != nil {
		return nil, err
	}
	out := &connect.ListIntegrationAssociationsOutput{NextToken: request.Next(next), IntegrationAssociationSummaryList: []connect.IntegrationAssociationSummary{}}
	for k := range all {
		i := &all[k]
		out.IntegrationAssociationSummaryList = append(out.IntegrationAssociationSummaryList, connect.IntegrationAssociationSummary{
			InstanceId: &scope.Instance, IntegrationAssociationId: &i.ID, IntegrationAssociationArn: new(scope.ARN(arn.Integration, i.ID)),
			IntegrationType: &i.Type, IntegrationArn: &i.ARN, SourceApplicationUrl: edge.Some(i.URL), SourceApplicationName: edge.Some(i.SourceName), SourceType: edge.Some(i.SourceType),
		})
	}
	return out, nil
}

// SearchResourceTags finds the tags that resources of an instance have.
func (s *Server) SearchResourceTags(ctx context.Context, in *connect.SearchResourceTagsInput) (*connect.SearchResourceTagsOutput, error) {
	scope, page, err := s.Paged(ctx, in.InstanceId, in.NextToken, in.MaxResults, 100)
	if err != nil {
		return nil, err
	}
	c := resource.TagSearch{Types: in.ResourceTypes}
	if in.SearchCriteria != nil && in.SearchCriteria.TagSearchCondition != nil {
		t := in.SearchCriteria.TagSearchCondition
		c.Key, c.KeyCompare = edge.Val(t.TagKey), edge.Val(t.TagKeyComparisonType)
		c.Value, c.ValueCompare = edge.Val(t.TagValue), edge.Val(t.TagValueComparisonType)
	}
	found, next, err := s.o.Resources.SearchTags(ctx, scope.Instance, c, page)
	if err != nil {
		return nil, err
	}
	out := &connect.SearchResourceTagsOutput{NextToken: request.Next(next), Tags: []connect.TagSet{}}
	for i := range found {
		out.Tags = append(out.Tags, connect.TagSet{Key: &found[i].Key, Value: &found[i].Value})
	}
	return out, nil
}
