package contact

import (
	"encoding/json"
	"reflect"

	"parley/domain/flow"
	"parley/domain/session"
	"parley/domain/spelling"
	"parley/domain/transcript"
)

// world lets a flow act on a draft. It implements interp.World.
type world struct {
	d   *Draft
	cfg Config
}

// SetAttributes sets contact attributes, all or none.
func (w world) SetAttributes(attrs map[string]string) error { return w.d.SetAttributes(attrs) }

// BotPresent reports whether a custom participant is in the chat.
func (w world) BotPresent() bool { return w.d.present(transcript.CustomBot) }

func (d *Draft) present(roles ...transcript.Role) bool {
	for i := range d.s.State.Participants {
		p := &d.s.State.Participants[i]
		for _, r := range roles {
			if p.Role == r && p.Present() && !p.JoinedAt.IsZero() {
				return true
			}
		}
	}
	return false
}

// Lookup resolves what belongs to the contact ("Contact attributes" of the Amazon
// Connect flow language). What a web chat has not is nothing: CustomerEndpoint and
// SystemEndpoint, MediaStreams, Task, Agent before one has the contact, TextToSpeechVoiceId.
func (w world) Lookup(path flow.Path) (flow.Value, bool) {
	if len(path) == 0 {
		return flow.Value{}, false
	}
	if v, ok := w.scalar(path[0]); ok && len(path) == 1 {
		return flow.TextValue(v), true
	}
	return w.nested(path[0], path[1:])
}

func (w world) scalar(name string) (string, bool) {
	k := w.d.s.Current()
	switch name {
	case "Channel":
		return "CHAT", true
	case "ContactId":
		return k.ID, true
	case "InitialContactId":
		return w.d.s.ID, true
	case "PreviousContactId":
		return present(k.PreviousID)
	case "RelatedContactId":
		return present(k.RelatedID)
	case "InitiationMethod":
		return k.InitiationMethod, true
	case "CustomerId":
		return present(k.CustomerID)
	case "Name":
		return present(k.Name)
	case "Description":
		return present(k.Description)
	case "LanguageCode":
		return k.Language(), true
	case "InstanceARN":
		return w.cfg.InstanceARN, true
	case "AwsRegion":
		return w.cfg.Region, true
	}
	return "", false
}

func present(s string) (string, bool) { return s, s != "" }

func (w world) nested(name string, path flow.Path) (flow.Value, bool) {
	k := w.d.s.Current()
	switch name {
	case "Attributes":
		return text(w.d.s.Attributes, path)
	case "Tags":
		return text(k.Tags, path)
	case "Media":
		return text(media(w.d.s), path)
	case "SegmentAttributes":
		return w.d.tree(name, k.SegmentAttributes, func() any { return spelling.Values(k.Segments()) }).At(path)
	case "References":
		return w.d.tree(name, k.References, func() any { return orEmpty(k.References) }).At(path)
	case "Queue":
		return w.queue(path)
	case "Agent":
		return text(w.agent(k), path)
	}
	return flow.Value{}, false
}

// agent is who has the contact ($.Agent).
func (w world) agent(k *session.Contact) map[string]string {
	if k.Agent == nil {
		return nil
	}
	n := k.Agent.Names
	return map[string]string{"UserName": n.UserName, "FirstName": n.FirstName, "LastName": n.LastName, "ARN": w.cfg.InstanceARN + "/agent/" + k.Agent.UserID}
}

// tree is a map of the contact as JSON. It is spelled and read once in a decision, however many paths lead into it: rules
// replace a map and never write into it, so the same map is the same tree.
func (d *Draft) tree(name string, of any, spell func() any) *flow.Tree {
	at := treeKey{name, reflect.ValueOf(of).Pointer()}
	if d.trees[at].tree == nil {
		if d.trees == nil {
			d.trees = map[treeKey]treeOf{}
		}
		d.trees[at] = treeOf{of, flow.NewTree(document(spell()).JSON())}
	}
	return d.trees[at].tree
}

type treeKey struct {
	name string
	at   uintptr
}

type treeOf struct {
	of   any // kept, so that no other map comes to its place in memory
	tree *flow.Tree
}

// text looks a key up; without a key it is all of them as an object.
func text(values map[string]string, path flow.Path) (flow.Value, bool) {
	if len(path) == 0 {
		return document(orEmpty(values)), true
	}
	v, ok := values[path[0]]
	return flow.TextValue(v), ok && len(path) == 1
}

// media is $.Media, of which a chat has the message that it began with.
func media(s *session.Session) map[string]string {
	if s.State.InitialMessage == "" {
		return nil
	}
	return map[string]string{"InitialMessage": s.State.InitialMessage}
}

func (w world) queue(path flow.Path) (flow.Value, bool) {
	q, ok := w.workingQueue()
	if !ok {
		return flow.Value{}, false
	}
	return text(map[string]string{"Name": q.Name, "ARN": q.ARN}, path)
}

func document(v any) flow.Value {
	raw, err := json.Marshal(v)
	if err != nil {
		return flow.Value{}
	}
	return flow.JSONValue(raw)
}
