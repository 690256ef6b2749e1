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

// Check holds contact attributes against the key charset and the total size.
func Check(attrs map[string]string) error {
	total := 0
	for k, v := range attrs {
		if !attributeKey.MatchString(k) {
			return fault.New(fault.Invalid, "Attributes: the key %.50q may contain only letters (A-Z, a-z), digits, dashes and underscores", k)
		}
		total += len(k) + len(v)
	}
	if total > flow.MaxAttributeBytes {
		return fault.New(fault.Invalid, "Attributes must have at most %d bytes of keys and values in total, got %d", flow.MaxAttributeBytes, total)
	}
	return nil
}

// Guide is the subtype of chats that show agents step-by-step guides.
const Guide = "connect:Guide"

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
