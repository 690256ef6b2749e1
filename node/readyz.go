package node

import (
	"encoding/json"
	"io"
	"net/http"
)

// The words of /readyz.
const (
	statusReady    = "ready"
	statusUnready  = "unready"  // the store cannot be written to
	statusDraining = "draining" // the server is stopping
)

// status is what /readyz tells. A bus that is down does not make a server
// unready: chats go on, with more reads of the store.
type status struct {
	Status string `json:"status"`
	Store  part   `json:"store"`
	Bus    part   `json:"bus"`
}

type part struct {
	OK bool `json:"ok"`
}

func (n *Node) status() status {
	s := status{Status: statusReady, Store: part{n.health.ok()}, Bus: part{n.bus.Up()}}
	switch {
	case n.stopping.Load():
		s.Status = statusDraining
	case !s.Store.OK:
		s.Status = statusUnready
	}
	return s
}

// healthz says that the process answers. It asks nothing of the store: a restart would not mend that.
func healthz(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "ok\n") }

// readyz says whether the server should be sent callers: 200 or 503, and why.
func (n *Node) readyz(w http.ResponseWriter, _ *http.Request) {
	s := n.status()
	body, err := json.Marshal(s)
	if err != nil { // booleans and our own words always encode
		panic(err)
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	if s.Status != statusReady {
		w.WriteHeader(http.StatusServiceUnavailable)
	}
	_, _ = w.Write(append(body, '\n'))
}
