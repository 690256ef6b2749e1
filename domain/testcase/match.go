package testcase

import (
	"encoding/json"
	"regexp"
	"strings"

	"parley/domain/flow"
	"parley/domain/flow/interp"
	"parley/domain/transcript"
)

// similar is how much of the words two texts must have in common (our choice:
// Amazon Connect compares their meaning).
const similar = 0.7

// says reports whether a message of the flow is the one that an event means.
func (r *run) says(e *Event, m transcript.Item) bool {
	if e.Type != messageReceived || m.Type != transcript.Message || m.Author.Role != transcript.System {
		return false
	}
	want := e.Properties.Text
	if want == "" {
		want = tags.ReplaceAllString(e.Properties.SSML, "")
	}
	if want == "" && e.Properties.PromptID != "" {
		want = r.in.Config.Prompts[tail(e.Properties.PromptID)].Text
	}
	if criteria(e) == "Similarity" {
		return likeness(want, m.Content) >= similar
	}
	return want != "" && strings.Contains(strings.ToLower(m.Content), strings.ToLower(want))
}

var tags = regexp.MustCompile(`<[^>]*>`)

// criteria reads the matching criteria: a word, or an object with a Type.
func criteria(e *Event) string {
	raw := e.Properties.MatchingCriteria
	if raw == nil {
		raw = e.MatchingCriteria
	}
	var word string
	var object struct{ Type string }
	_ = json.Unmarshal(raw, &word) // what is neither is no criterion
	_ = json.Unmarshal(raw, &object)
	return word + object.Type
}

// likeness is the part of the words that two texts have in common, 0 to 1.
func likeness(a, b string) float64 {
	words := func(s string) map[string]int {
		count := map[string]int{}
		for _, w := range strings.FieldsFunc(strings.ToLower(s), func(r rune) bool { return strings.ContainsRune(" \t\n.,;:!?\"'()", r) }) {
			count[w]++
		}
		return count
	}
	x, y := words(a), words(b)
	both, all := 0, 0
	for w, n := range x {
		both += min(n, y[w])
		all += n
	}
	for _, n := range y {
		all += n
	}
	if all == 0 {
		return 0
	}
	return 2 * float64(both) / float64(all)
}

// starts reports whether a step is the action that an event means.
func (r *run) starts(e *Event, s *interp.Trace) bool {
	if e.Type != actionStarted || s.Type != strings.TrimSpace(e.Properties.ActionType) {
		return false
	}
	want := e.Properties.ActionParameters.resource()
	return want == "" || tail(want) == tail(r.resource(s))
}

// resource is what an action is about: what the flow names, or the queue of the contact.
func (r *run) resource(s *interp.Trace) string {
	doc := r.document(s.Flow)
	if doc == nil {
		return ""
	}
	a, ok := doc.Action(s.Action)
	if !ok {
		return ""
	}
	var p flow.Param
	switch s.Type {
	case lambda:
		p = a.Parameters.Field("LambdaFunctionARN")
	case hours:
		p = a.Parameters.Field("HoursOfOperationId")
	case bot:
		p = a.Parameters.Field("LexV2Bot").Field("AliasArn")
	case transfer:
		return r.chat.Session().Current().TargetQueueID
	}
	if path, whole := p.Text().Whole(); whole {
		v, _ := r.chat.Lookup(path)
		return v.String()
	}
	return p.Text().Source()
}

// document is the content that a flow or module runs.
func (r *run) document(id string) *flow.Document {
	ref, ok := r.in.Config.Flows[id]
	if !ok {
		ref = r.in.Config.Modules[id]
	}
	return r.chat.Document(ref.Published)
}

// tail is the id or name at the end of an ARN.
func tail(value string) string {
	return value[strings.LastIndexAny(value, "/:")+1:]
}

// operator reads an operator of Assert; "Exists" asks only whether there is a value.
func operator(name string) (flow.Operator, bool) {
	o := flow.Operator(name)
	return o, o.Known() || name == exists
}

const exists = "Exists"
