package carry

import (
	"context"
	"maps"
	"slices"
	"strconv"
)

// What a thing has before what its content names is there.
const (
	justEnds   = `{"Version":"2019-10-30","StartAction":"end","Metadata":{},"Actions":[{"Identifier":"end","Type":"EndFlowExecution","Parameters":{},"Transitions":{}}]}`
	hangsUp    = `{"Version":"2019-10-30","StartAction":"end","Metadata":{},"Actions":[{"Identifier":"end","Type":"DisconnectParticipant","Parameters":{},"Transitions":{}}]}`
	justReturn = `{"Version":"2019-10-30","StartAction":"end","Metadata":{},"Actions":[{"Identifier":"end","Type":"EndFlowModuleExecution","Parameters":{},"Transitions":{}}],"Settings":{"InputParameters":[],"OutputParameters":[],"Transitions":[]}}`
)

// stubFlow makes a flow with which another one may be published that names it.
func stubFlow(d Doc) Doc {
	content := justEnds
	if slices.Contains(words("CONTACT_FLOW AGENT_TRANSFER QUEUE_TRANSFER CAMPAIGN"), text(d, "Type")) {
		content = hangsUp
	}
	return with(d, "Content", script(content))
}

func stubModule(d Doc) Doc {
	d = with(d, "Content", script(justReturn))
	delete(d, "Settings")
	return d
}

// setFlow publishes the content, unless that is published already, and then saves the draft.
func setFlow(ctx context.Context, w *writer, have *thing, want Doc) error {
	update := func(id string, d Doc) error {
		_, err := w.call(ctx, "UpdateContactFlowContent", Doc{"ContactFlowId": id, "Content": d["Content"]})
		return err
	}
	if text(want, "Status") == "SAVED" {
		return update(have.id+":$SAVED", want)
	}
	stays := text(have.doc, "Status") == "PUBLISHED" && same(have.doc["Content"], want["Content"])
	if !stays || want["Saved"] == nil {
		if err := update(have.id, want); err != nil {
			return err
		}
	}
	if want["Saved"] == nil {
		return nil
	}
	return update(have.id+":$SAVED", object(want, "Saved"))
}

func setFlowMetadata(ctx context.Context, w *writer, have *thing, want Doc) error {
	in := Doc{"ContactFlowId": have.id, "Description": text(want, "Description")}
	if want["State"] != nil {
		in["ContactFlowState"] = want["State"]
	}
	_, err := w.call(ctx, "UpdateContactFlowMetadata", in)
	return err
}

// setModule makes the versions that aliases name, then the aliases, then publishes the
// content, and at last saves the draft: a version is made of what is published.
func setModule(ctx context.Context, w *writer, have *thing, want Doc) error {
	now := pick(have.doc, words("Content Settings"))
	publish := func(qualifier string, d Doc) error {
		in := Doc{"ContactFlowModuleId": have.id + qualifier, "Content": d["Content"]}
		if d["Settings"] != nil {
			in["Settings"] = d["Settings"]
		}
		_, err := w.call(ctx, "UpdateContactFlowModuleContent", moduleOut(in))
		return err
	}
	cut := func(d Doc) (int, error) {
		d = pick(d, words("Content Settings"))
		if !same(d, now) {
			if err := publish("", d); err != nil {
				return 0, err
			}
			now = d
		}
		out, err := w.call(ctx, "CreateContactFlowModuleVersion", Doc{"ContactFlowModuleId": have.id})
		number, _ := out["Version"].(float64)
		return int(number), err
	}
	if err := w.setAliases(ctx, have, object(want, "Aliases"), cut); err != nil {
		return err
	}
	content := pick(want, words("Content Settings"))
	if !same(content, now) || want["Saved"] == nil && have.doc["Saved"] != nil {
		if err := publish("", content); err != nil {
			return err
		}
	}
	if want["Saved"] == nil {
		return nil
	}
	return publish(":$SAVED", object(want, "Saved"))
}

// setAliases gives each alias a version that has its content; cut makes one where there is none.
func (w *writer) setAliases(ctx context.Context, have *thing, want Doc, cut func(Doc) (int, error)) error {
	old := object(have.doc, "Aliases")
	if same(old, want) || len(old)+len(want) == 0 {
		return nil
	}
	list, err := w.api.list(ctx, "ListContactFlowModuleAliases", "ContactFlowModuleAliasSummaryList", Doc{have.kind.id: have.id})
	if err != nil {
		return err
	}
	ids := map[string]any{}
	for _, alias := range objects(list) {
		ids[text(alias, "AliasName")] = alias["AliasId"]
	}
	for _, name := range slices.Sorted(maps.Keys(want)) {
		alias, was := object(want, name), object(old, name)
		if ids[name] != nil && same(alias, was) {
			continue
		}
		version, err := w.versionWith(ctx, have, alias)
		if err == nil && version == 0 {
			version, err = cut(alias)
		}
		if err == nil {
			err = w.setAlias(ctx, have, name, ids[name], text(alias, "Description"), version)
		}
		if err != nil {
			return err
		}
	}
	for _, name := range slices.Sorted(maps.Keys(old)) {
		if want[name] != nil || ids[name] == nil {
			continue
		}
		if _, err := w.call(ctx, "DeleteContactFlowModuleAlias", Doc{have.kind.id: have.id, "AliasId": ids[name]}); err != nil {
			return err
		}
	}
	return nil
}

func (w *writer) setAlias(ctx context.Context, have *thing, name string, id any, description string, version int) error {
	in := Doc{have.kind.id: have.id, "ContactFlowModuleVersion": version, "Description": description}
	if id == nil {
		if description == "" {
			delete(in, "Description")
		}
		_, err := w.call(ctx, "CreateContactFlowModuleAlias", with(in, "AliasName", name))
		return err
	}
	_, err := w.call(ctx, "UpdateContactFlowModuleAlias", with(in, "AliasId", id))
	return err
}

// versionWith finds a version that has a content and settings, 0 for none.
func (w *writer) versionWith(ctx context.Context, have *thing, d Doc) (int, error) {
	list, err := w.api.list(ctx, "ListContactFlowModuleVersions", "ContactFlowModuleVersionSummaryList", Doc{have.kind.id: have.id})
	if err != nil {
		return 0, err
	}
	for _, v := range objects(list) {
		number, _ := v["Version"].(float64)
		version, err := w.api.describe(ctx, have, strconv.Itoa(int(number)))
		if err != nil {
			return 0, err
		}
		named, _ := w.index.named(moduleContent(version))
		if same(named, pick(d, words("Content Settings"))) {
			return int(number), nil
		}
	}
	return 0, nil
}

// moduleOut gives settings the form that operations take.
func moduleOut(d Doc) Doc {
	if d["Settings"] == nil {
		return d
	}
	return with(d, "Settings", asText(d["Settings"]))
}

// viewOut gives a template the form that operations take.
func viewOut(d Doc) Doc {
	content := object(d, "Content")
	content = with(content, "Template", asText(content["Template"]))
	if content["Actions"] == nil {
		content["Actions"] = []any{}
	}
	return with(d, "Content", content)
}

// setView publishes the content, unless that is published already, and then saves the draft.
func setView(ctx context.Context, w *writer, have *thing, want Doc) error {
	update := func(status string, content any) error {
		_, err := w.call(ctx, "UpdateViewContent", viewOut(Doc{"ViewId": have.id, "Status": status, "Content": content}))
		return err
	}
	if text(want, "Status") == "SAVED" {
		return update("SAVED", want["Content"])
	}
	stays := text(have.doc, "Status") == "PUBLISHED" && same(have.doc["Content"], want["Content"])
	if !stays || want["Saved"] == nil {
		if err := update("PUBLISHED", want["Content"]); err != nil {
			return err
		}
	}
	if want["Saved"] == nil {
		return nil
	}
	return update("SAVED", want["Saved"])
}

// testCaseOut gives a test case the form that operations take.
func testCaseOut(d Doc) Doc {
	if d["TestContent"] == nil {
		return d
	}
	d = with(d, "Content", asText(d["TestContent"]))
	delete(d, "TestContent")
	return d
}

// setTestCase sets what executions run, and then what was saved after it.
func setTestCase(ctx context.Context, w *writer, have *thing, want Doc) error {
	update := func(d Doc, status string) error {
		in := pick(d, words("TestContent EntryPoint InitializationData"))
		in["Status"], in["TestCaseId"] = status, have.id
		if in["InitializationData"] == nil && have.doc["InitializationData"] != nil {
			in["InitializationData"] = ""
		}
		in["Description"] = text(want, "Description")
		resolved, missing := w.index.resolved(in)
		if len(missing) > 0 {
			return errMissing(missing)
		}
		_, err := w.send(ctx, "UpdateTestCase", testCaseOut(resolved))
		return err
	}
	if err := update(want, text(want, "Status")); err != nil {
		return err
	}
	if want["Saved"] == nil {
		return nil
	}
	return update(object(want, "Saved"), "SAVED")
}
