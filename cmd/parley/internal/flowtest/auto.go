package flowtest

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"maps"
	"slices"
	"strings"

	"parley/cmd/parley/internal/flowtools"
	"parley/domain/flow"
	"parley/domain/flow/interp"
	"parley/domain/session"
	"parley/domain/sim"
	"parley/domain/transcript"
)

// Bounds of made-up input (our choice).
const (
	autoRuns = 12  // chats for each inbound flow
	autoActs = 200 // acts in one chat
)

// flows checks every flow of a scope, and runs the inbound ones.
func (r *runner) flows(ctx context.Context, s *Scope) error {
	for _, file := range slices.Sorted(maps.Keys(s.Other)) {
		r.out.file(file)
		err := s.Other[file]
		r.add(func() *Result { return checked(Pos{file, flowtools.LineIn(err)}, "is a flow", err) })
	}
	r.coverage.scope(s)
	for _, f := range s.Flows {
		if err := ctx.Err(); err != nil {
			return err
		}
		if s.only != "" && s.only != f.Path {
			continue
		}
		r.out.file(f.Path)
		r.add(func() *Result { return checked(Pos{f.Path, 1}, "is printed back as it was", printsBack(f)) })
		r.publishable(f)
		if f.inbound() {
			r.add(func() *Result { return r.chats(s, f) })
		}
	}
	return nil
}

// chats runs several chats through a flow, until one fails.
func (r *runner) chats(s *Scope, f *Flow) (last *Result) {
	for i := range autoRuns {
		r.coverage.add(last)
		if last = s.madeUp(f, r.o.Seed+uint64(i)); last.Failure != nil {
			break
		}
	}
	return last
}

func (r *runner) publishable(f *Flow) {
	problems := refusals(f)
	if r.o.Lenient && len(problems) > 0 {
		r.warnOf(f)
		return
	}
	pos := Pos{f.Path, 1}
	var err error
	if len(problems) > 0 {
		pos = problems[0].Pos
		texts := []string{problems[0].message}
		for _, p := range problems[1:] {
			texts = append(texts, p.Error())
		}
		err = errors.New(strings.Join(texts, "\n"))
	}
	r.add(func() *Result { return checked(pos, "could be published", err) })
}

// refusals says where and why a flow could not be published; nothing if it could.
func refusals(f *Flow) (all []problem) {
	as := f.Type
	if f.Module {
		as = flow.Module
	}
	for _, p := range flow.ValidateAs(f.Doc, as) {
		line := 1
		if !f.old {
			line = f.Doc.LineOfProblem(p.ActionID, p.Message)
		}
		if p.ActionID != "" {
			p.Message += fmt.Sprintf(" (block %s)", p.ActionID)
		}
		all = append(all, problem{Pos{f.Path, line}, p.Message})
	}
	return all
}

func (r *runner) warnOf(f *Flow) {
	for _, p := range refusals(f) {
		r.report.Warnings = append(r.report.Warnings, fmt.Sprintf("%s: could not be published: %s", p.Pos, p.message))
	}
}

// warn tells of what lies beside conversations and would not work on a server.
func (r *runner) warn(s *Scope) {
	for _, f := range s.Flows {
		r.warnOf(f)
	}
	for file, err := range s.Other {
		r.report.Warnings = append(r.report.Warnings, fmt.Sprintf("%s: is not read: %v", Pos{file, flowtools.LineIn(err)}, err))
	}
}

// checked is a test that has no conversation.
func checked(pos Pos, name string, err error) *Result {
	r := &Result{Conversation: &Conversation{Pos: pos, Name: name}}
	if err != nil {
		r.Failure = &Failure{Pos: r.Pos, Step: name, Message: err.Error()}
	}
	return r
}

// printsBack prints a flow and compares it, as JSON, with its file, and with
// the print of its print.
func printsBack(f *Flow) error {
	printed := f.Doc.Print()
	if !sameJSON(f.content, printed) {
		return errors.New("printing changes the document")
	}
	again, err := flow.Parse(printed)
	if err != nil {
		return fmt.Errorf("what was printed cannot be read: %w", err)
	}
	if !bytes.Equal(printed, again.Print()) {
		return errors.New("printing it twice gives two texts")
	}
	return nil
}

func sameJSON(a, b []byte) bool {
	var texts [2][]byte
	for i, content := range [][]byte{a, b} {
		dec := json.NewDecoder(bytes.NewReader(content))
		dec.UseNumber() // numbers as they are written
		var v any
		if dec.Decode(&v) != nil {
			return false
		}
		texts[i], _ = json.Marshal(v) // members sorted by name
	}
	return bytes.Equal(texts[0], texts[1])
}

// madeUp runs a flow with input that somebody might give it: what its own
// conditions look for.
func (s *Scope) madeUp(f *Flow, seed uint64) *Result {
	c := &Conversation{Pos: Pos{f.Path, 1}, Name: "runs to its end with made-up input"}
	r := &Result{Conversation: c}
	g := &guesser{random: seed * 7919, lookedFor: lookedFor(s)}
	setup := newSetup(seed)
	setup.flow = f.Name
	for key, values := range g.wanted("Attributes.") {
		setup.start.Attributes[key] = g.pick(values)
	}
	chat, err := s.startMadeUp(f, setup, g, r)
	if err == nil {
		err = g.talk(chat)
	}
	if chat != nil {
		r.saw(chat)
		err = errors.Join(err, explained(r.History))
		if why := runaway(r.History); why != "" && s.Lenient {
			r.world.warn("%s: runs away with made-up input: %s", r.last(c.Pos), why)
		} else if why != "" {
			err = errors.Join(err, fmt.Errorf("the flow runs away: %s", why))
		}
	}
	if err != nil {
		r.Failure = &Failure{Pos: r.last(c.Pos), Step: fmt.Sprintf("%s %d", c.Name, seed), Message: err.Error()}
	}
	return r
}

// last is where the action stands that ran last; otherwise where none has run.
func (r *Result) last(otherwise Pos) Pos {
	for i := len(r.History) - 1; i >= 0; i-- {
		if s := r.History[i].Step; s != nil {
			if f := r.world.flowOf(*s); f != nil {
				return Pos{f.Path, f.line(s.Action)}
			}
		}
	}
	return otherwise
}

func (s *Scope) startMadeUp(f *Flow, setup *setup, g *guesser, r *Result) (*sim.Chat, error) {
	for _, step := range s.Given {
		if step.given == nil {
			continue // the answers are made up
		}
		if err := step.given(setup); err != nil {
			return nil, err
		}
	}
	w, err := s.world(setup)
	if err != nil {
		return nil, err
	}
	r.world, g.doc = w, f.Doc
	setup.start.FlowID = idOf("flow", f.Path)
	o := sim.Options{Now: setup.now, Seed: setup.seed, Waiting: w.waiting(setup), Calls: g}
	chat, err := sim.Start(w.instance, o, setup.start)
	if err != nil {
		return nil, err
	}
	return chat, chat.Connect()
}

// explained holds every step to name the rule that chose its branch.
func explained(history []sim.Entry) error {
	for _, e := range history {
		if s := e.Step; s != nil && (s.Rule == "" || s.Detail == "" && (s.Rule == interp.ByCondition || s.Rule == interp.ByError)) {
			return fmt.Errorf("the step at %q does not say which rule chose its branch", s.Action)
		}
	}
	return nil
}

// runaway says which bound a flow ran into, "" if none.
func runaway(history []sim.Entry) string {
	for _, e := range history {
		if e.Outcome != nil && e.Outcome.Kind == interp.Budget {
			return e.Outcome.Reason
		}
	}
	return ""
}

// lookedFor collects the operands of conditions by what is compared with them.
func lookedFor(s *Scope) map[string][]string {
	all := map[string][]string{}
	for _, f := range s.Flows {
		for _, a := range f.Doc.Actions() {
			path, ok := a.Parameters.Field("ComparisonValue").Text().Whole()
			if !ok {
				continue
			}
			name := strings.Join(path, ".")
			for _, c := range a.Conditions {
				if len(c.Operands) == 1 && c.Operands[0].Static() {
					all[name] = append(all[name], c.Operands[0].Source())
				}
			}
		}
	}
	return all
}

// guesser makes up input, by a seed.
type guesser struct {
	random    uint64
	lookedFor map[string][]string
	doc       *flow.Document
}

func (g *guesser) draw(n int) int {
	g.random = g.random*6364136223846793005 + 1442695040888963407
	return int(g.random>>33) % n
}

// wanted yields the names under a prefix, in one order, with the values that
// conditions look for and one that they do not.
func (g *guesser) wanted(prefix string) iter.Seq2[string, []string] {
	return func(yield func(string, []string) bool) {
		for _, name := range slices.Sorted(maps.Keys(g.lookedFor)) {
			key, ok := strings.CutPrefix(name, prefix)
			if ok && !strings.Contains(key, ".") && !yield(key, append(slices.Clone(g.lookedFor[name]), "1")) {
				return
			}
		}
	}
}

func (g *guesser) pick(from []string) string { return from[g.draw(len(from))] }

// talk plays a chat until no flow runs any more.
func (g *guesser) talk(chat *sim.Chat) error {
	for range autoActs {
		s := chat.Session()
		if s.Status == session.Ended || s.Flow == nil {
			return nil
		}
		if err := g.act(chat, s); err != nil {
			return err
		}
	}
	return fmt.Errorf("the flow has no end within %d messages and waits", autoActs)
}

// act answers the flow, or lets the time pass that it waits for.
func (g *guesser) act(chat *sim.Chat, s *session.Session) error {
	if s.Flow.Listening && g.draw(3) > 0 {
		if view, ok := openView(chat); ok && g.draw(4) > 0 {
			return g.answerView(chat, view)
		}
		return chat.Say(transcript.Plain, g.pick([]string{"yes", "1", "I need help"}))
	}
	at, ok := chat.Next()
	if !ok {
		return errors.New("the flow waits for ever")
	}
	return chat.Advance(at.Sub(chat.Now()))
}

// openView reports whether the last message of the flow shows a view.
func openView(chat *sim.Chat) (shown, bool) {
	seen := chat.Seen(transcript.Customer)
	for i := len(seen) - 1; i >= 0; i-- {
		if seen[i].Type == transcript.Message {
			return shownView(seen[i]), speaker(seen[i]) == "view"
		}
	}
	return shown{}, false
}

func (g *guesser) answerView(chat *sim.Chat, _ shown) error {
	actions := g.operands("ShowView")
	answer, err := json.Marshal(map[string]any{
		"templateType": "ViewResource", "version": "1.0", "action": g.pick(append(actions, "Next")), "data": map[string]any{"FormData": map[string]string{}},
	})
	if err != nil {
		return err
	}
	return chat.Say(transcript.InteractiveResponse, string(answer))
}

// operands are what the conditions of that type of action look for.
func (g *guesser) operands(actionType string) []string {
	var all []string
	for _, a := range g.doc.Actions() {
		for _, c := range a.Conditions {
			if a.Type == actionType && len(c.Operands) == 1 && c.Operands[0].Static() {
				all = append(all, c.Operands[0].Source())
			}
		}
	}
	return all
}

// Call implements sim.Caller: functions answer what conditions look for, or
// fail; bots find an intent that a condition looks for, or ask again.
func (g *guesser) Call(call interp.Call) (sim.Answer, error) {
	switch {
	case g.draw(5) == 0:
		return sim.Answer{Err: "made up to fail"}, nil
	case call.Kind == "bot":
		return g.bot(call)
	}
	answer := map[string]string{"result": "ok"}
	for key, values := range g.wanted("External.") {
		answer[key] = g.pick(values)
	}
	payload, err := json.Marshal(answer)
	return sim.Answer{Payload: payload}, err
}

func (g *guesser) bot(call interp.Call) (sim.Answer, error) {
	read := func() (reply, error) { return botSays(args{value: "What can I do for you?"}) }
	if intents := g.operands("ConnectParticipantWithLexBot"); g.draw(3) > 0 {
		read = func() (reply, error) {
			return botFinds(args{names: []string{"", g.pick(append(intents, "FallbackIntent"))}})
		}
	}
	r, err := read()
	if err != nil {
		return sim.Answer{}, err
	}
	r.Payload, err = r.bot(call)
	return r.Answer, err
}
