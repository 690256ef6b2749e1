// Package contactdata is what flows and the functions that they call read of a contact.
//
// It guarantees: nothing is changed; a path that leads to nothing is told from one that leads to an empty text.
package contactdata

import (
	"encoding/json"
	"reflect"

	"parley/domain/catalog"
	"parley/domain/flow"
	"parley/domain/session"
	"parley/domain/spelling"
)

// Reader reads the current contact of a session.
type Reader struct {
	*catalog.Config
	Session *session.Session
	Trees   Trees // not nil
}

// WorkingQueue is the queue that the flow has chosen.
func (r Reader) WorkingQueue() (catalog.Queue, bool) {
	k := r.Session.Current()
	if k.TargetAgent != "" {
		return r.OwnQueue(k.TargetQueueID, k.TargetAgent), true
	}
	q, ok := r.Queues[k.TargetQueueID]
	return q, ok
}

// Lookup resolves what belongs to the contact ("Contact attributes" of the Amazon
// Connect flow language). What a web chat has not is nothing: CustomerEndpoint and
// SystemEndpoint, MediaStreams, Task, Agent before one has the contact, TextToSpeechVoiceId.
func (r Reader) Lookup(path flow.Path) (flow.Value, bool) {
	if len(path) == 0 {
		return flow.Value{}, false
	}
	if v, ok := r.scalar(path[0]); ok && len(path) == 1 {
		return flow.TextValue(v), true
	}
	return r.nested(path[0], path[1:])
}

func (r Reader) scalar(name string) (string, bool) {
	k := r.Session.Current()
	switch name {
	case "Channel":
		return "CHAT", true
	case "ContactId":
		return k.ID, true
	case "InitialContactId":
		return r.Session.ID, true
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
		return r.InstanceARN, true
	case "AwsRegion":
		return r.Region, true
	}
	return "", false
}

func present(s string) (string, bool) { return s, s != "" }

func (r Reader) nested(name string, path flow.Path) (flow.Value, bool) {
	k := r.Session.Current()
	switch name {
	case "Attributes":
		return text(r.Session.Attributes, path)
	case "Tags":
		return text(k.Tags, path)
	case "Media":
		return text(media(r.Session), path)
	case "SegmentAttributes":
		return r.tree(name, k.SegmentAttributes, func() any { return spelling.Values(k.Segments()) }).At(path)
	case "References":
		return r.tree(name, k.References, func() any { return orEmpty(k.References) }).At(path)
	case "Queue":
		return r.queue(path)
	case "Agent":
		return text(r.agent(k), path)
	}
	return flow.Value{}, false
}

// agent is who has the contact ($.Agent).
func (r Reader) agent(k *session.Contact) map[string]string {
	if k.Agent == nil {
		return nil
	}
	n := k.Agent.Names
	return map[string]string{"UserName": n.UserName, "FirstName": n.FirstName, "LastName": n.LastName, "ARN": r.InstanceARN + "/agent/" + k.Agent.UserID}
}

// tree is a map of the contact as JSON. It is spelled and read once in a decision, however many paths lead into it: rules
// replace a map and never write into it, so the same map is the same tree.
func (r Reader) tree(name string, of any, spell func() any) *flow.Tree {
	at := treeKey{name, reflect.ValueOf(of).Pointer()}
	if r.Trees[at].tree == nil {
		r.Trees[at] = treeOf{of, flow.NewTree(document(spell()).JSON())}
	}
	return r.Trees[at].tree
}

// Trees are the maps of a contact that were read as JSON in one decision.
type Trees map[treeKey]treeOf

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

func (r Reader) queue(path flow.Path) (flow.Value, bool) {
	q, ok := r.WorkingQueue()
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
