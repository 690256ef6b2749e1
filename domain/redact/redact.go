// Package redact masks personal data in messages: what it knows by its form alone (the built-in
// processing of messages on their way).
//
// It guarantees: what is found is replaced as a whole by a placeholder and nothing else changes; JSON stays JSON; masking
// twice is masking once. It finds what has the form of an entity, and where the form has check digits (cards, IBAN)
// only what fulfils them. Names and addresses have no form: they are not found, and who asks for them is told (Known).
package redact

import (
	"encoding/json"
	"slices"
	"strings"
)

// Rule says what is masked and how.
type Rule struct {
	// Entities are what is masked, by Amazon Connect's names (RedactionEntities); nil = all that are known.
	Entities []string
	// Generic puts [PII] for everything; otherwise the entity's name, as in [EMAIL] (RedactionMaskMode).
	Generic bool
}

// entity is one kind of data and how it is found: start and end of each place in a text.
type entity struct {
	name string
	find func(text string) [][2]int
}

// entities are all kinds, in the order in which they are looked for: what may lie in another comes later.
func entities() []entity {
	return []entity{
		{"URL", urls}, {"EMAIL", emails}, {"AWS_ACCESS_KEY", accessKeys}, {"MAC_ADDRESS", macs}, {"IP_ADDRESS", ips},
		{"INTERNATIONAL_BANK_ACCOUNT_NUMBER", ibans}, {"CREDIT_DEBIT_NUMBER", cards}, {"SSN", ssns}, {"PHONE", phones},
	}
}

// Known reports whether an entity can be masked.
func Known(name string) bool { return slices.Contains(Names(), name) }

// Names returns the entities that can be masked.
func Names() (names []string) {
	for _, e := range entities() {
		names = append(names, e.name)
	}
	return names
}

// looks bounds how often a text is looked at, so that the work is linear in its length (our choice: more than any text needs that was
// not made for it).
const looks = 8

// Text masks a text. What is left may have a form that what was masked had hidden: it is looked at again. A text in which
// that does not end is masked as a whole.
func (r Rule) Text(text string) string {
	for range looks {
		masked := r.once(text)
		if masked == text {
			return text
		}
		text = masked
	}
	return "[PII]"
}

func (r Rule) once(text string) string {
	for _, e := range entities() {
		if r.Entities == nil || slices.Contains(r.Entities, e.name) {
			text = replace(text, e.find(text), r.placeholder(e.name))
		}
	}
	return text
}

func (r Rule) placeholder(name string) string {
	if r.Generic {
		return "[PII]"
	}
	return "[" + name + "]"
}

func replace(text string, places [][2]int, by string) string {
	if len(places) == 0 {
		return text
	}
	var b strings.Builder
	end := 0
	for _, p := range places {
		b.WriteString(text[end:p[0]])
		b.WriteString(by)
		end = p[1]
	}
	b.WriteString(text[end:])
	return b.String()
}

// JSON masks the texts and numbers of a JSON text, names of members among them. A number that is masked becomes a
// text. What is no JSON is masked as a text.
func (r Rule) JSON(text string) string {
	if !json.Valid([]byte(text)) {
		return r.Text(text)
	}
	var b strings.Builder
	for i := 0; i < len(text); {
		end := literal(text, i)
		b.WriteString(r.literal(text[i:end]))
		i = end
	}
	return b.String()
}

// literal is where the text, number or other byte that begins at i ends.
func literal(text string, i int) int {
	end := i + 1
	switch c := text[i]; {
	case c == '"':
		for ; text[end] != '"'; end++ {
			if text[end] == '\\' {
				end++
			}
		}
		return end + 1
	case c == '-' || c >= '0' && c <= '9':
		for end < len(text) && strings.IndexByte("0123456789.eE+-", text[end]) >= 0 {
			end++
		}
	}
	return end
}

func (r Rule) literal(raw string) string {
	plain := raw
	if raw[0] == '"' && json.Unmarshal([]byte(raw), &plain) != nil {
		return raw
	}
	masked := r.Text(plain)
	if masked == plain {
		return raw
	}
	quoted, _ := json.Marshal(masked) // a text always encodes
	return string(quoted)
}
