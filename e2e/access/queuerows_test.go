package access_test

// queueRows are those of queues, quick connects, the hierarchy of users, and what users are proficient in.
func queueRows() map[string]row {
	all := map[string]row{}
	for _, some := range []map[string]row{queueChangeRows(), quickRows(), hierarchyRows(), attributeRows(), ruleRows()} {
		for name, r := range some {
			all[name] = r
		}
	}
	return all
}

// later is a row whose request has more members, made once the world is there, with their rules.
func (r row) later(more func(w *world) members, ids map[string]rule) row {
	return r.with(more).also(ids)
}

func queueChangeRows() map[string]row {
	own, foreign := func(w *world) string { return w.own.queue }, func(o objects) string { return o.queue }
	on := func(more members) row { return ofThing("QueueId", own, foreign, more) }
	flow, quick := thing(func(o objects) string { return o.flow }), thing(func(o objects) string { return o.quick })
	return map[string]row{
		"DeleteQueue": ofThing("QueueId", func(w *world) string {
			return w.made("PUT", "/queues/"+w.own.instance, members{"Name": name(), "HoursOfOperationId": w.own.hours})["QueueId"].(string)
		}, foreign, nil),
		"SearchQueues":           ofInstance(nil, paging()),
		"UpdateQueueName":        on(members{"Description": "x"}),
		"UpdateQueueMaxContacts": on(members{"MaxContacts": 5}),
		"UpdateQueueStatus":      on(members{"Status": "ENABLED"}),
		"UpdateQueueHoursOfOperation": on(nil).later(func(w *world) members { return members{"HoursOfOperationId": w.own.hours} },
			map[string]rule{"HoursOfOperationId": thing(func(o objects) string { return o.hours })}),
		"UpdateQueueOutboundCallerConfig": on(members{"OutboundCallerConfig": members{"OutboundCallerIdName": "x"}}).also(map[string]rule{
			"OutboundCallerConfig.OutboundFlowId": flow, "OutboundCallerConfig.OutboundCallerIdNumberId": inert,
		}),
		"AssociateQueueQuickConnects":    on(nil).later(quickIDs, map[string]rule{"QuickConnectIds[]": quick}),
		"DisassociateQueueQuickConnects": on(nil).later(quickIDs, map[string]rule{"QuickConnectIds[]": foreignARNs(badMember, badMember)}),
		"ListQueueQuickConnects":         on(nil).also(paging()),
	}
}

func quickIDs(w *world) members { return members{"QuickConnectIds": []string{w.own.quick}} }

// toQueue and toUser are configurations of quick connects.
func toQueue(o objects) members {
	return members{"QuickConnectType": "QUEUE", "QueueConfig": members{"QueueId": o.queue, "ContactFlowId": o.toQueue}}
}

func toUser(o objects) members {
	return members{"QuickConnectType": "USER", "UserConfig": members{"UserId": o.user, "ContactFlowId": o.toUser}}
}

func (w *world) quickConnect(in objects, name string) string {
	return w.made("PUT", "/quick-connects/"+in.instance, members{"Name": name, "QuickConnectConfig": toQueue(in)})["QuickConnectId"].(string)
}

func quickRows() map[string]row {
	own, foreign := func(w *world) string { return w.own.quick }, func(o objects) string { return o.quick }
	on := func(more members) row { return ofThing("QuickConnectId", own, foreign, more) }
	queue, user := thing(func(o objects) string { return o.queue }), thing(func(o objects) string { return o.user })
	toQueueFlow, toUserFlow := thing(func(o objects) string { return o.toQueue }), thing(func(o objects) string { return o.toUser })
	const config = "QuickConnectConfig."
	other := refusing(badMember, nil) // than the type's own configuration
	return map[string]row{
		"CreateQuickConnect": ofInstance(func(w *world) members { return members{"Name": name(), "QuickConnectConfig": toQueue(w.own)} }, map[string]rule{
			config + "QueueConfig.QueueId": queue, config + "QueueConfig.ContactFlowId": toQueueFlow, config + "FlowConfig.ContactFlowId": other,
			config + "UserConfig.UserId":        needing(other, map[string]string{config + "UserConfig.ContactFlowId": unknownID}),
			config + "UserConfig.ContactFlowId": needing(other, map[string]string{config + "UserConfig.UserId": unknownID}),
		}),
		"UpdateQuickConnectConfig": on(nil).later(func(w *world) members { return members{"QuickConnectConfig": toUser(w.own)} }, map[string]rule{
			config + "UserConfig.UserId": user, config + "UserConfig.ContactFlowId": toUserFlow, config + "FlowConfig.ContactFlowId": other,
			config + "QueueConfig.QueueId":       needing(other, map[string]string{config + "QueueConfig.ContactFlowId": unknownID}),
			config + "QueueConfig.ContactFlowId": needing(other, map[string]string{config + "QueueConfig.QueueId": unknownID}),
		}),
		"DescribeQuickConnect":   on(nil),
		"UpdateQuickConnectName": on(members{"Description": "x"}),
		"DeleteQuickConnect":     ofThing("QuickConnectId", func(w *world) string { return w.quickConnect(w.own, name()) }, foreign, nil),
		"ListQuickConnects":      ofInstance(nil, paging()),
		"SearchQuickConnects":    ofInstance(nil, paging()),
	}
}

func (w *world) group(in objects, name string) string {
	return w.made("PUT", "/user-hierarchy-groups/"+in.instance, members{"Name": name})["HierarchyGroupId"].(string)
}

func hierarchyRows() map[string]row {
	own, foreign := func(w *world) string { return w.own.group }, func(o objects) string { return o.group }
	on := func(more members) row { return ofThing("HierarchyGroupId", own, foreign, more) }
	group := thing(foreign)
	levels := members{"HierarchyStructure": members{"LevelOne": members{"Name": "one"}, "LevelTwo": members{"Name": "two"}}}
	return map[string]row{
		"CreateUserHierarchyGroup":       ofInstance(func(*world) members { return members{"Name": name()} }, map[string]rule{"ParentGroupId": group}),
		"DescribeUserHierarchyGroup":     on(nil),
		"UpdateUserHierarchyGroupName":   on(nil).later(func(*world) members { return members{"Name": name()} }, nil),
		"DeleteUserHierarchyGroup":       ofThing("HierarchyGroupId", func(w *world) string { return w.group(w.own, name()) }, foreign, nil),
		"ListUserHierarchyGroups":        ofInstance(nil, paging()),
		"SearchUserHierarchyGroups":      ofInstance(nil, paging()),
		"DescribeUserHierarchyStructure": ofInstance(nil, nil),
		"UpdateUserHierarchyStructure":   ofInstance(func(*world) members { return levels }, nil),
		"UpdateUserHierarchy": ofThing("UserId", func(w *world) string { return w.own.user }, func(o objects) string { return o.user }, nil).
			also(map[string]rule{"HierarchyGroupId": group}),
	}
}

// ownAttribute and strangeAttribute are the names of predefined attributes of the two instances.
const (
	ownAttribute     = "own"
	strangeAttribute = canary
)

func attributeRows() map[string]row {
	on := func(more members) row {
		r := ofInstance(func(*world) members {
			request := members{"Name": ownAttribute}
			for name, value := range more {
				request[name] = value
			}
			return request
		}, nil)
		r.more = map[string]rule{"Name": one("another instance's", notFound, func(*world) string { return strangeAttribute })}
		return r
	}
	user := func(more members) row {
		return ofThing("UserId", func(w *world) string { return w.own.user }, func(o objects) string { return o.user }, more)
	}
	knows := members{"UserProficiencies": []members{{"AttributeName": ownAttribute, "AttributeValue": "x", "Level": 1}}}
	spare := func(w *world) members {
		spare := name()
		w.made("PUT", "/predefined-attributes/"+w.own.instance, members{"Name": spare})
		return members{"Name": spare}
	}
	return map[string]row{
		"CreatePredefinedAttribute":   ofInstance(func(*world) members { return members{"Name": name()} }, nil),
		"DescribePredefinedAttribute": on(nil),
		"UpdatePredefinedAttribute":   on(members{"Values": members{"StringList": []string{"x", "y"}}}),
		"DeletePredefinedAttribute":   on(nil).later(spare, nil),
		"ListPredefinedAttributes":    ofInstance(nil, paging()),
		"SearchPredefinedAttributes":  ofInstance(nil, paging()),
		"AssociateUserProficiencies":  user(knows),
		"UpdateUserProficiencies":     user(knows),
		"DisassociateUserProficiencies": user(knows).later(func(w *world) members {
			w.made("POST", "/users/"+w.own.instance+"/"+w.own.user+"/associate-proficiencies", knows)
			return nil
		}, nil),
		"ListUserProficiencies": user(nil).also(paging()),
	}
}

// places makes one of each of these in an instance that has people.
func (w *world) places(made *objects, name string) {
	made.quick, made.rule = w.quickConnect(*made, name), w.rule(*made, name)
	w.made("POST", "/user-hierarchy-structure/"+made.instance, members{"HierarchyStructure": members{"LevelOne": members{"Name": "one"}, "LevelTwo": members{"Name": "two"}}})
	made.group = w.group(*made, name)
	w.made("PUT", "/predefined-attributes/"+made.instance, members{"Name": name, "Values": members{"StringList": []string{"x"}}})
	w.made("POST", "/users/"+made.instance+"/"+made.user+"/associate-proficiencies", members{
		"UserProficiencies": []members{{"AttributeName": name, "AttributeValue": "x", "Level": 1}},
	})
}
