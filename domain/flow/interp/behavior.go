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

// updateAnalytics remembers what is to be recorded and analysed of a chat, and masks personal data in its messages on their way.
func updateAnalytics(m *machine, a *flow.Action) result {
	if a.Parameters.Field("VoiceBehavior").Present() {
		return fail("ChannelMismatch", "VoiceBehavior is for calls")
	}
	redaction := a.Parameters.Field("ChatBehavior").Field("ChatAnalyticsBehavior").Field("InFlightChatRedactionConfiguration")
	if redaction.Present() {
		if err := m.redact(redaction); err != nil {
			return fail("InFlightRedactionConfigurationFailed", err.Error())
		}
	}
	return updateRecording(m, a)
}

func (m *machine) redact(c flow.Param) error {
	var entities []string
	if list := c.Field("RedactionEntities"); list.Present() {
		entities = []string{}
		for _, one := range list.Items() {
			name, _ := m.text(one)
			entities = append(entities, name)
		}
	}
	mode, _ := m.text(c.Field("RedactionMaskMode"))
	return m.world.SetRedaction(m.isTrue(c.Field("Enabled")), mode == "PII", entities)
}

// updateMediaProcessing gives every later message to a function, or stops that.
func updateMediaProcessing(m *machine, a *flow.Action) result {
	c := a.Parameters.Field("ChatProcessor")
	if !m.isTrue(c.Field("ProcessingEnabled")) {
		return did(m.world.SetProcessor("", false), "the processing cannot be stopped")
	}
	function, ok := m.text(c.Field("LambdaProcessorARN"))
	if !ok {
		return refuse("there is no processor")
	}
	return did(m.world.SetProcessor(function, m.isTrue(c.Field("ChatProcessorSettings").Field("DeliverUnprocessedMessages"))), "the processing cannot be started")
}
