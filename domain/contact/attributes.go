package contact

import (
	"maps"
	"regexp"
	"slices"
	"strings"

	"parley/domain/change"
	"parley/domain/flow"
	"parley/domain/session"
	"parley/domain/transcript"
	"parley/internal/fault"
)

var attributeKey = regexp.MustCompile(`^[A-Za-z0-9_-]+$`)

// CheckAttributes holds contact attributes against the key charset and the total size.
func CheckAttributes(attrs map[string]string) error {
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

func mergeAttributes(under, over map[string]string) map[string]string {
	merged := make(map[string]string, len(under)+len(over))
	maps.Copy(merged, under)
	maps.Copy(merged, over)
	return merged
}

// SetAttributes adds and replaces contact attributes, all or none. It is
// allowed in any state of the chat (UpdateContactAttributes: also after the end).
func (d *Draft) SetAttributes(attrs map[string]string) error {
	merged := mergeAttributes(d.s.Attributes, attrs)
	if err := CheckAttributes(merged); err != nil {
		return err
	}
	d.s.Attributes = merged
	d.updated(d.s.Current())
	d.touch(change.Attributes)
	return nil
}

// updated notes that a contact's data changed.
func (d *Draft) updated(k *session.Contact) {
	k.UpdatedAt = d.now
	d.touch(change.State)
}

// guide is the subtype of chats that show agents step-by-step guides.
const guide = "connect:Guide"

func checkSegmentAttributes(attrs map[string]session.Value, types []string) error {
	for _, k := range slices.Sorted(maps.Keys(attrs)) { // of several refusals always the same
		v := attrs[k]
		if strings.HasPrefix(k, "connect:") && k != session.Subtype {
			return fault.New(fault.Rule, "SegmentAttributes: %s cannot be set", k)
		}
		if k == session.Subtype && (v.String == nil || *v.String != guide) {
			return fault.New(fault.Rule, "SegmentAttributes: %s can only be set to %s", session.Subtype, guide)
		}
	}
	_, isGuide := attrs[session.Subtype]
	if isGuide && (!allows(types, transcript.Interactive) || !allows(types, transcript.InteractiveResponse)) {
		return fault.New(fault.Rule, "SegmentAttributes: a %s chat needs %s and %s in SupportedMessagingContentTypes",
			guide, transcript.Interactive, transcript.InteractiveResponse)
	}
	return nil
}
