package connect

import (
	"context"
	"strings"

	"parley/api/connect"
	"parley/app/admin"
	"parley/internal/arn"
	"parley/internal/fault"
	"parley/server/connect/request"
)

// AssociateLambdaFunction notes that an instance knows a function.
func (s *Server) AssociateLambdaFunction(ctx context.Context, in *connect.AssociateLambdaFunctionInput) (*connect.AssociateLambdaFunctionOutput, error) {
	scope, err := s.Scope(ctx, in.InstanceId)
	if err != nil {
		return nil, err
	}
	t := request.TokenOf("AssociateLambdaFunction", in.ClientToken, in.FunctionArn)
	return &connect.AssociateLambdaFunctionOutput{}, s.o.Admin.Associate(ctx, scope.Instance, admin.Functions, in.FunctionArn, t)
}

// DisassociateLambdaFunction forgets a function.
func (s *Server) DisassociateLambdaFunction(ctx context.Context, in *connect.DisassociateLambdaFunctionInput) (*connect.DisassociateLambdaFunctionOutput, error) {
	scope, err := s.Scope(ctx, in.InstanceId)
	if err != nil {
		return nil, err
	}
	t := request.TokenOf("DisassociateLambdaFunction", in.ClientToken, in.FunctionArn)
	return &connect.DisassociateLambdaFunctionOutput{}, s.o.Admin.Disassociate(ctx, scope.Instance, admin.Functions, in.FunctionArn, t)
}

// ListLambdaFunctions lists the functions that an instance knows.
func (s *Server) ListLambdaFunctions(ctx context.Context, in *connect.ListLambdaFunctionsInput) (*connect.ListLambdaFunctionsOutput, error) {
	_, ids, next, err := s.associations(ctx, in.InstanceId, in.NextToken, in.MaxResults, admin.Functions)
	if err != nil {
		return nil, err
	}
	return &connect.ListLambdaFunctionsOutput{LambdaFunctions: append([]string{}, ids...), NextToken: next}, nil
}

// associations lists one kind of what an instance knows.
func (s *Server) associations(ctx context.Context, instance string, token *string, most *int, k admin.AssociationKind) (arn.Scope, []string, *string, error) {
	scope, page, err := s.Paged(ctx, instance, token, most, 25)
	if err != nil {
		return scope, nil, nil, err
	}
	ids, next, err := s.o.Admin.Associations(ctx, scope.Instance, k, page)
	return scope, ids, request.Next(next), err
}

// AssociateLexBot notes that an instance knows a bot of Lex V1.
func (s *Server) AssociateLexBot(ctx context.Context, in *connect.AssociateLexBotInput) (*connect.AssociateLexBotOutput, error) {
	scope, err := s.Scope(ctx, in.InstanceId)
	if err != nil {
		return nil, err
	}
	id, err := lexV1(in.LexBot)
	if err != nil {
		return nil, err
	}
	return &connect.AssociateLexBotOutput{}, s.o.Admin.Associate(ctx, scope.Instance, admin.BotsV1, id, request.TokenOf("AssociateLexBot", in.ClientToken, id))
}

// DisassociateLexBot forgets a bot of Lex V1.
func (s *Server) DisassociateLexBot(ctx context.Context, in *connect.DisassociateLexBotInput) (*connect.DisassociateLexBotOutput, error) {
	scope, err := s.Scope(ctx, in.InstanceId)
	if err != nil {
		return nil, err
	}
	id, err := lexV1(connect.LexBot{Name: in.BotName, LexRegion: in.LexRegion})
	if err != nil {
		return nil, err
	}
	return &connect.DisassociateLexBotOutput{}, s.o.Admin.Disassociate(ctx, scope.Instance, admin.BotsV1, id, request.TokenOf("DisassociateLexBot", in.ClientToken, id))
}

// ListLexBots lists the bots of Lex V1 that an instance knows.
func (s *Server) ListLexBots(ctx context.Context, in *connect.ListLexBotsInput) (*connect.ListLexBotsOutput, error) {
	_, ids, next, err := s.associations(ctx, in.InstanceId, in.NextToken, in.MaxResults, admin.BotsV1)
	if err != nil {
		return nil, err
	}
	out := &connect.ListLexBotsOutput{LexBots: []connect.LexBot{}, NextToken: next}
	for _, id := range ids {
		out.LexBots = append(out.LexBots, *lexBot(id))
	}
	return out, nil
}

// AssociateBot notes that an instance knows a bot of either version of Lex.
func (s *Server) AssociateBot(ctx context.Context, in *connect.AssociateBotInput) (*connect.AssociateBotOutput, error) {
	scope, err := s.Scope(ctx, in.InstanceId)
	if err != nil {
		return nil, err
	}
	kind, id, err := botOf(in.LexBot, in.LexV2Bot)
	if err != nil {
		return nil, err
	}
	return &connect.AssociateBotOutput{}, s.o.Admin.Associate(ctx, scope.Instance, kind, id, request.TokenOf("AssociateBot", in.ClientToken, id))
}

// DisassociateBot forgets a bot of either version of Lex.
func (s *Server) DisassociateBot(ctx context.Context, in *connect.DisassociateBotInput) (*connect.DisassociateBotOutput, error) {
	scope, err := s.Scope(ctx, in.InstanceId)
	if err != nil {
		return nil, err
	}
	kind, id, err := botOf(in.LexBot, in.LexV2Bot)
	if err != nil {
		return nil, err
	}
	return &connect.DisassociateBotOutput{}, s.o.Admin.Disassociate(ctx, scope.Instance, kind, id, request.TokenOf("DisassociateBot", in.ClientToken, id))
}

// ListBots lists the bots of a version of Lex that an instance knows.
func (s *Server) ListBots(ctx context.Context, in *connect.ListBotsInput) (*connect.ListBotsOutput, error) {
	kind := admin.BotsV1
	if in.LexVersion == "V2" {
		kind = admin.BotsV2
	}
	_, ids, next, err := s.associations(ctx, in.InstanceId, in.NextToken, in.MaxResults, kind)
	if err != nil {
		return nil, err
	}
	out := &connect.ListBotsOutput{LexBots: []connect.LexBotConfig{}, NextToken: next}
	for _, id := range ids {
		if kind == admin.BotsV2 {
			out.LexBots = append(out.LexBots, connect.LexBotConfig{LexV2Bot: &connect.LexV2Bot{AliasArn: &id}})
		} else {
			out.LexBots = append(out.LexBots, connect.LexBotConfig{LexBot: lexBot(id)})
		}
	}
	return out, nil
}

// botOf reads which bot a request names; it must name one.
func botOf(v1 *connect.LexBot, v2 *connect.LexV2Bot) (admin.AssociationKind, string, error) {
	switch {
	case (v1 == nil) == (v2 == nil):
		return "", "", fault.New(fault.Rule, "Exactly one of LexBot and LexV2Bot must be given")
	case v1 != nil:
		id, err := lexV1(*v1)
		return admin.BotsV1, id, err
	case v2.AliasArn == nil:
		return "", "", fault.New(fault.Rule, "LexV2Bot.AliasArn is required")
	}
	return admin.BotsV2, *v2.AliasArn, nil
}

// lexV1 is the id of a bot of Lex V1, region:name.
func lexV1(b connect.LexBot) (string, error) {
	if b.Name == "" || b.LexRegion == "" || strings.Contains(b.LexRegion, ":") {
		return "", fault.New(fault.Invalid, "Name and LexRegion must name a bot and a region")
	}
	return b.LexRegion + ":" + b.Name, nil
}

func lexBot(id string) *connect.LexBot {
	region, name, _ := strings.Cut(id, ":")
	return &connect.LexBot{Name: name, LexRegion: region}
}
