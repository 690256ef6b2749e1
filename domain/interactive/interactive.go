// Package interactive knows the interactive messages of a chat: their templates, and
// what comes back when somebody chooses (Amazon Connect administrator guide, interactive messages).
//
// It guarantees: what Prepare accepts has every member that its template needs, in the
// right kind and number, and a referenceId by which an answer finds it; it is what was given but
// for that member, to the byte. A refusal says where in the JSON the fault is, and quotes none of it. Lengths of
// texts are not checked: clients cut what they cannot show, as Amazon Connect has it.
package interactive

import (
	"encoding/json"
	"strings"

	"parley/internal/fault"
)

// version is the only version of a template.
const version = "1.0"

// Prepare checks a message, and gives it the reference where it has none of its own
// and its template takes one. The widget takes pickers without one for the same, and hides all but the last.
func Prepare(content, reference string) (string, error) {
	m, err := read(content)
	if err != nil {
		return "", err
	}
	if !m.referenced || m.reference() != "" {
		return content, nil
	}
	at := m.inside(content)
	member := `"referenceId":` + quote(reference)
	if len(m.content()) > 0 {
		member += ","
	}
	filled := content[:at] + member + content[at:]
	if again, err := read(filled); err != nil || again.reference() != reference {
		return "", fault.New(fault.Invalid, "Content is no interactive message: a member is there twice")
	}
	return filled, nil
}

// Reference returns the referenceId of a message, "" if it has none.
func Reference(content string) string {
	m, err := read(content)
	if err != nil {
		return ""
	}
	return m.reference()
}

// Text is a message as a client can show it that takes texts only: the title and
// the numbered choices, each on its line (our choice). It is "" for what has no title.
func Text(content string) string {
	m, err := read(content)
	if err != nil {
		return ""
	}
	title, _ := m.content()["title"].(string)
	lines := append([]string{title}, m.choices()...)
	if title == "" {
		return ""
	}
	return strings.Join(lines, "\n")
}

func quote(text string) string {
	raw, _ := json.Marshal(text) // a text always encodes
	return string(raw)
}
