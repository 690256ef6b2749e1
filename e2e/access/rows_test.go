package access_test

import (
	"maps"
	"testing"

	"parley/e2e/harness"
)

// row is a request that works, for one operation of the connect service; the
// matrix replaces one id of it at a time.
type row struct {
	members func(t *testing.T, w *world) map[string]any
	// free are members that end like an identifier and name no object of ours.
	free []string
	// wide: the operation belongs to an instance as a whole, so another
	// instance of the same owner is not foreign to it.
	wide bool
}

// ofContact is the row of an operation on a running contact of its own.
func ofContact(member string, more map[string]any) row {
	return row{members: func(t *testing.T, w *world) map[string]any {
		members := map[string]any{"InstanceId": w.own.instance, member: w.start(t, w.own, "own")}
		maps.Copy(members, more)
		return members
	}}
}

// ofInstance is the row of an operation on an instance as a whole.
func ofInstance(more func(w *world) map[string]any) row {
	return row{wide: true, members: func(_ *testing.T, w *world) map[string]any {
		members := map[string]any{"InstanceId": w.own.instance}
		maps.Copy(members, more(w))
		return members
	}}
}

// ofObject is the row of an operation on one configured object.
func ofObject(member string, id func(w *world) string) row {
	return row{members: func(_ *testing.T, w *world) map[string]any {
		return map[string]any{"InstanceId": w.own.instance, member: id(w)}
	}}
}

func nothing(*world) map[string]any { return nil }

// rows has a row for every operation of the connect service that is built and
// takes an id.
func rows(t *testing.T) map[string]row {
	text := "x"
	fresh := newName()
	return map[string]row{
		"StartChatContact":        startRow(),
		"StopContact":             ofContact("ContactId", nil),
		"DescribeContact":         ofContact("ContactId", nil),
		"UpdateContact":           ofContact("ContactId", map[string]any{"Name": text}),
		"TagContact":              ofContact("ContactId", map[string]any{"Tags": map[string]string{"a": text}}),
		"UntagContact":            ofContact("ContactId", map[string]any{"TagKeys": text}),
		"GetContactAttributes":    ofContact("InitialContactId", nil),
		"UpdateContactAttributes": ofContact("InitialContactId", map[string]any{"Attributes": map[string]string{"a": text}}),
		"CreateParticipant": ofContact("ContactId", map[string]any{
			"ParticipantDetails": map[string]string{"ParticipantRole": "CUSTOM_BOT", "DisplayName": text},
		}),
		"CreatePersistentContactAssociation": {members: func(t *testing.T, w *world) map[string]any {
			return map[string]any{
				"InstanceId": w.own.instance, "InitialContactId": w.start(t, w.own, "own"),
				"SourceContactId": w.own.ended, "RehydrationType": "FROM_SEGMENT",
			}
		}},
		"DescribeInstance":    ofInstance(nothing),
		"ListContactFlows":    ofInstance(nothing),
		"ListQueues":          ofInstance(nothing),
		"DescribeContactFlow": ofObject("ContactFlowId", func(w *world) string { return w.own.flow }),
		"DescribeQueue":       ofObject("QueueId", func(w *world) string { return w.own.queue }),
		"CreateContactFlow": ofInstance(func(*world) map[string]any {
			return map[string]any{"Name": fresh(), "Type": "CONTACT_FLOW", "Content": harness.Document(t, harness.Say(text))}
		}),
		"CreateHoursOfOperation": ofInstance(func(*world) map[string]any {
			return map[string]any{"Name": fresh(), "TimeZone": "UTC", "Config": []any{}}
		}),
		"CreateQueue": {members: func(_ *testing.T, w *world) map[string]any {
			return map[string]any{"InstanceId": w.own.instance, "Name": fresh(), "HoursOfOperationId": w.own.hours}
		}},
	}
}

// startRow names a flow and a related contact.
func startRow() row {
	return row{free: []string{"CustomerId"}, members: func(_ *testing.T, w *world) map[string]any {
		return map[string]any{
			"InstanceId": w.own.instance, "ContactFlowId": w.own.flow, "RelatedContactId": w.own.ended,
			"ParticipantDetails": map[string]string{"DisplayName": "own"},
		}
	}}
}

// newName returns a function whose every answer is another name.
func newName() func() string {
	n := 0
	return func() string {
		n++
		return "name-" + string(rune('a'+n/26%26)) + string(rune('a'+n%26))
	}
}
