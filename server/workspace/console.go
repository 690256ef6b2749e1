package workspace

import (
	"net/http"

	"parley/domain/permission"
	"parley/internal/actor"
)

// callConnect is the operation of the route below; its bodies may hold the content of a flow.
const callConnect = "CallConnect"

func (s *Server) consoleRoutes() []route {
	return []route{{"POST /api/connect/{operation}", callConnect, permission.SignedIn(), s.connect}}
}

// connect calls an operation of Amazon Connect for the caller, who needs what server/console says of it.
func (s *Server) connect(c *call) (any, error) {
	name := c.r.PathValue("operation")
	ctx := s.o.Edge.Acting(s.o.Edge.WithBase(c.r), c.r, actor.User, c.caller.ID, name)
	out, err := s.o.Connect.Call(ctx, c.caller, name, c.body)
	return answered{http.StatusOK, out}, err
}
