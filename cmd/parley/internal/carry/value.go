package carry

import (
	"bytes"
	"cmp"
	"encoding/json"
	"maps"
	"slices"
	"strings"
)

// Doc is the JSON object of a thing: the members of the operation that creates
// it, with names in the place of ids.
type Doc = map[string]any

// script is a content in the flow language, in its canonical form and with names; it has a file of its own.
type script string

// unordered are lists whose order means nothing: they are sorted.
var unordered = strings.Fields(`SecurityProfileIds QuickConnectIds QueueConfigs ManualAssignmentQueueConfigs Permissions
	Proficiencies MediaConcurrencies AutoAcceptConfigs AfterContactWorkConfigs PhoneNumberConfigs PersistentConnectionConfigs
	VoiceEnhancementConfigs TagRestrictedResources HierarchyRestrictedResources ApprovedOrigins Purposes Config Overrides
	QueueIds RoutingProfileIds Queues`)

// with returns a copy of a document with one member more, or as it is if that has no name.
func with(d Doc, name string, value any) Doc {
	d = maps.Clone(d)
	if d == nil {
		d = Doc{}
	}
	if name != "" {
		d[name] = value
	}
	return d
}

// pick returns those members of a document that it has.
func pick(d Doc, names []string) Doc {
	out := Doc{}
	for _, name := range names {
		if value, ok := d[name]; ok {
			out[name] = value
		}
	}
	return out
}

// text returns a member that is a text, "" if it is none.
func text(d Doc, name string) string {
	s, _ := d[name].(string)
	return s
}

// object returns a member that is an object, an empty one if it is none.
func object(d Doc, name string) Doc {
	o, _ := d[name].(Doc)
	return o
}

// objects returns the objects of a list.
func objects(value any) []Doc {
	var all []Doc
	list, _ := value.([]any)
	for _, v := range list {
		if d, ok := v.(Doc); ok {
			all = append(all, d)
		}
	}
	return all
}

// tidy leaves out what is empty, and sorts what has no order; member is the value's name. It
// returns nil for nothing.
func tidy(member string, value any) any {
	switch v := value.(type) {
	case string:
		if v == "" {
			return nil
		}
	case Doc:
		return tidyObject(member, v)
	case []any:
		var list []any
		for _, item := range v {
			if item = tidy("", item); item != nil {
				list = append(list, item)
			}
		}
		if len(list) == 0 {
			return nil
		}
		if slices.Contains(unordered, member) {
			slices.SortFunc(list, func(a, b any) int { return cmp.Compare(sortKey(a), sortKey(b)) })
		}
		return list
	}
	return value
}

func tidyObject(member string, d Doc) any {
	out := Doc{}
	for name, value := range d {
		if free(member) {
			out[name] = value // tags may be empty
		} else if value = tidy(name, value); value != nil {
			out[name] = value
		}
	}
	if len(out) == 0 {
		return nil
	}
	return out
}

// free are members whose object is a caller's own: its names mean nothing to us.
func free(member string) bool {
	return slices.Contains([]string{"Tags", "AllowedAccessControlTags", "Attributes", "Template", "Settings", "TestContent", "ExtensionConfiguration"}, member)
}

// sortKey puts days into the order of the week, everything else into that of its text.
func sortKey(value any) string {
	d, _ := value.(Doc)
	days := []string{"MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY"}
	if at := slices.Index(days, text(d, "Day")); at >= 0 {
		start := object(d, "StartTime")
		return string(rune('0'+at)) + line(start["Hours"]) + line(start["Minutes"])
	}
	return line(value)
}

// encode prints JSON with sorted names, two spaces and a last line feed, the same text for the same value.
func encode(value any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	err := e.Encode(value)
	return b.Bytes(), err
}

// line prints a value on one line.
func line(value any) string {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(value); err != nil { // what JSON gave, JSON takes
		return err.Error()
	}
	return strings.TrimSuffix(b.String(), "\n")
}

// same tells whether two values are equal as JSON.
func same(a, b any) bool { return line(a) == line(b) }

// empty is what clears a member that has a value: nil where it is left out.
func empty(member string, value any) any {
	switch value.(type) {
	case string:
		if strings.HasSuffix(member, "Id") {
			return nil
		}
		return ""
	case []any:
		return []any{}
	case Doc:
		return Doc{}
	}
	return nil
}
