package contact_test

import (
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"parley/domain/contact"
	"parley/domain/session"
	"parley/internal/fault"
)

func tag(contactID string, tags map[string]string) func(*contact.Draft) error {
	return func(d *contact.Draft) error { return d.Tag(contactID, tags) }
}

func TestTagKeys(t *testing.T) {
	for key, ok := range map[string]bool{
		"team": true, "a b_.:/=+-@é9": true, strings.Repeat("é", 128): true,
		"": false, strings.Repeat("é", 129): false, "a*b": false, "aws:x": false, "awsx": true, "a\nb": false,
	} {
		err := connected(t).decide(tag(chatID, map[string]string{key: "v"}))
		wantOutcome(t, "the key "+strconv.Quote(key), err, ok, fault.Invalid)
	}
}

func TestAContactHasSixTags(t *testing.T) {
	r := connected(t)
	six := map[string]string{"1": "", "2": "", "3": "", "4": "", "5": "", "6": ""}
	r.must(tag(chatID, six))
	wantKind(t, "a seventh", r.decide(tag(chatID, map[string]string{"7": ""})), fault.Invalid)
	r.must(tag(chatID, map[string]string{"6": "new"}))
	r.must(func(d *contact.Draft) error { return d.Untag(chatID, []string{"1", "2", "3", "4", "5", "unknown"}) })
	if diff := cmp.Diff(map[string]string{"6": "new"}, r.s.Current().Tags); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestUpdateChangesWhatIsGiven(t *testing.T) {
	r := connected(t)
	name, description, number, none := "N", "D", int64(1), ""
	update := func(u contact.Update) {
		r.must(func(d *contact.Draft) error { return d.Update(chatID, u) })
	}
	update(contact.Update{Name: &name, Description: &description, References: map[string]session.Reference{"a": {Value: "1"}, "b": {Value: "2"}}})
	r.now = r.now.Add(time.Minute)
	update(contact.Update{Description: &none, References: map[string]session.Reference{"b": {Value: "3"}},
		SegmentAttributes: map[string]session.Value{"n": {Integer: &number}}})
	k := r.s.Current()
	if k.Name != "N" || k.Description != "" || !k.UpdatedAt.Equal(r.now) {
		t.Errorf("name %q, description %q, updated %v", k.Name, k.Description, k.UpdatedAt)
	}
	if diff := cmp.Diff(map[string]session.Reference{"a": {Value: "1"}, "b": {Value: "3"}}, k.References); diff != "" {
		t.Errorf("references (-want +got):\n%s", diff)
	}
	if len(k.SegmentAttributes) != 1 || *k.SegmentAttributes["n"].Integer != 1 {
		t.Errorf("segment attributes %v", k.SegmentAttributes)
	}
}

func TestUpdatesOfOtherContactsAndSystemAttributesAreRefused(t *testing.T) {
	r := connected(t)
	outbound := "OUTBOUND"
	wantKind(t, "a system attribute", r.decide(func(d *contact.Draft) error {
		return d.Update(chatID, contact.Update{SegmentAttributes: map[string]session.Value{"connect:Direction": {String: &outbound}}})
	}), fault.Rule)
	for what, edit := range map[string]func(*contact.Draft) error{
		"UpdateContact": func(d *contact.Draft) error { return d.Update("other", contact.Update{}) },
		"TagContact":    tag("other", map[string]string{"a": ""}),
		"UntagContact":  func(d *contact.Draft) error { return d.Untag("other", nil) },
	} {
		wantKind(t, what+" of a contact of another chat", r.decide(edit), fault.NotFound)
	}
}

func TestAnEndedContactCanBeUpdated(t *testing.T) {
	r := connected(t)
	r.must((*contact.Draft).Stop)
	name := "after"
	r.must(func(d *contact.Draft) error { return d.Update(chatID, contact.Update{Name: &name}) })
	r.must(tag(chatID, map[string]string{"k": "v"}))
	r.must(func(d *contact.Draft) error { return d.Untag(chatID, []string{"k"}) })
	if r.s.Current().Name != "after" || r.s.Status != session.Ended {
		t.Errorf("name %q, status %d", r.s.Current().Name, r.s.Status)
	}
}
