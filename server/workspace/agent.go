package workspace

import (
	"parley/domain/permission"
)

func (s *Server) agentRoutes() []route {
	agents := permission.Of(permission.AgentAccess)
	return []route{
		{"GET /api/agent", "GetAgent", agents, s.agent},
		{"PUT /api/agent/status", "SetStatus", agents, s.setStatus},
		{"PUT /api/agent/presence", "StayPresent", agents, s.stay},
		{"POST /api/agent/contacts/{contact}/accept", "AcceptContact", agents, s.accept},
		{"POST /api/agent/contacts/{contact}/reject", "RejectContact", agents, s.reject},
		{"POST /api/agent/contacts/{contact}/clear", "ClearContact", agents, s.clear},
		{"POST /api/agent/contacts/{contact}/end", "EndContact", agents, s.end},
		{"GET /api/agent/contacts/{contact}/token", "GetContactToken", agents, s.contactToken},
	}
}

func (s *Server) agent(c *call) (any, error) {
	out, _, err := s.state(c.ctx(), c.caller.InstanceID, c.caller.ID)
	return out, err
}

// statusID reads a body that is nothing but the id of a status.
func (c *call) statusID() (string, error) {
	var in struct {
		Status string `json:"status_id"`
	}
	err := c.read(&in)
	return in.Status, err
}

// setStatus answers with what became of it: while something is handled the status is the next one.
func (s *Server) setStatus(c *call) (any, error) {
	id, err := c.statusID()
	if err != nil {
		return nil, err
	}
	if err := s.o.Router.SetStatus(c.ctx(), c.caller.InstanceID, c.caller.ID, id); err != nil {
		return nil, err
	}
	return s.agent(c)
}

// seat is how somebody talks on a chat, and as whom.
type seat struct {
	ParticipantToken string `json:"participant_token"`
	ParticipantID    string `json:"participant_id"`
}

func (s *Server) accept(c *call) (any, error) {
	if _, err := s.o.Router.Accept(c.ctx(), c.caller.InstanceID, c.caller.ID, c.r.PathValue("contact")); err != nil {
		return nil, err
	}
	return s.contactToken(c)
}

func (s *Server) contactToken(c *call) (any, error) { return s.seat(c, c.r.PathValue("contact")) }

// seat is that of the caller in the chat of a contact.
func (s *Server) seat(c *call, contactID string) (out seat, err error) {
	if out.ParticipantToken, err = s.o.Router.Credentials(c.ctx(), c.caller.InstanceID, c.caller.ID, contactID); err != nil {
		return out, err
	}
	snap, _, err := s.o.Chat.Contact(c.ctx(), c.caller.InstanceID, contactID)
	if err != nil {
		return out, err
	}
	if p := snap.User(c.caller.ID); p != nil {
		out.ParticipantID = p.ID
	}
	return out, nil
}

func (s *Server) reject(c *call) (any, error) {
	return done{}, s.o.Router.Reject(c.ctx(), c.caller.InstanceID, c.caller.ID, c.r.PathValue("contact"))
}

func (s *Server) clear(c *call) (any, error) {
	return done{}, s.o.Router.Clear(c.ctx(), c.caller.InstanceID, c.caller.ID, c.r.PathValue("contact"))
}

func (s *Server) end(c *call) (any, error) {
	return done{}, s.o.Router.End(c.ctx(), c.caller.InstanceID, c.caller.ID, c.r.PathValue("contact"))
}
