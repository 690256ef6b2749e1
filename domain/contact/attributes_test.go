package contact_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"parley/domain/contact"
	"parley/domain/session"
	"parley/internal/fault"
)

// filled has n bytes of keys and values, in letters of one or of three bytes.
func filled(n int, char string) map[string]string {
	value := strings.Repeat(char, (n-3)/len(char))
	return map[string]string{"key": value + strings.Repeat("x", n-3-len(value))}
}

// manyKeys has n bytes in as many keys as possible without values.
func manyKeys(n int) map[string]string {
	attrs := map[string]string{}
	for i := 0; n >= 4; i++ {
		key := fmt.Sprintf("%04x", i)
		attrs[key], n = "", n-len(key)
	}
	attrs["0000"] = strings.Repeat("x", n)
	return attrs
}

func TestSizeAndKeysOfAttributes(t *testing.T) {
	for name, c := range map[string]struct {
		attrs map[string]string
		ok    bool
	}{
		"none":                      {nil, true},
		"an empty value":            {map[string]string{"k": ""}, true},
		"32,768 bytes":              {filled(32_768, "x"), true},
		"32,769 bytes":              {filled(32_769, "x"), false},
		"32,768 bytes, multi-byte":  {filled(32_768, "あ"), true},
		"32,769 bytes, multi-byte":  {filled(32_769, "あ"), false},
		"keys count":                {map[string]string{strings.Repeat("k", 32_768): "v"}, false},
		"many keys of 32,768 bytes": {manyKeys(32_768), true},
		"many keys of 32,769 bytes": {manyKeys(32_769), false},
		"all allowed signs":         {map[string]string{"AZaz09_-": "v"}, true},
		"a space":                   {map[string]string{"a b": "v"}, false},
		"no ASCII letter":           {map[string]string{"é": "v"}, false},
		"a dot":                     {map[string]string{"a.b": "v"}, false},
		"an empty key":              {map[string]string{"": "v"}, false},
		"a line break at the end":   {map[string]string{"a\n": "v"}, false},
		"a system name":             {map[string]string{"connect:Subtype": "v"}, false},
	} {
		r := start()
		r.Attributes = c.attrs
		wantOutcome(t, name, r.Check(contact.TextLimit{}), c.ok, fault.Invalid)
		if c.attrs != nil {
			room := begun(t, start())
			err := room.decide(func(d *contact.Draft) error { return d.SetAttributes(c.attrs) })
			wantOutcome(t, name+", set later", err, c.ok, fault.Invalid)
		}
	}
}

// A flow names attributes as it likes, as long as it can read them back ($.Attributes.['user attribute']).
func TestKeysThatFlowsSet(t *testing.T) {
	for key, ok := range map[string]bool{"user attribute": true, "é": true, "a:b": true, "": false, "a.b": false, "a$": false} {
		room := begun(t, start())
		err := room.decide(func(d *contact.Draft) error { return d.SetFlowsAttributes(map[string]string{key: "v"}) })
		wantOutcome(t, fmt.Sprintf("the key %q", key), err, ok, fault.Invalid)
		if ok {
			room.must(func(d *contact.Draft) error { return d.SetAttributes(map[string]string{"late": "yes"}) })
			r := start()
			r.Related, r.RelatedContactID = room.s, room.s.State.Contacts[0].ID
			if got := begun(t, r).s.Attributes[key]; got != "v" {
				t.Errorf("a chat that relates to one with the attribute %q has %q there", key, got)
			}
		}
	}
}

func TestSetAttributesAddsAllOrNone(t *testing.T) {
	r := start()
	r.Attributes = map[string]string{"a": "1", "b": "2"}
	room := begun(t, r)
	room.must(func(d *contact.Draft) error { return d.SetAttributes(map[string]string{"b": "", "c": "3"}) })
	want := map[string]string{"a": "1", "b": "", "c": "3"}
	if diff := cmp.Diff(want, room.s.Attributes); diff != "" {
		t.Errorf("merged (-want +got):\n%s", diff)
	}
	err := room.decide(func(d *contact.Draft) error {
		return d.SetAttributes(map[string]string{"d": "4", "big": strings.Repeat("x", 32_768-4)})
	})
	wantKind(t, "the whole would be too large", err, fault.Invalid)
	if diff := cmp.Diff(want, room.s.Attributes); diff != "" {
		t.Errorf("after a refusal (-want +got):\n%s", diff)
	}
	room.must((*contact.Draft).Stop)
	room.must(func(d *contact.Draft) error { return d.SetAttributes(map[string]string{"late": "yes"}) })
	if room.s.Attributes["late"] != "yes" {
		t.Error("after the end attributes cannot be set")
	}
}

func TestSegmentAttributesOfAStart(t *testing.T) {
	value := func(s string) session.Value { return session.Value{String: &s} }
	interactive := []string{
		"text/plain", "application/vnd.amazonaws.connect.message.interactive",
		"application/vnd.amazonaws.connect.message.interactive.response",
	}
	number := int64(1)
	for name, c := range map[string]struct {
		attrs map[string]session.Value
		types []string
		ok    bool
	}{
		"a guide":                    {map[string]session.Value{"connect:Subtype": value("connect:Guide")}, interactive, true},
		"a guide, plain text only":   {map[string]session.Value{"connect:Subtype": value("connect:Guide")}, nil, false},
		"a guide, no responses":      {map[string]session.Value{"connect:Subtype": value("connect:Guide")}, interactive[:2], false},
		"another subtype":            {map[string]session.Value{"connect:Subtype": value("connect:SMS")}, interactive, false},
		"a subtype that is a number": {map[string]session.Value{"connect:Subtype": {Integer: &number}}, interactive, false},
		"another system attribute":   {map[string]session.Value{"connect:Direction": value("OUTBOUND")}, nil, false},
		"one's own":                  {map[string]session.Value{"color": value("red")}, nil, true},
	} {
		r := start()
		r.SegmentAttributes, r.ContentTypes = c.attrs, c.types
		_, err := r.Begin(contact.IDs{}, contact.Settings{}, t0)
		wantOutcome(t, name, err, c.ok, fault.Rule)
	}
}

func TestEveryChatCarriesTheSystemAttributes(t *testing.T) {
	red := "red"
	r := start()
	r.SegmentAttributes = map[string]session.Value{"color": {String: &red}}
	got := begun(t, r).s.Current().Segments()
	for key, want := range map[string]string{"connect:Subtype": "connect:Chat", "connect:Direction": "INBOUND", "color": "red"} {
		if v := got[key].String; v == nil || *v != want {
			t.Errorf("%s is %v, want %s", key, v, want)
		}
	}
}
