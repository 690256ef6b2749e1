package people

import (
	"slices"
	"strings"

	"parley/internal/fault"
)

// permissions are the known names of permissions of security profiles (Amazon
// Connect, "List of security profile permissions"), sorted.
func permissions() []string {
	crud := []string{"Create", "Delete", "Edit", "View"}
	groups := map[string][]string{
		"RoutingPolicies": {"Create", "Edit", "View"}, "TransferDestinations": crud, "HoursOfOperation": crud,
		"Queues": {"Create", "Edit", "EnableAndDisable", "View"}, "TaskTemplates": crud, "PredefinedAttributes": crud,
		"PhoneNumbers": {"Claim", "Edit", "Release", "View"}, "ContactFlows": {"Create", "Delete", "Edit", "Publish", "View"},
		"ContactFlowModules": {"Create", "Delete", "Edit", "Publish", "View"}, "Prompts": crud, "Views": {"Create", "Edit", "Remove", "View"},
		"Bots": {"Create", "Edit", "View"}, "TestCases": append([]string{"Publish", "Run"}, crud...), "DataTables": crud, "Workspaces": crud, "EmailAddresses": {"Create", "Edit", "Remove", "View"},
		"Users": {"Create", "Delete", "Edit", "EditPermission", "View"}, "AgentGrouping": {"Create", "Edit", "EnableAndDisable", "View"},
		"SecurityProfiles": crud, "AgentStates": {"Create", "Edit", "EnableAndDisable", "View"}, "AgentTimeCard": {"View"},
		"ContactSearch": {"View"}, "ContactAttributes": {"Edit", "View"}, "ConfigureContactAttributes": {"View"},
		"MetricsReports": {"Create", "Delete", "Edit", "Publish", "Schedule", "Share", "View"}, "ReportSchedules": crud, "SavedReports": crud,
		"Rules": crud, "ContentManagement": crud, "MessageTemplates": crud, "Evaluations": crud,
		"EvaluationForms": {"Create", "Delete", "Edit", "Manage", "Perform", "View"}, "EvaluationReviewRequests": {"Create"},
		"Forecasting": {"Edit", "Publish", "View"}, "CapacityPlanning": {"Edit", "Publish", "View"}, "ScheduleManager": {"Edit", "Publish", "View"},
		"AgentSchedule": {"View"}, "CustomerProfiles": crud, "Cases": {"Create", "Edit", "View"}, "CaseFields": {"Create", "Edit", "View"},
		"CaseTemplates": {"Create", "Edit", "View"}, "Campaigns": {"Create", "Delete", "Edit", "Manage", "View"}, "VoiceIdAttributesAndSearch": {"View"},
		"QConnectAIAgents": crud, "QConnectAIPrompts": crud, "QConnectGuardrails": crud, "NotificationBanner": crud,
	}
	names := strings.Fields(`AccessMetrics AccessMetrics.AgentActivityAudit.Access AccessMetrics.DashboardAccess AccessMetrics.Dashboards.Access AccessMetrics.HistoricalMetrics.Access AccessMetrics.RealTimeMetrics.Access
		AudioDeviceSettings.Access BasicAgentAccess ChatTestMode ContactLensPostContactSummary.View ContactLensCustomVocabulary.View ContactLensCustomVocabulary.Edit
		ContactSearchWithCharacteristics.Access ContactSearchWithCharacteristics.View ContactSearchWithKeywords.Access ContactSearchWithKeywords.View
		CustomViews.Access DeletedUsers.View DownloadRecordings GraphTrends.View ListenCallRecordings ManagerBargeIn ManagerListenIn MyContacts.View
		OutboundCallAccess OutboundEmail.Create RealtimeContactLens.View RedactedData.View RestrictContactAccessByHierarchy.View RestrictTaskCreation.Access
		RulesGenerativeAI.Create ScreenRecording.Access SelfAssignContacts.Access StopContact.Enabled TransferContact.Enabled TransferContacts.Enabled UpdateContactSchedule.Enabled
		UnredactedData.View UserMetrics VideoContact.Access VoiceEnhancement.Access VoiceId.Access Wisdom.View`)
	for group, actions := range groups {
		for _, action := range actions {
			names = append(names, group+"."+action)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// checkPermissions refuses names of permissions that are not known, and names them.
func checkPermissions(names []string) error {
	known := permissions()
	for _, name := range names {
		if _, ok := slices.BinarySearch(known, name); !ok {
			return fault.New(fault.Invalid, "Permissions: there is no permission %q", name)
		}
	}
	return nil
}
