package carry

import "context"

// levels are the levels of a hierarchy, from the top.
var levels = words("LevelOne LevelTwo LevelThree LevelFour LevelFive")

// readParent finds the group above: the last but one of the path.
func readParent(_ context.Context, _ *API, t *thing, d Doc) error {
	path, above := object(d, "HierarchyPath"), ""
	for _, level := range levels {
		id := text(object(path, level), "Id")
		if id == "" || id == t.id {
			break
		}
		above = id
	}
	t.doc["ParentGroupId"] = above
	return nil
}

func readPermissions(ctx context.Context, a *API, t *thing, _ Doc) error {
	list, err := a.list(ctx, "ListSecurityProfilePermissions", "Permissions", Doc{t.kind.id: t.id})
	t.doc["Permissions"] = list
	return err
}

// ofAgent tells whether a queue is the one that each user has.
func ofAgent(summary Doc) bool { return text(summary, "QueueType") == "AGENT" }

func readQueue(ctx context.Context, a *API, t *thing, d Doc) error {
	list, err := a.list(ctx, "ListQueueQuickConnects", "QuickConnectSummaryList", Doc{t.kind.id: t.id})
	var ids []any
	for _, q := range objects(list) {
		ids = append(ids, q["Id"])
	}
	t.doc["QuickConnectIds"] = ids
	if email := d["OutboundEmailConfig"]; email != nil {
		t.doc["OutboundEmailConfig"] = email
	}
	return err
}

func readRouting(ctx context.Context, a *API, t *thing, _ Doc) error {
	list, err := a.list(ctx, "ListRoutingProfileQueues", "RoutingProfileQueueConfigSummaryList", Doc{t.kind.id: t.id})
	if err != nil {
		return err
	}
	var served, manual []any
	for _, q := range objects(list) {
		served = append(served, Doc{"QueueReference": pick(q, words("QueueId Channel")), "Priority": q["Priority"], "Delay": q["Delay"]})
	}
	list, err = a.list(ctx, "ListRoutingProfileManualAssignmentQueues", "RoutingProfileManualAssignmentQueueConfigSummaryList", Doc{t.kind.id: t.id})
	for _, q := range objects(list) {
		manual = append(manual, Doc{"QueueReference": pick(q, words("QueueId Channel"))})
	}
	t.doc["QueueConfigs"], t.doc["ManualAssignmentQueueConfigs"] = served, manual
	return err
}

func readProficiencies(ctx context.Context, a *API, t *thing, d Doc) error {
	list, err := a.list(ctx, "ListUserProficiencies", "UserProficiencyList", Doc{t.kind.id: t.id})
	t.doc["Proficiencies"] = list
	if id := d["DirectoryUserId"]; id != nil {
		t.doc["DirectoryUserId"] = id
	}
	return err
}
