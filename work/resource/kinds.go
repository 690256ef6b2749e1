package resource

import (
	"parley/domain/agent"
	"parley/domain/routing"
	"parley/internal/arn"
)

// Kinds of resources, as the store names them.
const (
	KindInstance    = "instance"
	KindFlow        = "flow"
	KindContent     = "flow-content"
	KindQueue       = "queue"
	KindHours       = "hours"
	KindOverride    = "hours-override"
	KindStorage     = "storage"
	KindSecurityKey = "security-key"
	KindIntegration = "integration"
	KindModule      = "module"
	KindView        = "view"
	KindPrompt      = "prompt"
	KindRetired     = "retired-content"
	KindTestCase    = "test-case"
	KindTestRun     = "test-case-execution"
	KindFunction    = "lambda"
	KindBotV1       = "lex-v1"
	KindBotV2       = "lex-v2"
	KindOrigin      = "origin"
	KindWidget      = "widget" // of our own API

	KindSecurityProfile = "security-profile"
	KindRoutingProfile  = "routing-profile"
	KindStatus          = "agent-status"
	KindUser            = "user"
	KindGroup           = "hierarchy-group"
	KindStructure       = "hierarchy-structure"
	KindAttribute       = "predefined-attribute"
	KindQuickConnect    = "quick-connect"
	KindRule            = "rule"
	KindQuickResponse   = "quick-response"
	KindSettings        = "settings" // ours: how agents work in the instance

	// What routing keeps of agents and of contacts that wait; it is written with their sessions.
	KindAgent   = agent.Kind
	KindWaiting = routing.Kind
	KindServed  = routing.ServedKind

	KindWatching = agent.KindWatching
)

// Kinds are all kinds of resources inside an instance.
func Kinds() []string {
	return []string{
		KindFlow, KindContent, KindQueue, KindHours, KindOverride, KindModule, KindView, KindPrompt, KindRetired, KindTestCase, KindTestRun,
		KindStorage, KindSecurityKey, KindIntegration, KindFunction, KindBotV1, KindBotV2, KindOrigin, KindWidget,
		KindSecurityProfile, KindRoutingProfile, KindStatus, KindUser, KindGroup, KindStructure, KindAttribute, KindQuickConnect, KindRule, KindQuickResponse, KindSettings,
		KindAgent, KindWaiting, KindServed, KindWatching,
	}
}

// tagged are the kinds that have ARNs and tags, as ARNs spell them and as the store does.
func tagged() map[arn.Kind]string {
	return map[arn.Kind]string{
		arn.Flow: KindFlow, arn.FlowModule: KindModule, arn.Hours: KindHours, arn.Integration: KindIntegration, arn.Prompt: KindPrompt,
		arn.Queue: KindQueue, arn.View: KindView, arn.TestCase: KindTestCase,
		arn.SecurityProfile: KindSecurityProfile, arn.RoutingProfile: KindRoutingProfile, arn.AgentStatus: KindStatus, arn.User: KindUser,
		arn.HierarchyGroup: KindGroup, arn.QuickConnect: KindQuickConnect, arn.Rule: KindRule,
	}
}
