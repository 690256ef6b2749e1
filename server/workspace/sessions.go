package workspace

import (
	"time"

	"parley/app/account"
	"parley/domain/permission"
)

func (s *Server) sessionRoutes() []route {
	return []route{
		{"GET /api/sessions", "ListSessions", permission.SignedIn(), s.sessions},
		{"DELETE /api/sessions", "EndOtherSessions", permission.SignedIn(), s.endOthers},
		{"DELETE /api/sessions/{session}", "EndSession", permission.SignedIn(), s.endOne},
		{"GET /api/socket", "OpenSocket", permission.SignedIn(), s.socket},
	}
}

// session is a sign-in as it is shown.
type session struct {
	ID      string    `json:"id"`
	Current bool      `json:"current"`
	Created time.Time `json:"created"`
	Seen    time.Time `json:"seen"`
	Ends    time.Time `json:"ends"`
	How     string    `json:"how"`
	Agent   string    `json:"agent"`
	Address string    `json:"address"`
}

func shown(one account.Session, current string) session {
	return session{
		ID: one.ID, Current: one.ID == current, Created: one.Created, Seen: one.Seen, Ends: one.Ends(),
		How: string(one.How), Agent: one.Agent, Address: one.Address,
	}
}

func (s *Server) list(c *call, user string) (any, error) {
	all, err := s.o.Accounts.Sessions(c.ctx(), user)
	if err != nil {
		return nil, err
	}
	list := []session{}
	for _, one := range all {
		list = append(list, shown(one, c.caller.Session.ID))
	}
	return map[string]any{"sessions": list}, nil
}

func (s *Server) sessions(c *call) (any, error) { return s.list(c, c.caller.ID) }

func (s *Server) endOthers(c *call) (any, error) {
	return done{}, s.o.Accounts.RevokeAll(c.ctx(), c.caller.InstanceID, c.caller.ID, c.caller.Session.ID)
}

func (s *Server) endOne(c *call) (any, error) {
	return done{}, s.o.Accounts.Revoke(c.ctx(), c.caller.InstanceID, c.caller.ID, c.r.PathValue("session"))
}
