package carry

import (
	"context"
	"maps"
	"slices"
)

// withConfig gives hours the list that a creation must have.
func withConfig(d Doc) Doc {
	if d["Config"] == nil {
		return with(d, "Config", []any{})
	}
	return d
}

func setTags(ctx context.Context, w *writer, have *thing, want Doc) error {
	old, now := object(have.doc, "Tags"), object(want, "Tags")
	var gone []string
	for name := range old {
		if _, ok := now[name]; !ok {
			gone = append(gone, name)
		}
	}
	slices.Sort(gone)
	if len(gone) > 0 {
		if _, err := w.call(ctx, "UntagResource", Doc{"resourceArn": have.arn, "tagKeys": gone}); err != nil {
			return err
		}
	}
	if len(now) == 0 {
		return nil
	}
	_, err := w.call(ctx, "TagResource", Doc{"resourceArn": have.arn, "tags": now})
	return err
}

// setAttributes sets the attributes that the file names; others stay.
func setAttributes(ctx context.Context, w *writer, have *thing, want Doc) error {
	old, now := object(have.doc, "Attributes"), object(want, "Attributes")
	for _, name := range slices.Sorted(maps.Keys(now)) {
		if same(old[name], now[name]) {
			continue
		}
		if _, err := w.call(ctx, "UpdateInstanceAttribute", Doc{"AttributeType": name, "Value": now[name]}); err != nil {
			return err
		}
	}
	return nil
}

func setOrigins(ctx context.Context, w *writer, have *thing, want Doc) error {
	gone, fresh := changes(have.doc["ApprovedOrigins"], want["ApprovedOrigins"])
	for _, origin := range gone {
		if _, err := w.call(ctx, "DisassociateApprovedOrigin", Doc{"Origin": origin}); err != nil {
			return err
		}
	}
	for _, origin := range fresh {
		if _, err := w.call(ctx, "AssociateApprovedOrigin", Doc{"Origin": origin}); err != nil {
			return err
		}
	}
	return nil
}

// changes are the items that one list has and the other has not.
func changes(old, now any) (gone, fresh []any) {
	before, _ := old.([]any)
	after, _ := now.([]any)
	return without(before, after), without(after, before)
}

func without(list, others []any) (rest []any) {
	for _, item := range list {
		if !slices.ContainsFunc(others, func(other any) bool { return same(item, other) }) {
			rest = append(rest, item)
		}
	}
	return rest
}

func setFiles(ctx context.Context, w *writer, have *thing, want Doc) error {
	old, now := object(have.doc, "AttachedFiles"), object(want, "AttachedFiles")
	for _, scope := range slices.Sorted(maps.Keys(now)) {
		if same(old[scope], now[scope]) {
			continue
		}
		if _, err := w.call(ctx, "UpdateAttachedFilesConfiguration", with(object(now, scope), "AttachmentScope", scope)); err != nil {
			return err
		}
	}
	return nil
}

func setStructure(ctx context.Context, w *writer, _ *thing, want Doc) error {
	_, err := w.call(ctx, "UpdateUserHierarchyStructure", Doc{"HierarchyStructure": object(want, "HierarchyStructure")})
	return err
}

func setStorage(ctx context.Context, w *writer, have *thing, want Doc) error {
	_, err := w.call(ctx, "UpdateInstanceStorageConfig", Doc{"AssociationId": have.id, "?ResourceType": have.doc["ResourceType"], "StorageConfig": want["StorageConfig"]})
	return err
}

// setOverrides makes, changes and deletes the overrides of hours, which are known by their names.
func setOverrides(ctx context.Context, w *writer, have *thing, want Doc) error {
	list, err := w.api.list(ctx, "ListHoursOfOperationOverrides", "HoursOfOperationOverrideList", Doc{have.kind.id: have.id})
	if err != nil {
		return err
	}
	ids := map[string]any{}
	for _, o := range objects(list) {
		ids[text(o, "Name")] = o["HoursOfOperationOverrideId"]
	}
	gone, fresh := changes(have.doc["Overrides"], want["Overrides"])
	for _, o := range objects(fresh) {
		operation, in := "CreateHoursOfOperationOverride", with(withConfig(o), have.kind.id, have.id)
		if id, ok := ids[text(o, "Name")]; ok {
			operation, in = "UpdateHoursOfOperationOverride", with(in, "HoursOfOperationOverrideId", id)
			delete(ids, text(o, "Name"))
		}
		if _, err := w.call(ctx, operation, in); err != nil {
			return err
		}
	}
	for _, o := range objects(gone) {
		id, ok := ids[text(o, "Name")]
		if !ok {
			continue
		}
		if _, err := w.call(ctx, "DeleteHoursOfOperationOverride", Doc{have.kind.id: have.id, "HoursOfOperationOverrideId": id}); err != nil {
			return err
		}
	}
	return nil
}
