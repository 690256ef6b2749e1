// Package ruled serves the Amazon Connect operations on rules, and on what rules have made of chats, for package
// server/connect, which embeds them.
//
// It guarantees: an action comes with the configuration of its type and no other; a category is told only of a contact
// of the instance that the caller may work in.
package ruled

import (
	"context"

	"parley/api/connect"
	"parley/app/chat"
	"parley/app/rules"
	"parley/domain/rule"
	"parley/internal/arn"
	"parley/internal/fault"
	"parley/server/connect/request"
	"parley/server/edge"
)

// Rules are the operations. Use New.
type Rules struct {
	*request.Reader
	rules *rules.Service
	chat  *chat.Service
}

// New returns the operations.
func New(reader *request.Reader, service *rules.Service, chats *chat.Service) *Rules {
	return &Rules{reader, service, chats}
}

// ruleID is the member that names a rule.
const ruleID = "RuleId"

// ruleActions reads the actions of a rule: each with the configuration of its type and no other.
func ruleActions(in []connect.RuleAction) (out []rules.Action, err error) {
	for i := range in {
		a := &in[i]
		out = append(out, rules.Action{Type: a.ActionType})
		for kind, given := range map[string]bool{
			rules.Categorize: a.AssignContactCategoryAction != nil, rules.SendEvent: a.EventBridgeAction != nil,
			connect.ActionTypeSendNotification: a.SendNotificationAction != nil, connect.ActionTypeCreateTask: a.TaskAction != nil,
			connect.ActionTypeCreateCase: a.CreateCaseAction != nil, connect.ActionTypeUpdateCase: a.UpdateCaseAction != nil,
			connect.ActionTypeAssignSla: a.AssignSlaAction != nil, connect.ActionTypeEndAssociatedTasks: a.EndAssociatedTasksAction != nil,
			connect.ActionTypeSubmitAutoEvaluation: a.SubmitAutoEvaluationAction != nil,
		} {
			if given != (kind == a.ActionType) {
				return nil, fault.New(fault.Invalid, "Actions: an action must have the configuration of its type %s and no other", a.ActionType)
			}
		}
		if a.EventBridgeAction != nil {
			out[i].Event = a.EventBridgeAction.Name
		}
	}
	return out, nil
}

func shownActions(actions []rules.Action) []connect.RuleAction {
	out := []connect.RuleAction{}
	for _, a := range actions {
		shown := connect.RuleAction{ActionType: a.Type}
		if a.Type == rules.SendEvent {
			shown.EventBridgeAction = &connect.EventBridgeActionDefinition{Name: a.Event}
		} else {
			shown.AssignContactCategoryAction = &connect.AssignContactCategoryActionDefinition{}
		}
		out = append(out, shown)
	}
	return out
}

func publishStatus(published bool) string {
	if published {
		return connect.RulePublishStatusPublished
	}
	return connect.RulePublishStatusDraft
}

// CreateRule makes a rule.
func (s *Rules) CreateRule(ctx context.Context, in *connect.CreateRuleInput) (*connect.CreateRuleOutput, error) {
	scope, err := s.Scope(ctx, in.InstanceId)
	if err != nil {
		return nil, err
	}
	if in.TriggerEventSource.IntegrationAssociationId != nil {
		return nil, fault.New(fault.Invalid, "IntegrationAssociationId: the event source %s is not that of an integration", in.TriggerEventSource.EventSourceName)
	}
	r := rules.Rule{
		Trigger: rule.Trigger(in.TriggerEventSource.EventSourceName), Function: in.Function,
		Published: in.PublishStatus == connect.RulePublishStatusPublished, UpdatedBy: s.signedBy(ctx),
	}
	r.InstanceID, r.Name, r.Tags = scope.Instance, in.Name, in.Tags
	if r.Actions, err = ruleActions(in.Actions); err != nil {
		return nil, err
	}
	bare := *in
	bare.ClientToken = nil
	if r, err = s.rules.Create(ctx, r, request.TokenOf("CreateRule", in.ClientToken, bare)); err != nil {
		return nil, err
	}
	return &connect.CreateRuleOutput{RuleArn: scope.ARN(arn.Rule, r.ID), RuleId: r.ID}, nil
}

// signedBy is the ARN of who makes a call: an access key stands for no user of an instance.
func (s *Rules) signedBy(ctx context.Context) string {
	return "arn:aws:iam::" + s.Home.Account + ":access-key/" + request.Key(ctx)
}

// DescribeRule tells what is known of a rule.
func (s *Rules) DescribeRule(ctx context.Context, in *connect.DescribeRuleInput) (*connect.DescribeRuleOutput, error) {
	scope, id, err := s.Plain(ctx, in.InstanceId, arn.Rule, in.RuleId, ruleID)
	if err != nil {
		return nil, err
	}
	r, err := s.rules.Rule(ctx, scope.Instance, id)
	if err != nil {
		return nil, err
	}
	return &connect.DescribeRuleOutput{Rule: connect.Rule{
		RuleId: r.ID, RuleArn: scope.ARN(arn.Rule, r.ID), Name: r.Name, Function: r.Function, Actions: shownActions(r.Actions), Tags: r.Tags,
		TriggerEventSource: connect.RuleTriggerEventSource{EventSourceName: string(r.Trigger)}, PublishStatus: publishStatus(r.Published),
		CreatedTime: r.Created, LastUpdatedTime: r.Modified, LastUpdatedBy: r.UpdatedBy,
	}}, nil
}

// ListRules lists the rules of an instance.
func (s *Rules) ListRules(ctx context.Context, in *connect.ListRulesInput) (*connect.ListRulesOutput, error) {
	scope, page, err := s.Paged(ctx, in.InstanceId, in.NextToken, in.MaxResults, 200)
	if err != nil {
		return nil, err
	}
	var published *bool
	if in.PublishStatus != nil {
		published = new(*in.PublishStatus == connect.RulePublishStatusPublished)
	}
	all, next, err := s.rules.Rules(ctx, scope.Instance, rule.Trigger(edge.Val(in.EventSourceName)), published, page)
	out := &connect.ListRulesOutput{NextToken: request.Next(next), RuleSummaryList: []connect.RuleSummary{}}
	for i := range all {
		r := &all[i]
		one := connect.RuleSummary{
			RuleId: r.ID, RuleArn: scope.ARN(arn.Rule, r.ID), Name: r.Name, EventSourceName: string(r.Trigger), PublishStatus: publishStatus(r.Published),
			CreatedTime: r.Created, LastUpdatedTime: r.Modified, ActionSummaries: []connect.ActionSummary{},
		}
		for _, a := range r.Actions {
			one.ActionSummaries = append(one.ActionSummaries, connect.ActionSummary{ActionType: a.Type})
		}
		out.RuleSummaryList = append(out.RuleSummaryList, one)
	}
	return out, err
}

// UpdateRule changes a rule; all but its event source is given anew.
func (s *Rules) UpdateRule(ctx context.Context, in *connect.UpdateRuleInput) (*connect.UpdateRuleOutput, error) {
	scope, id, err := s.Plain(ctx, in.InstanceId, arn.Rule, in.RuleId, ruleID)
	if err != nil {
		return nil, err
	}
	actions, err := ruleActions(in.Actions)
	if err != nil {
		return nil, err
	}
	return &connect.UpdateRuleOutput{}, s.rules.Update(ctx, scope.Instance, id, rules.Change{
		Name: in.Name, Function: in.Function, Actions: actions, Published: in.PublishStatus == connect.RulePublishStatusPublished, By: s.signedBy(ctx),
	})
}

// DeleteRule deletes a rule.
func (s *Rules) DeleteRule(ctx context.Context, in *connect.DeleteRuleInput) (*connect.DeleteRuleOutput, error) {
	scope, id, err := s.Plain(ctx, in.InstanceId, arn.Rule, in.RuleId, ruleID)
	if err != nil {
		return nil, err
	}
	return &connect.DeleteRuleOutput{}, s.rules.Delete(ctx, scope.Instance, id)
}
