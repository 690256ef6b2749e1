package admin

import (
	"bytes"
	"embed"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"parley/domain/flow"
	"parley/internal/fault"
)

// maxView is the most bytes of a view's content (Amazon Connect, CreateView: 400 kB).
const maxView = 400_000

// Check refuses what can be no view (fault.Invalid): the template must be a JSON object that is not too
// large; to be published it must have a body, and actions that differ.
func (c *ViewContent) Check(publish bool) error {
	if len(c.Template)+len(strings.Join(c.Actions, "")) > maxView {
		return fault.New(fault.Invalid, "Content must have at most %d bytes", maxView)
	}
	if err := validJSON("Content.Template", c.Template); err != nil {
		return err
	}
	c.Schema = schemaOf(c.Template)
	if !publish {
		return nil
	}
	var template struct {
		Body []json.RawMessage
	}
	if err := json.Unmarshal([]byte(c.Template), &template); err != nil || len(template.Body) == 0 {
		return fault.New(fault.Invalid, "Content.Template must have a Body with at least one component")
	}
	if len(c.Actions) == 0 || len(slices.Compact(slices.Sorted(slices.Values(c.Actions)))) != len(c.Actions) {
		return fault.New(fault.Invalid, "Content.Actions must name at least one action, and each once")
	}
	return nil
}

// sum is the hash of a content.
func (c *ViewContent) sum() string {
	return hash(c.Template + "\x00" + strings.Join(c.Actions, "\x00"))
}

// schemaOf makes the schema of the data that a template wants: every member
// that a "$.Member" in it names.
func schemaOf(template string) string {
	type property struct{}
	schema := struct {
		Type       string              `json:"type"`
		Properties map[string]property `json:"properties"`
		Required   []string            `json:"required"`
	}{"object", map[string]property{}, []string{}}
	for dec := json.NewDecoder(strings.NewReader(template)); ; {
		token, err := dec.Token()
		if err != nil {
			break
		}
		text, _ := token.(string)
		for _, path := range flow.Compile(text).References() {
			schema.Properties[path[0]] = property{}
		}
	}
	schema.Required = append(schema.Required, slices.Sorted(maps.Keys(schema.Properties))...)
	raw, err := json.Marshal(schema)
	if err != nil { // names always encode
		return "{}"
	}
	return string(raw)
}

// The views that every instance has, under the ids, actions and inputs that
// Amazon Connect gives them. Their templates are ours.
//
//go:embed views/*.json
var viewFiles embed.FS

// managedViews reads them.
func managedViews() (map[string]View, error) {
	all := map[string]View{}
	for _, id := range []string{"cards", "confirmation", "detail", "form", "list"} {
		v, err := managedView(id)
		if err != nil {
			return nil, fmt.Errorf("read the view %s: %w", id, err)
		}
		all[id] = v
	}
	return all, nil
}

func managedView(id string) (v View, err error) {
	raw, err := viewFiles.ReadFile("views/" + id + ".json")
	if err != nil {
		return v, err
	}
	var file struct {
		Name, Description string
		Actions           []string
		Template, Schema  json.RawMessage
	}
	if err := json.Unmarshal(raw, &file); err != nil {
		return v, err
	}
	template, err := compact(file.Template)
	if err != nil {
		return v, err
	}
	schema, err := compact(file.Schema)
	v = View{Managed: true, Description: file.Description, Actions: file.Actions, Content: ViewContent{template, schema, file.Actions}}
	v.ID, v.Name = id, file.Name
	v.publish("managed/"+id, v.Content.sum())
	v.Last, v.Versions = 1, []Version{{Number: 1, ContentID: v.ContentID, SHA256: v.SHA256}}
	return v, err
}

func compact(raw json.RawMessage) (string, error) {
	var b bytes.Buffer
	err := json.Compact(&b, raw)
	return b.String(), err
}
