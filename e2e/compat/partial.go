package main

// partial tells what operations leave out: members that are refused with a
// 400, and members that are kept without effect.
func partial() map[operation]string {
	return map[operation]string{
		{"connect", "StartChatContact"}:                       "ParticipantConfiguration.ResponseMode and DisconnectOnCustomerExit are kept without effect until there are bots and agents",
		{"connect", "StopContact"}:                            "DisconnectReason is refused",
		{"connect", "UpdateContact"}:                          "QueueInfo, UserInfo, CustomerEndpoint and SystemEndpoint are refused; References are kept, and nothing shows them yet",
		{"connect", "DescribeContact"}:                        "nothing about agents, metrics or recordings is returned",
		{"connect", "CreateParticipant"}:                      "the role must be CUSTOM_BOT",
		{"connect", "CreateInstance"}:                         "EXISTING_DIRECTORY and DirectoryId are refused; InboundCallsEnabled and OutboundCallsEnabled are kept without effect",
		{"connect", "CreateQueue"}:                            "QuickConnectIds, OutboundEmailConfig and EmailAddressesConfig are refused; OutboundCallerConfig and HoursOfOperationId are kept without effect",
		{"connect", "CreateHoursOfOperation"}:                 "ParentHoursOfOperationConfigs is refused",
		{"connect", "UpdateInstanceAttribute"}:                "kept without effect",
		{"connect", "AssociateInstanceStorageConfig"}:         "kept without effect",
		{"connect", "UpdateInstanceStorageConfig"}:            "kept without effect; ClientToken is ignored",
		{"connect", "DisassociateInstanceStorageConfig"}:      "ClientToken is ignored",
		{"connect", "AssociateApprovedOrigin"}:                "kept without effect",
		{"connect", "AssociateSecurityKey"}:                   "kept without effect",
		{"connect", "DisassociateSecurityKey"}:                "ClientToken is ignored",
		{"connect", "CreateIntegrationAssociation"}:           "kept without effect",
		{"connect", "CreateTestCase"}:                         "only cases with the entry point CHAT can be published; LastModifiedTime, LastModifiedRegion and TestCaseId are ignored",
		{"connect", "StopTestCaseExecution"}:                  "an execution is over as soon as it has begun",
		{"connect", "ListQueues"}:                             "there are no agents' own queues",
		{"connect", "CreateContactFlowVersion"}:               "LastModifiedTime and LastModifiedRegion are ignored",
		{"connect", "CreateContactFlowModule"}:                "ExternalInvocationConfiguration is kept without effect",
		{"connect", "CreatePrompt"}:                           "S3Uri is kept; nothing is fetched from it",
		{"connect", "UpdatePrompt"}:                           "S3Uri is kept; nothing is fetched from it",
		{"connect", "GetPromptFile"}:                          "the URL of a prompt without a text is its S3Uri",
		{"connect", "StartContactMediaProcessing"}:            "the original of a processed message is kept nowhere; the function has 8 seconds",
		{"connect", "AssociateLambdaFunction"}:                "a note: what flows may call is the server's configuration",
		{"connect", "AssociateLexBot"}:                        "a note: what flows may call is the server's configuration",
		{"connect", "AssociateBot"}:                           "a note: what flows may call is the server's configuration",
		{"connect", "SearchContactFlows"}:                     "contents are not returned",
		{"connect", "SearchContactFlowModules"}:               "contents are not returned",
		{"connect", "SearchViews"}:                            "contents are not returned",
		{"connect", "TagResource"}:                            "of instances, flows, modules, views, prompts, queues, hours of operation, integration associations and test cases",
		{"connectparticipant", "CreateParticipantConnection"}: "WEBRTC_CONNECTION is refused",
	}
}
