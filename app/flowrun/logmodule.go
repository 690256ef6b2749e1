package flowrun

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
)

// Modules, as flow logs call actions.
const (
	invokeFunction = "InvokeExternalResource"
	setAttributes  = "SetAttributes"
)

// logged has the names that flow logs have for the parameters of a module: those of the first flow language, as its exports and
// the logs of Amazon Connect show them. All others keep the name that the flow has. A dot leads into a parameter.
var logged = map[string]map[string]string{
	"SetQueue":              {"QueueId": "Queue"},
	"Transfer":              {"QueueId": "Queue"},
	"CheckHoursOfOperation": {"HoursOfOperationId": "Hours"},
	"SetLoggingBehavior":    {"FlowLoggingBehavior": "LoggingBehavior"},
	"CheckAttribute":        {"ComparisonValue": "Value"},
	"GetUserInput":          {"LexV2Bot.AliasArn": "BotAliasArn", "LexTimeoutSeconds.Text": "Timeout", "InputTimeLimitSeconds": "Timeout"},
	"StoreUserInput":        {"InputTimeLimitSeconds": "Timeout"},
	invokeFunction: {
		"LambdaFunctionARN": "FunctionArn", "LambdaInvocationAttributes": "Parameters", "InvocationTimeLimitSeconds": "TimeLimit",
	},
}

// object is a JSON object whose members are left as they are.
type object = map[string]json.RawMessage

// asLogged returns the parameters of the lines that one step has: one line, or one for each attribute that it sets.
func asLogged(module string, parameters json.RawMessage) []json.RawMessage {
	var all object
	if json.Unmarshal(parameters, &all) != nil {
		return []json.RawMessage{parameters}
	}
	if module == setAttributes {
		return attributes(all, parameters)
	}
	names := logged[module]
	if names == nil {
		return []json.RawMessage{parameters}
	}
	for _, path := range slices.Sorted(maps.Keys(names)) {
		rename(all, path, names[path])
	}
	return []json.RawMessage{encoded(all)}
}

// attributes are the lines of a step that sets attributes of the contact, which are texts, or of the flow, which are objects with a Value.
func attributes(all object, parameters json.RawMessage) (lines []json.RawMessage) {
	var contact object
	var flow map[string]struct{ Value json.RawMessage }
	_ = json.Unmarshal(all["Attributes"], &contact) // where there are none, there are none
	_ = json.Unmarshal(all["FlowAttributes"], &flow)
	if contact == nil {
		contact = object{}
	}
	for name, v := range flow {
		contact[name] = v.Value
	}
	for _, name := range slices.Sorted(maps.Keys(contact)) {
		lines = append(lines, encoded(object{"Key": encoded(name), "Value": contact[name]}))
	}
	if lines == nil {
		return []json.RawMessage{parameters}
	}
	return lines
}

// rename gives what is at a path another name at the top.
func rename(all object, path, name string) {
	top, under, deep := strings.Cut(path, ".")
	value, ok := all[top]
	if deep {
		var inner object
		if json.Unmarshal(value, &inner) != nil {
			return
		}
		value, ok = inner[under]
	}
	if ok {
		delete(all, top)
		all[name] = value
	}
}

// encoded is what was decoded, as JSON: it always encodes.
func encoded(v any) json.RawMessage {
	raw, _ := json.Marshal(v)
	return raw
}
