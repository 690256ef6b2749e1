package workspace

import "parley/domain/permission"

func (s *Server) userRoutes() []route {
	return []route{
		{"GET /api/users/{user}/sessions", "ListSessionsOfUser", permission.Of(permission.UsersView, permission.UsersEdit), s.sessionsOf},
		{"DELETE /api/users/{user}/sessions", "EndSessionsOfUser", permission.Of(permission.UsersEdit), s.endOf},
		{"POST /api/users/{user}/password", "SetPasswordOfUser", permission.Of(permission.UsersEdit), s.setPassword},
		{"DELETE /api/users/{user}/totp", "RemoveCodesOfUser", permission.Of(permission.UsersEdit), s.removeCodesOf},
	}
}

func (s *Server) sessionsOf(c *call) (any, error) {
	p, err := s.o.Accounts.Of(c.ctx(), c.caller, c.r.PathValue("user"))
	if err != nil {
		return nil, err
	}
	return s.list(c, p.ID)
}

func (s *Server) endOf(c *call) (any, error) {
	return done{}, s.o.Accounts.SignOutUser(c.ctx(), c.caller, c.r.PathValue("user"))
}

func (s *Server) setPassword(c *call) (any, error) {
	password, err := c.password()
	if err != nil {
		return nil, err
	}
	return done{}, s.o.Accounts.SetPassword(c.ctx(), c.caller, c.r.PathValue("user"), password)
}

func (s *Server) removeCodesOf(c *call) (any, error) {
	return done{}, s.o.Accounts.RemoveCodesOf(c.ctx(), c.caller, c.r.PathValue("user"))
}
