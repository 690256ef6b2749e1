package interp

import "parley/domain/flow"

// updateRecording remembers what is to be recorded. It never fails.
func updateRecording(m *machine, a *flow.Action) result {
	behavior, ok := m.json(a.Parameters, flow.MaxAttributeBytes)
	if !ok {
		return skip("the behavior is too large")
	}
	m.world.SetRecording(behavior)
	return done()
}

// updateAnalytics remembers what is to be recorded and analysed of a chat. Redacting messages on their way is not built:
// a flow that asks for it must learn that it does not happen.
func updateAnalytics(m *machine, a *flow.Action) result {
	redaction := a.Parameters.Field("ChatBehavior").Field("ChatAnalyticsBehavior").Field("InFlightChatRedactionConfiguration")
	switch {
	case a.Parameters.Field("VoiceBehavior").Present():
		return fail("ChannelMismatch", "VoiceBehavior is for calls")
	case m.isTrue(redaction.Field("Enabled")):
		return fail("InFlightRedactionConfigurationFailed", "messages are not redacted on their way")
	}
	return updateRecording(m, a)
}

// updateMediaProcessing: messages are not processed on their way. Turning the processing off is no failure.
func updateMediaProcessing(m *machine, a *flow.Action) result {
	if m.isTrue(a.Parameters.Field("ChatProcessor").Field("ProcessingEnabled")) {
		return refuse("messages are not processed on their way")
	}
	return done()
}
