package admin_test

import (
	"context"
	"fmt"
	"testing"

	"parley/app/admin"
	"parley/internal/fault"
	"parley/internal/faulttest"
	"parley/work/resource"
)

func overrideNamed(hours, name string) admin.Override {
	o := admin.Override{HoursID: hours, Title: name, Type: "CLOSED", From: "2026-12-24", Till: "2026-12-26"}
	o.InstanceID = seeded
	return o
}

// Overrides belong to their hours: in number, in name, and in their end.
func TestOverridesBelongToTheirHours(t *testing.T) {
	ctx := context.Background()
	w := newWorld(t)
	var ids []string
	for _, name := range []string{"one", "two"} {
		h := admin.Hours{TimeZone: "UTC"}
		h.InstanceID, h.Name = seeded, name
		h, err := w.CreateHours(ctx, h)
		faulttest.OK(t, "hours", err)
		ids = append(ids, h.ID)
	}
	for i := range 50 {
		_, err := w.CreateOverride(ctx, overrideNamed(ids[0], fmt.Sprint("o", i)))
		faulttest.OK(t, "override", err)
	}
	_, err := w.CreateOverride(ctx, overrideNamed(ids[0], "one more"))
	if !fault.Is(err, fault.LimitExceeded) {
		t.Errorf("override 51: %v", err)
	}
	same, err := w.CreateOverride(ctx, overrideNamed(ids[1], "o1"))
	faulttest.OK(t, "the name in other hours", err)
	_, err = w.CreateOverride(ctx, overrideNamed("none", "x"))
	if !fault.Is(err, fault.NotFound) {
		t.Errorf("of no hours: %v", err)
	}
	if _, err := w.Override(ctx, seeded, ids[0], same.ID); !fault.Is(err, fault.NotFound) {
		t.Errorf("under other hours: %v", err)
	}
	faulttest.OK(t, "delete", w.DeleteHours(ctx, seeded, ids[0]))
	found, err := w.SearchOverrides(ctx, seeded, resource.Condition{}, resource.Page{Limit: 100})
	faulttest.OK(t, "search", err)
	if found.Total != 1 {
		t.Errorf("%d overrides are left, want that of the other hours", found.Total)
	}
}
