package access_test

import (
	"net/url"
	"regexp"

	"parley/e2e/harness"
)

// resourceRows are those of flows, modules, views, prompts, what an instance knows of, and tags.
func resourceRows() map[string]row {
	all := map[string]row{}
	for _, some := range []map[string]row{flowRows(), moduleRows(), aliasRows(), viewRows(), promptRows(), associationRows(), tagRows(), testCaseRows(), peopleRows(), agentRows(), queueRows(), searchRows()} {
		for name, r := range some {
			all[name] = r
		}
	}
	return all
}

// ofThing is the row of an operation on one thing of an instance: own returns
// its id, and those of others are refused.
func ofThing(member string, own func(w *world) string, foreign func(o objects) string, more members) row {
	return row{
		request: func(w *world) members {
			request := members{"InstanceId": w.own.instance, member: own(w)}
			for name, value := range more {
				request[name] = value
			}
			return request
		},
		ids: map[string]rule{"InstanceId": instanceID(notFound), member: thing(foreign)},
	}
}

// also adds rules to a row, or replaces them.
func (r row) also(ids map[string]rule) row {
	for path, rule := range ids {
		r.ids[path] = rule
	}
	return r
}

// matching is a rule for a member with a pattern: what does not match is refused by it.
func matching(pattern string, r rule) rule {
	return func(w *world) []target {
		targets := r(w)
		for i := range targets {
			if !regexp.MustCompile(pattern).MatchString(targets[i].value) {
				targets[i].want = badMember
			}
		}
		return targets
	}
}

// Patterns of ids in the service's model.
const (
	viewPattern         = `^[a-zA-Z0-9_\-:/$]+$`
	viewInstancePattern = `^[a-zA-Z0-9_\-:/]+$`
	instancePattern     = `^(arn:(aws|aws-us-gov):connect:[a-z]{2}-[a-z]+-[0-9]:[0-9]{1,20}:instance/)?[a-f0-9]{8}(-[a-f0-9]{4}){3}-[a-f0-9]{12}$`
)

func paging() map[string]rule { return map[string]rule{"NextToken": pageToken()} }

func text(w *world) string { return harness.Document(w.t, harness.Say("x")) }

func flowRows() map[string]row {
	own, foreign := func(w *world) string { return w.own.flow }, func(o objects) string { return o.flow }
	on := func(own func(w *world) string, more members) row { return ofThing("ContactFlowId", own, foreign, more) }
	return map[string]row{
		"SearchContactFlows":        ofInstance(nil, paging()),
		"UpdateContactFlowContent":  withContent(on((*world).freshFlow, nil)), // the chats of the own one would end as it says now
		"UpdateContactFlowName":     on((*world).freshFlow, members{"Description": "x"}),
		"UpdateContactFlowMetadata": on((*world).freshFlow, members{"Description": "x"}),
		"DeleteContactFlow":         on((*world).freshFlow, nil),
		"CreateContactFlowVersion":  on(own, nil),
		"ListContactFlowVersions":   on(own, nil).also(paging()),
		"DeleteContactFlowVersion": on(func(w *world) string {
			id := w.freshFlow()
			w.made("PUT", "/contact-flows/"+w.own.instance+"/"+id+"/version", nil)
			return id
		}, members{"ContactFlowVersion": "1"}),
	}
}

func withContent(r row) row {
	bare := r.request
	r.request = func(w *world) members {
		request := bare(w)
		request["Content"] = text(w)
		return request
	}
	return r
}

func moduleRows() map[string]row {
	own, foreign := func(w *world) string { return w.own.module }, func(o objects) string { return o.module }
	on := func(own func(w *world) string, more members) row {
		return ofThing("ContactFlowModuleId", own, foreign, more)
	}
	return map[string]row{
		"CreateContactFlowModule": ofInstance(func(w *world) members {
			return members{"Name": name(), "Content": moduleContent}
		}, map[string]rule{"ClientToken": inert}),
		"DescribeContactFlowModule":       on(own, nil),
		"ListContactFlowModules":          ofInstance(nil, paging()),
		"SearchContactFlowModules":        ofInstance(nil, paging()),
		"UpdateContactFlowModuleContent":  on(own, members{"Content": moduleContent}),
		"UpdateContactFlowModuleMetadata": on((*world).freshModule, members{"Description": "x"}),
		"DeleteContactFlowModule":         on((*world).freshModule, nil),
		"CreateContactFlowModuleVersion":  on(own, nil),
		"ListContactFlowModuleVersions":   on(own, nil).also(paging()),
		"DeleteContactFlowModuleVersion": on(func(w *world) string {
			id := w.freshModule()
			w.version(id)
			return id
		}, members{"ContactFlowModuleVersion": "1"}),
	}
}

func aliasRows() map[string]row {
	foreign := func(o objects) string { return o.module }
	strict := map[string]rule{"InstanceId": matching(instancePattern, instanceID(notFound))}
	on := func(own func(w *world) string, more members) row {
		return ofThing("ContactFlowModuleId", own, foreign, more).also(strict)
	}
	onAlias := func(fresh bool, more members) row {
		r := on(func(w *world) string { return w.own.module }, more)
		r.ids["AliasId"] = both(foreignARNs(notFound, notFound), refusing(notFound, func(w *world) map[string]string {
			return map[string]string{"another instance's": w.other.alias, "a module": w.own.module}
		}))
		bare := r.request
		r.request = func(w *world) members {
			request := bare(w)
			request["AliasId"] = w.own.alias
			if fresh {
				request["AliasId"] = w.alias(w.own, name())
			}
			return request
		}
		return r
	}
	create := on(func(w *world) string { return w.own.module }, nil)
	bare := create.request
	create.request = func(w *world) members {
		request := bare(w)
		request["AliasName"], request["ContactFlowModuleVersion"] = name(), 1
		return request
	}
	return map[string]row{
		"CreateContactFlowModuleAlias":   create,
		"ListContactFlowModuleAliases":   on(func(w *world) string { return w.own.module }, nil).also(paging()),
		"DescribeContactFlowModuleAlias": onAlias(false, nil),
		"UpdateContactFlowModuleAlias":   onAlias(false, members{"Description": "x"}),
		"DeleteContactFlowModuleAlias":   onAlias(true, nil),
	}
}

func viewRows() map[string]row {
	own, foreign := func(w *world) string { return w.own.view }, func(o objects) string { return o.view }
	instances := map[string]rule{"InstanceId": matching(viewInstancePattern, wideInstanceID())}
	on := func(own func(w *world) string, more members) row {
		return ofThing("ViewId", own, foreign, more).also(map[string]rule{
			"InstanceId": matching(viewInstancePattern, instanceID(notFound)), "ViewId": matching(viewPattern, thing(foreign)),
		})
	}
	return map[string]row{
		"CreateView": ofInstance(func(*world) members {
			return members{"Name": name(), "Status": "PUBLISHED", "Content": viewContent()}
		}, map[string]rule{"ClientToken": inert}).also(instances),
		"DescribeView":       on(own, nil),
		"ListViews":          ofInstance(nil, paging()).also(instances),
		"SearchViews":        ofInstance(nil, paging()).also(map[string]rule{"InstanceId": matching(instancePattern, wideInstanceID())}),
		"UpdateViewContent":  on(own, members{"Status": "PUBLISHED", "Content": viewContent()}),
		"UpdateViewMetadata": on((*world).freshView, members{"Description": "x"}),
		"DeleteView":         on((*world).freshView, nil),
		"CreateViewVersion":  on(own, nil),
		"ListViewVersions":   on(own, nil).also(paging()),
		"DeleteViewVersion": on(func(w *world) string {
			id := w.freshView()
			w.made("PUT", "/views/"+w.own.instance+"/"+id+"/versions", nil)
			return id
		}, members{"ViewVersion": "1"}),
	}
}

func promptRows() map[string]row {
	own, foreign := func(w *world) string { return w.own.prompt }, func(o objects) string { return o.prompt }
	on := func(own func(w *world) string, more members) row { return ofThing("PromptId", own, foreign, more) }
	return map[string]row{
		"CreatePrompt": ofInstance(func(*world) members {
			return members{"Name": name(), "S3Uri": "s3://x/y"}
		}, nil),
		"DescribePrompt": on(own, nil),
		"GetPromptFile":  on(own, nil),
		"UpdatePrompt":   on(own, members{"Description": "x"}),
		"DeletePrompt":   on((*world).freshPrompt, nil),
		"ListPrompts":    ofInstance(nil, paging()),
		"SearchPrompts":  ofInstance(nil, paging()),
	}
}

func associationRows() map[string]row {
	absent := refusing(notFound, func(w *world) map[string]string { return map[string]string{"another instance's": canary} })
	function := func(w *world) members { return members{"FunctionArn": name()} }
	bot := func(w *world) members { return members{"LexV2Bot": members{"AliasArn": name()}} }
	v1 := func(w *world) members { return members{"LexBot": members{"Name": name(), "LexRegion": "x"}} }
	tokens := map[string]rule{"ClientToken": inert}
	// known is a request for what was associated before.
	known := func(path string, of func(w *world) members) func(w *world) members {
		return func(w *world) members {
			m := of(w)
			w.made("PUT", "/instance/"+w.own.instance+path, m)
			return m
		}
	}
	return map[string]row{
		"AssociateLambdaFunction":    ofInstance(function, map[string]rule{"ClientToken": inert, "FunctionArn": inert}),
		"DisassociateLambdaFunction": ofInstance(known("/lambda-function", function), map[string]rule{"ClientToken": inert, "FunctionArn": absent}),
		"ListLambdaFunctions":        ofInstance(nil, paging()),
		"AssociateLexBot":            ofInstance(v1, tokens),
		"DisassociateLexBot": ofInstance(func(w *world) members {
			m := known("/lex-bot", v1)(w)["LexBot"].(members)
			return members{"BotName": m["Name"], "LexRegion": m["LexRegion"]}
		}, tokens),
		"ListLexBots":     ofInstance(nil, paging()),
		"AssociateBot":    ofInstance(bot, map[string]rule{"ClientToken": inert, "LexV2Bot.AliasArn": inert}),
		"DisassociateBot": ofInstance(known("/bot", bot), map[string]rule{"ClientToken": inert, "LexV2Bot.AliasArn": absent}),
		"ListBots":        ofInstance(func(*world) members { return members{"LexVersion": "V2"} }, paging()),
	}
}

func tagRows() map[string]row {
	arns := both(refusing(badMember, nil), foreignARNs(notFound, badMember),
		refusing(badMember, nil),
		one("another's under our ARN", notFound, func(w *world) string { return w.own.arn + "/contact-flow/" + w.other.flow }),
		one("ours under another's ARN", notFound, func(w *world) string { return w.other.arn + "/contact-flow/" + w.own.flow }),
		one("a managed view", notFound, func(*world) string { return "arn:aws:connect:us-east-1:aws:view/form:1" }),
		func(w *world) []target {
			return []target{
				{name: "another instance's, with a limited key", value: w.other.arn + "/contact-flow/" + w.other.flow, want: denied, key: w.limited},
				{name: "another instance, with a limited key", value: w.other.arn, want: denied, key: w.limited},
				{name: "ours, with a limited key", value: w.own.arn + "/view/" + w.own.view, want: ok, key: w.limited},
			}
		})
	on := func(more members) row {
		return row{
			request: func(w *world) members {
				request := members{"resourceArn": w.own.arn + "/contact-flow/" + w.own.flow}
				for name, value := range more {
					request[name] = value
				}
				return request
			},
			ids: map[string]rule{"resourceArn": arns},
		}
	}
	return map[string]row{
		"TagResource":         on(members{"tags": map[string]string{"a": "x"}}),
		"UntagResource":       on(members{"tagKeys": "a"}),
		"ListTagsForResource": on(nil),
	}
}

// made sends a request of the owner's that works, and returns its answer.
func (w *world) made(method, path string, body any) map[string]any {
	if body == nil {
		body = "{}"
	}
	return w.Signed(method, path, body).Want(w.t, 200, "").Members(w.t)
}

func (w *world) freshFlow() string {
	return w.made("PUT", "/contact-flows/"+w.own.instance, members{"Name": name(), "Type": "CONTACT_FLOW", "Content": text(w)})["ContactFlowId"].(string)
}

const moduleContent = `{"Version":"2019-10-30","StartAction":"end","Settings":{},"Actions":[{"Identifier":"end","Type":"EndFlowModuleExecution","Parameters":{},"Transitions":{}}]}`

func (w *world) freshModule() string { return w.module(w.own, name()) }

func (w *world) module(in objects, name string) string {
	return w.made("PUT", "/contact-flow-modules/"+in.instance, members{"Name": name, "Content": moduleContent})["Id"].(string)
}

func (w *world) version(module string) {
	w.made("PUT", "/contact-flow-modules/"+w.own.instance+"/"+module+"/version", nil)
}

func (w *world) alias(in objects, name string) string {
	return w.made("PUT", "/contact-flow-modules/"+in.instance+"/"+in.module+"/alias", members{"AliasName": name, "ContactFlowModuleVersion": 1})["Id"].(string)
}

func viewContent() members {
	return members{"Template": `{"Head":{},"Body":[{}]}`, "Actions": []string{"Go"}}
}

func (w *world) freshView() string { return w.view(w.own, name()) }

func (w *world) view(in objects, name string) string {
	made := w.made("PUT", "/views/"+in.instance, members{"Name": name, "Status": "PUBLISHED", "Content": viewContent()})
	return made["View"].(map[string]any)["Id"].(string)
}

func (w *world) freshPrompt() string { return w.prompt(w.own, name()) }

func (w *world) prompt(in objects, name string) string {
	return w.made("PUT", "/prompts/"+in.instance, members{"Name": name, "S3Uri": "s3://parley-text/" + url.PathEscape(name)})["PromptId"].(string)
}

// resources makes one of each of these kinds in an instance.
func (w *world) resources(made *objects, name string) {
	made.module, made.view, made.prompt = w.module(*made, name), w.view(*made, name), w.prompt(*made, name)
	w.made("PUT", "/contact-flow-modules/"+made.instance+"/"+made.module+"/version", nil)
	made.alias = w.alias(*made, name)
	made.override, made.storage, made.key = w.override(*made, name), w.storage(*made), w.key(*made)
	made.integration = w.made("PUT", "/instance/"+made.instance+"/integration-associations", members{"IntegrationType": "APPLICATION", "IntegrationArn": name})["IntegrationAssociationId"].(string)
	made.testCase = w.testCase(*made, name)
	w.people(made, name)
	w.places(made, name)
	made.execution = w.made("PUT", "/test-cases/"+made.instance+"/"+made.testCase+"/start-execution", nil)["TestCaseExecutionId"].(string)
	w.made("PUT", "/instance/"+made.instance+"/lambda-function", members{"FunctionArn": name})
}
