package flowtest

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"parley/domain/agent"
	"parley/domain/catalog"
	"parley/domain/contact"
	"parley/domain/flow/interp"
	"parley/domain/sim"
	"parley/domain/transcript"
)

// printer tells a person how it goes.
type printer struct {
	w     io.Writer
	quiet bool
	trace bool
	shown string // the file that was named last
	next  string // the file to name before its first result
}

func (p *printer) printf(format string, args ...any) {
	if !p.quiet {
		fmt.Fprintf(p.w, format, args...)
	}
}

func (p *printer) file(path string) { p.next = path }

func (p *printer) result(o Outcome) {
	if p.next != p.shown {
		p.printf("%s\n", p.next)
		p.shown = p.next
	}
	verdict := "ok  "
	if o.Failure != nil {
		verdict = "FAIL"
	}
	p.printf("  %s  %s\n", verdict, o.Name)
	if p.trace && o.Failure == nil {
		p.printf("%s", indent(ends(stepsText(o.Result)), "        "))
	}
}

func (p *printer) end(r *Report) {
	for _, o := range r.Results {
		if o.Failure != nil {
			p.printf("\nFAIL  %s\n%s", o.Name, indent(failureText(o.Result), "  "))
		}
	}
	if len(r.Warnings) > 0 {
		p.printf("\nWarnings\n")
		for _, w := range r.Warnings {
			p.printf("  %s\n", w)
		}
	}
	if r.Coverage != nil {
		p.printf("\n%s", coverageText(r.Coverage))
	}
	p.printf("\n%d passed, %d failed\n", r.Passed, r.Failed)
}

// failureText says what went wrong, and how the conversation came to there.
func failureText(r *Result) string {
	var b strings.Builder
	f := r.Failure
	fmt.Fprintf(&b, "%s: %s\n", f.Pos, f.Step)
	if f.Message != "" {
		fmt.Fprintf(&b, "%s\n", f.Message)
	} else {
		b.WriteString(difference(f.Want, f.Got))
	}
	if len(r.History) > 0 {
		fmt.Fprintf(&b, "the conversation so far:\n%s", indent(ends(conversationText(r)), "  "))
		fmt.Fprintf(&b, "the steps of the flow:\n%s", indent(ends(stepsText(r)), "  "))
	}
	return b.String()
}

// How much of a long report is shown from its beginning and its end (our choice).
const (
	firstLines = 20
	lastLines  = 30
)

// ends shortens a report of a flow that ran away: how it came there, and how it ended. What repeats is said once.
func ends(text string) string {
	lines := once(slices.Collect(strings.Lines(text)))
	left := len(lines) - firstLines - lastLines
	if left <= 1 {
		return strings.Join(lines, "")
	}
	return fmt.Sprintf("%s… %d lines left out (--json has all)\n%s",
		strings.Join(lines[:firstLines], ""), left, strings.Join(lines[len(lines)-lastLines:], ""))
}

// once counts lines that follow one another and are alike, where there are more than two of them.
func once(lines []string) (short []string) {
	for i := 0; i < len(lines); {
		n := 1
		for i+n < len(lines) && lines[i+n] == lines[i] {
			n++
		}
		if n > 2 {
			short = append(short, fmt.Sprintf("%s (%d times)\n", strings.TrimSuffix(lines[i], "\n"), n))
		} else {
			short = append(short, lines[i:i+n]...)
		}
		i += n
	}
	return short
}

// difference shows what was expected and what came, and where one line of each parts.
func difference(want, got string) string {
	if strings.Contains(want+got, "\n") {
		return linesDiffer(want, got)
	}
	text := fmt.Sprintf("expected  %s\ngot       %s\n", want, got)
	colon := strings.Index(want, ": ")
	if same := common([]rune(want), []rune(got)); colon >= 0 && same > colon+4 {
		text += strings.Repeat(" ", 10+same) + "^\n"
	}
	return text
}

// common is how many runes two texts begin with alike.
func common(a, b []rune) int {
	n := 0
	for n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	return n
}

// linesDiffer marks the lines of two texts: "-" was expected, "+" came.
func linesDiffer(want, got string) string {
	var b strings.Builder
	a, c := strings.Split(want, "\n"), strings.Split(got, "\n")
	for i := range max(len(a), len(c)) {
		switch {
		case i < len(a) && i < len(c) && a[i] == c[i]:
			fmt.Fprintf(&b, "  %s\n", a[i])
		default:
			if i < len(a) {
				fmt.Fprintf(&b, "- %s\n", a[i])
			}
			if i < len(c) {
				fmt.Fprintf(&b, "+ %s\n", c[i])
			}
		}
	}
	return b.String()
}

// conversationText is what the customer saw and what was called, with the time
// in the chat.
func conversationText(r *Result) string {
	var b strings.Builder
	for _, e := range r.History {
		if text := entryText(r, e); text != "" {
			fmt.Fprintf(&b, "%s  %s\n", r.stamp(e.At), text)
		}
	}
	return b.String()
}

// stamp is a time in the chat, with the days since its start.
func (r *Result) stamp(t time.Time) string {
	first := r.History[0].At.Truncate(24 * time.Hour)
	clock := t.Format("15:04:05")
	if days := int(t.Sub(first) / (24 * time.Hour)); days > 0 {
		return fmt.Sprintf("+%dd %s", days, clock)
	}
	return clock
}

func entryText(r *Result, e sim.Entry) string {
	switch {
	case e.Agent != nil:
		return movedText(r.world.name(e.Agent.User), *e.Agent)
	case e.Guide != "" && e.Item != nil:
		return guideText(r.world.name(e.Guide), *e.Item)
	case e.Call != nil:
		return fmt.Sprintf("(calls %s %s)", e.Call.Kind, r.world.callNames(*e.Call)[0])
	case e.Answer != nil && e.Answer.Answer.Err != "":
		return "(the call fails: " + e.Answer.Answer.Err + ")"
	case e.Answer != nil:
		return "(the call answers " + clip(string(e.Answer.Answer.Payload)) + ")"
	case e.Outcome != nil && e.Outcome.Cause != "":
		return fmt.Sprintf("(the flow is over: %s, %s: %s)", e.Outcome.Kind, e.Outcome.Reason, e.Outcome.Cause)
	case e.Outcome != nil && e.Outcome.Reason != "":
		return fmt.Sprintf("(the flow is over: %s, %s)", e.Outcome.Kind, e.Outcome.Reason)
	case e.Outcome != nil:
		return fmt.Sprintf("(the flow is over: %s)", e.Outcome.Kind)
	case e.Item != nil && e.Item.ContentType == transcript.Ended:
		return "(" + r.ending() + ")"
	case e.Item != nil && e.Item.ContentType == transcript.Left && e.Item.Author.Role == transcript.Customer && r.reason != contact.ReasonCustomer:
		return "" // the customer was taken out: how, the end of the chat says
	case e.Item != nil && e.Item.VisibleTo(transcript.Customer):
		return itemText(*e.Item)
	case e.Item != nil && e.Item.Type == transcript.Message && e.Item.VisibleTo(transcript.Agent):
		return lines(spelledToAgents(heard{Item: *e.Item}))
	}
	return ""
}

// ending says how the chat ended, in the words of scripts.
func (r *Result) ending() string {
	for _, words := range reasons() {
		if words.reason == r.reason {
			return "the chat ends " + words.spelled
		}
	}
	return "the chat ends"
}

func itemText(m transcript.Item) string {
	if m.Type == transcript.Message && m.Author.Role == transcript.Agent {
		return lines("agent " + quote(m.Author.DisplayName) + ": " + m.Content)
	}
	if m.Type == transcript.Message {
		return lines(spelled(m))
	}
	event := m.ContentType[strings.LastIndexByte(m.ContentType, '.')+1:]
	who := strings.ToLower(string(m.Author.Role))
	if m.Author.Role == transcript.Agent {
		who += " " + m.Author.DisplayName
	}
	if told := transferText(m); told != "" {
		event = told
	}
	return fmt.Sprintf("(%s)", strings.TrimSpace(who+" "+event))
}

// transferText says what came of a transfer or an invitation, "" for other events.
func transferText(m transcript.Item) string {
	var to struct{ Target, Reason string }
	_ = json.Unmarshal([]byte(m.Content), &to) // events have a content of ours, or none
	switch m.ContentType {
	case transcript.TransferSucceeded:
		return "sends the chat on to " + to.Target
	case transcript.TransferFailed:
		return "cannot reach " + to.Target + ": " + to.Reason
	case transcript.ParticipantInvited:
		return "asks " + to.Target + " in"
	}
	return ""
}

// movedText says how a contact stands with an agent now, "" where the transcript tells it.
func movedText(name string, m sim.Moved) string {
	switch {
	case m.To == agent.Connecting:
		return "(offered to " + name + ")"
	case m.To == agent.Missed:
		return "(" + name + " misses the offer)"
	case m.To == agent.Ended:
		return "(" + name + " has after-contact work)"
	case m.From == agent.Connecting && m.To == "":
		return "(no longer offered to " + name + ")"
	case m.From == agent.Ended:
		return "(" + name + " is done)"
	}
	return ""
}

// guideText is what happens in the guide of an agent.
func guideText(name string, m transcript.Item) string {
	switch {
	case m.ContentType == transcript.Joined:
		return "(the guide of " + name + " begins)"
	case m.ContentType == transcript.Ended:
		return "(the guide of " + name + " ends)"
	case m.Type != transcript.Message:
		return ""
	case m.Author.Role == transcript.Customer:
		return lines("agent to guide: " + m.Content)
	}
	return lines(spelledToAgents(heard{Item: m}))
}

// lines puts a text of several lines below its first one.
func lines(text string) string { return strings.ReplaceAll(text, "\n", "\n          | ") }

func clip(s string) string {
	if r := []rune(s); len(r) > 200 {
		return string(r[:200]) + "…"
	}
	return s
}

// stepsText lists the steps: flow, action, type, the rule that chose the branch, and where it led.
func stepsText(r *Result) string {
	var b strings.Builder
	for _, e := range r.History {
		s := e.Step
		if s == nil {
			continue
		}
		why := strings.TrimSpace(string(s.Rule) + " " + s.Detail)
		to := ""
		if s.Next != "" {
			to = " → " + s.Next
		}
		guide := ""
		if e.Guide != "" {
			guide = "guide of " + r.world.name(e.Guide) + ": "
		}
		fmt.Fprintf(&b, "%s  %s%s / %s (%s): %s%s\n", r.stamp(e.At), guide, r.world.flowName(*s), s.Action, s.Type, why, to)
	}
	return b.String()
}

// flowName is the name of the flow or module in which a step ran.
func (w *World) flowName(s interp.Trace) string {
	if name := w.refOf(s).Name; name != "" {
		return name
	}
	return s.Flow
}

// flowOf is the file in which the action of a step stands, nil for a placeholder.
func (w *World) flowOf(s interp.Trace) *Flow {
	content := w.refOf(s).Published
	for _, f := range w.scope.Flows {
		if f.Path == content {
			return f
		}
	}
	return nil
}

func (w *World) refOf(s interp.Trace) catalog.FlowRef {
	if ref, ok := w.instance.Config.Flows[s.Flow]; ok {
		return ref
	}
	return w.instance.Config.Modules[s.Flow]
}

func indent(text, by string) string {
	var b strings.Builder
	for line := range strings.Lines(text) {
		b.WriteString(by + line)
	}
	return b.String()
}
