package workspace

import (
	"strconv"

	"parley/domain/permission"
	"parley/internal/fault"
	"parley/work/audit"
)

func (s *Server) auditRoutes() []route {
	return []route{{"GET /api/audit", "ListAudit", permission.Of(permission.AuditView), s.audit}}
}

// maxEntries is how many entries one call returns.
const maxEntries = 200

// audit lists the entries of the caller's instance, the newest first.
func (s *Server) audit(c *call) (any, error) {
	before := int64(0)
	if text := c.r.URL.Query().Get("before"); text != "" {
		var err error
		if before, err = strconv.ParseInt(text, 10, 64); err != nil || before < 1 {
			return nil, fault.New(fault.Invalid, "before must be the number of an entry")
		}
	}
	list, next, err := s.o.Audit.Page(c.ctx(), c.caller.InstanceID, before, maxEntries)
	if list == nil {
		list = []audit.Entry{}
	}
	return struct {
		Entries []audit.Entry `json:"entries"`
		Next    int64         `json:"next"`
	}{list, next}, err
}
