package interp_test

import (
	"cmp"
	"fmt"
	"os"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"parley/domain/contact"
	"parley/domain/flow"
	"parley/domain/flow/interp"
)

// What the table of the language says of an action on a chat is what the interpreter does.
func TestTheLanguagesTableIsTrue(t *testing.T) {
	for _, spec := range flow.Specs() {
		branch, detail, _ := act(t, newChat(), alone(t, spec.Type, `{}`, nil, nil))
		refused := strings.Contains(detail, "does not work")
		switch {
		case refused != (spec.Chat == flow.ChatFails):
			t.Errorf("%s: the table says %d, the interpreter takes %s: %s", spec.Type, spec.Chat, branch, detail)
		case refused && branch != cmp.Or(spec.Branch, flow.NoMatchingError):
			t.Errorf("%s takes %s, the table says %s", spec.Type, branch, spec.Branch)
		case spec.Chat == flow.ChatNothing && branch != "next":
			t.Errorf("%s takes %s, and is said to do nothing", spec.Type, branch)
		}
	}
}

const manual = "../../../docs/flows.md"

// The tables of docs/flows.md are those of the code; "go test -update" writes them.
func TestTheManualTellsWhatTheCodeDoes(t *testing.T) {
	content, err := os.ReadFile(manual)
	if err != nil {
		t.Fatal(err)
	}
	page := string(content)
	for name, table := range map[string]string{"blocks": blocks(), "limits": limits()} {
		from, to := "<!-- "+name+": generated -->\n", "<!-- end of "+name+" -->"
		head, rest, found := strings.Cut(page, from)
		body, tail, ended := strings.Cut(rest, to)
		if !found || !ended {
			t.Fatalf("the page has no place for the table of %s", name)
		}
		if *update {
			page = head + from + table + to + tail
		} else if diff := gocmp.Diff(table, body); diff != "" {
			t.Errorf("%s (-code +page), go test -update writes it:\n%s", name, diff)
		}
	}
	if *update {
		if err := os.WriteFile(manual, []byte(page), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// blocks lists every action type: the block's name, what it comes to on a chat, where it may stand.
func blocks() string {
	var b strings.Builder
	b.WriteString("| type | block | on a chat | in flows | notes |\n|---|---|---|---|---|\n")
	for _, s := range flow.Specs() {
		fmt.Fprintf(&b, "| `%s` | %s | %s | %s | %s |\n", s.Type, s.Block, onChat(s), where(s), strings.TrimSpace(s.Note))
	}
	return b.String()
}

func onChat(s *flow.Spec) string {
	switch s.Chat {
	case flow.ChatNothing:
		return "succeeds, without effect"
	case flow.ChatFails:
		return "takes " + cmp.Or(s.Branch, "no branch: the flow ends")
	}
	return "runs"
}

func where(s *flow.Spec) string {
	if s.OnlyModule {
		return "modules"
	}
	names := make([]string, len(s.In))
	for i, kind := range s.In {
		names[i] = strings.ToLower(strings.ReplaceAll(string(kind), "_", " "))
	}
	list := cmp.Or(strings.Join(names, ", "), "all")
	if s.NoModule {
		list += "; no modules"
	}
	return list
}

func limits() string {
	var b strings.Builder
	b.WriteString("| limit | value | what happens there |\n|---|---|---|\n")
	for _, row := range []struct {
		what  string
		value int
		then  string
	}{
		{"characters of a text that a flow says", interp.MaxText, "the block's error branch"},
		{"bytes of the attributes of a contact, and of a flow, keys included", flow.MaxAttributeBytes, "NoMatchingError, and nothing is set"},
		{"actions that run without a wait", interp.MaxStepsPerAdvance, "the flow ends, and the log says so"},
		{"bytes of values and parameters that its actions resolve without a wait", interp.MaxResolvedPerAdvance, "the flow ends, and the log says so"},
		{"actions of one run, with the flows and modules that it goes to", interp.MaxStepsPerRun, "the flow ends, and the log says so"},
		{"bytes that one run keeps: answers, attributes, asynchronous calls", interp.MaxRunBytes, "the flow ends, and the log says so"},
		{"bytes of a bot's answer as $.Lex", interp.MaxLexBytes, "NoMatchingError, and nothing of it is said"},
		{"bytes of the session attributes of all bots of one run", interp.MaxBotBytes, "NoMatchingError"},
		{"levels that an answer, a view's data or a parameter nests", flow.MaxDepth, "NoMatchingError; of what a view answers, NoMatchingCondition"},
		{"messages of a bot's answer", interp.MaxBotMessages, "NoMatchingError, and none is said"},
		{"messages that wait for a flow in a call", contact.MaxInputs, "later ones are in the transcript, and the flow does not hear them"},
		{"bytes of these messages", contact.MaxInputBytes, "the same"},
		{"contacts of one chat", contact.MaxSegments, "no transfer to another queue and no disconnect flow"},
		{"tags of a contact", contact.MaxContactTags, "NoMatchingError, and nothing is tagged"},
	} {
		fmt.Fprintf(&b, "| %s | %d | %s |\n", row.what, row.value, row.then)
	}
	return b.String()
}
