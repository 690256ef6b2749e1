package interp

import (
	"iter"
	"time"

	"parley/domain/flow"
)

// updateContactAttributes sets all of its attributes or none: of the contact, or of the one that it relates to. That is
// another chat, which one decision cannot change too: a call does.
func updateContactAttributes(m *machine, a *flow.Action) result {
	set, cause := m.attributes(a.Parameters.Field("Attributes").Fields(), plain)
	if cause != "" {
		return refuse(cause)
	}
	target, given := m.text(a.Parameters.Field("TargetContact"))
	switch {
	case given && target == "Related":
		return m.relatedAttributes(set)
	case given && target != "Current":
		return refuse("there is no such target contact")
	}
	if err := m.world.SetAttributes(set); err != nil {
		return refuse("the attributes cannot be set: " + err.Error())
	}
	return done()
}

// relatedTimeout is how long setting attributes of another chat may take (our choice).
const relatedTimeout = 8 * time.Second

func (m *machine) relatedAttributes(set map[string]string) result {
	related, ok := m.world.Lookup(flow.Path{"RelatedContactId"})
	if !ok {
		return refuse("the contact relates to no other")
	}
	return m.callOut(Call{Kind: KindAttributes, Target: related.String(), Payload: encodeTexts(set), Timeout: relatedTimeout})
}

// resumeAttributes goes on when the attributes of the related contact are set, or cannot be.
func resumeAttributes(_ *machine, _ *flow.Action, in Input) (result, bool) {
	answer, ok := in.(Result)
	if ok && answer.Err != "" {
		return refuse("the related contact's attributes cannot be set: " + answer.Err), true
	}
	return done(), ok
}

// updateFlowAttributes sets attributes that live as long as this run.
func updateFlowAttributes(m *machine, a *flow.Action) result {
	set, cause := m.attributes(a.Parameters.Field("FlowAttributes").Fields(), wrapped)
	if cause != "" {
		return refuse(cause)
	}
	all := map[string]string{}
	for _, from := range []map[string]string{m.run.FlowAttributes, set} {
		for k, v := range from {
			all[k] = v
		}
	}
	if size(all) > flow.MaxAttributeBytes {
		return refuse("the flow attributes are too large")
	}
	m.run.FlowAttributes = all
	return done()
}

// plain and wrapped find the text of an attribute: {"k": "v"} and {"k": {"Value": "v"}}.
func plain(p flow.Param) flow.Param   { return p }
func wrapped(p flow.Param) flow.Param { return p.Field("Value") }

// attributes resolves the keys and values of an action, or says why it cannot.
func (m *machine) attributes(fields iter.Seq2[string, flow.Param], value func(flow.Param) flow.Param) (map[string]string, string) {
	set := map[string]string{}
	total := 0
	for name, p := range fields {
		k, okKey := m.expand(flow.Compile(name), flow.MaxAttributeBytes)
		v, okValue := m.expand(value(p).Text(), flow.MaxAttributeBytes)
		total += len(k) + len(v)
		if !okKey || !okValue || total > flow.MaxAttributeBytes {
			return nil, "the attributes are too large"
		}
		if k == "" || value(p).Kind() != flow.Text {
			return nil, "an attribute has no name or no text"
		}
		set[k] = v
	}
	return set, ""
}

func size(attributes map[string]string) int {
	n := 0
	for k, v := range attributes {
		n += len(k) + len(v)
	}
	return n
}
