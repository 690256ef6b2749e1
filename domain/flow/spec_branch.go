package flow

import "slices"

// branchSpecs are the actions whose result chooses a branch, and Wait.
func branchSpecs() []Spec {
	return []Spec{{
		Type: "Compare", Block: "Check contact attributes", Module: "CheckAttribute",
		Params:  []ParamSpec{interpolated("ComparisonValue").must()},
		Results: anyResult(operators()...), Errors: needs(NoMatchingCondition),
		Note: "A value that is not there matches nothing.",
	}, {
		Type: "Loop", Block: "Loop", Module: "Loop",
		Params: []ParamSpec{dynamic("LoopCount").number(0, 100), free("LoopItems"), static("LoopName")}, Groups: []Group{oneOf("LoopCount", "LoopItems")},
		Results: equalTo("ContinueLooping", "DoneLooping"), Errors: may(NoMatchingError),
		Note: "Also over an array, with LoopItems in the place of LoopCount (our spelling) and a LoopName: `$.Loop.NAME.Index`, `Element`, `Elements`.",
	}, {
		Type: "DistributeByPercentage", Block: "Distribute by percentage", Module: "PercentileBranching",
		Results: anyResult(NumberLessThan), Errors: slices.Concat(needs(NoMatchingCondition), may(NoMatchingError)),
		In: in(inbound, transfers, queueing),
	}, {
		Type: "CheckHoursOfOperation", Block: "Check hours of operation", Module: "CheckHoursOfOperation",
		Params:  []ParamSpec{dynamic("HoursOfOperationId").of(HoursRef)},
		Results: equalTo("True", "False"), Errors: needs(NoMatchingError),
		In:   in(inbound, transfers, queueing),
		Note: "Without an id, the hours of the working queue.",
	}, checkMetricData(), {
		Type: "GetMetricData", Block: "Get queue metrics", Module: "GetMetricData",
		Params: []ParamSpec{dynamic("QueueId").of(QueueRef), dynamic("AgentId").of(AgentRef), dynamic("QueueChannel", "Voice", "Chat", "Task", "Email")},
		Groups: []Group{atMostOne("QueueId", "AgentId")},
		Next:   true, Errors: needs(NoMatchingError),
		Note: "The contacts that wait now, the agents of the queue, and where the contact itself stands.",
	}, waiting()}
}

func checkMetricData() Spec {
	return Spec{
		Type: "CheckMetricData", Block: "Check staffing, Check queue status", Module: "CheckStaffing",
		Params: []ParamSpec{
			static("MetricType", append(staffMetrics(), "OldestContactInQueueAgeSeconds", "NumberOfContactsInQueue")...).must(),
			dynamic("QueueId").of(QueueRef), dynamic("AgentId").of(AgentRef),
		},
		Groups:  []Group{atMostOne("QueueId", "AgentId")},
		Results: Results{Operators: append(numbers(), Equals), Of: metricResults},
		Errors:  needs(NoMatchingError, NoMatchingCondition),
		In:      in(inbound, transfers, queueing),
		Note:    "Without a queue, the working queue; with AgentId the agent's own.",
	}
}

func staffMetrics() []string {
	return []string{"NumberOfAgentsAvailable", "NumberOfAgentsStaffed", "NumberOfAgentsOnline"}
}

func numbers() []Operator {
	return []Operator{NumberGreaterThan, NumberGreaterOrEqualTo, NumberLessThan, NumberLessOrEqualTo}
}

// metricResults: of agents one can only ask whether there are any.
func metricResults(a *Action) Results {
	if slices.Contains(staffMetrics(), a.Parameters.Field("MetricType").Text().Source()) {
		return Results{Operators: []Operator{NumberGreaterThan}, Values: []string{"0"}}
	}
	return anyResult(append(numbers(), Equals)...)
}

// Events that a Wait can wait for.
const (
	customerReturned = "CustomerReturned"
	botDisconnected  = "BotParticipantDisconnected"
	lambdaReturned   = "LambdaReturned" // our spelling, as those below: Amazon Connect has this wait and does not tell how it is written
	goesOn           = "Continue"
)

func waiting() Spec {
	bot := func(a *Action) bool { return waitsFor(a, botDisconnected) }
	return Spec{
		Type: "Wait", Block: "Wait", Module: "Wait",
		Params: []ParamSpec{
			dynamic("TimeLimitSeconds").number(1, 604_800), dynamic("TimeoutSeconds").number(1, 604_800),
			list("Events", static("", customerReturned, botDisconnected, lambdaReturned)), dynamic("LambdaInvocationId"),
			boolean("ContinueExecution"), dynamic("MinimumWaitTimeSeconds").number(0, 604_800),
		},
		Groups:  []Group{oneOf("TimeLimitSeconds", "TimeoutSeconds")},
		Results: Results{Operators: []Operator{Equals}, Values: []string{"WaitCompleted", customerReturned, botDisconnected, lambdaReturned, goesOn}, Required: []string{"WaitCompleted"}, Of: waitResults},
		Errors: slices.Concat(needs(NoMatchingError), may(NoMatchingCondition),
			needsIf("ParticipantNotFound", "with the event BotParticipantDisconnected", bot)),
		Note: "CustomerReturned is a message of the customer. LambdaReturned takes the result of an asynchronous function, and ContinueExecution with MinimumWaitTimeSeconds lets the flow go on meanwhile (our spellings).",
	}
}

func waitsFor(a *Action, event string) bool {
	for _, e := range a.Parameters.Field("Events").Items() {
		if e.Text().Source() == event {
			return true
		}
	}
	return false
}

func waitResults(a *Action) Results {
	results := []string{"WaitCompleted"}
	for _, e := range a.Parameters.Field("Events").Items() {
		results = append(results, e.Text().Source())
	}
	if a.Parameters.Field("ContinueExecution").Text().Source() == "True" {
		results = append(results, goesOn)
	}
	return equalTo(results...)
}
