package console

import (
	"maps"
	"strings"

	"parley/domain/permission"
)

// Needs says what each operation asks of a caller. What is not here, no page may call: what starts chats or joins
// them, what belongs to the whole server, and what hands out access.
func Needs() map[string]permission.Need {
	all := map[string]permission.Need{}
	maps.Copy(all, flowNeeds())
	maps.Copy(all, queueNeeds())
	maps.Copy(all, peopleNeeds())
	for permission, names := range map[permission.Name][]string{
		"AccessMetrics": {"GetCurrentMetricData", "GetMetricDataV2", "GetCurrentUserData"},
		"ContactSearch.View": {
			"SearchContacts", "DescribeContact", "GetContactAttributes", "ListAssociatedContacts", "ListContactReferences",
		},
		"StopContact.Enabled": {"StopContact"},
	} {
		for _, name := range names {
			all[name] = need(permission)
		}
	}
	all["DescribeInstance"], all["ListTagsForResource"] = permission.SignedIn(), permission.SignedIn()
	return all
}

func need(name permission.Name, or ...permission.Name) permission.Need {
	return permission.Of(name, or...)
}

// family adds what things of one kind are listed, read, made, changed and deleted by. Each operation that changes asks for its own permission.
func family(all map[string]permission.Need, group string, view, create, edit, remove []string) {
	p := func(action string) permission.Name { return permission.Name(group + "." + action) }
	for _, name := range view {
		all[name] = need(p("View"), p("Create"), p("Edit"), p("Delete"))
	}
	for action, names := range map[string][]string{"Create": create, "Edit": edit, "Delete": remove} {
		for _, name := range names {
			all[name] = need(p(action))
		}
	}
}

// publish and publishModule are the permissions to change what chats run.
const (
	publish                       = permission.FlowsPublish
	publishModule permission.Name = "ContactFlowModules.Publish"
)

// publishes returns the permission that a call needs that makes a content run, "" where it makes none: each that writes one does, unless it
// says that it is a draft. A new module runs nowhere before a flow invokes it.
func publishes(operation string, m members) permission.Name {
	draft := func(member string) bool { return strings.HasSuffix(strings.Join(texts(m[member]), ""), ":$SAVED") }
	switch {
	case operation == "CreateContactFlow" && strings.Join(texts(m["Status"]), "") != "SAVED", operation == "UpdateContactFlowContent" && !draft("ContactFlowId"):
		return publish
	case operation == "UpdateContactFlowModuleContent" && !draft("ContactFlowModuleId"):
		return publishModule
	}
	return ""
}

func flowNeeds() map[string]permission.Need {
	all := map[string]permission.Need{}
	family(all, "ContactFlows", []string{"ListContactFlows", "DescribeContactFlow", "SearchContactFlows", "ListContactFlowVersions"},
		[]string{"CreateContactFlow"}, []string{"UpdateContactFlowMetadata", "UpdateContactFlowName"},
		[]string{"DeleteContactFlow", "DeleteContactFlowVersion"})
	all["UpdateContactFlowContent"] = need("ContactFlows.Edit", publish) // and publishing for what is no draft
	all["CreateContactFlowVersion"] = need(publish)
	family(all, "ContactFlowModules", []string{
		"ListContactFlowModules", "DescribeContactFlowModule", "SearchContactFlowModules", "ListContactFlowModuleVersions", "ListContactFlowModuleAliases",
	}, []string{"CreateContactFlowModule"}, []string{"UpdateContactFlowModuleMetadata"}, []string{"DeleteContactFlowModule", "DeleteContactFlowModuleVersion"})
	all["UpdateContactFlowModuleContent"] = need("ContactFlowModules.Edit", publishModule) // and publishing for what is no draft
	all["CreateContactFlowModuleVersion"] = need(publishModule)
	family(all, "Views", []string{"ListViews", "DescribeView", "ListViewVersions"}, []string{"CreateView"}, []string{"UpdateViewContent", "UpdateViewMetadata", "CreateViewVersion"}, nil)
	all["DeleteView"] = need("Views.Remove")
	family(all, "Prompts", []string{"ListPrompts", "DescribePrompt"}, []string{"CreatePrompt"}, []string{"UpdatePrompt"}, []string{"DeletePrompt"})
	for _, name := range []string{"ListLambdaFunctions", "ListBots"} { // what a flow may call
		all[name] = need("ContactFlows.View", "ContactFlows.Edit")
	}
	return all
}

func queueNeeds() map[string]permission.Need {
	all := map[string]permission.Need{}
	family(all, "Queues", []string{"ListQueues", "DescribeQueue", "SearchQueues", "ListQueueQuickConnects"}, []string{"CreateQueue"},
		[]string{"UpdateQueueName", "UpdateQueueHoursOfOperation", "UpdateQueueMaxContacts", "AssociateQueueQuickConnects", "DisassociateQueueQuickConnects"}, []string{"DeleteQueue"})
	all["UpdateQueueStatus"] = need("Queues.EnableAndDisable")
	family(all, "HoursOfOperation", []string{
		"ListHoursOfOperations", "DescribeHoursOfOperation", "SearchHoursOfOperations", "ListHoursOfOperationOverrides", "DescribeHoursOfOperationOverride", "GetEffectiveHoursOfOperations",
	}, []string{"CreateHoursOfOperation", "CreateHoursOfOperationOverride"}, []string{"UpdateHoursOfOperation", "UpdateHoursOfOperationOverride"},
		[]string{"DeleteHoursOfOperation", "DeleteHoursOfOperationOverride"})
	family(all, "RoutingPolicies", []string{"ListRoutingProfiles", "DescribeRoutingProfile", "SearchRoutingProfiles", "ListRoutingProfileQueues"}, []string{"CreateRoutingProfile"},
		[]string{
			"UpdateRoutingProfileName", "UpdateRoutingProfileConcurrency", "UpdateRoutingProfileDefaultOutboundQueue", "UpdateRoutingProfileQueues",
			"UpdateRoutingProfileAgentAvailabilityTimer", "AssociateRoutingProfileQueues", "DisassociateRoutingProfileQueues",
		}, []string{"DeleteRoutingProfile"})
	family(all, "TransferDestinations", []string{"ListQuickConnects", "DescribeQuickConnect", "SearchQuickConnects"}, []string{"CreateQuickConnect"},
		[]string{"UpdateQuickConnectName", "UpdateQuickConnectConfig"}, []string{"DeleteQuickConnect"})
	return all
}

func peopleNeeds() map[string]permission.Need {
	all := map[string]permission.Need{}
	family(all, "Users", []string{"ListUsers", "DescribeUser", "SearchUsers", "ListUserProficiencies"}, []string{"CreateUser"},
		[]string{
			"UpdateUserIdentityInfo", "UpdateUserHierarchy", "UpdateUserPhoneConfig", "UpdateUserRoutingProfile", "UpdateUserConfig",
			"AssociateUserProficiencies", "UpdateUserProficiencies", "DisassociateUserProficiencies",
		}, []string{"DeleteUser"})
	all["UpdateUserSecurityProfiles"] = need("Users.EditPermission")
	family(all, "AgentGrouping", []string{"ListUserHierarchyGroups", "DescribeUserHierarchyGroup", "SearchUserHierarchyGroups", "DescribeUserHierarchyStructure"},
		[]string{"CreateUserHierarchyGroup"}, []string{"UpdateUserHierarchyGroupName", "UpdateUserHierarchyStructure"}, nil)
	all["DeleteUserHierarchyGroup"] = need("AgentGrouping.Edit") // there is no permission to delete
	family(all, "AgentStates", []string{"ListAgentStatuses", "DescribeAgentStatus", "SearchAgentStatuses"}, []string{"CreateAgentStatus"}, []string{"UpdateAgentStatus"}, nil)
	family(all, "PredefinedAttributes", []string{"ListPredefinedAttributes", "DescribePredefinedAttribute", "SearchPredefinedAttributes"},
		[]string{"CreatePredefinedAttribute"}, []string{"UpdatePredefinedAttribute"}, []string{"DeletePredefinedAttribute"})
	family(all, "SecurityProfiles", []string{"ListSecurityProfiles", "DescribeSecurityProfile", "ListSecurityProfilePermissions", "SearchSecurityProfiles"},
		[]string{"CreateSecurityProfile"}, []string{"UpdateSecurityProfile"}, []string{"DeleteSecurityProfile"})
	return all
}
