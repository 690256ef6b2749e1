package contact

import (
	"encoding/json"
	"maps"
	"regexp"
	"slices"
	"unicode/utf8"

	"parley/domain/attribute"
	"parley/domain/catalog"
	"parley/domain/change"
	"parley/domain/flow/interp"
	"parley/domain/persistent"
	"parley/domain/session"
	"parley/domain/spelling"
	"parley/internal/fault"
)

// Lengths of a contact's data, in characters (Amazon Connect, UpdateContact and TagContact).
const (
	maxName        = 1_024
	maxDescription = 4_096
	maxCustomerID  = 128
	maxTagValue    = 256
)

// UpdateContact changes the contact's data as UpdateContact of the API does, and its language and customer.
func (w world) UpdateContact(u interp.ContactUpdate) error {
	if err := checkLengths(u); err != nil {
		return err
	}
	data := Update{Name: u.Name, Description: u.Description}
	var err error
	if data.References, err = spelling.References(u.References); err != nil {
		return err
	}
	if data.SegmentAttributes, err = spelling.Segments(u.SegmentAttributes); err != nil {
		return err
	}
	k := w.d.s.Current()
	if err := w.d.Update(k.ID, data); err != nil {
		return err
	}
	set(&k.LanguageCode, u.LanguageCode)
	set(&k.CustomerID, u.CustomerID)
	return nil
}

func checkLengths(u interp.ContactUpdate) error {
	for _, c := range []struct {
		name     string
		value    *string
		min, max int
	}{
		{"Name", u.Name, 0, maxName},
		{"Description", u.Description, 0, maxDescription},
		{"LanguageCode", u.LanguageCode, 2, 10},
		{"CustomerId", u.CustomerID, 1, maxCustomerID},
	} {
		if c.value == nil {
			continue
		}
		if n := utf8.RuneCountInString(*c.value); n < c.min || n > c.max {
			return fault.New(fault.Rule, "%s has not %d to %d characters", c.name, c.min, c.max)
		}
	}
	return nil
}

// Tag adds and replaces tags of the contact.
func (w world) Tag(tags map[string]string) error {
	for _, value := range tags {
		if utf8.RuneCountInString(value) > maxTagValue {
			return fault.New(fault.Rule, "a tag has more than %d characters", maxTagValue)
		}
	}
	return w.d.Tag(w.d.s.Current().ID, tags)
}

// Untag removes tags of the contact; those of AWS stay.
func (w world) Untag(keys []string) error {
	for _, key := range keys {
		if hasReservedPrefix(key) {
			return fault.New(fault.Rule, "tags that begin with aws: cannot be removed")
		}
	}
	return w.d.Untag(w.d.s.Current().ID, keys)
}

// SetHooks says what runs later on the contact. A flow must be one that can be run, of the hook's type.
func (w world) SetHooks(hooks map[string]interp.Hook) error {
	k := w.d.s.Current()
	changed := make(map[string]session.Hook, len(hooks))
	for _, name := range slices.Sorted(maps.Keys(hooks)) { // of several refusals always the same
		h := hooks[name]
		rule, known := hookOf(name)
		if !known || rule.voice {
			return fault.New(fault.Rule, "a chat has no such hook")
		}
		next := k.Hooks[name]
		if h.Flow != "" {
			f, ok := w.flowFor(rule, h.Flow)
			if !ok {
				return fault.New(fault.Rule, "there is no published flow of type %s", rule.flows)
			}
			next.FlowID = f.ID
		}
		if h.Disable != nil {
			next.Disabled = *h.Disable
		}
		changed[name] = next
	}
	k.Hooks = attribute.Overlay(k.Hooks, changed)
	w.d.updated(k)
	return nil
}

// flowFor finds the flow that a hook names by id or ARN.
func (w world) flowFor(rule hook, ref string) (catalog.FlowRef, bool) {
	f, ok := w.FlowOf(ref)
	return f, ok && f.Type == rule.flows && f.Runs()
}

// SetRecording remembers what is to be recorded and analysed.
func (w world) SetRecording(behavior json.RawMessage) {
	w.d.s.Current().Recording = behavior
	w.d.touch(change.State)
}

// contactID is how ids of contacts look. What else a flow comes to is not looked for: a store may fail at the text, and
// the decision would be made again for ever.
var contactID = regexp.MustCompile(`^[A-Za-z0-9-]{1,256}$`)

// Associate lets the chat continue an earlier one, by the rules of the API's operation.
func (w world) Associate(rehydration, source string) error {
	if !contactID.MatchString(source) {
		return fault.New(fault.NotFound, "it is no id of a contact")
	}
	past, read := w.Past[source]
	if !read {
		return &interp.Need{Kind: interp.NeedContact, Subject: source}
	}
	if past == nil {
		return fault.New(fault.NotFound, "the contact was not found")
	}
	_, err := w.d.Associate(&persistent.Rehydration{Type: rehydration, SourceContactID: source, SameCustomer: w.SameCustomer}, past)
	return err
}
