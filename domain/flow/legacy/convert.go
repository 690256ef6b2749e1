package legacy

import (
	"slices"
	"strings"

	"parley/domain/flow"
)

// convert chooses what a module becomes and sets its parameters.
func (b *block) convert() {
	switch b.m.Type {
	case "PlayPrompt", "PlayAudio":
		b.becomes("MessageParticipant")
		b.say()
	case "LoopPrompts":
		b.loopPrompts()
	case "GetUserInput":
		b.getUserInput()
	case "StoreUserInput", "StoreCustomerInput":
		b.storeInput()
	case "Disconnect":
		b.becomes("DisconnectParticipant")
	case "Resume":
		b.becomes("EndFlowExecution")
	case "Loop":
		b.becomes("Loop")
		b.number("LoopCount", 0, 100, "LoopCount")
	case "Wait":
		b.wait()
	default:
		if !b.data() && !b.routing() && !b.media() {
			b.lost()
		}
	}
}

// lost puts a block that does nothing where there is no counterpart. It goes
// where the module went when it failed.
func (b *block) lost() {
	what := b.m.Type
	if b.m.Target != "" {
		what += " (" + b.m.Target + ")"
	}
	b.change(b.m, true, "There is no block for %s. One that sets the flow attribute %q stands in its place and goes where an error went.", what, "unconverted")
	b.becomes("UpdateFlowAttributes")
	b.set("FlowAttributes", map[string]any{"unconverted": map[string]any{"Value": b.filled(what, "The type")}})
	isError := func(br branch) bool { return br.Condition == "Error" }
	isSuccess := func(br branch) bool { return br.Condition == "Success" }
	i := slices.IndexFunc(b.m.Branches, isError)
	if i < 0 {
		i = slices.IndexFunc(b.m.Branches, isSuccess)
	}
	if i < 0 {
		b.m.Branches = nil
		return
	}
	to := b.m.Branches[i].Transition
	b.m.Branches = []branch{{Condition: "Success", Transition: to}, {Condition: "Error", Transition: to}}
}

func (b *block) wait() {
	b.becomes("Wait")
	b.number("TimeLimitSeconds", 1, 604_800, "TimeoutSeconds")
	if _, ok := b.action.Parameters["TimeLimitSeconds"]; !ok {
		b.set("TimeLimitSeconds", "60")
		b.changed("There was no time to wait; it is 60 seconds now.")
	}
	returns := slices.ContainsFunc(b.m.Branches, func(br branch) bool { return strings.HasPrefix(br.Condition, "CustomerReturn") })
	if returns || b.yes("InterruptOnCustomerReturn") {
		b.set("Events", []string{"CustomerReturned"})
	}
}

func (b *block) loopPrompts() {
	b.becomes("MessageParticipantIteratively")
	var messages []any
	for _, p := range b.m.Parameters {
		switch {
		case p.Name == "Text" && strings.EqualFold(string(p.Key), "ssml"):
			messages = append(messages, map[string]any{"SSML": b.filled(p.text(), "A message")})
		case p.Name == "Text":
			messages = append(messages, map[string]any{"Text": b.filled(p.text(), "A message")})
		case p.Name == "AudioPrompt":
			text := p.text()
			if text == "" {
				text = flow.NameReference(flow.PromptRef, string(p.ResourceName), "")
			}
			messages = append(messages, map[string]any{"PromptId": text})
		}
	}
	if messages == nil {
		messages = []any{map[string]any{"Text": b.filled("", "The message")}}
	}
	b.set("Messages", messages)
	b.number("InterruptFrequencySeconds", 1, 604_800, "InterruptFrequencySeconds", "InterruptSeconds", "Timeout", "TimeoutSeconds")
	if b.yes("ContinueMessagingDuringInterrupt") || b.yes("ContinuePromptsDuringInterrupt") {
		b.set("ContinueMessagingDuringInterrupt", "True")
	}
}

func (b *block) getUserInput() {
	if b.m.Target == "Lex" {
		b.lexBot()
		return
	}
	b.becomes("GetParticipantInput")
	b.say()
	b.set("StoreInput", "False")
	b.number("InputTimeLimitSeconds", 1, 180, "Timeout")
	if digits := b.value("MaxDigits"); digits != "" && digits != "1" {
		b.changed("It took up to %s digits; how many a menu takes has no counterpart.", digits)
	}
}

// lexBot accepts the spellings that bots had over the years.
func (b *block) lexBot() {
	b.becomes("ConnectParticipantWithLexBot")
	b.say()
	if arn := b.value("BotAliasArn", "LexV2BotAliasArn", "AliasArn"); arn != "" {
		b.set("LexV2Bot", map[string]any{"AliasArn": arn})
	} else {
		b.set("LexBot", map[string]any{
			"Name":   b.filled(b.value("BotName", "Name"), "The name of the bot"),
			"Region": b.filled(b.value("BotRegion", "Region"), "The region of the bot"),
			"Alias":  b.filled(b.value("BotAlias", "Alias"), "The alias of the bot"),
		})
	}
	for _, name := range []string{"SessionAttribute", "LexSessionAttribute", "SessionAttributes"} {
		if attributes := b.pairs(name, true); len(attributes) > 0 {
			b.set("LexSessionAttributes", attributes)
		}
	}
}

func (b *block) storeInput() {
	b.becomes("GetParticipantInput")
	b.say()
	b.set("StoreInput", "True")
	b.number("InputTimeLimitSeconds", 1, 180, "Timeout")
	b.validation()
	keys := map[string]any{}
	if end := b.value("TerminatorDigits"); end != "" {
		keys["InputTerminationSequence"] = end
	}
	if b.yes("DisableCancel") {
		keys["DisableCancelKey"] = "True"
	}
	if len(keys) > 0 {
		b.set("DTMFConfiguration", keys)
	}
	if b.yes("EncryptEntry") {
		b.set("InputEncryption", map[string]any{
			"EncryptionKeyId": b.filled(b.value("EncryptionKeyId"), "EncryptionKeyId"),
			"Key":             b.filled(b.value("EncryptionKey", "Key"), "EncryptionKey"),
		})
	}
}

func (b *block) validation() {
	if b.value("CustomerInputType") == "PhoneNumber" {
		phone := map[string]any{"NumberFormat": "E164"}
		if b.value("PhoneNumberFormat") == "Local" {
			phone = map[string]any{"NumberFormat": "Local", "CountryCode": b.filled(b.value("CountryCode"), "CountryCode")}
		}
		b.set("InputValidation", map[string]any{"PhoneNumberValidation": phone})
		return
	}
	b.number("MaximumLength", 1, 20, "MaxDigits")
	if length, ok := b.action.Parameters["MaximumLength"]; ok {
		delete(b.action.Parameters, "MaximumLength")
		b.set("InputValidation", map[string]any{"CustomValidation": map[string]any{"MaximumLength": length}})
	}
}
