package rules

import (
	"context"

	"parley/domain/rule"
	"parley/internal/fault"
	"parley/work/resource"
)

// check refuses what could not fire here, and what names things that are not there.
func (s *Service) check(ctx context.Context, r *Rule) error {
	if err := checkTrigger(r.Trigger); err != nil {
		return err
	}
	f, err := rule.Parse(r.Trigger, r.Function)
	if err != nil {
		return err
	}
	if err := s.checkActions(r.Actions); err != nil {
		return err
	}
	queues, users := f.Named()
	for _, id := range queues {
		if err := s.docs.Need(ctx, r.InstanceID, resource.KindQueue, id, "Function"); err != nil {
			return err
		}
	}
	for _, id := range users {
		if err := s.docs.Need(ctx, r.InstanceID, resource.KindUser, id, "Function"); err != nil {
			return err
		}
	}
	return nil
}

// checkTrigger says of each event source that never happens here why it does not.
func checkTrigger(t rule.Trigger) error {
	if t == rule.PostChat || t == rule.LiveChat {
		return nil
	}
	why, ok := map[rule.Trigger]string{
		"OnPostCallAnalysisAvailable":      "there are no calls here",
		"OnRealTimeCallAnalysisAvailable":  "there are no calls here",
		"OnEmailAnalysisAvailable":         "there is no e-mail here",
		"OnZendeskTicketCreate":            "nothing is connected to Zendesk here",
		"OnZendeskTicketStatusUpdate":      "nothing is connected to Zendesk here",
		"OnSalesforceCaseCreate":           "nothing is connected to Salesforce here",
		"OnContactEvaluationSubmit":        "contacts are not evaluated here",
		"OnMetricDataUpdate":               "rules do not look at metrics here",
		"OnCaseCreate":                     "there are no cases here",
		"OnCaseUpdate":                     "there are no cases here",
		"OnSlaBreach":                      "there are no cases here",
		"OnAlertUpdate":                    "rules do not look at alerts here",
		"OnSchedulePublish":                "there are no schedules here",
		"OnScheduleUpdate":                 "there are no schedules here",
		"OnScheduleTimeOffRequestActivity": "there are no schedules here",
	}[t]
	if !ok {
		why = "this server does not know it"
	}
	return fault.New(fault.Invalid, "TriggerEventSource: %s would never fire: %s; the event sources that do are %s and %s",
		t, why, rule.PostChat, rule.LiveChat)
}

// checkActions refuses what would have no effect. Rules of these triggers must assign a category (Amazon Connect,
// AssignContactCategoryActionDefinition).
func (s *Service) checkActions(actions []Action) error {
	categorizes := false
	for _, a := range actions {
		switch {
		case a.Type == Categorize:
			categorizes = true
		case a.Type != SendEvent:
			return fault.New(fault.Invalid, "Actions: %s has no effect on this server; %s and %s have one", a.Type, Categorize, SendEvent)
		case s.sender == nil:
			return fault.New(fault.Invalid, "Actions: %s would send nothing: this server was started without --rule-events", SendEvent)
		}
	}
	if !categorizes {
		return fault.New(fault.Rule, "Actions: a rule of this event source must have the action %s", Categorize)
	}
	return nil
}
