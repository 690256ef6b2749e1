package flow

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"parley/internal/fault"
)

// Bounds of a document.
const (
	// MaxActions is AWS's limit of actions in a flow.
	MaxActions = 250
	// MaxContent is the most characters that CreateContactFlow takes as Content.
	MaxContent = 256000
	// MaxIdentifier is AWS's limit of characters in an Identifier.
	MaxIdentifier = 50
	// maxProblems is how many problems an InvalidContactFlowException holds.
	maxProblems = 50
	// maxMessage is how many characters one problem holds.
	maxMessage = 256
)

// Problem is one reason why a document cannot be published. Its message names
// the place; where AWS has a wording for the problem, it is that.
type Problem = fault.Problem

// Refusal returns the problems of a flow as one fault.FlowInvalid, nil if there
// are none.
func Refusal(problems []Problem) error {
	return refusal(fault.FlowInvalid, "flow", problems)
}

// ModuleRefusal returns the problems of a flow module as one
// fault.ModuleInvalid, nil if there are none.
func ModuleRefusal(problems []Problem) error {
	return refusal(fault.ModuleInvalid, "flow module", problems)
}

func refusal(kind fault.Kind, what string, problems []Problem) error {
	if len(problems) == 0 {
		return nil
	}
	told := make([]Problem, 0, maxProblems)
	for _, p := range problems[:min(len(problems), maxProblems)] {
		told = append(told, Problem{Message: withBlock(p), ActionID: p.ActionID})
	}
	return &fault.Error{
		Kind:     kind,
		Message:  "The " + what + " content is not valid: " + summary(told[0].Message, len(problems)-1),
		Problems: told,
	}
}

// withBlock adds the block to a message: AWS's names only its place, and
// clients show nothing of a problem but its message.
func withBlock(p Problem) string {
	if p.ActionID == "" {
		return p.Message
	}
	block := fmt.Sprintf(" (block %.50s)", p.ActionID)
	message := []rune(p.Message)
	return string(message[:min(len(message), maxMessage-len([]rune(block)))]) + block
}

// summary is for clients that show a message and no list of problems.
func summary(first string, more int) string {
	switch more {
	case 0:
		return first
	case 1:
		return first + "; and 1 more problem"
	default:
		return fmt.Sprintf("%s; and %d more problems", first, more)
	}
}

// ValidateAs returns why the document cannot be published as what it is: a module
// where the type says so, else a flow of that type.
func ValidateAs(d *Document, t Type) []Problem {
	if t == Module {
		return ValidateModule(d, nil)
	}
	return Validate(d, t)
}

// Validate returns why the document cannot be published as a flow of that type,
// in the order of the document and at most 50 problems; nil if it can. It holds
// every document to the structure of the language, and every action to the spec
// of its type. An action that does not work on a chat is no problem: it takes
// its error branch when it runs. A Type of "" allows an action wherever it
// stands.
func Validate(d *Document, t Type) []Problem {
	return validate(&validator{doc: d, flowType: t})
}

// ValidateModule returns why the document cannot be published as a flow module.
// Settings are those that CreateContactFlowModule was given beside the content;
// nil if it was given none, and then the document must have them.
func ValidateModule(d *Document, settings json.RawMessage) []Problem {
	v := &validator{doc: d, flowType: Module}
	if settings == nil {
		settings = d.Settings()
	}
	if settings = bytes.TrimSpace(settings); len(settings) == 0 || settings[0] != '{' {
		v.report("JSON field is missing or null for field name: settings")
	}
	return validate(v)
}

func validate(v *validator) []Problem {
	v.document()
	for i, a := range v.doc.Actions() {
		v.at, v.action = i, a
		v.identifier()
		v.transitions()
		v.rules()
	}
	return v.problems[:min(len(v.problems), maxProblems)]
}

// validator collects the problems of one document; at and action are where it is.
type validator struct {
	doc      *Document
	flowType Type
	at       int
	action   *Action
	problems []Problem
}

func (v *validator) report(format string, args ...any) {
	p := Problem{Message: clip(fmt.Sprintf(format, args...))}
	if v.action != nil {
		p.ActionID = v.action.ID
	}
	v.problems = append(v.problems, p)
}

// path names a place inside the action, as AWS does.
func (v *validator) path(place string) string {
	return fmt.Sprintf("Actions[%d]%s", v.at, place)
}

func (v *validator) badValue(place string) {
	v.report("Invalid Action property value. Path: %s", v.path(place))
}

func (v *validator) missing(place string) {
	v.report("Action is missing required property. Path: %s", v.path(place))
}

func (v *validator) document() {
	if v.doc.chars > MaxContent {
		v.report("The content is longer than %d characters", MaxContent)
	}
	if v.doc.Len() > MaxActions {
		v.report("The flow has more than %d actions", MaxActions)
	}
	if _, ok := v.doc.Action(v.doc.start); !ok {
		v.report("Invalid property value. Path: StartAction")
	}
}

func (v *validator) identifier() {
	id := v.action.ID
	if id == "" {
		v.missing(".Identifier")
		return
	}
	if first, _ := v.doc.Action(id); first != v.action {
		v.report("Identifier is used twice. Path: %s", v.path(".Identifier"))
	}
	if len([]rune(id)) > MaxIdentifier || strings.ContainsAny(id, `%:(\/)=$,;[]{}`) || ReservedIdentifier(id) {
		v.badValue(".Identifier")
	}
}

// ReservedIdentifier reports whether AWS forbids the word as an identifier.
func ReservedIdentifier(id string) bool {
	return slices.Contains([]string{
		"__proto__", "constructor", "__defineGetter__", "__defineSetter__", "toString",
		"hasOwnProperty", "isPrototypeOf", "propertyIsEnumerable", "toLocaleString", "valueOf",
	}, id)
}

// transitions holds the branches of any action to the structure of the language.
func (v *validator) transitions() {
	if a := v.action; a.NextAction != "" {
		v.target(a.NextAction, ".Transitions.NextAction")
	}
	for i, c := range v.action.Conditions {
		v.target(c.NextAction, fmt.Sprintf(".Transitions.Conditions[%d].NextAction", i))
		v.condition(c, i)
	}
	for i, e := range v.action.Errors {
		v.target(e.NextAction, fmt.Sprintf(".Transitions.Errors[%d].NextAction", i))
		if e.ErrorType == "" {
			v.missing(fmt.Sprintf(".Transitions.Errors[%d].ErrorType", i))
		}
	}
}

func (v *validator) target(id, place string) {
	if id == "" {
		v.missing(place)
	} else if _, ok := v.doc.Action(id); !ok {
		v.badValue(place)
	}
}

func (v *validator) condition(c Condition, i int) {
	place := fmt.Sprintf(".Transitions.Conditions[%d].Condition", i)
	if !c.Operator.Known() || len(c.Operands) != 1 {
		v.badValue(place)
	} else if c.Operands[0].Source() == "" {
		v.report("Invalid branch. Path: %s", v.path(place))
	}
}

// sound reports whether the condition is one of the language.
func (c Condition) sound() bool {
	return c.Operator.Known() && len(c.Operands) == 1 && c.Operands[0].Source() != ""
}

// clip cuts a message to the length that a problem may have.
func clip(s string) string {
	if r := []rune(s); len(r) > maxMessage {
		return string(r[:maxMessage])
	}
	return s
}
