package workspace

import (
	"net/http/httptest"
	"testing"
	"time"

	"parley/app/account"
	"parley/app/privacy"
	"parley/internal/clock"
	"parley/internal/fault"
	"parley/internal/seal"
)

// A link to a file is good for a while, for the sign-in that asked, and for nothing else that is sealed.
func TestLinksToFiles(t *testing.T) {
	sealer, err := seal.New(seal.Key{1})
	if err != nil {
		t.Fatal(err)
	}
	s := New(Options{Sealer: sealer, Privacy: &privacy.Service{Options: privacy.Options{Clock: &clock.Clock{}}}})
	ask := privacy.Export{Wanted: privacy.Wanted{Customer: "ada"}, ID: "one"}
	for name, c := range map[string]struct {
		as, session string
		left        time.Duration
		good        bool
	}{
		"good": {exportName, "mine", time.Minute, true}, "run out": {exportName, "mine", 0, false},
		"of another": {exportName, "other", time.Minute, false}, "something else": {flowName, "mine", time.Minute, false},
	} {
		link, err := s.sealed(c.as, exportLink{ask, c.session, s.o.Privacy.Clock.Now().Add(c.left)})
		if err != nil {
			t.Fatal(err)
		}
		r := httptest.NewRequest("GET", "/", nil)
		r.SetPathValue("link", link)
		_, err = s.download(&call{r: r, caller: account.Caller{Session: account.Session{ID: "mine"}}})
		if c.good != (err == nil) || !c.good && !fault.Is(err, fault.NotFound) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
