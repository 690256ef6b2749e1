package connect

// built names the operations that the server has. All others answer
// NotImplementedException before anybody looks at their input.
func built() map[string]bool {
	names := map[string]bool{}
	for _, name := range []string{
		"StartChatContact", "CreateParticipant", "CreatePersistentContactAssociation",
		"DescribeContact", "StopContact", "UpdateContact", "TagContact", "UntagContact",
		"GetContactAttributes", "UpdateContactAttributes",
		"StartContactMediaProcessing", "StopContactMediaProcessing",
		"StartAttachedFileUpload", "CompleteAttachedFileUpload", "GetAttachedFile", "BatchGetAttachedFileMetadata", "DeleteAttachedFile",
		"PutUserStatus", "GetCurrentUserData", "DismissUserContact", "AssociateContactWithUser", "GetContactMetrics", "MonitorContact",
		"CreateInstance", "DescribeInstance", "ListInstances", "DeleteInstance",
		"CreateContactFlow", "DescribeContactFlow", "ListContactFlows", "SearchContactFlows", "DeleteContactFlow",
		"UpdateContactFlowContent", "UpdateContactFlowMetadata", "UpdateContactFlowName",
		"CreateContactFlowVersion", "ListContactFlowVersions", "DeleteContactFlowVersion",
		"CreateContactFlowModule", "DescribeContactFlowModule", "ListContactFlowModules", "SearchContactFlowModules", "DeleteContactFlowModule",
		"UpdateContactFlowModuleContent", "UpdateContactFlowModuleMetadata",
		"CreateContactFlowModuleVersion", "ListContactFlowModuleVersions", "DeleteContactFlowModuleVersion",
		"CreateContactFlowModuleAlias", "DescribeContactFlowModuleAlias", "UpdateContactFlowModuleAlias",
		"ListContactFlowModuleAliases", "DeleteContactFlowModuleAlias",
		"CreateView", "DescribeView", "ListViews", "SearchViews", "DeleteView", "UpdateViewContent", "UpdateViewMetadata",
		"CreateViewVersion", "ListViewVersions", "DeleteViewVersion",
		"CreatePrompt", "DescribePrompt", "UpdatePrompt", "DeletePrompt", "ListPrompts", "SearchPrompts", "GetPromptFile",
		"AssociateLambdaFunction", "DisassociateLambdaFunction", "ListLambdaFunctions",
		"AssociateLexBot", "DisassociateLexBot", "ListLexBots", "AssociateBot", "DisassociateBot", "ListBots",
		"TagResource", "UntagResource", "ListTagsForResource",
		"CreateQueue", "DescribeQueue", "ListQueues", "SearchQueues", "DeleteQueue", "UpdateQueueName", "UpdateQueueHoursOfOperation",
		"UpdateQueueMaxContacts", "UpdateQueueOutboundCallerConfig", "UpdateQueueStatus",
		"CreateQuickConnect", "DescribeQuickConnect", "UpdateQuickConnectName", "UpdateQuickConnectConfig", "DeleteQuickConnect",
		"ListQuickConnects", "SearchQuickConnects", "AssociateQueueQuickConnects", "DisassociateQueueQuickConnects", "ListQueueQuickConnects",
		"CreateUserHierarchyGroup", "DescribeUserHierarchyGroup", "UpdateUserHierarchyGroupName", "DeleteUserHierarchyGroup",
		"ListUserHierarchyGroups", "SearchUserHierarchyGroups", "DescribeUserHierarchyStructure", "UpdateUserHierarchyStructure", "UpdateUserHierarchy",
		"CreatePredefinedAttribute", "DescribePredefinedAttribute", "UpdatePredefinedAttribute", "DeletePredefinedAttribute",
		"ListPredefinedAttributes", "SearchPredefinedAttributes",
		"AssociateUserProficiencies", "UpdateUserProficiencies", "DisassociateUserProficiencies", "ListUserProficiencies",
		"DescribeInstanceAttribute", "ListInstanceAttributes", "UpdateInstanceAttribute",
		"AssociateInstanceStorageConfig", "DescribeInstanceStorageConfig", "UpdateInstanceStorageConfig", "DisassociateInstanceStorageConfig",
		"ListInstanceStorageConfigs",
		"AssociateApprovedOrigin", "DisassociateApprovedOrigin", "ListApprovedOrigins",
		"AssociateSecurityKey", "DisassociateSecurityKey", "ListSecurityKeys",
		"CreateIntegrationAssociation", "DeleteIntegrationAssociation", "ListIntegrationAssociations", "SearchResourceTags",
		"CreateHoursOfOperation", "DescribeHoursOfOperation", "UpdateHoursOfOperation", "DeleteHoursOfOperation",
		"ListHoursOfOperations", "SearchHoursOfOperations", "GetEffectiveHoursOfOperations",
		"CreateHoursOfOperationOverride", "DescribeHoursOfOperationOverride", "UpdateHoursOfOperationOverride", "DeleteHoursOfOperationOverride",
		"ListHoursOfOperationOverrides", "SearchHoursOfOperationOverrides",
		"CreateSecurityProfile", "DescribeSecurityProfile", "ListSecurityProfilePermissions", "UpdateSecurityProfile", "DeleteSecurityProfile",
		"ListSecurityProfiles", "SearchSecurityProfiles",
		"CreateRoutingProfile", "DescribeRoutingProfile", "UpdateRoutingProfileName", "UpdateRoutingProfileConcurrency",
		"UpdateRoutingProfileDefaultOutboundQueue", "UpdateRoutingProfileAgentAvailabilityTimer", "UpdateRoutingProfileQueues", "DeleteRoutingProfile",
		"ListRoutingProfiles", "SearchRoutingProfiles", "AssociateRoutingProfileQueues", "DisassociateRoutingProfileQueues",
		"ListRoutingProfileQueues", "ListRoutingProfileManualAssignmentQueues",
		"CreateAgentStatus", "DescribeAgentStatus", "UpdateAgentStatus", "ListAgentStatuses", "SearchAgentStatuses",
		"CreateUser", "DescribeUser", "DeleteUser", "ListUsers", "SearchUsers", "UpdateUserConfig", "UpdateUserIdentityInfo",
		"UpdateUserPhoneConfig", "UpdateUserRoutingProfile", "UpdateUserSecurityProfiles",
		"CreateTestCase", "DescribeTestCase", "ListTestCases", "SearchTestCases", "UpdateTestCase", "DeleteTestCase",
		"StartTestCaseExecution", "StopTestCaseExecution", "ListTestCaseExecutions", "ListTestCaseExecutionRecords", "GetTestCaseExecutionSummary",
	} {
		names[name] = true
	}
	return names
}
