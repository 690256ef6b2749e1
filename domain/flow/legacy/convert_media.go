package legacy

import "parley/domain/flow"

// media converts how a contact is heard, recorded and logged; false for another
// module.
func (b *block) media() bool {
	switch b.m.Type {
	case "SetLoggingBehavior":
		b.becomes("UpdateFlowLoggingBehavior")
		b.set("FlowLoggingBehavior", enabled(b.value("LoggingBehavior")))
	case "SetRecordingBehavior":
		b.becomes("UpdateContactRecordingBehavior")
		b.set("RecordingBehavior", map[string]any{"RecordedParticipants": b.recorded()})
	case "SetVoice":
		b.becomes("UpdateContactTextToSpeechVoice")
		b.set("TextToSpeechVoice", b.filled(b.value("GlobalVoice", "Voice"), "The voice"))
	case "StartMediaStreaming", "StopMediaStreaming":
		b.becomes("UpdateContactMediaStreamingBehavior")
		b.streaming()
	case "HoldCustomerOrAgent":
		b.becomes("UpdatePreviousContactParticipantState")
		state := b.value("HoldOption", "State", "PreviousContactParticipantState")
		spec, _ := flow.SpecOf("UpdatePreviousContactParticipantState")
		for _, known := range spec.Params[0].Values {
			if known == state {
				b.set("PreviousContactParticipantState", state)
				return true
			}
		}
		b.set("PreviousContactParticipantState", "OffHold")
		b.changed("The state %q is not known; it is OffHold now.", state)
	default:
		return false
	}
	return true
}

func enabled(s string) string {
	if s == "Enable" || s == "Enabled" {
		return "Enabled"
	}
	return "Disabled"
}

func (b *block) recorded() []string {
	if enabled(b.value("RecordingBehaviorOption")) == "Disabled" {
		return []string{}
	}
	switch b.value("RecordingParticipantOption") {
	case "Agent":
		return []string{"Agent"}
	case "Customer":
		return []string{"Customer"}
	}
	return []string{"Agent", "Customer"}
}

func (b *block) streaming() {
	state := "Disabled"
	if b.m.Type == "StartMediaStreaming" {
		state = "Enabled"
	}
	var directions []string
	for _, p := range b.m.Parameters {
		switch {
		case p.Name == "Track" && p.Value == "FromCustomer":
			directions = append(directions, "From")
		case p.Name == "Track" && p.Value == "ToCustomer":
			directions = append(directions, "To")
		}
	}
	if directions == nil {
		directions = []string{"From", "To"}
	}
	b.set("MediaStreamingState", state)
	b.set("MediaStreamType", "Audio")
	b.set("Participants", []any{map[string]any{"ParticipantType": "Customer", "MediaDirections": directions}})
}
