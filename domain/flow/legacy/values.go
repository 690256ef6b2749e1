package legacy

import (
	"strings"

	"parley/domain/flow"
)

// reference writes what a namespace and a name in it stand for. Without a
// namespace the value is the text itself; so is one that is a reference already.
func reference(namespace, value string) string {
	if namespace == "" || strings.HasPrefix(value, "$.") || strings.HasPrefix(value, "$[") {
		return value
	}
	switch namespace {
	case "User Defined":
		return path("Attributes", value)
	case "System":
		return system(value)
	case "Lex Slots", "Slots":
		return path("Lex.Slots", value)
	case "Lex Attributes", "Lex Session Attributes":
		return path("Lex.SessionAttributes", value)
	case "Queue Metrics", "Queue metrics":
		return path("Metrics.Queue", value)
	case "Agent Metrics", "Agent metrics":
		return path("Metrics.Agents", value)
	case "Media streams", "Media Streams":
		return path("MediaStreams", value)
	}
	name := strings.ReplaceAll(namespace, " ", "")
	if !plain(name) || strings.Trim(name[:1], "0123456789_-") == "" {
		return value // no console wrote that
	}
	return path(name, value)
}

// path writes a reference. Dots in the value lead deeper, as in the console.
func path(namespace, value string) string {
	var b strings.Builder
	b.WriteString("$." + namespace)
	for _, key := range strings.Split(value, ".") {
		if key = strings.ReplaceAll(key, "'", ""); plain(key) {
			b.WriteString("." + key)
		} else if key != "" {
			b.WriteString(".['" + key + "']")
		}
	}
	return b.String()
}

func plain(key string) bool {
	return key != "" && strings.Trim(key, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-") == ""
}

// system returns the reference for what the console called a system attribute.
func system(name string) string {
	switch strings.ToLower(name) {
	case "customer number":
		return "$.CustomerEndpoint.Address"
	case "dialed number":
		return "$.SystemEndpoint.Address"
	case "stored customer input":
		return "$.StoredCustomerInput"
	case "contact id":
		return "$.ContactId"
	case "initial contact id":
		return "$.InitialContactId"
	case "previous contact id":
		return "$.PreviousContactId"
	case "initiation method":
		return "$.InitiationMethod"
	case "instance arn":
		return "$.InstanceARN"
	case "queue name":
		return "$.Queue.Name"
	case "queue arn":
		return "$.Queue.ARN"
	case "language":
		return "$.LanguageCode"
	case "text to speech voice":
		return "$.TextToSpeechVoiceId"
	case "customer id":
		return "$.CustomerId"
	}
	if strings.Trim(name, "0123456789_-") == "" || strings.ContainsAny(name[:1], "0123456789_-.") {
		return name // no console wrote that
	}
	return strings.Replace(path("", name), "$..", "$.", 1)
}

// operator returns the operator that the console called so.
func operator(conditionType string) (flow.Operator, bool) {
	switch conditionType {
	case "Equals", "":
		return flow.Equals, true
	case "Contains":
		return flow.TextContains, true
	case "StartsWith":
		return flow.TextStartsWith, true
	case "EndsWith":
		return flow.TextEndsWith, true
	case "GreaterThan":
		return flow.NumberGreaterThan, true
	case "GreaterThanOrEqualTo", "GreaterOrEqualTo":
		return flow.NumberGreaterOrEqualTo, true
	case "LessThan":
		return flow.NumberLessThan, true
	case "LessThanOrEqualTo", "LessOrEqualTo":
		return flow.NumberLessOrEqualTo, true
	}
	return "", false
}
