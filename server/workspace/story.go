package workspace

import "parley/domain/permission"

func (s *Server) storyRoutes() []route {
	return []route{
		{"GET /api/contacts/{contact}/story", "TellStory", permission.Of(permission.AuditView), s.story},
		{"GET /api/refusals", "ListRefusals", permission.Of(permission.AuditView), s.refusals},
	}
}

// story tells what happened to a contact of the caller's instance.
func (s *Server) story(c *call) (any, error) {
	return s.o.Stories.Of(c.ctx(), c.caller.InstanceID, c.r.PathValue("contact"))
}

// refusals lists the last refused calls that named the caller's instance.
func (s *Server) refusals(c *call) (any, error) {
	return map[string]any{"refusals": s.o.Stories.Refusals(c.caller.InstanceID)}, nil
}
