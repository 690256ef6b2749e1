package flow

import (
	"maps"
	"slices"
	"sync"
)

// Spec says what the language allows of one action type, and what the action
// does on a chat. Specs are shared: do not modify them.
type Spec struct {
	// Type is the action type, as in "MessageParticipant".
	Type string
	// Block is the console's name of the block, as in "Play prompt".
	Block string
	// Family is the part of the language that it belongs to, as in "say" or "queue".
	Family string
	// Module is the type's name in the legacy language, which flow logs still
	// use; see Action.Module for those that have several.
	Module string

	// Params are the parameters that the action may have. With Open it may have
	// others too: the public record does not list them all.
	Params []ParamSpec
	Open   bool
	// ParamsOf works out the parameters of one action, where they depend on one
	// another; Params then are all there are.
	ParamsOf func(*Action) []ParamSpec
	// Groups are parameters of which only so many may stand together.
	Groups []Group
	// Next demands a NextAction. An action that is Terminal has no transitions.
	Next     bool
	Terminal bool
	// Results are the conditions that the action may have.
	Results Results
	// Errors are the error branches that the action may have.
	Errors []ErrorSpec

	// In lists the flow types that the action may stand in; nil for all.
	In []Type
	// NoModule and OnlyModule say whether it may stand in a flow module.
	NoModule, OnlyModule bool

	// Chat is what the action comes to on a chat.
	Chat Chat
	// Branch is the error branch that ChatFails takes.
	Branch string
	// Note is a sentence for people about the action on a chat, "" if there is
	// nothing to say.
	Note string
}

// Chat is what an action comes to on a chat.
type Chat uint8

// ChatRuns does what it says; ChatNothing succeeds and changes nothing that a
// chat has; ChatFails takes an error branch, because the block is for voice,
// for another channel, or for a service that is not here.
const (
	ChatRuns Chat = iota
	ChatNothing
	ChatFails
)

// Mark says what the text of a parameter may hold.
type Mark uint8

// Static texts hold no reference. Dynamic ones are static or nothing but one
// reference. Interpolated ones may have references anywhere.
const (
	Static Mark = iota
	Dynamic
	Interpolated
)

// ParamSpec is one parameter, or one member of a parameter.
type ParamSpec struct {
	// Name is the member's name; "*" stands for every name.
	Name string
	// Kind is the shape: Text, Object or List; Absent stands for any JSON.
	Kind ParamKind
	// Mark is for texts.
	Mark Mark
	// Required members must be there.
	Required bool
	// Values are what a static text may be; nil for anything.
	Values []string
	// Low and High bound a static text that must be a whole number; High 0 is
	// for a text that need not.
	Low, High int64
	// Quoted demands a JSON string, no number or boolean.
	Quoted bool
	// Refers is the kind of resource that a static text names, "" if none.
	Refers RefKind
	// Fields are the members of an object; Item is each element of a list.
	Fields []ParamSpec
	Item   *ParamSpec
	// Single objects have exactly one member; Groups are members that exclude
	// one another.
	Single bool
	Groups []Group
}

// Group is a set of parameters that exclude one another.
type Group struct {
	Names []string
	// Required demands that one of them is there, Many allows several.
	Required, Many bool
}

// ErrorSpec is one error branch of an action.
type ErrorSpec struct {
	Type string
	// Required branches must be wired. When says in words on what that depends
	// and If decides it; an If of nil is always true.
	Required bool
	When     string
	If       func(*Action) bool
}

// ParamsFor are the parameters that an action may have.
func (s *Spec) ParamsFor(a *Action) []ParamSpec {
	if s.ParamsOf != nil {
		return s.ParamsOf(a)
	}
	return s.Params
}

// Results are the conditions that an action may have.
type Results struct {
	// Operators are those that a condition may compare with; none means that
	// the action has no conditions.
	Operators []Operator
	// Values are what a condition may ask for; nil for anything.
	Values []string
	// Required are results that must have a condition, by Equals.
	Required []string
	// Of works out the results of one action, where they depend on its
	// parameters; the other fields then are what most actions have.
	Of func(*Action) Results
}

// Specs returns the specs of all action types, by name.
func Specs() []*Spec {
	return slices.SortedFunc(maps.Values(specs()), func(a, b *Spec) int {
		if a.Type < b.Type {
			return -1
		}
		return 1
	})
}

// SpecOf returns the spec of an action type.
func SpecOf(actionType string) (*Spec, bool) {
	s, ok := specs()[actionType]
	return s, ok
}

// specs is the table of the language, put together once.
var specs = sync.OnceValue(func() map[string]*Spec {
	table := map[string]*Spec{}
	for name, family := range map[string][]Spec{
		"say": talkSpecs(), "ask": askSpecs(), "data": dataSpecs(), "decide": branchSpecs(), "queue": queueSpecs(), "flow": flowSpecs(),
		"media": mediaSpecs(), "contact": contactSpecs(), "profile": profileSpecs(),
	} {
		for i := range family {
			family[i].Family = name
			table[family[i].Type] = &family[i]
		}
	}
	return table
})

// Allows reports whether the action may stand in a flow of that type; in a
// Module, where t is that. Every action may stand in a flow of type "".
func (s *Spec) Allows(t Type) bool {
	switch {
	case t == "":
		return true
	case t == Module:
		return !s.NoModule
	case s.OnlyModule:
		return false
	}
	return s.In == nil || slices.Contains(s.In, t)
}

// ErrorsOf returns the error branches of one action: those that it must have,
// and all that it may have.
func (s *Spec) ErrorsOf(a *Action) (required, allowed []string) {
	for _, e := range s.Errors {
		allowed = append(allowed, e.Type)
		if e.Required && (e.If == nil || e.If(a)) {
			required = append(required, e.Type)
		}
	}
	return required, allowed
}

// ResultsOf returns the conditions that one action may have.
func (s *Spec) ResultsOf(a *Action) Results {
	if s.Results.Of != nil {
		return s.Results.Of(a)
	}
	return s.Results
}
