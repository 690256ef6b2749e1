package auth_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/google/uuid"

	"parley/app/auth"
	"parley/domain/change"
	"parley/internal/faulttest"
	"parley/internal/seal"
)

// A new master key reaches every access key, however many there are.
func TestEveryKeyIsSealedAnew(t *testing.T) {
	w := newWorld(t)
	before, err := seal.New(seal.Key{1})
	faulttest.OK(t, "sealer", err)
	const keys = 1_050 // more than are read at a time
	set := &change.Set{ID: uuid.NewString(), At: w.clock.Now()}
	for i := range keys {
		id := fmt.Sprintf("AKIA%016d", i)
		doc, err := json.Marshal(auth.Key{Sealed: before.Seal("access-key/"+id, []byte("secret"))})
		faulttest.OK(t, "encode", err)
		set.Resources = append(set.Resources, change.Resource{Kind: "access-key", ID: id, Document: doc})
	}
	_, err = w.store.Commit(t.Context(), set)
	faulttest.OK(t, "commit", err)
	after, err := seal.New(seal.Key{2}, seal.Key{1})
	faulttest.OK(t, "sealer", err)
	if n, err := auth.Reseal(t.Context(), w.store, after, w.clock.Now()); n != keys || err != nil {
		t.Errorf("%d keys are sealed anew, %v; there are %d", n, err, keys)
	}
}
