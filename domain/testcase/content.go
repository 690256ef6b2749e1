// Package testcase is Amazon Connect's Testing language: test cases of observed
// events and the actions that follow them, played against a simulated chat
// (domain/sim).
//
// It guarantees: the same case, instance and seed give the same execution; what a
// case asks that a chat here cannot do is refused before it runs; nothing outside
// is called. Nothing here does I/O or knows the time.
package testcase

import (
	"encoding/json"
	"fmt"
	"slices"

	"parley/internal/fault"
)

// Versions of the language (Amazon Connect Developer Guide, Testing language).
const (
	version        = "2019-10-30"
	versionPreview = "2025-06-21"
)

// Content is a test case as its author wrote it.
type Content struct {
	Version      string
	Observations []Observation
}

// Observation is one event that is waited for, and what is then done.
type Observation struct {
	Identifier  string
	Event       Event
	Usage       Usage
	Actions     []Action
	Transitions struct{ NextObservations []string }
}

// Event is what the flow does. Consoles write the matching criteria beside the
// properties, the documentation into them.
type Event struct {
	Identifier       string `json:",omitempty"`
	Type             string
	Actor            string          `json:",omitempty"`
	Properties       Properties      `json:",omitzero"`
	MatchingCriteria json.RawMessage `json:",omitempty"`
}

// Properties say which event is meant.
type Properties struct {
	Text             string           `json:",omitempty"`
	SSML             string           `json:",omitempty"`
	PromptID         string           `json:"PromptId,omitempty"`
	MatchingCriteria json.RawMessage  `json:",omitempty"`
	ActionType       string           `json:",omitempty"`
	ActionParameters ActionParameters `json:",omitzero"`
}

// ActionParameters name the resource of a flow's action.
type ActionParameters struct {
	LambdaFunctionARN  string `json:",omitempty"`
	HoursOfOperationID string `json:"HoursOfOperationId,omitempty"`
	QueueID            string `json:"QueueId,omitempty"`
	LexV2Bot           struct {
		AliasArn string `json:",omitempty"`
	} `json:",omitzero"`
}

// resource is the one that the parameters name, "" for any.
func (p ActionParameters) resource() string {
	for _, s := range []string{p.LambdaFunctionARN, p.HoursOfOperationID, p.QueueID, p.LexV2Bot.AliasArn} {
		if s != "" {
			return s
		}
	}
	return ""
}

// Usage says how often an event is to be observed; zero is once.
type Usage struct {
	Type  string `json:",omitempty"`
	Times int    `json:",omitempty"`
}

// Action is something that the test does when its event was observed.
type Action struct {
	Identifier string
	Type       string
	Parameters Parameters
}

// Parameters are those of all types of actions.
type Parameters struct {
	ActionType  string       `json:",omitempty"`
	Actor       string       `json:",omitempty"`
	Instruction *Instruction `json:",omitempty"`
	Behavior    *Behavior    `json:",omitempty"`
	Command     *Command     `json:",omitempty"`
	Namespace   string       `json:",omitempty"`
	Operator    string       `json:",omitempty"`
	Operand     string       `json:",omitempty"`
}

// Instruction is what the simulated customer does.
type Instruction struct {
	Type       string
	Properties struct {
		Value json.RawMessage `json:",omitempty"`
		Text  string          `json:",omitempty"`
		SSML  string          `json:",omitempty"`
	} `json:",omitzero"`
}

// Behavior is what an override changes.
type Behavior struct {
	Type       string
	Properties struct {
		ActionType       string
		ActionParameters ActionParameters
		Strategy         struct {
			Type          string
			SubstituteArn string `json:",omitempty"`
			Response      struct {
				Type            string
				ExecutionResult struct {
					DelaySeconds float64 `json:",omitempty"`
					LoadedData   string  `json:",omitempty"`
					Value        string  `json:",omitempty"`
				} `json:",omitzero"`
				Error struct {
					DelaySeconds float64 `json:",omitempty"`
					Value        string  `json:",omitempty"`
				} `json:",omitzero"`
			} `json:",omitzero"`
		}
	}
}

// Command controls the test.
type Command struct {
	Type       string
	Properties struct{ Expressions map[string]string } `json:",omitzero"`
}

// The types of events, actions and others that the language has.
const (
	testInitiated   = "TestInitiated"
	testCompleted   = "TestCompleted"
	messageReceived = "MessageReceived"
	actionStarted   = "FlowActionStarted"

	send     = "SendInstruction"
	override = "OverrideSystemBehavior"
	assert   = "Assert"
	control  = "TestControl"

	lambda   = "InvokeLambdaFunction"
	hours    = "CheckHoursOfOperation"
	bot      = "ConnectParticipantWithLexBot"
	transfer = "TransferContactToQueue"

	substitute = "SubstituteResource"
	mock       = "MockResponse"
)

// Parse reads a content and says what is wrong with it (fault.TestCaseInvalid).
func Parse(text string) (*Content, error) {
	var c Content
	if err := json.Unmarshal([]byte(text), &c); err != nil {
		return nil, invalid([]string{"The content is not JSON of the testing language"})
	}
	if problems := c.problems(); len(problems) > 0 {
		return nil, invalid(problems)
	}
	return &c, nil
}

func invalid(problems []string) error {
	f := fault.New(fault.TestCaseInvalid, "The test case is not valid: %s", problems[0])
	for _, p := range problems {
		f.Problems = append(f.Problems, fault.Problem{Message: p})
	}
	return f
}

// maxProblems is how many problems an exception holds.
const maxProblems = 50

func (c *Content) problems() (all []string) {
	if c.Version != version && c.Version != versionPreview {
		all = append(all, fmt.Sprintf("Version must be %q", version))
	}
	if len(c.Observations) == 0 {
		all = append(all, "Observations must not be empty")
	}
	seen := map[string]bool{}
	for _, o := range c.Observations {
		if o.Identifier == "" || seen[o.Identifier] {
			all = append(all, fmt.Sprintf("The observation %.50q has no identifier of its own", o.Identifier))
		}
		seen[o.Identifier] = true
	}
	for _, o := range c.Observations {
		for _, problem := range o.problems(seen) {
			all = append(all, fmt.Sprintf("Observation %.50q: %s", o.Identifier, problem))
		}
	}
	return all[:min(len(all), maxProblems)]
}

func (o *Observation) problems(known map[string]bool) (all []string) {
	if !slices.Contains([]string{testInitiated, testCompleted, messageReceived, actionStarted}, o.Event.Type) {
		all = append(all, fmt.Sprintf("the event type %.50q is unknown", o.Event.Type))
	}
	if _, _, ok := o.Usage.bounds(); !ok {
		all = append(all, fmt.Sprintf("the usage %.50q is unknown", o.Usage.Type))
	}
	for _, next := range o.Transitions.NextObservations {
		if !known[next] {
			all = append(all, fmt.Sprintf("there is no next observation %.50q", next))
		}
	}
	for _, a := range o.Actions {
		if problem := a.problem(); problem != "" {
			all = append(all, fmt.Sprintf("action %.50q: %s", a.Identifier, problem))
		}
	}
	return all
}

// bounds is how often an event must come, and may come; -1 is any number.
func (u Usage) bounds() (least, most int, ok bool) {
	times := max(u.Times, 1)
	switch u.Type {
	case "", "EXACTLY", "Exactly":
		return times, times, true
	case "AtLeast":
		return times, -1, true
	case "AtMost":
		return 0, times, true
	case "ANY", "Always":
		return 0, -1, true
	}
	return 0, 0, false
}

func (a *Action) problem() string {
	p := &a.Parameters
	switch a.Type {
	case send:
		if p.Instruction == nil || !slices.Contains([]string{"DtmfInput", "TextUtterance", "Disconnect"}, p.Instruction.Type) {
			return "the instruction is unknown"
		}
		return ""
	case assert:
		if _, ok := operator(p.Operator); !ok {
			return fmt.Sprintf("the operator %.50q is unknown", p.Operator)
		}
		return ""
	case control:
		if p.Command == nil || p.Command.Type != "EndTest" && p.Command.Type != "LogData" {
			return "the command is unknown"
		}
		return ""
	case override:
		return p.Behavior.problem()
	}
	return fmt.Sprintf("the type %.50q is unknown", a.Type)
}

func (b *Behavior) problem() string {
	if b == nil {
		return "there is no behavior"
	}
	p := &b.Properties
	known := slices.Contains([]string{lambda, hours, bot, transfer}, p.ActionType)
	failure := p.Strategy.Response.Error.Value
	switch {
	case !known:
		return fmt.Sprintf("%.50q cannot be overridden here", p.ActionType)
	case p.ActionParameters.resource() == "":
		return "it does not say which resource is overridden"
	case p.Strategy.Type == substitute && p.Strategy.SubstituteArn == "":
		return "SubstituteArn is missing"
	case p.Strategy.Type == substitute && (p.ActionType == lambda || p.ActionType == bot):
		return "a simulation calls nothing outside, so that a function or bot cannot be substituted: give its answer (MockResponse)"
	case p.ActionType == transfer && p.Strategy.Type == mock && failure != "QueueAtCapacity":
		return "of the failures of a transfer only QueueAtCapacity can be mocked here"
	case p.Strategy.Type != substitute && p.Strategy.Type != mock:
		return fmt.Sprintf("the strategy %.50q is unknown", p.Strategy.Type)
	}
	return ""
}
