package widget

import (
	"regexp"
	"unicode/utf8"

	"parley/internal/fault"
)

// Look is what the visitors of a widget see and are asked.
type Look struct {
	Title    string  `json:"title,omitempty"`    // the heading; "" = the widget's name
	Greeting string  `json:"greeting,omitempty"` // what the form begins with
	Colour   string  `json:"colour,omitempty"`   // #rrggbb; "" = the pages' own
	Fields   []Field `json:"fields,omitempty"`   // what is asked before the chat
}

// Field is asked of a visitor before the chat; what it answers is an attribute of the contact. A field with the
// name DisplayName is the visitor's name instead.
type Field struct {
	Name     string `json:"name"`
	Label    string `json:"label"`
	Type     string `json:"type"` // text, email, tel or long
	Required bool   `json:"required,omitempty"`
}

// Limits of looks (our choice).
const (
	maxTitle    = 60 // characters
	maxGreeting = 500
	maxLabel    = 100
	maxFields   = 10
)

var (
	colours    = regexp.MustCompile(`^#[0-9a-fA-F]{6}$`)
	fieldNames = regexp.MustCompile(`^[A-Za-z0-9_-]{1,64}$`)
	fieldTypes = regexp.MustCompile(`^(text|email|tel|long)$`)
)

func (l *Look) check() error {
	switch {
	case utf8.RuneCountInString(l.Title) > maxTitle:
		return fault.New(fault.Invalid, "look.title must have at most %d characters", maxTitle)
	case utf8.RuneCountInString(l.Greeting) > maxGreeting:
		return fault.New(fault.Invalid, "look.greeting must have at most %d characters", maxGreeting)
	case l.Colour != "" && !colours.MatchString(l.Colour):
		return fault.New(fault.Invalid, "look.colour must be as #1a5fb4")
	case len(l.Fields) > maxFields:
		return fault.New(fault.Invalid, "look.fields: at most %d, got %d", maxFields, len(l.Fields))
	}
	seen := map[string]bool{}
	for i, f := range l.Fields {
		switch {
		case !fieldNames.MatchString(f.Name) || seen[f.Name]:
			return fault.New(fault.Invalid, "look.fields[%d].name must be 1 to 64 letters, digits, - or _, each name once", i)
		case f.Label == "" || utf8.RuneCountInString(f.Label) > maxLabel:
			return fault.New(fault.Invalid, "look.fields[%d].label must have 1 to %d characters", i, maxLabel)
		case !fieldTypes.MatchString(f.Type):
			return fault.New(fault.Invalid, "look.fields[%d].type must be text, email, tel or long", i)
		}
		seen[f.Name] = true
	}
	return nil
}
