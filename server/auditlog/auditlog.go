// Package auditlog serves the audit log of the whole server under
// /parley/audit: what `parley audit` calls.
//
// It guarantees: only an access key without limits may read it; nothing here writes.
package auditlog

import (
	"encoding/json"
	"net/http"

	"parley/internal/fault"
	"parley/server/edge"
	"parley/server/keys"
	"parley/work/audit"
)

// most is how many entries one call returns.
const most = 1_000

// Register adds the routes.
func Register(signed keys.Signed, r *edge.Router, log *audit.Log) {
	s := server{log}
	for pattern, op := range map[string]struct {
		name string
		do   func(*http.Request, []byte) (any, error)
	}{
		"POST /parley/audit":        {"ListAudit", s.list},
		"POST /parley/audit/verify": {"VerifyAudit", s.verify},
	} {
		r.Handle(pattern, signed.Edge.JSON(edge.Route{Service: "audit", Operation: op.name}, edge.ConnectErrors(), signed.Handler(op.name, op.do)))
	}
}

type server struct{ log *audit.Log }

// Ask selects entries: those with a smaller number than Before, 0 for the newest; of an instance, "" for all.
type Ask struct {
	Instance string `json:"instance"`
	Before   int64  `json:"before"`
}

// Entries are entries of the log, the newest first.
type Entries struct {
	Entries []audit.Entry `json:"entries"`
	Next    int64         `json:"next"` // what to ask for Before to go on; 0 if there are no more
}

func (s server) list(r *http.Request, body []byte) (any, error) {
	var in Ask
	if err := read(body, &in); err != nil {
		return nil, err
	}
	list, next, err := s.log.Page(r.Context(), in.Instance, in.Before, most)
	return Entries{list, next}, err
}

// verify reads the whole log and answers with its head; the body is a head that is known from earlier.
func (s server) verify(r *http.Request, body []byte) (any, error) {
	var known audit.Head
	if err := read(body, &known); err != nil {
		return nil, err
	}
	return s.log.Verify(r.Context(), known)
}

func read(body []byte, into any) error {
	if err := json.Unmarshal(body, into); err != nil {
		return fault.Wrap(fault.Malformed, err, "The body is not the JSON that was expected")
	}
	return nil
}
