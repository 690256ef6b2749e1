package flowtest

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

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

// ends shortens a report of a flow that ran away: how it came there, and how it ended.
func ends(text string) string {
	lines := slices.Collect(strings.Lines(text))
	left := len(lines) - firstLines - lastLines
	if left <= 1 {
		return text
	}
	return fmt.Sprintf("%s… %d lines left out (--json has all)\n%s",
		strings.Join(lines[:firstLines], ""), left, strings.Join(lines[len(lines)-lastLines:], ""))
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
	if m.Type == transcript.Message {
		return strings.ReplaceAll(spelled(m), "\n", "\n          | ")
	}
	event := m.ContentType[strings.LastIndexByte(m.ContentType, '.')+1:]
	who := strings.ToLower(string(m.Author.Role))
	return fmt.Sprintf("(%s)", strings.TrimSpace(who+" "+event))
}

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
		fmt.Fprintf(&b, "%s  %s / %s (%s): %s%s\n", r.stamp(e.At), r.world.flowName(*s), s.Action, s.Type, why, to)
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

func (w *World) refOf(s interp.Trace) contact.FlowRef {
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
