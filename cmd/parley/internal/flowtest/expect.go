package flowtest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"iter"
	"regexp"
	"slices"
	"strings"

	"parley/domain/contact"
	"parley/domain/session"
	"parley/domain/transcript"
)

// expectForms are what a script says that must be so.
func expectForms() []form {
	var all []form
	for _, who := range []string{"system", "bot"} {
		for words, test := range inOrder() {
			all = append(all, form{words: who + words, value: needsValue, act: says(who, who+words, test)})
		}
	}
	all = append(all, agentExpectForms()...)
	return append(all,
		form{words: "view", value: needsValue, act: expects(viewShown)},
		form{words: "view contains", value: needsValue, act: expects(viewContains)},
		form{words: "...", act: expects(func(p *player, _ args) error { p.customer.skipping, p.agents.skipping = true, true; return nil })},
		form{words: "nothing more", act: expects(func(p *player, _ args) error { return p.allRead() })},
		form{words: "attribute KEY", value: needsValue, act: expects(attributeIs)},
		form{words: "no attribute KEY", act: expects(attributeIs)},
		form{words: "queue", value: needsValue, act: expects(queueIs)},
		form{words: "no queue", act: expects(queueIs)},
		form{words: "lambda NAME got", value: needsValue, act: lambdaGot},
		form{words: "lambda NAME is not called", act: expects(notCalled)},
		form{words: "took ACTION", value: needsValue, act: expects(took)},
		form{words: "chat ends", value: optionalValue, act: chatEnds},
		form{words: "chat goes on", act: expects(goesOn)},
	)
}

func expects(check func(*player, args) error) func(args) (func(*player) error, error) {
	return func(a args) (func(*player) error, error) {
		return func(p *player) error { return check(p, a) }, nil
	}
}

// test reads what a text must be.
type test func(args) (func(string) bool, error)

// inOrder lists the tests of texts and the words that they have in forms.
func inOrder() iter.Seq2[string, test] {
	return func(yield func(string, test) bool) {
		_ = yield("", is) && yield(" contains", contains) && yield(" matches", pattern)
	}
}

func is(a args) (func(string) bool, error) {
	return func(got string) bool { return strings.TrimSpace(got) == a.value }, nil
}

func contains(a args) (func(string) bool, error) {
	return func(got string) bool { return strings.Contains(got, a.value) }, nil
}

func pattern(a args) (func(string) bool, error) {
	re, err := regexp.Compile(a.value)
	if err != nil {
		return nil, fmt.Errorf("%q is no pattern: %w", a.value, err)
	}
	return re.MatchString, nil
}

// says expects the next message; after "..." a later one will do.
func says(who, words string, read test) func(args) (func(*player) error, error) {
	return func(a args) (func(*player) error, error) {
		ok, err := read(a)
		return func(p *player) error {
			return p.next(words+": "+a.value, func(m transcript.Item) bool { return speaker(m) == who && ok(m.Content) })
		}, err
	}
}

// speaker is who a message comes from, in the words of scripts.
func speaker(m transcript.Item) string {
	switch {
	case m.ContentType == transcript.Interactive && shownView(m).ID != "":
		return "view"
	case m.Author.Role == transcript.Customer:
		return "customer"
	case m.Author.Role == transcript.Agent:
		return "agent"
	case m.Author.Role == transcript.CustomBot:
		return "participant"
	case m.Author.DisplayName == "BOT":
		return "bot"
	}
	return "system"
}

// shown is the content of a ShowView message.
type shown struct {
	ID   string          `json:"viewId"`
	Data json.RawMessage `json:"viewData"`
}

func shownView(m transcript.Item) shown {
	var body struct {
		Data struct {
			Content shown `json:"content"`
		} `json:"data"`
	}
	_ = json.Unmarshal([]byte(m.Content), &body) // anything else shows no view
	return body.Data.Content
}

func viewShown(p *player, a args) error {
	return p.next("view: "+a.value, func(m transcript.Item) bool { return speaker(m) == "view" && p.world.isView(shownView(m).ID, a.value) })
}

func viewContains(p *player, a args) error {
	return p.next("view contains: "+a.value, func(m transcript.Item) bool {
		return speaker(m) == "view" && bytes.Contains(shownView(m).Data, []byte(a.value))
	})
}

func attributeIs(p *player, a args) error {
	got, ok := p.chat.Session().Attributes[a.names[0]]
	return compare("attribute "+a.names[0], a.value, got, ok == (a.value != "") && got == a.value)
}

func queueIs(p *player, a args) error {
	got := p.chat.QueueName()
	return compare("queue", a.value, got, got == a.value)
}

func compare(what, want, got string, equal bool) error {
	if equal {
		return nil
	}
	return &mismatch{want: what + ": " + orNone(want), got: what + ": " + orNone(got)}
}

func orNone(s string) string {
	if s == "" {
		return "(none)"
	}
	return s
}

// lambdaGot expects the parameters of the last call: those that the script
// names must be there, each as written.
func lambdaGot(a args) (func(*player) error, error) {
	var want map[string]any
	if err := json.Unmarshal([]byte(a.value), &want); err != nil {
		return nil, fmt.Errorf("%q is no JSON object", a.value)
	}
	return func(p *player) error {
		call, ok := p.answers.latest("lambda", a.names[0])
		if !ok {
			return fmt.Errorf("the flow has not called lambda %q", a.names[0])
		}
		var event struct {
			Details struct{ Parameters map[string]any }
		}
		if err := json.Unmarshal(call.Payload, &event); err != nil {
			return fmt.Errorf("read the call's event: %w", err)
		}
		for k, v := range want {
			got, _ := json.Marshal(event.Details.Parameters[k])
			wanted, _ := json.Marshal(v)
			if err := compare("lambda "+a.names[0]+", parameter "+k, string(wanted), string(got), bytes.Equal(got, wanted)); err != nil {
				return err
			}
		}
		return nil
	}, nil
}

func notCalled(p *player, a args) error {
	if _, called := p.answers.latest("lambda", a.names[0]); called {
		return fmt.Errorf("the flow has called lambda %q", a.names[0])
	}
	return nil
}

// took expects that an action ran and took a branch: "next", an error type, or
// a condition as in "Equals gold".
func took(p *player, a args) error {
	var got []string
	for _, s := range p.chat.Steps() {
		if s.Action != a.names[0] {
			continue
		}
		label := branchLabel(s)
		if label == a.value {
			return nil
		}
		got = append(got, label)
	}
	if len(got) == 0 {
		return p.world.notTaken(a.names[0])
	}
	return &mismatch{want: a.names[0] + " takes " + a.value, got: a.names[0] + " took " + strings.Join(got, ", then ")}
}

// notTaken says that an action has not run, or that there is none of that name.
func (w *World) notTaken(id string) error {
	var ids []string
	for _, f := range w.scope.Flows {
		for _, a := range f.Doc.Actions() {
			ids = append(ids, a.ID)
		}
	}
	if slices.Contains(ids, id) {
		return fmt.Errorf("the flow has not come to the action %q", id)
	}
	if near := nearest(id, ids); near != "" {
		return fmt.Errorf("no flow here has an action %q; did you mean %q?", id, near)
	}
	return fmt.Errorf("no flow here has an action %q", id)
}

func chatEnds(a args) (func(*player) error, error) {
	reason, err := reasonOf(a.value)
	return func(p *player) error {
		s := p.chat.Session()
		if s.Status != session.Ended {
			return &mismatch{want: "the chat is over", got: "the chat goes on" + p.standing()}
		}
		if got := s.Current().DisconnectReason; reason != "" && got != reason {
			return &mismatch{want: "the chat ends: " + reason, got: "the chat ended: " + orNone(got)}
		}
		return nil
	}, err
}

// ending is a reason for the end of a chat, and how scripts spell it.
type ending struct{ spelled, reason string }

func reasons() []ending {
	return []ending{
		{"by the flow", contact.ReasonFlow}, {"by the customer", contact.ReasonCustomer}, {"by the agent", contact.ReasonAgent}, {"expired", contact.ReasonExpired},
		{"not connected", contact.ReasonNotConnected}, {"stopped", contact.ReasonAPI},
	}
}

// reasonOf reads why a chat ends: in words, or as DisconnectReason spells it.
func reasonOf(words string) (string, error) {
	var names []string
	for _, r := range reasons() {
		if words == r.spelled || words == r.reason {
			return r.reason, nil
		}
		names = append(names, r.spelled)
	}
	if words == "" {
		return "", nil
	}
	return "", fmt.Errorf("%q is no reason for the end of a chat; there is: %s", words, strings.Join(names, ", "))
}

func goesOn(p *player, _ args) error {
	if p.chat.Ended() {
		return &mismatch{want: "the chat goes on", got: "the chat is over: " + orNone(p.chat.Session().Current().DisconnectReason)}
	}
	return nil
}
