package access_test

// peopleRows are those of what people have: profiles and statuses.
func peopleRows() map[string]row {
	all := map[string]row{}
	for _, some := range []map[string]row{securityRows(), routingRows(), statusRows(), userRows()} {
		for name, r := range some {
			all[name] = r
		}
	}
	return all
}

func securityRows() map[string]row {
	own, foreign := func(w *world) string { return w.own.security }, func(o objects) string { return o.security }
	on := func(own func(w *world) string, more members) row {
		return ofThing("SecurityProfileId", own, foreign, more)
	}
	limits := map[string]rule{
		"AllowedAccessControlHierarchyGroupId": thing(func(o objects) string { return o.group }),
		"AllowedFlowModules[].FlowModuleId":    unsupported(nil),
	}
	return map[string]row{
		"CreateSecurityProfile":          ofInstance(func(*world) members { return members{"SecurityProfileName": name()} }, limits),
		"UpdateSecurityProfile":          on(own, members{"Description": "x"}).also(limits),
		"DescribeSecurityProfile":        on(own, nil),
		"ListSecurityProfilePermissions": on(own, nil).also(map[string]rule{"NextToken": pageToken()}),
		"DeleteSecurityProfile":          on(func(w *world) string { return w.securityProfile(w.own, name()) }, nil),
		"ListSecurityProfiles":           ofInstance(nil, paging()),
		"SearchSecurityProfiles":         ofInstance(nil, paging()),
	}
}

func (w *world) securityProfile(in objects, name string) string {
	return w.made("PUT", "/security-profiles/"+in.instance, members{"SecurityProfileName": name, "Permissions": []string{"ManagerListenIn"}})["SecurityProfileId"].(string)
}

// profile is what a new routing profile has.
func profile(o objects, name string) members {
	return members{
		"Name": name, "Description": name, "DefaultOutboundQueueId": o.queue, "MediaConcurrencies": []any{members{"Channel": "CHAT", "Concurrency": 2}},
		"QueueConfigs": []members{profileQueue(o.queue)},
	}
}

func profileQueue(id string) members {
	return members{"Priority": 1, "Delay": 0, "QueueReference": members{"QueueId": id, "Channel": "CHAT"}}
}

func (w *world) routingProfile(in objects, name string) string {
	return w.made("PUT", "/routing-profiles/"+in.instance, profile(in, name))["RoutingProfileId"].(string)
}

func routingRows() map[string]row {
	queue := thing(func(o objects) string { return o.queue })
	own, foreign := func(w *world) string { return w.own.routing }, func(o objects) string { return o.routing }
	on := func(own func(w *world) string, more members) row {
		return ofThing("RoutingProfileId", own, foreign, more)
	}
	manual := map[string]string{"ManualAssignmentQueueConfigs[].QueueReference.Channel": "CHAT"}
	queues := map[string]rule{
		"QueueConfigs[].QueueReference.QueueId": queue, "ManualAssignmentQueueConfigs[].QueueReference.QueueId": needing(queue, manual),
	}
	configs := func(w *world) members { return members{"QueueConfigs": []members{profileQueue(w.own.queue)}} }
	reference := func(w *world) members {
		return members{"QueueReferences": []members{{"QueueId": w.own.queue, "Channel": "VOICE"}}}
	}
	return map[string]row{
		"CreateRoutingProfile":                       ofInstance(func(w *world) members { return profile(w.own, name()) }, queues).also(map[string]rule{"DefaultOutboundQueueId": queue}),
		"DescribeRoutingProfile":                     on(own, nil),
		"DeleteRoutingProfile":                       on(func(w *world) string { return w.routingProfile(w.own, name()) }, nil),
		"ListRoutingProfiles":                        ofInstance(nil, paging()),
		"SearchRoutingProfiles":                      ofInstance(nil, paging()),
		"UpdateRoutingProfileName":                   on(own, members{"Description": "x"}),
		"UpdateRoutingProfileConcurrency":            on(own, members{"MediaConcurrencies": []any{members{"Channel": "CHAT", "Concurrency": 3}}}),
		"UpdateRoutingProfileAgentAvailabilityTimer": on(own, members{"AgentAvailabilityTimer": "TIME_SINCE_LAST_INBOUND"}),
		"UpdateRoutingProfileDefaultOutboundQueue": on(own, nil).later(func(w *world) members { return members{"DefaultOutboundQueueId": w.own.queue} },
			map[string]rule{"DefaultOutboundQueueId": queue}),
		"UpdateRoutingProfileQueues":    on(own, nil).later(configs, map[string]rule{"QueueConfigs[].QueueReference.QueueId": queue}),
		"AssociateRoutingProfileQueues": on(own, nil).later(configs, queues),
		"DisassociateRoutingProfileQueues": on(own, nil).later(reference, map[string]rule{
			"QueueReferences[].QueueId":                 queue,
			"ManualAssignmentQueueReferences[].QueueId": needing(queue, map[string]string{"ManualAssignmentQueueReferences[].Channel": "CHAT"}),
		}),
		"ListRoutingProfileQueues":                 on(own, nil).also(paging()),
		"ListRoutingProfileManualAssignmentQueues": on(own, nil).also(paging()),
	}
}

func statusRows() map[string]row {
	own, foreign := func(w *world) string { return w.own.status }, func(o objects) string { return o.status }
	on := func(more members) row { return ofThing("AgentStatusId", own, foreign, more) }
	return map[string]row{
		"CreateAgentStatus":   ofInstance(func(*world) members { return members{"Name": name(), "State": "ENABLED"} }, nil),
		"DescribeAgentStatus": on(nil),
		"UpdateAgentStatus":   on(members{"Description": "x"}),
		"ListAgentStatuses":   ofInstance(nil, paging()),
		"SearchAgentStatuses": ofInstance(nil, paging()),
	}
}

// people makes one of each of these in an instance.
func (w *world) people(made *objects, name string) {
	made.security, made.routing = w.securityProfile(*made, name), w.routingProfile(*made, name)
	made.status = w.made("PUT", "/agent-status/"+made.instance, members{"Name": name, "State": "ENABLED"})["AgentStatusId"].(string)
	made.user = w.made("PUT", "/users/"+made.instance, user(*made, name))["UserId"].(string)
}

func userRows() map[string]row {
	own, foreign := func(w *world) string { return w.own.user }, func(o objects) string { return o.user }
	on := func(more members) row { return ofThing("UserId", own, foreign, more) }
	security, routing := thing(func(o objects) string { return o.security }), thing(func(o objects) string { return o.routing })
	with := func(r row, name string, value func(w *world) any, known rule) row {
		bare, path := r.request, name
		if name == "SecurityProfileIds" {
			path += "[]"
		}
		r.request = func(w *world) members {
			request := bare(w)
			request[name] = value(w)
			return request
		}
		return r.also(map[string]rule{path: known})
	}
	return map[string]row{
		"CreateUser": ofInstance(func(w *world) members { return user(w.own, name()) }, map[string]rule{
			"DirectoryUserId": inert, "HierarchyGroupId": thing(func(o objects) string { return o.group }), "RoutingProfileId": routing, "SecurityProfileIds[]": security,
		}),
		"DescribeUser": on(nil),
		"DeleteUser": ofThing("UserId", func(w *world) string {
			return w.made("PUT", "/users/"+w.own.instance, user(w.own, name()))["UserId"].(string)
		}, foreign, nil),
		"ListUsers":                  ofInstance(nil, paging()),
		"SearchUsers":                ofInstance(nil, paging()),
		"UpdateUserConfig":           on(members{"AutoAcceptConfigs": []any{members{"Channel": "CHAT", "AutoAccept": true}}}),
		"UpdateUserIdentityInfo":     on(members{"IdentityInfo": members{"FirstName": "x"}}),
		"UpdateUserPhoneConfig":      on(members{"PhoneConfig": members{"PhoneType": "SOFT_PHONE"}}),
		"UpdateUserRoutingProfile":   with(on(nil), "RoutingProfileId", func(w *world) any { return w.own.routing }, routing),
		"UpdateUserSecurityProfiles": with(on(nil), "SecurityProfileIds", func(w *world) any { return []string{w.own.security} }, security),
	}
}

// user is what a new user has.
func user(o objects, name string) members {
	return members{"Username": name, "PhoneConfig": members{"PhoneType": "SOFT_PHONE"}, "RoutingProfileId": o.routing, "SecurityProfileIds": []string{o.security}}
}
