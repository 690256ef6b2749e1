// Package auditlog serves the audit log of the whole server under
// /parley/audit: what `parley audit` calls.
//
// It guarantees: only an access key without limits may read it; nothing here writes.
package auditlog

import (
	"net/http"

	"parley/server/edge"
	"parley/server/keys"
	"parley/work/audit"
)

// most is how many entries one call returns.
const most = 1_000

// Register adds the routes.
func Register(signed keys.Signed, r *edge.Router, log *audit.Log) {
	s := server{log}
	signed.Handle(r, "POST /parley/audit", "audit", "ListAudit", keys.Asked(s.list))
	signed.Handle(r, "POST /parley/audit/verify", "audit", "VerifyAudit", keys.Asked(s.verify))
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

func (s server) list(r *http.Request, in Ask) (any, error) {
	list, next, err := s.log.Page(r.Context(), in.Instance, in.Before, most)
	return Entries{list, next}, err
}

// verify reads the whole log and answers with its head; the body is a head that is known from earlier.
func (s server) verify(r *http.Request, known audit.Head) (any, error) {
	return s.log.Verify(r.Context(), known)
}
