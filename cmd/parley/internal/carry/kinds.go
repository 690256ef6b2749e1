package carry

import "strings"

func words(s string) []string { return strings.Fields(s) }

// kinds are all kinds in the order in which their things are made: what others need comes first.
func kinds() []*kind {
	all := append(houseKinds(), peopleKinds()...)
	return append(append(all, flowKinds()...), ourKinds()...)
}

// houseKinds are the instance itself, what belongs to it alone, and what flows and queues need.
func houseKinds() []*kind {
	return []*kind{
		{ref: "instance", read: readInstance, parts: []part{
			{members: words("Attributes"), do: setAttributes},
			{members: words("ApprovedOrigins"), do: setOrigins},
			{members: words("AttachedFiles"), do: setFiles},
			{members: words("HierarchyStructure"), do: setStructure},
			tagged(),
		}},
		{ref: "storage", dir: "storage", key: "ResourceType", read: readStorage, create: "AssociateInstanceStorageConfig", births: words("StorageConfig"),
			needs: words("StorageConfig"), delete: "DisassociateInstanceStorageConfig", id: "AssociationId", identity: words("ResourceType"), outside: true,
			parts: []part{{members: words("StorageConfig"), do: setStorage}}},
		{ref: "function", dir: "functions", key: "FunctionArn", read: readFunctions, create: "AssociateLambdaFunction",
			delete: "DisassociateLambdaFunction", identity: words("FunctionArn"), outside: true},
		{ref: "bot", dir: "bots", key: "AliasArn", read: readBots, create: "AssociateBot", delete: "DisassociateBot",
			identity: words("AliasArn"), outside: true, outgoing: func(d Doc) Doc { return Doc{"LexV2Bot": pick(d, words("AliasArn"))} }},
		{ref: "lex-bot", dir: "lex-bots", key: "Name", read: readLexBots, create: "AssociateBot", births: words("LexRegion"), needs: words("LexRegion"),
			fixed: words("LexRegion"), delete: "DisassociateBot", identity: words("Name LexRegion"),
			outgoing: func(d Doc) Doc { return Doc{"LexBot": pick(d, words("Name LexRegion"))} }},
		{ref: "integration", dir: "integrations", key: "IntegrationType", read: readIntegrations, id: "IntegrationAssociationId",
			create: "CreateIntegrationAssociation", delete: "DeleteIntegrationAssociation",
			births: words("IntegrationArn SourceApplicationUrl SourceApplicationName SourceType Tags"),
			needs:  words("IntegrationArn"), fixed: words("IntegrationArn SourceApplicationUrl SourceApplicationName SourceType"),
			outside: true, parts: []part{tagged()}},
		{ref: "hours", dir: "hours", key: "Name", id: "HoursOfOperationId", list: "ListHoursOfOperations", listed: "HoursOfOperationSummaryList",
			describe: "DescribeHoursOfOperation", described: "HoursOfOperation", more: readOverrides, create: "CreateHoursOfOperation",
			births: words("Description TimeZone Config Tags"), needs: words("TimeZone"), delete: "DeleteHoursOfOperation",
			outgoing: withConfig,
			parts:    []part{by("UpdateHoursOfOperation", "Description", "TimeZone", "Config"), {members: words("Overrides"), do: setOverrides}, tagged()}},
		{ref: "prompt", dir: "prompts", key: "Name", id: "PromptId", list: "ListPrompts", listed: "PromptSummaryList",
			describe: "DescribePrompt", described: "Prompt", more: readPromptFile, create: "CreatePrompt", births: words("Description S3Uri Tags"),
			needs: words("S3Uri"), delete: "DeletePrompt", parts: []part{by("UpdatePrompt", "Description", "S3Uri"), tagged()}},
		{ref: "view", dir: "views", key: "Name", id: "ViewId", list: "ListViews", listed: "ViewsSummaryList", asked: Doc{"Type": "CUSTOMER_MANAGED"},
			describe: "DescribeView", described: "View", more: readView, create: "CreateView", births: words("Status Content Description Tags"),
			needs: words("Status Content"), delete: "DeleteView", outgoing: viewOut,
			parts: []part{by("UpdateViewMetadata", "Description"), {members: words("Status Content Saved"), do: setView}, tagged()}},
		{ref: "attribute", dir: "predefined-attributes", key: "Name", id: "Name", list: "ListPredefinedAttributes", listed: "PredefinedAttributeSummaryList",
			describe: "DescribePredefinedAttribute", described: "PredefinedAttribute", skip: ofAmazon, more: readPredefined, create: "CreatePredefinedAttribute",
			births: words("Values Purposes AttributeConfiguration"), delete: "DeletePredefinedAttribute",
			parts: []part{by("UpdatePredefinedAttribute", "Values", "Purposes", "AttributeConfiguration")}},
	}
}

// peopleKinds are what people work with and are.
func peopleKinds() []*kind {
	configs := words("AutoAcceptConfigs AfterContactWorkConfigs PhoneNumberConfigs PersistentConnectionConfigs VoiceEnhancementConfigs")
	restrictions := words("Description Permissions AllowedAccessControlTags TagRestrictedResources HierarchyRestrictedResources AllowedAccessControlHierarchyGroupId GranularAccessControlConfiguration")
	return []*kind{
		{ref: "hierarchy-group", dir: "hierarchy-groups", key: "Name", id: "HierarchyGroupId", list: "ListUserHierarchyGroups", listed: "UserHierarchyGroupSummaryList",
			describe: "DescribeUserHierarchyGroup", described: "HierarchyGroup", more: readParent, create: "CreateUserHierarchyGroup",
			births: words("ParentGroupId Tags"), needs: words("ParentGroupId"), fixed: words("ParentGroupId"), delete: "DeleteUserHierarchyGroup", parts: []part{tagged()}},
		{ref: "agent-status", dir: "agent-statuses", key: "Name", id: "AgentStatusId", list: "ListAgentStatuses", listed: "AgentStatusSummaryList",
			describe: "DescribeAgentStatus", described: "AgentStatus", create: "CreateAgentStatus", births: words("Description State DisplayOrder Tags"),
			needs: words("State"), parts: []part{{members: words("Description State DisplayOrder"), do: setStatus}, tagged()}},
		{ref: "security-profile", dir: "security-profiles", key: "SecurityProfileName", id: "SecurityProfileId", list: "ListSecurityProfiles", listed: "SecurityProfileSummaryList",
			describe: "DescribeSecurityProfile", described: "SecurityProfile", more: readPermissions, create: "CreateSecurityProfile",
			births: append(restrictions, "Tags"), delete: "DeleteSecurityProfile", parts: []part{by("UpdateSecurityProfile", restrictions...), tagged()}},
		{ref: "queue", dir: "queues", key: "Name", id: "QueueId", list: "ListQueues", listed: "QueueSummaryList", skip: ofAgent,
			describe: "DescribeQueue", described: "Queue", more: readQueue, create: "CreateQueue",
			births: words("Description HoursOfOperationId MaxContacts OutboundCallerConfig QuickConnectIds Tags"), needs: words("HoursOfOperationId"), delete: "DeleteQueue", defaults: Doc{"Status": "ENABLED"},
			parts: []part{
				by("UpdateQueueName", "Description"), by("UpdateQueueHoursOfOperation", "HoursOfOperationId"), by("UpdateQueueMaxContacts", "MaxContacts"),
				by("UpdateQueueOutboundCallerConfig", "OutboundCallerConfig"), by("UpdateQueueStatus", "Status"), {members: words("QuickConnectIds"), do: setQuickConnects}, tagged(),
			}},
		{ref: "routing-profile", dir: "routing-profiles", key: "Name", id: "RoutingProfileId", list: "ListRoutingProfiles", listed: "RoutingProfileSummaryList",
			describe: "DescribeRoutingProfile", described: "RoutingProfile", more: readRouting, create: "CreateRoutingProfile",
			births: words("Description DefaultOutboundQueueId MediaConcurrencies AgentAvailabilityTimer Tags"), needs: words("DefaultOutboundQueueId MediaConcurrencies"),
			delete: "DeleteRoutingProfile", parts: []part{
				by("UpdateRoutingProfileName", "Description"), by("UpdateRoutingProfileConcurrency", "MediaConcurrencies"),
				by("UpdateRoutingProfileDefaultOutboundQueue", "DefaultOutboundQueueId"),
				by("UpdateRoutingProfileAgentAvailabilityTimer", "AgentAvailabilityTimer"),
				{members: words("QueueConfigs"), do: setProfileQueues}, {members: words("ManualAssignmentQueueConfigs"), do: setManualQueues}, tagged(),
			}},
		{ref: "agent", dir: "users", key: "Username", id: "UserId", list: "ListUsers", listed: "UserSummaryList", describe: "DescribeUser", described: "User",
			more: readProficiencies, create: "CreateUser", births: append(words("IdentityInfo PhoneConfig SecurityProfileIds RoutingProfileId HierarchyGroupId Tags"), configs...),
			needs: words("SecurityProfileIds RoutingProfileId"), delete: "DeleteUser", password: true, parts: []part{
				by("UpdateUserIdentityInfo", "IdentityInfo"), by("UpdateUserPhoneConfig", "PhoneConfig"), by("UpdateUserRoutingProfile", "RoutingProfileId"),
				by("UpdateUserSecurityProfiles", "SecurityProfileIds"), by("UpdateUserHierarchy", "HierarchyGroupId"),
				by("UpdateUserConfig", configs...), {members: words("Proficiencies"), do: setProficiencies}, tagged(),
			}},
	}
}

// flowKinds are flows, and what names them.
func flowKinds() []*kind {
	return []*kind{
		{ref: "module", dir: "modules", key: "Name", id: "ContactFlowModuleId", list: "ListContactFlowModules", listed: "ContactFlowModulesSummaryList",
			describe: "DescribeContactFlowModule", described: "ContactFlowModule", more: readModule, create: "CreateContactFlowModule",
			births: words("Description Content Settings ExternalInvocationConfiguration Tags"), needs: words("Content"), fixed: words("ExternalInvocationConfiguration"),
			delete: "DeleteContactFlowModule", outgoing: moduleOut, stub: stubModule, defaults: Doc{"State": "ACTIVE"}, parts: []part{
				{members: words("Content Settings Saved Aliases"), do: setModule}, by("UpdateContactFlowModuleMetadata", "Description", "State"), tagged(),
			}},
		{ref: "flow", dir: "flows", key: "Name", id: "ContactFlowId", list: "ListContactFlows", listed: "ContactFlowSummaryList",
			describe: "DescribeContactFlow", described: "ContactFlow", more: readFlow, create: "CreateContactFlow",
			births: words("Description Type Content Status Tags"), needs: words("Content Type Status"), fixed: words("Type"), delete: "DeleteContactFlow", stub: stubFlow,
			defaults: Doc{"State": "ACTIVE"}, parts: []part{
				{members: words("Content Status Saved"), do: setFlow}, {members: words("Description State"), do: setFlowMetadata}, tagged(),
			}},
		{ref: "quick-connect", dir: "quick-connects", key: "Name", id: "QuickConnectId", list: "ListQuickConnects", listed: "QuickConnectSummaryList",
			describe: "DescribeQuickConnect", described: "QuickConnect", create: "CreateQuickConnect", births: words("Description QuickConnectConfig Tags"),
			needs: words("QuickConnectConfig"), delete: "DeleteQuickConnect",
			parts: []part{by("UpdateQuickConnectName", "Description"), by("UpdateQuickConnectConfig", "QuickConnectConfig"), tagged()}},
		{ref: "rule", dir: "rules", key: "Name", id: "RuleId", read: readRules, create: "CreateRule", births: words("TriggerEventSource Function Actions PublishStatus Tags"),
			needs: words("TriggerEventSource Function Actions PublishStatus"), fixed: words("TriggerEventSource"), delete: "DeleteRule", outgoing: ruleOut,
			parts: []part{{members: words("Function Actions PublishStatus"), do: setRule}, tagged()}},
		{ref: "test-case", dir: "test-cases", key: "Name", id: "TestCaseId", list: "ListTestCases", listed: "TestCaseSummaryList",
			describe: "DescribeTestCase", described: "TestCase", more: readTestCase, create: "CreateTestCase", births: words("Description TestContent EntryPoint InitializationData Status Tags"),
			needs: words("TestContent EntryPoint Status"), delete: "DeleteTestCase", outgoing: testCaseOut,
			parts: []part{{members: words("Description TestContent EntryPoint InitializationData Status Saved"), do: setTestCase}, tagged()}},
	}
}
