package lint

import (
	"fmt"
	"slices"
	"strings"

	"parley/domain/flow"
	"parley/internal/article"
)

// reads finds references to values that nothing has set when the flow comes to
// them.
func reads(l *linter) {
	s := newSettings(l)
	for a := range l.live {
		for _, path := range readBy(a) {
			s.check(a, path)
		}
	}
}

// readBy returns what an action reads, each path once.
func readBy(a *flow.Action) []flow.Path {
	paths := readIn(a.Parameters, nil)
	for _, c := range a.Conditions {
		for _, o := range c.Operands {
			paths = append(paths, o.References()...)
		}
	}
	slices.SortFunc(paths, func(x, y flow.Path) int { return slices.Compare(x, y) })
	return slices.CompactFunc(paths, func(x, y flow.Path) bool { return slices.Equal(x, y) })
}

func readIn(p flow.Param, paths []flow.Path) []flow.Path {
	paths = append(paths, p.Text().References()...)
	for _, inner := range p.Fields() {
		paths = readIn(inner, paths)
	}
	for _, item := range p.Items() {
		paths = readIn(item, paths)
	}
	return paths
}

// settings knows after which blocks a value can be there.
type settings struct {
	*linter
	after map[string]map[string]bool // by namespace or namespace.key: the blocks that come after a block that sets it
}

func newSettings(l *linter) *settings {
	s := &settings{linter: l, after: map[string]map[string]bool{}}
	setters := map[string][]string{} // by what is set: where the flow goes on from there
	for a := range l.live {
		for _, what := range setBy(a) {
			setters[what] = append(setters[what], afterwards(a)...)
		}
	}
	for what, next := range setters {
		s.after[what] = l.from(next...)
	}
	return s
}

// afterwards returns where an action leads when it did what it is for.
func afterwards(a *flow.Action) []string {
	var targets []string
	for _, b := range a.Branches() {
		if !b.Dead && (b.Kind != flow.OnError || b.Label == flow.NoMatchingCondition) {
			targets = append(targets, b.Target)
		}
	}
	return targets
}

// setBy returns the namespaces, or the keys of one, that an action sets.
func setBy(a *flow.Action) []string {
	switch a.Type {
	case "UpdateContactAttributes":
		return keys("Attributes", a.Parameters.Field("Attributes"))
	case "UpdateFlowAttributes":
		return keys("FlowAttributes", a.Parameters.Field("FlowAttributes"))
	case "Loop":
		return []string{"Loop." + a.LoopName()}
	}
	var list []string
	for namespace, p := range producers() {
		if slices.Contains(p.types, a.Type) {
			list = append(list, namespace)
		}
	}
	return list
}

func keys(namespace string, p flow.Param) []string {
	var list []string
	for key := range p.Fields() {
		list = append(list, namespace+"."+key)
	}
	return list
}

// producer says which blocks fill a namespace, and what a person calls them.
type producer struct {
	types []string
	block string
	// hidden namespaces of the caller cannot be seen in a module.
	hidden bool
}

func producers() map[string]producer {
	return map[string]producer{
		"External":            {[]string{"InvokeLambdaFunction"}, "an AWS Lambda function block", true},
		"LambdaInvocation":    {[]string{"InvokeLambdaFunction"}, "an AWS Lambda function block", true},
		"Modules":             {[]string{"InvokeFlowModule"}, "an Invoke module block", true},
		"Lex":                 {[]string{"ConnectParticipantWithLexBot", "ConnectParticipantWithAgenticCX"}, "a bot", true},
		"Views":               {[]string{"ShowView"}, "a Show view block", true},
		"StoredCustomerInput": {[]string{"GetParticipantInput"}, "a Store customer input block", true},
		"Metrics":             {[]string{"GetMetricData"}, "a Get queue metrics block", true},
		"Customer":            {[]string{"GetCustomerProfile", "CreateCustomerProfile", "UpdateCustomerProfile", "GetCustomerProfileObject", "GetCalculatedAttributesForCustomerProfile"}, "a Customer profiles block", true},
		"Case":                {[]string{"CreateCase", "GetCase", "UpdateCase"}, "a Cases block", true},
		"Wisdom":              {[]string{"CreateWisdomSession"}, "an Amazon Q in Connect block", true},
		"Task":                {[]string{"CreateTask"}, "a Create task block", true},
	}
}

func (s *settings) check(a *flow.Action, path flow.Path) {
	namespace := path[0]
	spelled := "$." + strings.Join(path, ".")
	if p, ok := producers()[namespace]; ok {
		if !s.after[namespace][a.ID] && !s.given(path) {
			s.neverSet(a, spelled, p)
		}
		return
	}
	switch namespace {
	case "Attributes", "FlowAttributes":
		if len(path) > 1 && !s.after[namespace+"."+path[1]][a.ID] {
			s.keyNeverSet(a, spelled, namespace, path[1])
		}
	case "Loop":
		if len(path) > 1 {
			s.loop(a, spelled, path[1])
		}
	case "Agent":
		s.agent(a, spelled)
	default:
		if !slices.Contains(system(), namespace) {
			s.report("unknown-namespace", Warning, a, fmt.Sprintf("%s: there is no $.%s.", spelled, namespace), "Check the spelling; names are told apart by case.")
		}
	}
}

// given: a module begins with its input. Nobody may know that it is one.
func (s *settings) given(path flow.Path) bool {
	return len(path) > 1 && path[0] == "Modules" && path[1] == "Input" && (s.options.Type == flow.Module || s.options.Type == "")
}

// loop: each Loop block has its name.
func (s *settings) loop(a *flow.Action, spelled, name string) {
	after, ok := s.after["Loop."+name]
	switch {
	case !ok:
		s.report("unknown-loop", Warning, a, fmt.Sprintf("%s: there is no Loop block with the LoopName %q.", spelled, name), "Check the spelling; names are told apart by case.")
	case !after[a.ID]:
		s.report("read-before-set", Warning, a, fmt.Sprintf("%s is read, and no way to this block leads through that loop.", spelled), "It is empty here. Read it in the loop.")
	}
}

func (s *settings) neverSet(a *flow.Action, spelled string, p producer) {
	message := fmt.Sprintf("%s is read, and no way to this block leads through %s.", spelled, p.block)
	if s.options.Type == flow.Module && p.hidden {
		s.report("module-scope", Warning, a, message+" A module does not see what the flow that calls it has there.", "Put the value into an attribute of the contact ($.Attributes) before the module is called.")
		return
	}
	s.report("read-before-set", Warning, a, message, "It is empty here. Put that block before this one.")
}

func (s *settings) keyNeverSet(a *flow.Action, spelled, namespace, key string) {
	switch {
	case namespace == "Attributes":
		s.report("attribute-from-outside", Note, a, fmt.Sprintf("%s is read, and no way to this block sets it.", spelled),
			"It must come from StartChatContact, UpdateContactAttributes or an earlier flow.")
	case s.options.Type == flow.Module:
		s.report("module-scope", Warning, a, fmt.Sprintf("%s is read, and nothing in the module sets it; a module does not see the flow attributes of its caller.", spelled), "Use an attribute of the contact ($.Attributes).")
	default:
		s.report("read-before-set", Warning, a, fmt.Sprintf("%s is read, and no way to this block sets the flow attribute %s.", spelled, key), "Flow attributes last for one flow only: set it before this block.")
	}
}

// agent: only some flows run when there is an agent.
func (s *settings) agent(a *flow.Action, spelled string) {
	switch s.options.Type {
	case flow.ContactFlow, flow.CustomerQueue, flow.QueueTransfer:
		s.report("no-agent", Warning, a, fmt.Sprintf("%s is read, and there is no agent in %s.", spelled, article.A(string(s.options.Type)+" flow")), "Read it in a whisper flow or a transfer to agent flow.")
	}
}

// system are the namespaces and values that are there without a block.
func system() []string {
	return []string{
		"AwsRegion", "Channel", "ContactId", "CustomerEndpoint", "CustomerId", "Description", "InitialContactId",
		"InitiationMethod", "InstanceARN", "LanguageCode", "Media", "MediaStreams", "Name", "PreviousContactId", "Queue", "References",
		"RelatedContactId", "SegmentAttributes", "SystemEndpoint", "Tags", "TextToSpeechVoiceId", "TextToSpeechVoice",
	}
}
