package contact

import (
	"encoding/json"
	"slices"
	"unicode/utf8"

	"parley/domain/transcript"
	"parley/internal/fault"
)

// Message is a text that somebody wants to say.
type Message struct {
	ContentType string
	Content     string
}

// TextLimit bounds text/plain and text/markdown.
type TextLimit struct {
	// Bytes bounds the UTF-8 size instead of counting characters; 0 = MaxTextChars characters.
	Bytes int
}

// Sizes of messages, in characters (Unicode code points; SendMessage).
const (
	MaxTextChars        = 1_024
	MaxJSONChars        = 12_000
	MaxResponseChars    = 12_288
	MaxInteractiveChars = 16_384
)

// MaxTemplateBytes bounds the interactive messages of flows (Amazon Connect, interactive messages: less than 20 KB).
const MaxTemplateBytes = 20<<10 - 1

func contentTypes() []string {
	return []string{transcript.Plain, transcript.Markdown, transcript.JSON, transcript.Interactive, transcript.InteractiveResponse}
}

// CheckContentTypes holds SupportedMessagingContentTypes against its rules;
// nil (absent) is allowed.
func CheckContentTypes(types []string) error {
	if types == nil {
		return nil
	}
	for _, t := range types {
		if !allows(contentTypes(), t) {
			return fault.New(fault.Invalid, "SupportedMessagingContentTypes: %q is not a supported content type", t)
		}
	}
	if !allows(types, transcript.Plain) {
		return fault.New(fault.Invalid, "SupportedMessagingContentTypes must contain text/plain")
	}
	return nil
}

func allows(types []string, t string) bool { return slices.Contains(types, t) }

// check holds the message against the limits of its content type. member is
// the prefix of the member names in the refusal.
func (m Message) check(member string, lim TextLimit) error {
	if m.Content == "" {
		return fault.New(fault.Invalid, "%sContent must not be empty", member)
	}
	switch m.ContentType {
	case transcript.Plain, transcript.Markdown:
		return m.checkText(member, lim)
	case transcript.JSON:
		return m.checkJSON(member, MaxJSONChars)
	case transcript.InteractiveResponse:
		return m.checkJSON(member, MaxResponseChars)
	case transcript.Interactive:
		return m.checkChars(member, MaxInteractiveChars)
	default:
		return fault.New(fault.Invalid, "%sContentType %q is not supported", member, m.ContentType)
	}
}

func (m Message) checkText(member string, lim TextLimit) error {
	if lim.Bytes > 0 {
		if len(m.Content) > lim.Bytes {
			return fault.New(fault.Invalid, "%sContent must have at most %d bytes, got %d", member, lim.Bytes, len(m.Content))
		}
		return nil
	}
	return m.checkChars(member, MaxTextChars)
}

func (m Message) checkJSON(member string, max int) error {
	if err := m.checkChars(member, max); err != nil {
		return err
	}
	if !json.Valid([]byte(m.Content)) {
		return fault.New(fault.Invalid, "%sContent must be valid JSON for content type %s", member, m.ContentType)
	}
	return nil
}

func (m Message) checkChars(member string, max int) error {
	if len(m.Content) <= max {
		return nil
	}
	if n := utf8.RuneCountInString(m.Content); n > max {
		return fault.New(fault.Invalid, "%sContent must have at most %d characters for content type %s, got %d", member, max, m.ContentType, n)
	}
	return nil
}
