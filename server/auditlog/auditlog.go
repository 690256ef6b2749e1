// Package auditlog serves the audit log of the whole server under
// /parley/audit: what `parley audit` calls.
//
// It guarantees: only an access key without limits may read it; nothing here writes.
package auditlog

import (
	"net/http"
	"strconv"

	"parley/app/audit"
	"parley/internal/fault"
	"parley/server/edge"
	"parley/server/keys"
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
		"GET /parley/audit":        {"ListAudit", s.list},
		"GET /parley/audit/verify": {"VerifyAudit", s.verify},
	} {
		r.Handle(pattern, signed.Edge.JSON(edge.Route{Service: "audit", Operation: op.name}, edge.ConnectErrors(), signed.Handler(op.name, op.do)))
	}
}

type server struct{ log *audit.Log }

// Entries are entries of the log, the newest first.
type Entries struct {
	Entries []audit.Entry `json:"entries"`
}

func (s server) list(r *http.Request, _ []byte) (any, error) {
	before, err := number(r, "before")
	if err != nil {
		return nil, err
	}
	list, err := s.log.Page(r.Context(), r.URL.Query().Get("instance"), before, most)
	return Entries{list}, err
}

// number reads a number of an entry from the query, 0 if there is none.
func number(r *http.Request, name string) (int64, error) {
	text := r.URL.Query().Get(name)
	if text == "" {
		return 0, nil
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || n < 1 {
		return 0, fault.New(fault.Invalid, "%s must be the number of an entry", name)
	}
	return n, nil
}

// verify reads the whole log and answers with its head.
func (s server) verify(r *http.Request, _ []byte) (any, error) {
	seq, err := number(r, "seq")
	if err != nil {
		return nil, err
	}
	return s.log.Verify(r.Context(), audit.Head{Seq: seq, Hash: r.URL.Query().Get("hash")})
}
