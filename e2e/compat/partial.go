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
		{"connect", "CreateHoursOfOperation"}:                 "ParentHoursOfOperationConfigs is refused; Config and TimeZone are kept without effect until flows ask for hours",
		{"connect", "ListQueues"}:                             "there are no agents' own queues",
		{"connectparticipant", "CreateParticipantConnection"}: "WEBRTC_CONNECTION is refused",
	}
}
