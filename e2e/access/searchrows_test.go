package access_test

import "time"

// searchRows are those of what is found of contacts.
func searchRows() map[string]row {
	user, queue := nothing(func(o objects) string { return o.user }), nothing(func(o objects) string { return o.queue })
	group := nothing(func(o objects) string { return o.group })
	return map[string]row{
		"SearchContacts": ofInstance(func(*world) members {
			return members{"TimeRange": members{
				"Type": "INITIATION_TIMESTAMP", "StartTime": time.Now().Add(-time.Hour).Unix(), "EndTime": time.Now().Add(time.Hour).Unix(),
			}}
		}, map[string]rule{
			"NextToken":                                                       placeToken(),
			"SearchCriteria.AgentIds[]":                                       user,
			"SearchCriteria.QueueIds[]":                                       queue,
			"SearchCriteria.AgentHierarchyGroups.L1Ids[]":                     group,
			"SearchCriteria.AgentHierarchyGroups.L2Ids[]":                     group,
			"SearchCriteria.AgentHierarchyGroups.L3Ids[]":                     group,
			"SearchCriteria.AgentHierarchyGroups.L4Ids[]":                     group,
			"SearchCriteria.AgentHierarchyGroups.L5Ids[]":                     group,
			"SearchCriteria.RoutingCriteria.Steps[].AgentCriteria.AgentIds[]": user,
		}),
		"ListAssociatedContacts": ofContact("ContactId", ok, notFound, nil, map[string]rule{"NextToken": placeToken()}),
	}
}

// nothing: a condition of a search that no contact meets, whatever it names.
func nothing(foreign func(o objects) string) rule {
	return func(w *world) (all []target) {
		for name, value := range map[string]string{"another instance's": foreign(w.other), "unknown": unknownID, "another account's": strangersARN} {
			all = append(all, target{name: name, value: value, want: ok, idle: true})
		}
		return all
	}
}
