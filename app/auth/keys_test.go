package auth_test

import (
	"bytes"
	"context"
	"regexp"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"parley/app/auth"
	"parley/domain/change"
	"parley/internal/fault"
	"parley/internal/faulttest"
	"parley/store"
	"parley/store/storetest"
)

func TestWhatAKeyMayDo(t *testing.T) {
	ctx := context.Background()
	w := newWorld(t)
	all, _ := w.key(auth.Key{})
	start, _ := w.key(auth.Key{Operations: []string{"StartChatContact"}})
	mine, _ := w.key(auth.Key{Instances: []string{"i1"}})
	both, _ := w.key(auth.Key{Operations: []string{"StartChatContact"}, Instances: []string{"i1"}})
	for _, c := range []struct {
		name, id, operation   string
		inInstance            bool
		instance              string
		may, mayIn, mayManage bool
	}{
		{"without limits", all, "ListInstances", false, "i1", true, true, true},
		{"without limits, in an instance", all, "StopContact", true, "i2", true, true, true},
		{"an operation that is named", start, "StartChatContact", true, "i2", true, true, false},
		{"an operation that is not named", start, "StopContact", true, "i2", false, true, false},
		{"an operation in other letters", start, "startchatcontact", true, "i2", false, true, false},
		{"an instance that is named", mine, "StopContact", true, "i1", true, true, false},
		{"an instance that is not named", mine, "StopContact", true, "i2", true, false, false},
		{"an operation outside instances", mine, "ListInstances", false, "i1", false, true, false},
		{"both named", both, "StartChatContact", true, "i1", true, true, false},
		{"an unknown key", "AKIANONE", "StartChatContact", true, "i1", false, false, false},
	} {
		for what, x := range map[string]struct {
			err error
			ok  bool
		}{
			"May":       {w.May(ctx, c.id, c.operation, c.inInstance), c.may},
			"MayIn":     {w.MayIn(ctx, c.id, c.operation, c.instance), c.mayIn},
			"MayManage": {w.MayManage(ctx, c.id), c.mayManage},
		} {
			if x.ok {
				faulttest.OK(t, c.name+", "+what, x.err)
			} else {
				faulttest.Want(t, c.name+", "+what, x.err, fault.Denied)
			}
		}
	}
	err := w.May(ctx, start, "StopContact", true)
	if !regexp.MustCompile(`connect:StopContact`).MatchString(err.Error()) {
		t.Errorf("the refusal does not name the action: %v", err)
	}
}

// Stored, an empty list would read as no list, which is no limit.
func TestAnEmptyListOfLimitsIsRefused(t *testing.T) {
	w := newWorld(t)
	for name, key := range map[string]auth.Key{"operations": {Operations: []string{}}, "instances": {Instances: []string{}}} {
		_, _, err := w.Create(context.Background(), key, "")
		faulttest.Want(t, name, err, fault.Invalid)
	}
}

func TestASecretIsStoredSealed(t *testing.T) {
	ctx := context.Background()
	w := newWorld(t)
	id, secret := w.key(auth.Key{Note: "n"})
	row, err := w.store.Resource(ctx, "", "access-key", id)
	faulttest.OK(t, "read", err)
	if bytes.Contains(row.Document, []byte(secret)) {
		t.Error("the secret is stored as it is")
	}
	if !accepted(t, w.node(), id, secret) {
		t.Error("another node does not know the secret")
	}
	other := inMemory(t, w.store) // with another master key
	if _, _, err := other.Secret(ctx, id); err == nil {
		t.Error("the secret opens under another master key")
	}
}

func TestKeysLookLikeAWSs(t *testing.T) {
	w := newWorld(t)
	seen := map[string]bool{}
	for range 20 {
		id, secret := w.key(auth.Key{})
		if !regexp.MustCompile(`^AKIA[A-Z2-7]{16}$`).MatchString(id) || !regexp.MustCompile(`^[A-Za-z0-9+/]{40}$`).MatchString(secret) || seen[id] {
			t.Errorf("the key %s with a secret of %d characters", id, len(secret))
		}
		seen[id] = true
	}
	_, _, err := w.Create(context.Background(), auth.Key{ID: "AKIAMINE"}, "s")
	faulttest.OK(t, "an own id", err)
	_, _, err = w.Create(context.Background(), auth.Key{ID: "AKIAMINE"}, "t")
	faulttest.Want(t, "the same id again", err, fault.Duplicate)
	if !accepted(t, w.Keys, "AKIAMINE", "s") {
		t.Error("the refused key replaced the first")
	}
}

func TestAChangedKeyIsRefusedWithinASecondEverywhere(t *testing.T) {
	for name, change := range map[string]func(*auth.Keys, string) error{
		"disabled": func(k *auth.Keys, id string) error { return k.SetDisabled(t.Context(), id, true) },
		"deleted":  func(k *auth.Keys, id string) error { return k.Delete(t.Context(), id) },
		"rotated":  func(k *auth.Keys, id string) error { return discard(k.Rotate(t.Context(), id, "")) },
	} {
		synctest.Test(t, func(t *testing.T) {
			w := inMemory(t, storetest.NewMemory())
			other := w.node()
			id, secret := w.key(auth.Key{})
			if !accepted(t, w.Keys, id, secret) || !accepted(t, other, id, secret) {
				t.Fatalf("%s: the key is not known", name)
			}
			faulttest.OK(t, name, change(w.Keys, id))
			if accepted(t, w.Keys, id, secret) {
				t.Errorf("%s: this node still accepts it", name)
			}
			time.Sleep(time.Second)
			if accepted(t, other, id, secret) {
				t.Errorf("%s: another node still accepts it after a second", name)
			}
		})
	}
}

// counted is a store that counts what is read of single resources.
type counted struct {
	store.Store
	reads atomic.Int64
}

func (c *counted) Resource(ctx context.Context, instance, kind, id string) (*change.Resource, error) {
	c.reads.Add(1)
	return c.Store.Resource(ctx, instance, kind, id)
}

// TestAKeyIsReadOnceASecond: every request asks for its key, the store is
// asked once a second, also for an id that there is not.
func TestAKeyIsReadOnceASecond(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		st := &counted{Store: storetest.NewMemory()}
		w := inMemory(t, st)
		id, secret := w.key(auth.Key{})
		for _, c := range []struct {
			id, secret string
			known      bool
		}{{id, secret, true}, {"AKIANOBODY", "", false}} {
			began := st.reads.Load()
			ask := func(want int64) {
				t.Helper()
				for range 5 {
					if accepted(t, w.Keys, c.id, c.secret) != c.known {
						t.Errorf("%s: known must be %v", c.id, c.known)
					}
				}
				if got := st.reads.Load() - began; got != want {
					t.Errorf("%s was read %d times, want %d", c.id, got, want)
				}
			}
			ask(1)
			time.Sleep(time.Second - time.Nanosecond)
			ask(1)
			time.Sleep(time.Nanosecond)
			ask(2)
		}
	})
}

func discard[T any](_ T, err error) error { return err }

func TestADisabledKeyCanBeEnabledAgain(t *testing.T) {
	ctx := context.Background()
	w := newWorld(t)
	id, secret := w.key(auth.Key{Operations: []string{"StopContact"}})
	faulttest.OK(t, "disable", w.SetDisabled(ctx, id, true))
	faulttest.OK(t, "enable", w.SetDisabled(ctx, id, false))
	if !accepted(t, w.Keys, id, secret) {
		t.Error("the key is refused")
	}
	faulttest.Want(t, "its limits", w.May(ctx, id, "StartChatContact", true), fault.Denied)
}

func TestRotationKeepsLimits(t *testing.T) {
	ctx := context.Background()
	w := newWorld(t)
	id, old := w.key(auth.Key{Operations: []string{"StopContact"}})
	fresh, err := w.Rotate(ctx, id, "")
	faulttest.OK(t, "rotate", err)
	if fresh == old || !accepted(t, w.Keys, id, fresh) || accepted(t, w.Keys, id, old) {
		t.Error("the new secret is not the only one")
	}
	faulttest.Want(t, "its limits", w.May(ctx, id, "StartChatContact", true), fault.Denied)
	for what, err := range map[string]error{
		"rotate": discard(w.Rotate(ctx, "none", "")), "disable": w.SetDisabled(ctx, "none", true), "delete": w.Delete(ctx, "none"),
	} {
		faulttest.Want(t, what+" of an unknown key", err, fault.NotFound)
	}
}

func TestTheFirstKeyIsKept(t *testing.T) {
	ctx := context.Background()
	w := newWorld(t)
	first := func(id, secret string) (string, string) {
		t.Helper()
		gotID, gotSecret, err := w.node().First(ctx, id, secret)
		faulttest.OK(t, "first", err)
		if !accepted(t, w.node(), gotID, gotSecret) {
			t.Errorf("the first key %s is not accepted", gotID)
		}
		return gotID, gotSecret
	}
	id, secret := first("", "")
	w.key(auth.Key{ID: "AKIA2"}) // another key, which sorts before most
	if againID, againSecret := first("", ""); againID != id || againSecret != secret {
		t.Errorf("after a restart the key is %s, it was %s", againID, id)
	}
	ownID, own := first("MINE", "my secret")
	if ownID != "MINE" || own != "my secret" {
		t.Errorf("given MINE: got %s", ownID)
	}
	if _, replaced := first("MINE", "another"); replaced != "another" {
		t.Error("the given secret does not replace the stored one")
	}
	if accepted(t, w.node(), "MINE", "my secret") {
		t.Error("the replaced secret is still accepted")
	}
}

func TestListTellsAllKeys(t *testing.T) {
	w := newWorld(t)
	for _, id := range []string{"B", "A", "C"} {
		w.key(auth.Key{ID: id, Note: "note " + id, Instances: []string{"i"}})
	}
	all, err := w.List(context.Background())
	faulttest.OK(t, "list", err)
	if len(all) != 3 {
		t.Fatalf("%d keys", len(all))
	}
	for i, id := range []string{"A", "B", "C"} {
		if k := all[i]; k.ID != id || k.Note != "note "+id || k.Created.IsZero() || k.Instances[0] != "i" {
			t.Errorf("%+v", k)
		}
	}
}
