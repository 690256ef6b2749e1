package node

import (
	"net/http/httptest"
	"testing"

	"parley/bus"
	"parley/bus/memory"
)

// deaf is a bus that hears no other node.
type deaf struct{ bus.Bus }

func (deaf) Up() bool { return false }

func TestReadyzTellsWhatIsWrong(t *testing.T) {
	for name, c := range map[string]struct {
		sick, deaf, stopping bool
		status               int
		body                 string
	}{
		"well":                {false, false, false, 200, `{"status":"ready","store":{"ok":true},"bus":{"ok":true}}`},
		"the store is down":   {true, false, false, 503, `{"status":"unready","store":{"ok":false},"bus":{"ok":true}}`},
		"the bus is down":     {false, true, false, 200, `{"status":"ready","store":{"ok":true},"bus":{"ok":false}}`},
		"stopping":            {false, false, true, 503, `{"status":"draining","store":{"ok":true},"bus":{"ok":true}}`},
		"stopping while sick": {true, true, true, 503, `{"status":"draining","store":{"ok":false},"bus":{"ok":false}}`},
	} {
		n := &Node{bus: memory.New()}
		if c.deaf {
			n.bus = deaf{n.bus}
		}
		n.health.bad.Store(c.sick)
		n.stopping.Store(c.stopping)
		w := httptest.NewRecorder()
		n.readyz(w, httptest.NewRequestWithContext(t.Context(), "GET", "/readyz", nil))
		if got := w.Body.String(); w.Code != c.status || got != c.body+"\n" || w.Header().Get("Content-Type") != "application/json" {
			t.Errorf("%s: %d %s, want %d %s", name, w.Code, got, c.status, c.body)
		}
	}
}
