package carry

import (
	"context"
	"slices"
)

func setStatus(ctx context.Context, w *writer, have *thing, want Doc) error {
	in := Doc{have.kind.id: have.id}
	for _, name := range words("Description State DisplayOrder") {
		switch {
		case same(have.doc[name], want[name]):
		case want[name] != nil:
			in[name] = want[name]
		case name == "DisplayOrder":
			in["ResetOrderNumber"] = true
		default:
			in[name] = empty(name, have.doc[name])
		}
	}
	_, err := w.call(ctx, "UpdateAgentStatus", in)
	return err
}

// inBatches calls an operation with a member's items, as many at once as operations take.
func inBatches(ctx context.Context, w *writer, have *thing, operation, member string, items []any, size int) error {
	for some := range slices.Chunk(items, size) {
		if _, err := w.call(ctx, operation, Doc{have.kind.id: have.id, member: some}); err != nil {
			return err
		}
	}
	return nil
}

func setQuickConnects(ctx context.Context, w *writer, have *thing, want Doc) error {
	gone, fresh := changes(have.doc["QuickConnectIds"], want["QuickConnectIds"])
	if err := inBatches(ctx, w, have, "DisassociateQueueQuickConnects", "QuickConnectIds", gone, 50); err != nil {
		return err
	}
	return inBatches(ctx, w, have, "AssociateQueueQuickConnects", "QuickConnectIds", fresh, 50)
}

// by returns the values of a member.
func each(list []any, member string) (values []any) {
	for _, d := range objects(list) {
		values = append(values, d[member])
	}
	return values
}

// setProfileQueues takes away queues that a profile no longer has, changes the priority and
// delay of those that stay, and adds the others, ten at once as the API takes them.
func setProfileQueues(ctx context.Context, w *writer, have *thing, want Doc) error {
	gone, fresh := changes(have.doc["QueueConfigs"], want["QueueConfigs"])
	left, added := changes(each(gone, "QueueReference"), each(fresh, "QueueReference"))
	var stay, extra []any
	for _, d := range objects(fresh) {
		if isIn(d["QueueReference"], added) {
			extra = append(extra, d)
		} else {
			stay = append(stay, d)
		}
	}
	if err := inBatches(ctx, w, have, "DisassociateRoutingProfileQueues", "QueueReferences", left, 10); err != nil {
		return err
	}
	if err := inBatches(ctx, w, have, "UpdateRoutingProfileQueues", "QueueConfigs", stay, 10); err != nil {
		return err
	}
	return inBatches(ctx, w, have, "AssociateRoutingProfileQueues", "QueueConfigs", extra, 10)
}

func isIn(value any, list []any) bool {
	return slices.ContainsFunc(list, func(other any) bool { return same(value, other) })
}

func setManualQueues(ctx context.Context, w *writer, have *thing, want Doc) error {
	gone, fresh := changes(have.doc["ManualAssignmentQueueConfigs"], want["ManualAssignmentQueueConfigs"])
	if err := inBatches(ctx, w, have, "DisassociateRoutingProfileQueues", "ManualAssignmentQueueReferences", each(gone, "QueueReference"), 10); err != nil {
		return err
	}
	return inBatches(ctx, w, have, "AssociateRoutingProfileQueues", "ManualAssignmentQueueConfigs", fresh, 10)
}

// setProficiencies takes away those that a user no longer has, or has at another level, and adds the others.
func setProficiencies(ctx context.Context, w *writer, have *thing, want Doc) error {
	gone, fresh := changes(have.doc["Proficiencies"], want["Proficiencies"])
	var left []any
	for _, p := range objects(gone) {
		left = append(left, pick(p, words("AttributeName AttributeValue")))
	}
	if err := inBatches(ctx, w, have, "DisassociateUserProficiencies", "UserProficiencies", left, 10); err != nil {
		return err
	}
	return inBatches(ctx, w, have, "AssociateUserProficiencies", "UserProficiencies", fresh, 10)
}
