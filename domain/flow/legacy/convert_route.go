package legacy

import (
	"math"
	"slices"
	"strconv"

	"parley/domain/flow"
)

// routing converts what decides where the contact goes; false for another module.
func (b *block) routing() bool {
	switch b.m.Type {
	case "SetQueue":
		b.becomes("UpdateContactTargetQueue")
		if !b.queue() {
			b.set("QueueId", flow.NameReference(flow.QueueRef, "fill in", ""))
			b.changed("It names no queue; fill it in.")
		}
	case "Transfer":
		return b.transfer()
	case "CustomerInQueue":
		b.becomes("TransferContactToQueue")
		b.changed("CustomerInQueue is gone; the contact is transferred to its working queue.")
	case "CheckStaffing":
		b.becomes("CheckMetricData")
		status := b.value("Status")
		if !slices.Contains([]string{"Available", "Staffed", "Online"}, status) {
			b.changed("The status %q is not known; it asks for staffed agents now.", status)
			status = "Staffed"
		}
		b.set("MetricType", "NumberOfAgents"+status)
		b.queue()
	case "CheckQueueStatus":
		b.queueStatus()
	case "CheckHoursOfOperation":
		b.becomes("CheckHoursOfOperation")
		b.refer("HoursOfOperationId", flow.HoursRef, "Hours", "HoursOfOperation", "HoursOfOperationId")
	case "GetMetricData", "GetQueueMetrics":
		b.becomes("GetMetricData")
		b.queue()
		if channel := b.value("Channel", "QueueChannel"); channel == "Voice" || channel == "Chat" {
			b.set("QueueChannel", channel)
		}
	case "UpdateRoutingPriority":
		b.priority()
	case "SetEventHook", "SetContactFlow", "SetDisconnectFlow":
		return b.hook()
	case "SetCallBackNumber":
		b.becomes("UpdateContactCallbackNumber")
		b.set("CallbackNumber", b.filled(b.value("CallBackNumber", "CallbackNumber"), "The number"))
	case "CreateCallback":
		b.callback()
	default:
		return false
	}
	return true
}

// queue sets the queue or agent that a block is about, if it names one.
func (b *block) queue() bool {
	return b.refer("QueueId", flow.QueueRef, "Queue", "QueueId") || b.refer("AgentId", flow.AgentRef, "Agent", "AgentId")
}

func (b *block) transfer() bool {
	switch b.m.Target {
	case "Queue":
		if b.kind == flow.CustomerQueue {
			b.becomes("DequeueContactAndTransferToQueue")
			b.queue()
			return true
		}
		b.becomes("TransferContactToQueue")
		if p, ok := b.param("Queue", "Agent"); ok && p.Value != "" {
			b.changed("It named a queue; set it as working queue before this block.")
		}
	case "Flow":
		b.becomes("TransferToFlow")
		b.refer("ContactFlowId", flow.FlowRef, "ContactFlowId")
	case "PhoneNumber":
		b.becomes("TransferParticipantToThirdParty")
		b.set("ThirdPartyPhoneNumber", b.filled(b.value("PhoneNumber"), "The number"))
		b.number("ThirdPartyConnectionTimeLimitSeconds", 1, 600, "TimeLimit")
		resumes := "True"
		if b.yes("BlindTransfer") {
			resumes = "False"
		}
		b.set("ContinueFlowExecution", resumes)
	case "Agent":
		b.becomes("TransferContactToAgent")
	default:
		return false
	}
	return true
}

func (b *block) priority() {
	b.becomes("UpdateContactRoutingBehavior")
	b.number("QueuePriority", 1, math.MaxInt64, "AbsolutePosition")
	if _, ok := b.action.Parameters["QueuePriority"]; ok {
		return
	}
	b.number("QueueTimeAdjustmentSeconds", math.MinInt32, math.MaxInt32, "TimeOffset")
	if _, ok := b.action.Parameters["QueueTimeAdjustmentSeconds"]; !ok {
		b.set("QueueTimeAdjustmentSeconds", "0")
		b.changed("It changed nothing, and still does.")
	}
}

// hook sets one flow for one event.
func (b *block) hook() bool {
	event := b.value("Type")
	if event == "" && b.m.Type == "SetDisconnectFlow" {
		event = "CustomerRemaining"
	}
	b.becomes("UpdateContactEventHooks")
	if !b.refer(event, flow.FlowRef, "ContactFlowId") || !knownHook(event) {
		clear(b.action.Parameters)
		return false
	}
	to := b.action.Parameters[event]
	delete(b.action.Parameters, event)
	b.set("EventHooks", map[string]any{event: to})
	if noted, ok := b.names[event]; ok {
		delete(b.names, event)
		b.names["EventHooks"] = map[string]any{event: noted}
	}
	return true
}

func knownHook(event string) bool {
	spec, _ := flow.SpecOf("UpdateContactEventHooks")
	return slices.ContainsFunc(spec.Params[0].Fields, func(p flow.ParamSpec) bool { return p.Name == event })
}

// queueStatus asks for the time or for the size; where a module asked for both,
// a second block asks for the size of what the first did not match.
func (b *block) queueStatus() {
	b.becomes("CheckMetricData")
	b.queue()
	isSize := func(br branch) bool { return br.Condition == "CheckQueueSize" }
	isTime := func(br branch) bool { return br.Condition == "CheckQueueTime" }
	if !slices.ContainsFunc(b.m.Branches, isTime) {
		b.set("MetricType", "NumberOfContactsInQueue")
		return
	}
	b.set("MetricType", "OldestContactInQueueAgeSeconds")
	b.seconds(isTime)
	if slices.ContainsFunc(b.m.Branches, isSize) {
		b.second(isTime, isSize)
	}
}

// seconds makes seconds of the milliseconds that exports compare the time with. What is less than one is left as it is.
func (b *block) seconds(isTime func(branch) bool) {
	for i := range b.m.Branches {
		br := &b.m.Branches[i]
		n, err := strconv.Atoi(string(br.ConditionValue))
		if err != nil || n < 1000 || !isTime(*br) {
			continue
		}
		br.ConditionValue = scalar(strconv.Itoa(n / 1000))
		b.changed("It compared the time with %d, which are milliseconds; it is %d seconds now.", n, n/1000)
	}
}

// second takes the branches for the size into a block of its own.
func (b *block) second(isTime, isSize func(branch) bool) {
	size := *b.m
	size.ID = b.m.ID + " size"
	b.ids[size.ID] = b.identifier(size.ID)
	size.Branches = slices.DeleteFunc(slices.Clone(b.m.Branches), isTime)
	size.Metadata = nil
	b.m.Branches = slices.DeleteFunc(slices.Clone(b.m.Branches), isSize)
	b.m.Branches = slices.DeleteFunc(b.m.Branches, func(br branch) bool { return br.Condition == "NoMatch" })
	b.m.Branches = append(b.m.Branches, branch{Condition: "NoMatch", Transition: size.ID})
	b.changed("It asked for the time and the size of the queue; the block %q asks for the size now.", b.ids[size.ID])
	b.module(&size)
}

func (b *block) callback() {
	b.becomes("CreateCallbackContact")
	b.number("InitialCallDelaySeconds", 1, 259_200, "InitialDelaySeconds")
	b.number("RetryDelaySeconds", 1, 259_200, "RetryDelaySeconds")
	if n, err := strconv.Atoi(b.value("MaxRetryAttempts")); err == nil && n >= 0 && n < 1000 {
		b.set("MaximumConnectionAttempts", strconv.Itoa(n+1))
		b.changed("It retried %d times; that is %d attempts in all now.", n, n+1)
	}
	b.queue()
}
