package staff

import (
	"context"

	"parley/api/connect"
	"parley/app/people"
	"parley/internal/arn"
	"parley/server/connect/request"
)

func proficiencies(in []connect.UserProficiency) (out []people.Proficiency) {
	for _, p := range in {
		out = append(out, people.Proficiency{Attribute: p.AttributeName, Value: p.AttributeValue, Level: p.Level})
	}
	return out
}

// AssociateUserProficiencies gives a user proficiencies.
func (s *Server) AssociateUserProficiencies(ctx context.Context, in *connect.AssociateUserProficienciesInput) (*connect.AssociateUserProficienciesOutput, error) {
	scope, id, err := s.Plain(ctx, in.InstanceId, arn.User, in.UserId, "UserId")
	if err != nil {
		return nil, err
	}
	return &connect.AssociateUserProficienciesOutput{}, s.people.AssociateProficiencies(ctx, scope.Instance, id, proficiencies(in.UserProficiencies))
}

// UpdateUserProficiencies changes levels of proficiencies that a user has.
func (s *Server) UpdateUserProficiencies(ctx context.Context, in *connect.UpdateUserProficienciesInput) (*connect.UpdateUserProficienciesOutput, error) {
	scope, id, err := s.Plain(ctx, in.InstanceId, arn.User, in.UserId, "UserId")
	if err != nil {
		return nil, err
	}
	return &connect.UpdateUserProficienciesOutput{}, s.people.UpdateProficiencies(ctx, scope.Instance, id, proficiencies(in.UserProficiencies))
}

// DisassociateUserProficiencies takes proficiencies from a user who has them.
func (s *Server) DisassociateUserProficiencies(ctx context.Context, in *connect.DisassociateUserProficienciesInput) (*connect.DisassociateUserProficienciesOutput, error) {
	scope, id, err := s.Plain(ctx, in.InstanceId, arn.User, in.UserId, "UserId")
	if err != nil {
		return nil, err
	}
	var gone []people.Proficiency
	for _, p := range in.UserProficiencies {
		gone = append(gone, people.Proficiency{Attribute: p.AttributeName, Value: p.AttributeValue})
	}
	return &connect.DisassociateUserProficienciesOutput{}, s.people.DisassociateProficiencies(ctx, scope.Instance, id, gone)
}

// ListUserProficiencies lists what a user is proficient in, in the order of attribute and value.
func (s *Server) ListUserProficiencies(ctx context.Context, in *connect.ListUserProficienciesInput) (*connect.ListUserProficienciesOutput, error) {
	scope, id, err := s.Plain(ctx, in.InstanceId, arn.User, in.UserId, "UserId")
	if err != nil {
		return nil, err
	}
	page, err := request.PageOf(in.NextToken, in.MaxResults, 100)
	if err != nil {
		return nil, err
	}
	u, err := s.people.User(ctx, scope.Instance, id)
	if err != nil {
		return nil, err
	}
	some, next := request.PageIn(u.Proficiencies, page, people.Proficiency.Key)
	out := &connect.ListUserProficienciesOutput{
		NextToken: request.Next(next), UserProficiencyList: []connect.UserProficiency{}, LastModifiedTime: &u.Modified, LastModifiedRegion: &scope.Region,
	}
	for _, p := range some {
		out.UserProficiencyList = append(out.UserProficiencyList, connect.UserProficiency{AttributeName: p.Attribute, AttributeValue: p.Value, Level: p.Level})
	}
	return out, nil
}
