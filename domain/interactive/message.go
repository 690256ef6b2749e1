package interactive

import (
	"encoding/json"
	"fmt"
	"strings"
)

// message is one that follows its template.
type message struct {
	root       map[string]any
	referenced bool // its template takes a referenceId
}

func read(content string) (message, error) {
	var root any
	if err := json.Unmarshal([]byte(content), &root); err != nil {
		return message{}, refusal("", "must be JSON")
	}
	c := &checker{}
	m := message{referenced: c.template(place{v: root, there: true}, false)}
	m.root, _ = root.(map[string]any)
	return m, c.err
}

func (m message) content() map[string]any {
	data, _ := m.root["data"].(map[string]any)
	content, _ := data["content"].(map[string]any)
	return content
}

func (m message) reference() string {
	reference, _ := m.content()["referenceId"].(string)
	return reference
}

// choices are the numbered choices that the message offers.
func (m message) choices() (lines []string) {
	list, name := m.content()["elements"], "title"
	if slots, ok := m.content()["timeslots"]; ok {
		list, name = slots, "date"
	}
	elements, _ := list.([]any)
	for i, e := range elements {
		element, _ := e.(map[string]any)
		title, ok := element[name].(string)
		if !ok { // a card of a carousel
			title, _ = message{root: element}.content()["title"].(string)
		}
		lines = append(lines, fmt.Sprintf("%d. %s", i+1, title))
	}
	return lines
}

// inside is the offset behind the brace that opens data.content.
func (m message) inside(content string) int64 {
	d := json.NewDecoder(strings.NewReader(content))
	for _, name := range []string{"data", "content"} {
		_, _ = d.Token() // the brace; read has seen that all of this is there
		for {
			key, err := d.Token()
			if key == name || err != nil {
				break
			}
			var other json.RawMessage
			_ = d.Decode(&other)
		}
	}
	_, _ = d.Token()
	return d.InputOffset()
}
