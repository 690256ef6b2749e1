package connect

// built names the operations that the server has. All others answer
// NotImplementedException before anybody looks at their input.
func built() map[string]bool {
	names := map[string]bool{}
	for _, name := range []string{
		"StartChatContact", "CreateParticipant", "CreatePersistentContactAssociation",
		"DescribeContact", "StopContact", "UpdateContact", "TagContact", "UntagContact",
		"GetContactAttributes", "UpdateContactAttributes",
		"CreateInstance", "DescribeInstance", "ListInstances", "DeleteInstance",
		"CreateContactFlow", "DescribeContactFlow", "ListContactFlows",
		"CreateQueue", "DescribeQueue", "ListQueues",
		"CreateHoursOfOperation",
	} {
		names[name] = true
	}
	return names
}
