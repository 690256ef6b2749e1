package access_test

import (
	"maps"

	"parley/e2e/harness"
)

// target is a value for an id member and what the call must answer to it.
type target struct {
	name, value string
	want        harness.Refusal
	with        map[string]string // other members that the case needs
	key         key               // zero: the key without limits
	idle        bool              // the call succeeds and must change nothing
}

// rule returns the values that one id member is tried with.
type rule func(w *world) []target

// The answers (DESIGN, rulings on ids).
var (
	ok         = harness.Refusal{Status: 200}
	notFound   = harness.Refusal{Status: 404, Name: "ResourceNotFoundException"}
	gone       = harness.Refusal{Status: 410, Name: "ContactNotFoundException"}
	denied     = harness.Refusal{Status: 403, Name: "AccessDeniedException"}
	badMember  = harness.Refusal{Status: 400, Name: "InvalidParameterException"}
	badRequest = harness.Refusal{Status: 400, Name: "InvalidRequestException"}
	badValue   = harness.Refusal{Status: 400, Name: "ValidationException"}
)

// noIDs are texts that name nothing anywhere.
func noIDs() map[string]string {
	return map[string]string{
		"unknown": unknownID, "no id": "nonsense", "a path": "../../x", "SQL": "' OR '1'='1", "a wildcard": "%", "JSON": `{"$ne":""}`,
		"in capitals": "ABCDEF00-0000-4000-8000-000000000000",
	}
}

// The ARNs of things that cannot be ours.
const (
	strangersARN = "arn:aws:connect:us-east-1:999999999999:instance/" + unknownID
	servicesARN  = "arn:aws:s3:::" + unknownID
)

// foreignARNs: a stranger's instance, and what is no ARN of this service.
func foreignARNs(stranger, service harness.Refusal) rule {
	return func(*world) []target {
		return []target{
			{name: "another account's", value: strangersARN, want: stranger},
			{name: "another service's", value: servicesARN, want: service},
		}
	}
}

// refusing returns a rule for which nothing that is listed exists.
func refusing(want harness.Refusal, more func(w *world) map[string]string) rule {
	return func(w *world) []target {
		values := noIDs()
		if more != nil {
			maps.Copy(values, more(w))
		}
		var targets []target
		for name, value := range values {
			targets = append(targets, target{name: name, value: value, want: want})
		}
		return targets
	}
}

// both joins rules.
func both(rules ...rule) rule {
	return func(w *world) (all []target) {
		for _, r := range rules {
			all = append(all, r(w)...)
		}
		return all
	}
}

// one is a rule of a single value.
func one(name string, want harness.Refusal, value func(w *world) string) rule {
	return func(w *world) []target { return []target{{name: name, value: value(w), want: want}} }
}

// needing adds members that the cases of a rule need beside their own, by path.
func needing(r rule, with map[string]string) rule {
	return func(w *world) []target {
		targets := r(w)
		for i := range targets {
			targets[i].with = with
		}
		return targets
	}
}

// contactID: a contact of the instance, running or ended; missing is the
// answer for all others, tooLong for what is no id by its length.
func contactID(ended, missing harness.Refusal) rule {
	return both(foreignARNs(missing, missing),
		refusing(missing, func(w *world) map[string]string {
			return map[string]string{
				"another instance's":            w.other.contact,
				"another instance's, as an ARN": w.other.arn + "/contact/" + w.other.contact,
				"another's under our ARN":       w.own.arn + "/contact/" + w.other.contact,
				"ours under another's ARN":      w.other.arn + "/contact/" + w.own.contact,
				"a flow":                        w.own.flow,
				"the instance":                  w.own.instance,
			}
		}),
		one("ended", ended, func(w *world) string { return w.own.ended }),
	)
}

// instanceID: of an operation on a thing in the instance. With a key of
// another instance it is denied before anybody looks.
func instanceID(missing harness.Refusal) rule {
	return both(refusing(notFound, nil), foreignARNs(notFound, badMember),
		one("another instance, with a thing of this one", missing, func(w *world) string { return w.other.instance }),
		foreignInstance)
}

// wideInstanceID: of an operation on the instance as a whole; who has a key
// without limits owns both.
func wideInstanceID() rule {
	return both(refusing(notFound, nil), foreignARNs(notFound, badMember), foreignInstance)
}

func foreignInstance(w *world) []target {
	return []target{
		{name: "another instance, with a limited key", value: w.other.instance, want: denied, key: w.limited},
		{name: "another instance's ARN, with a limited key", value: w.other.arn, want: denied, key: w.limited},
		{name: "unknown, with a limited key", value: unknownID, want: denied, key: w.limited},
	}
}

// thing: a configured object of the instance.
func thing(foreign func(o objects) string) rule {
	return both(foreignARNs(badMember, badMember), refusing(notFound, func(w *world) map[string]string {
		return map[string]string{"another instance's": foreign(w.other), "another kind's": w.own.contact}
	}))
}

// pageToken: where a list goes on. Another instance's token is a position, and
// shows nothing of that instance.
func pageToken() rule {
	return both(refusing(badMember, nil),
		func(w *world) []target {
			return []target{{name: "another instance's", value: w.other.list, want: ok, idle: true}}
		})
}

// placeToken: where a list of numbered things goes on. The token of another list is none.
func placeToken() rule {
	return both(refusing(badMember, nil),
		func(w *world) []target {
			return []target{{name: "another instance's", value: w.other.list, want: badMember, idle: true}}
		})
}

// unsupported members are refused whatever they name.
func unsupported(with map[string]string) rule { return needing(refusing(badRequest, nil), with) }

// inert: kept or ignored as the caller's own text; nothing is looked up by it.
func inert(w *world) []target {
	return []target{{name: "another instance's", value: w.other.contact, want: ok}}
}

// connectionToken: the credential of the participant operations.
func connectionToken(w *world) []target {
	return credentials(map[string]string{
		"a participant token": w.own.token, "an ended chat's": w.own.endedBy, "a page token": w.own.nextToken,
	})
}

func participantToken(w *world) []target {
	return credentials(map[string]string{
		"a connection token": w.own.connection, "an ended chat's": w.own.endedToken, "a page token": w.own.nextToken,
	})
}

func credentials(values map[string]string) (targets []target) {
	maps.Copy(values, noIDs())
	for name, value := range values {
		targets = append(targets, target{name: name, value: value, want: denied})
	}
	return targets
}
