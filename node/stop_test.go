package node

import (
	"io"
	"net/http"
	"testing"
	"time"
)

// TestAStoppingServerSaysSoFirst: while a balancer may not have noticed yet,
// /readyz answers 503 and everything else works, on new connections too.
func TestAStoppingServerSaysSoFirst(t *testing.T) {
	n, err := Start(t.Context(), Config{Listen: "127.0.0.1:0", Data: t.TempDir(), LogTo: io.Discard, DrainWait: 2 * time.Second})
	if err != nil {
		t.Fatal(err)
	}
	get := func(path string) int {
		client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
		res, err := client.Get(n.Ready().URL + path)
		if err != nil {
			return 0
		}
		defer res.Body.Close()
		return res.StatusCode
	}
	if status := get("/readyz"); status != 200 {
		t.Errorf("before: /readyz %d", status)
	}
	stopped := make(chan error)
	go func() { stopped <- n.Stop(t.Context()) }()
	for get("/readyz") == 200 { // until Stop has begun
	}
	for path, want := range map[string]int{"/readyz": 503, "/healthz": 200, "/ws": 426} {
		if status := get(path); status != want {
			t.Errorf("while stopping: %s %d, want %d", path, status, want)
		}
	}
	if err := <-stopped; err != nil {
		t.Error(err)
	}
	if status := get("/readyz"); status != 0 {
		t.Errorf("after: /readyz %d", status)
	}
}
