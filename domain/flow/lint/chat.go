package lint

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"parley/domain/flow"
)

// unwired finds error branches that the action may have and has not, where
// leaving them out ends the flow or hides what happened.
func unwired(l *linter) {
	for a := range l.live {
		spec, ok := flow.SpecOf(a.Type)
		if !ok {
			continue
		}
		if _, caught := a.ErrorBranch(flow.NoMatchingError); caught {
			continue // it takes every error that has no branch of its own
		}
		required, allowed := spec.ErrorsOf(a)
		for _, e := range allowed {
			if _, wired := a.ErrorBranch(e); wired || slices.Contains(required, e) || !matters(spec, e) {
				continue
			}
			l.report("unwired-error", Note, a, fmt.Sprintf("There is no branch for %s.", e), "Wire it, so that the flow does not end there.")
		}
	}
}

// matters: a block that works on a chat rarely fails for reasons of its own, and
// consoles leave the branch out.
func matters(spec *flow.Spec, errorType string) bool {
	if errorType == flow.NoMatchingCondition {
		return false
	}
	for _, e := range spec.Errors {
		if e.Type == errorType && e.Required {
			return false // where it is needed, it is an error already
		}
	}
	return spec.Chat == flow.ChatFails && errorType == spec.Branch || errorType == "InputTimeLimitExceeded"
}

// voiceOnly finds what does not work on a chat.
func voiceOnly(l *linter) {
	for a := range l.live {
		spec, ok := flow.SpecOf(a.Type)
		switch {
		case !ok:
		case spec.Chat == flow.ChatFails:
			l.report("not-on-chat", Warning, a, fmt.Sprintf("This block (%s) does not work on a chat. %s", spec.Block, whatHappens(a, spec)), spec.Note)
		case spec.Chat == flow.ChatNothing:
			l.report("no-effect", Note, a, fmt.Sprintf("This block (%s) changes nothing on a chat.", spec.Block), spec.Note)
		default:
			spoken(l, a)
		}
	}
}

func whatHappens(a *flow.Action, spec *flow.Spec) string {
	if spec.Branch == "" {
		return "The flow ends here."
	}
	if e, ok := a.ErrorBranch(spec.Branch); ok {
		return fmt.Sprintf("It takes the branch %s, to %q.", spec.Branch, e.NextAction)
	}
	return fmt.Sprintf("It would take the branch %s, which is not wired.", spec.Branch)
}

// spoken finds what is said in a way that only a telephone can say. A prompt has
// a text, which a chat gets.
func spoken(l *linter, a *flow.Action) {
	if a.Type != "MessageParticipant" && a.Type != "ConnectParticipantWithLexBot" {
		return
	}
	for _, name := range []string{"SSML", "Media"} {
		if a.Parameters.Field(name).Present() {
			l.report("not-on-chat", Warning, a, name+" is for voice; a chat customer does not get it.", "Say it with Text.")
		}
	}
}

// Bounds beyond which a block fails when it runs.
const (
	// maxText is in characters (Amazon Connect, Play prompt).
	maxText = 6000
)

// lengths finds texts that are too long and keys that cannot be read back.
func lengths(l *linter) {
	for a := range l.live {
		text := a.Parameters.Field("Text").Text()
		if n := utf8.RuneCountInString(text.Source()); n > maxText && a.Type != "CreateTask" {
			l.report("text-too-long", Warning, a, fmt.Sprintf("The text has %d characters; from %d on the block fails.", n, maxText+1), "Say it in several blocks.")
		}
		size := 0
		for key, value := range a.Parameters.Field("Attributes").Fields() {
			size += len(key) + len(value.Text().Source())
			attributeKey(l, a, key)
		}
		if a.Type == "UpdateContactAttributes" && size > flow.MaxAttributeBytes {
			l.report("attributes-too-large", Warning, a, fmt.Sprintf("The attributes have %d bytes; a contact holds %d.", size, flow.MaxAttributeBytes), "Keep large values elsewhere, and an id of them here.")
		}
	}
}

func attributeKey(l *linter, a *flow.Action, key string) {
	for _, c := range key {
		if c == '.' || c == '$' {
			l.report("attribute-key", Warning, a, fmt.Sprintf("The attribute %q has a %q in its name: $.Attributes.%s does not read it.", key, c, key), "Use letters, digits, - and _.")
			return
		}
	}
}

// uuid is what the ids of these resources look like.
var uuid = regexp.MustCompile(`^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$`)

// identifiers finds resources that are named by what can be neither an ARN nor an id, as a name alone.
func identifiers(l *linter) {
	for _, r := range flow.References(l.doc) {
		switch r.Kind {
		case flow.QueueRef, flow.AgentRef, flow.FlowRef, flow.ModuleRef, flow.HoursRef, flow.PromptRef:
		default:
			continue // others have ids of other forms
		}
		if r.ByName || uuid.MatchString(r.ID) || isARN(r.Value) || !l.reachable[r.Action] {
			continue
		}
		a, _ := l.doc.Action(r.Action)
		l.report("no-identifier", Warning, a, fmt.Sprintf("%s is %.80q, which is neither an ARN nor an id.", r.Path, r.Value),
			fill(r.Value)+fmt.Sprintf("Write an ARN, an id, or name:%s/NAME.", r.Kind))
	}
}

// fill says that a template's placeholder was left in.
func fill(value string) string {
	if strings.ContainsAny(value, "{}<>%") {
		return "Something is still to be filled in here. "
	}
	return ""
}

// isARN tells an ARN from one in which something is still to be filled in.
func isARN(s string) bool {
	return strings.HasPrefix(s, "arn:") && !strings.ContainsAny(s, "{}<>% ")
}

// resources finds references to what the instance does not have.
func resources(l *linter) {
	if l.options.Known == nil {
		return
	}
	for _, r := range flow.References(l.doc) {
		if l.reachable[r.Action] && !l.options.Known(r) {
			a, _ := l.doc.Action(r.Action)
			l.report("missing-resource", Error, a, fmt.Sprintf("%s names the %s %q, which the instance does not have.", r.Path, r.Kind, r.Value), "Create it, or name another one.")
		}
	}
}
