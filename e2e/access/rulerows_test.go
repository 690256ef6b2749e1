package access_test

// ruleRows are those of rules, and of what rules have made of contacts.
func ruleRows() map[string]row {
	foreign := func(o objects) string { return o.rule }
	on := func() row {
		return ofThing("RuleId", func(w *world) string { return w.own.rule }, foreign, nil)
	}
	ids := map[string]rule{"ClientToken": inert, "TriggerEventSource.IntegrationAssociationId": refusing(badMember, nil)}
	for _, path := range []string{ // of actions that have no effect here
		"AssignSlaAction.CaseSlaConfiguration.FieldId", "CreateCaseAction.Fields[].Id", "CreateCaseAction.TemplateId", "SendNotificationAction.Exclusion.UserIds[]",
		"SendNotificationAction.Recipient.UserIds[]", "SubmitAutoEvaluationAction.EvaluationFormId", "TaskAction.ContactFlowId", "TaskAction.References{}.Arn",
		"UpdateCaseAction.Fields[].Id",
	} {
		ids["Actions[]."+path] = refusing(badMember, nil)
	}
	federation := ofInstance(nil, nil)
	federation.answers = badRequest
	return map[string]row{
		"GetFederationToken": federation,
		"CreateRule":         ofInstance(func(*world) members { return ruled(name()) }, ids),
		"UpdateRule": on().later(func(*world) members {
			all := ruled(name())
			delete(all, "TriggerEventSource")
			return all
		}, ids),
		"DescribeRule": on(), "ListRules": ofInstance(nil, paging()),
		"DeleteRule":                            ofThing("RuleId", func(w *world) string { return w.rule(w.own, name()) }, foreign, nil),
		"ListRealtimeContactAnalysisSegmentsV2": ofContact("ContactId", ok, notFound, members{"OutputType": "Raw", "SegmentTypes": []string{"Categories"}}, paging()),
	}
}

// ruled is what a new rule has.
func ruled(name string) members {
	return members{
		"Name": name, "PublishStatus": "DRAFT", "TriggerEventSource": members{"EventSourceName": "OnPostChatAnalysisAvailable"},
		"Function": `{"Version":"2022-11-25","RuleFunction":{"Operator":"AND","Operands":[{"Operator":"EQUALS","Operands":["x"],"ComparisonValue":"$.ContactLens.PostChat.ContactAttribute.a"}]}}`,
		"Actions":  []members{{"ActionType": "ASSIGN_CONTACT_CATEGORY", "AssignContactCategoryAction": members{}}},
	}
}

func (w *world) rule(in objects, name string) string {
	return w.made("POST", "/rules/"+in.instance, ruled(name))["RuleId"].(string)
}
