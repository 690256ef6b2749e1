// Package attribute holds the attributes of contacts to their limits (Amazon Connect, StartChatContact).
package attribute

import (
	"maps"
	"regexp"
	"slices"
	"strings"

	"parley/domain/flow"
	"parley/domain/session"
	"parley/domain/transcript"
	"parley/internal/fault"
)

var attributeKey = regexp.MustCompile(`^[A-Za-z0-9_-]+$`)

// CheckKeys holds the keys of contact attributes that are given from outside against what the API takes.
func CheckKeys(given map[string]string) error {
	for k := range given {
		if !attributeKey.MatchString(k) {
			return fault.New(fault.Invalid, "Attributes: the key %.50q may contain only letters (A-Z, a-z), digits, dashes and underscores", k)
		}
	}
	return nil
}

// CheckFlowKeys holds the keys that a flow gives against what it can read back: $.Attributes.['user attribute'], but no
// dollar sign and no dot (Amazon Connect, "How to reference contact attributes").
func CheckFlowKeys(given map[string]string) error {
	for k := range given {
		if k == "" || strings.ContainsAny(k, "$.") {
			return fault.New(fault.Invalid, "Attributes: the key %.50q is empty or has a dollar sign or a dot", k)
		}
	}
	return nil
}

// CheckSize holds all contact attributes of a chat against their total size.
func CheckSize(all map[string]string) error {
	total := 0
	for k, v := range all {
		total += len(k) + len(v)
	}
	if total > flow.MaxAttributeBytes {
		return fault.New(fault.Invalid, "Attributes must have at most %d bytes of keys and values in total, got %d", flow.MaxAttributeBytes, total)
	}
	return nil
}

// Guide is the subtype of chats that show agents step-by-step guides.
const Guide = "connect:Guide"

// CheckStart is CheckSegments for a chat that is being started: who starts it may say that the customer has signed in with it before (Amazon
// Connect, "Pre-chat authentication"), and nothing else of that (our choice: who vouches for more is not known).
func CheckStart(attrs map[string]session.Value, types []string) error {
	if v, ok := attrs[session.CustomerAuthentication]; ok {
		status := v.Map["Status"].String
		if len(v.Map) != 1 || status == nil || *status != session.Authenticated {
			return fault.New(fault.Rule, "SegmentAttributes: of %s a ValueMap with the Status %s and no more can be set", session.CustomerAuthentication, session.Authenticated)
		}
		attrs = maps.Clone(attrs)
		delete(attrs, session.CustomerAuthentication)
	}
	return CheckSegments(attrs, types)
}

// CheckSegments holds segment attributes that are given from outside against what may be: of a chat that takes content of some types.
func CheckSegments(attrs map[string]session.Value, types []string) error {
	for _, k := range slices.Sorted(maps.Keys(attrs)) { // of several refusals always the same
		v := attrs[k]
		if strings.HasPrefix(k, "connect:") && k != session.Subtype {
			return fault.New(fault.Rule, "SegmentAttributes: %s cannot be set", k)
		}
		if k == session.Subtype && (v.String == nil || *v.String != Guide) {
			return fault.New(fault.Rule, "SegmentAttributes: %s can only be set to %s", session.Subtype, Guide)
		}
	}
	_, isGuide := attrs[session.Subtype]
	if isGuide && (!slices.Contains(types, transcript.Interactive) || !slices.Contains(types, transcript.InteractiveResponse)) {
		return fault.New(fault.Rule, "SegmentAttributes: a %s chat needs %s and %s in SupportedMessagingContentTypes",
			Guide, transcript.Interactive, transcript.InteractiveResponse)
	}
	return nil
}

// Overlay is what is under, with what is over it added or in its place. Neither is changed.
func Overlay[V any](under, over map[string]V) map[string]V {
	if len(over) == 0 {
		return under
	}
	merged := make(map[string]V, len(under)+len(over))
	maps.Copy(merged, under)
	maps.Copy(merged, over)
	return merged
}
