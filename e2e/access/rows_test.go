package access_test

import (
	"github.com/google/uuid"

	"parley/e2e/harness"
)

// row is a request that works and the rule of each member that carries an id.
type row struct {
	request func(w *world) members
	ids     map[string]rule
	more    map[string]rule // ids in members whose name does not say so
	answers harness.Refusal // of an operation that never succeeds; zero for all others
}

// rows has a row for every operation that is built.
func rows() map[string]row {
	all := map[string]row{}
	for _, some := range []map[string]row{contactRows(), chatRows(), instanceRows(), objectRows(), resourceRows(), houseRows(), participantRows(), fileRows(), streamRows(), outsideRows(), signInRows()} {
		for name, r := range some {
			all[name] = r
		}
	}
	return all
}

// processor is the one function that the server knows; nothing is said in a chat that would be given to it.
const processor = "arn:aws:lambda:us-east-1:123456789012:function:check"

// ofContact is the row of an operation on a running contact; ended and
// missing are its answers for contacts that are over or not there.
func ofContact(member string, ended, missing harness.Refusal, more members, ids map[string]rule) row {
	r := row{
		request: func(w *world) members {
			request := members{"InstanceId": w.own.instance, member: w.fresh()}
			for name, value := range more {
				request[name] = value
			}
			return request
		},
		ids: map[string]rule{"InstanceId": instanceID(missing), member: contactID(ended, missing)},
	}
	for path, rule := range ids {
		r.ids[path] = rule
	}
	return r
}

func contactRows() map[string]row {
	attributes := members{"Attributes": map[string]string{"a": "x"}}
	return map[string]row{
		"StartContactMediaProcessing": ofContact("ContactId", badRequest, notFound, members{"ProcessorArn": processor},
			map[string]rule{"ProcessorArn": both(refusing(notFound, nil), foreignARNs(notFound, notFound))}),
		"StopContactMediaProcessing": ofContact("ContactId", badRequest, notFound, nil, nil),
		"StopContact":                ofContact("ContactId", gone, gone, nil, nil),
		"DescribeContact":            ofContact("ContactId", ok, notFound, nil, nil),
		"ListContactReferences":      ofContact("ContactId", ok, notFound, members{"ReferenceTypes": "URL"}, paging()),
		"UpdateContactRoutingData": ofContact("ContactId", badRequest, notFound, members{"QueuePriority": 1}, map[string]rule{
			"RoutingCriteria.Steps[].Expression.AttributeCondition.MatchCriteria.AgentsCriteria.AgentIds[]":    inert,
			"RoutingCriteria.Steps[].Expression.NotAttributeCondition.MatchCriteria.AgentsCriteria.AgentIds[]": inert,
		}),
		"UpdateParticipantRoleConfig": ofContact("ContactId", badRequest, notFound, members{"ChannelConfiguration": members{"Chat": members{"ParticipantTimerConfigList": []members{
			{"ParticipantRole": "CUSTOMER", "TimerType": "IDLE", "TimerValue": members{"ParticipantTimerDurationInMinutes": 480}},
		}}}}, nil),
		"TagContact":              ofContact("ContactId", ok, notFound, members{"Tags": map[string]string{"a": "x"}}, nil),
		"UntagContact":            ofContact("ContactId", ok, notFound, members{"TagKeys": "x"}, nil),
		"GetContactAttributes":    ofContact("InitialContactId", ok, notFound, nil, nil),
		"UpdateContactAttributes": ofContact("InitialContactId", ok, notFound, attributes, nil),
		"UpdateContact": ofContact("ContactId", ok, notFound, members{"Name": "x"}, map[string]rule{
			"QueueInfo.Id": unsupported(nil), "UserInfo.UserId": unsupported(nil),
			"References{}.Arn":             needing(inert, map[string]string{"References{}.Type": "URL"}),
			"SegmentAttributes{}.ValueArn": inert,
		}),
	}
}

func chatRows() map[string]row {
	return map[string]row{
		"StartChatContact": {
			request: func(w *world) members {
				return members{
					"InstanceId": w.own.instance, "ContactFlowId": w.own.flow,
					"ParticipantDetails": map[string]string{"DisplayName": "own"},
				}
			},
			ids: map[string]rule{
				"InstanceId": instanceID(notFound), "ContactFlowId": thing(func(o objects) string { return o.flow }),
				"RelatedContactId": contactID(ok, notFound), "CustomerId": inert, "SegmentAttributes{}.ValueArn": inert, "ClientToken": inert,
				"PersistentChat.SourceContactId": needing(contactID(ok, notFound), map[string]string{"PersistentChat.RehydrationType": "FROM_SEGMENT"}),
			},
		},
		"CreateParticipant": ofContact("ContactId", badRequest, notFound,
			members{"ParticipantDetails": map[string]string{"ParticipantRole": "CUSTOM_BOT", "DisplayName": "x"}},
			map[string]rule{"ClientToken": inert}),
		"CreatePersistentContactAssociation": {
			request: func(w *world) members {
				return members{
					"InstanceId": w.own.instance, "InitialContactId": w.fresh(),
					"SourceContactId": w.own.ended, "RehydrationType": "FROM_SEGMENT",
				}
			},
			ids: map[string]rule{
				"InstanceId": instanceID(notFound), "ClientToken": inert,
				"InitialContactId": contactID(badRequest, notFound), "SourceContactId": contactID(ok, notFound),
			},
		},
	}
}

func instanceRows() map[string]row {
	return map[string]row{
		"CreateInstance": {
			request: func(*world) members {
				return members{
					"IdentityManagementType": "CONNECT_MANAGED", "InstanceAlias": name(),
					"InboundCallsEnabled": true, "OutboundCallsEnabled": false,
				}
			},
			ids: map[string]rule{"DirectoryId": refusing(badMember, nil), "ClientToken": inert},
		},
		"DeleteInstance": {
			request: func(w *world) members {
				made := w.newInstance(w.t, name(), "")
				return members{"InstanceId": made.instance}
			},
			ids: map[string]rule{"InstanceId": wideInstanceID(), "clientToken": inert, "ClientToken": inert},
		},
		"ListInstances":    {request: func(*world) members { return members{} }, ids: map[string]rule{"NextToken": pageToken()}},
		"DescribeInstance": ofInstance(nil, nil),
		"ListContactFlows": ofInstance(nil, map[string]rule{"NextToken": pageToken()}),
		"ListQueues":       ofInstance(nil, map[string]rule{"NextToken": pageToken()}),
		"CreateContactFlow": ofInstance(func(w *world) members {
			return members{"Name": name(), "Type": "CONTACT_FLOW", "Content": harness.Document(w.t, harness.Say("x"))}
		}, nil),
		"CreateHoursOfOperation": ofInstance(func(*world) members {
			return members{"Name": name(), "TimeZone": "UTC", "Config": []any{}}
		}, map[string]rule{"ParentHoursOfOperationConfigs[].HoursOfOperationId": unsupported(nil)}),
	}
}

// ofInstance is the row of an operation on an instance as a whole.
func ofInstance(more func(w *world) members, ids map[string]rule) row {
	r := row{
		request: func(w *world) members {
			request := members{}
			if more != nil {
				request = more(w)
			}
			request["InstanceId"] = w.own.instance
			return request
		},
		ids: map[string]rule{"InstanceId": wideInstanceID()},
	}
	for path, rule := range ids {
		r.ids[path] = rule
	}
	return r
}

func objectRows() map[string]row {
	flowID, queueID := thing(func(o objects) string { return o.flow }), thing(func(o objects) string { return o.queue })
	return map[string]row{
		"DescribeContactFlow": {
			request: func(w *world) members { return members{"InstanceId": w.own.instance, "ContactFlowId": w.own.flow} },
			ids:     map[string]rule{"InstanceId": instanceID(notFound), "ContactFlowId": flowID},
		},
		"DescribeQueue": {
			request: func(w *world) members { return members{"InstanceId": w.own.instance, "QueueId": w.own.queue} },
			ids:     map[string]rule{"InstanceId": instanceID(notFound), "QueueId": queueID},
		},
		"CreateQueue": {
			request: func(w *world) members {
				return members{"InstanceId": w.own.instance, "Name": name(), "HoursOfOperationId": w.own.hours}
			},
			ids: map[string]rule{
				"InstanceId": instanceID(notFound), "HoursOfOperationId": thing(func(o objects) string { return o.hours }),
				"QuickConnectIds[]": thing(func(o objects) string { return o.quick }), "EmailAddressesConfig[].EmailAddressId": unsupported(nil),
				"OutboundEmailConfig.OutboundEmailAddressId":    unsupported(nil),
				"OutboundCallerConfig.OutboundFlowId":           flowID,
				"OutboundCallerConfig.OutboundCallerIdNumberId": inert,
			},
		},
	}
}

func participantRows() map[string]row {
	itemsOfOthers := func(w *world) map[string]string {
		return map[string]string{"another chat's": w.other.item, "a contact": w.own.contact}
	}
	return map[string]row{
		"CreateParticipantConnection": {
			request: func(w *world) members { return members{bearer: w.own.token, "Type": []string{"WEBSOCKET"}} },
			ids:     map[string]rule{"ParticipantToken": participantToken},
		},
		"SendMessage": ofConnection(members{"ContentType": "text/plain", "Content": "x"}, map[string]rule{"ClientToken": inert}, nil),
		"SendEvent": ofConnection(members{"ContentType": harness.EventType("typing")}, map[string]rule{"ClientToken": inert}, map[string]rule{
			"Content": needing(receipts(refusing(badValue, itemsOfOthers)), map[string]string{"ContentType": harness.EventType("message.read")}),
		}),
		"GetTranscript": ofConnection(nil, map[string]rule{
			"ContactId":        emptyTranscript,
			"NextToken":        refusing(badValue, func(w *world) map[string]string { return map[string]string{"another chat's": w.other.nextToken} }),
			"StartPosition.Id": refusing(badValue, itemsOfOthers),
		}, nil),
		"participant.DescribeView": {
			request: func(w *world) members { return members{bearer: w.own.viewer, "ViewToken": w.own.viewToken} },
			ids: map[string]rule{
				"ConnectionToken": both(connectionToken, one("another chat's", denied, func(w *world) string { return w.own.connection })),
				"ViewToken": refusing(denied, func(w *world) map[string]string {
					return map[string]string{"another chat's": w.other.viewToken, "a view": w.own.view, "a managed view": "form"}
				}),
			},
		},
		"DisconnectParticipant": {
			request: func(w *world) members {
				_, _, connection := w.start(w.t, w.own, "own")
				return members{bearer: connection}
			},
			ids: map[string]rule{"ConnectionToken": connectionToken, "ClientToken": inert},
		},
	}
}

// ofConnection is the row of an operation of a participant who is connected.
func ofConnection(more members, ids, others map[string]rule) row {
	r := row{
		request: func(w *world) members {
			request := members{bearer: w.own.connection}
			for name, value := range more {
				request[name] = value
			}
			return request
		},
		ids:  map[string]rule{"ConnectionToken": connectionToken},
		more: others,
	}
	for path, rule := range ids {
		r.ids[path] = rule
	}
	return r
}

// receipts turns item ids into the Content of receipts.
func receipts(r rule) rule {
	return func(w *world) []target {
		targets := r(w)
		for i := range targets {
			targets[i].value = receipt(targets[i].value)
		}
		return targets
	}
}

// emptyTranscript: a ContactId that is not the caller's finds no items.
func emptyTranscript(w *world) []target {
	targets := refusing(ok, func(w *world) map[string]string {
		return map[string]string{"another chat's": w.other.contact, "another chat of the instance": w.own.ended}
	})(w)
	for i := range targets {
		targets[i].idle = true
	}
	return targets
}

// name returns a name that nothing has.
func name() string { return "name-" + uuid.NewString() }
