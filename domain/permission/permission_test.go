package permission_test

import (
	"testing"

	"parley/domain/permission"
)

func TestWhatIsNotGrantedIsDenied(t *testing.T) {
	none, some := permission.Granted(), permission.Granted([]string{"Users.View"}, []string{"Users.Edit", "Users.View"})
	for _, c := range []struct {
		need       permission.Need
		none, some bool
	}{
		{permission.Need{}, false, false},
		{permission.Anyone(), true, true},
		{permission.SignedIn(), true, true},
		{permission.Of(permission.UsersEdit), false, true},
		{permission.Of(permission.AuditView), false, false},
		{permission.Of(permission.AuditView, permission.UsersView), false, true},
		{permission.Of("Users"), false, false},
		{permission.Of(""), false, false},
	} {
		if got := c.need.Met(none); got != c.none {
			t.Errorf("%s without permissions: %v", c.need, got)
		}
		if got := c.need.Met(some); got != c.some {
			t.Errorf("%s with some: %v", c.need, got)
		}
	}
	if (permission.Need{}).Declared() || !permission.Anyone().Declared() {
		t.Error("the zero Need counts as declared, or Anyone does not")
	}
}

func TestCovers(t *testing.T) {
	a, b := permission.Granted([]string{"x", "y"}), permission.Granted([]string{"y"})
	if !a.Covers(b) || b.Covers(a) || !b.Covers(permission.Set{}) || (permission.Set{}).Covers(b) {
		t.Error("a set covers what it does not grant, or not what it grants")
	}
}

// What limits somebody is no right: without it one may do more, not less.
func TestWhatLimitsIsNoRight(t *testing.T) {
	free, limited := permission.Granted([]string{"x", "y"}), permission.Granted([]string{"y", "RestrictTaskCreation.Access"})
	if !free.Covers(limited) {
		t.Error("somebody without limits may do less than somebody with them")
	}
	if limited.Covers(permission.Granted([]string{"y"})) {
		t.Error("somebody with limits may do as much as somebody without them")
	}
	if !limited.Covers(limited) {
		t.Error("a set does not cover itself")
	}
}
