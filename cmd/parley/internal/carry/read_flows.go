package carry

import (
	"context"
	"encoding/json"
	"strconv"
)

// asScript marks a content: named puts names into it and prints it.
func asScript(d Doc) any { return script(text(d, "Content")) }

// asJSON reads a text that holds JSON, so that files show it as such; any other text stays one.
func asJSON(s string) any {
	var value any
	if json.Unmarshal([]byte(s), &value) != nil {
		return s
	}
	if _, ok := value.(Doc); !ok {
		return s
	}
	return value
}

// asText is the reverse of asJSON.
func asText(value any) string {
	if s, ok := value.(string); ok {
		return s
	}
	return line(value)
}

func readFlow(ctx context.Context, a *API, t *thing, d Doc) error {
	t.doc["Content"] = asScript(d)
	if text(d, "Status") == "SAVED" {
		return nil
	}
	draft, err := a.describe(ctx, t, "$SAVED")
	if err == nil && text(draft, "Content") != text(d, "Content") {
		t.doc["Saved"] = Doc{"Content": asScript(draft)}
	}
	return err
}

// moduleContent is a content of a module with its settings.
func moduleContent(d Doc) Doc {
	out := Doc{"Content": asScript(d)}
	if settings := text(d, "Settings"); settings != "" {
		out["Settings"] = asJSON(settings)
	}
	return out
}

func readModule(ctx context.Context, a *API, t *thing, d Doc) error {
	for name, value := range moduleContent(d) {
		t.doc[name] = value
	}
	draft, err := a.describe(ctx, t, "$SAVED")
	if err != nil {
		return err
	}
	if text(draft, "Content") != text(d, "Content") || text(draft, "Settings") != text(d, "Settings") {
		t.doc["Saved"] = moduleContent(draft)
	}
	list, err := a.list(ctx, "ListContactFlowModuleAliases", "ContactFlowModuleAliasSummaryList", Doc{t.kind.id: t.id})
	if err != nil {
		return err
	}
	aliases := Doc{}
	for _, alias := range objects(list) {
		version, _ := alias["Version"].(float64)
		named, err := a.describe(ctx, t, strconv.Itoa(int(version)))
		if err != nil {
			return err
		}
		of := moduleContent(named)
		of["Description"] = text(alias, "AliasDescription")
		aliases[text(alias, "AliasName")] = of
	}
	t.doc["Aliases"] = aliases
	return nil
}

// viewContent is the content of a view.
func viewContent(d Doc) Doc {
	content := object(d, "Content")
	return Doc{"Template": asJSON(text(content, "Template")), "Actions": content["Actions"]}
}

func readView(ctx context.Context, a *API, t *thing, d Doc) error {
	t.doc["Content"] = viewContent(d)
	if text(d, "Status") == "SAVED" {
		return nil
	}
	draft, err := a.describe(ctx, t, "$SAVED")
	if err == nil && !same(viewContent(draft), t.doc["Content"]) {
		t.doc["Saved"] = viewContent(draft)
	}
	return err
}

// withoutEqualDraft leaves out a draft that is what was published: then there is none.
func withoutEqualDraft(k *kind, d Doc) Doc {
	published := map[string]any{
		"flow": pick(d, words("Content")), "module": pick(d, words("Content Settings")), "view": d["Content"],
		"test-case": pick(d, words("TestContent EntryPoint InitializationData")),
	}[k.ref]
	if d["Saved"] != nil && same(d["Saved"], published) {
		d = with(d, "", nil)
		delete(d, "Saved")
	}
	return d
}

// caseContent is what a test case does.
func caseContent(d Doc) Doc {
	out := pick(d, words("EntryPoint InitializationData"))
	out["TestContent"] = asJSON(text(d, "Content"))
	return out
}

// readTestCase reads what executions run, and what was saved after it.
func readTestCase(ctx context.Context, a *API, t *thing, d Doc) error {
	now := caseContent(d)
	if text(d, "Status") == "SAVED" {
		out, err := a.call(ctx, t.kind.describe, Doc{t.kind.id: t.id, "Status": "PUBLISHED"})
		if err != nil && !notFound(err) {
			return err
		}
		if run := object(out, t.kind.described); text(run, "Status") == "PUBLISHED" {
			t.doc["Saved"], t.doc["Status"] = now, "PUBLISHED"
			now = caseContent(run)
		}
	}
	for name, value := range now {
		t.doc[name] = value
	}
	return nil
}
