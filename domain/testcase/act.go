package testcase

import (
	"encoding/json"
	"fmt"
	"strings"

	"parley/domain/flow"
	"parley/domain/transcript"
)

// perform does an action.
func (r *run) perform(t task) {
	d := done{Action: t.Action}
	var err error
	switch t.Type {
	case send:
		err = r.send(t.Parameters.Instruction)
	case assert:
		d.failure = r.assert(&t.Parameters)
	case control:
		if t.Parameters.Command.Type == "EndTest" {
			r.ended = true
		} else {
			d.data = r.log(t.Parameters.Command.Properties.Expressions)
		}
	}
	if err != nil {
		d.failure = err.Error()
	}
	t.of.actions = append(t.of.actions, d)
}

// send lets the customer do something. Keys of a telephone are written (our
// choice: a chat has none).
func (r *run) send(i *Instruction) error {
	text := i.Properties.Text
	switch {
	case i.Type == "Disconnect":
		return r.chat.Leave()
	case i.Type == "DtmfInput":
		text = strings.Trim(string(i.Properties.Value), `"`)
	case text == "":
		text = tags.ReplaceAllString(i.Properties.SSML, "")
	}
	return r.chat.Say(transcript.Plain, text)
}

// assert returns why an assertion does not hold, "" if it does.
func (r *run) assert(p *Parameters) string {
	path, ok := flow.Compile(p.Namespace).Whole()
	if !ok {
		return fmt.Sprintf("%.100q is no path to a value", p.Namespace)
	}
	got, found := r.lookup(path)
	o, _ := operator(p.Operator)
	if o == exists && found || o != exists && found && o.Holds(got.String(), p.Operand) {
		return ""
	}
	if !found {
		return p.Namespace + " has no value"
	}
	return fmt.Sprintf("%s is %.200q, expected: %s %.200q", p.Namespace, got.String(), p.Operator, p.Operand)
}

// lookup resolves a path; the queue is the one in which the contact waits, also
// where an override put another in the place of the one that the flow chose.
func (r *run) lookup(path flow.Path) (flow.Value, bool) {
	if q, ok := r.in.Config.Queues[r.chat.Session().Current().QueueID]; ok && len(path) == 2 && path[0] == "Queue" {
		switch path[1] {
		case "Name":
			return flow.TextValue(q.Name), true
		case "ARN":
			return flow.TextValue(q.ARN), true
		}
	}
	return r.chat.Lookup(path)
}

func (r *run) log(expressions map[string]string) map[string]string {
	data := map[string]string{}
	for label, expression := range expressions {
		data[label], _ = flow.Compile(expression).Expand(r.lookup, flow.MaxAttributeBytes)
	}
	return data
}

// raw is JSON that cannot fail to encode.
func raw(v any) json.RawMessage {
	b, err := json.Marshal(v)
	if err != nil {
		return json.RawMessage("{}")
	}
	return b
}
