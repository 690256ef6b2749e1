package workspace

import (
	"parley/app/admin"
	"parley/domain/contact"
	"parley/domain/permission"
	"parley/internal/fault"
)

func (s *Server) transferRoutes() []route {
	may := permission.Of(permission.Transfer)
	return []route{
		{"GET /api/agent/quick-connects", "ListTargets", may, s.targets},
		{"POST /api/agent/contacts/{contact}/transfer", "TransferContact", may, s.transfer},
		{"POST /api/agent/contacts/{contact}/invite", "InviteAgent", may, s.invite},
		{"DELETE /api/agent/invitations/{contact}", "RemoveInvited", may, s.remove},
	}
}

// target is a quick connect that a chat can be sent to.
type target struct {
	ID          string `json:"id"`
	Name        string `json:"name"`
	Type        string `json:"type"`
	Description string `json:"description"`
}

// targets lists the quick connects of the instance to queues and users (our choice: also those that belong to no queue).
func (s *Server) targets(c *call) (any, error) {
	all, _, err := s.o.Admin.QuickConnects(c.ctx(), c.caller.InstanceID, []string{admin.QuickQueue, admin.QuickUser}, everything())
	if err != nil {
		return nil, err
	}
	list := []target{}
	for i := range all {
		list = append(list, target{all[i].ID, all[i].Name, all[i].Target.Type, all[i].Description})
	}
	return map[string]any{"quick_connects": list}, nil
}

// chosen reads a body that is nothing but the id of a quick connect, and the target that it names.
func (s *Server) chosen(c *call) (contact.Target, error) {
	var in struct {
		ID string `json:"quick_connect_id"`
	}
	if err := c.read(&in); err != nil {
		return contact.Target{}, err
	}
	q, err := s.o.Admin.QuickConnect(c.ctx(), c.caller.InstanceID, in.ID)
	if err != nil {
		return contact.Target{}, err
	}
	if q.Target.Type != admin.QuickQueue && q.Target.Type != admin.QuickUser {
		return contact.Target{}, fault.New(fault.Rule, "A chat goes to a quick connect of type %s or %s, not %s", admin.QuickQueue, admin.QuickUser, q.Target.Type)
	}
	return contact.Target{Name: q.Name, QueueID: q.Target.QueueID, UserID: q.Target.UserID, FlowID: q.Target.FlowID}, nil
}

// transfer answers whether the chat was sent on; if not, the chat was told why and goes on as it was.
func (s *Server) transfer(c *call) (any, error) {
	to, err := s.chosen(c)
	if err != nil {
		return nil, err
	}
	sent, err := s.o.Router.Transfer(c.ctx(), c.caller.InstanceID, c.caller.ID, c.r.PathValue("contact"), to)
	return map[string]any{"transferred": sent}, err
}

// invite answers with the contact of the invited agent.
func (s *Server) invite(c *call) (any, error) {
	to, err := s.chosen(c)
	if err != nil {
		return nil, err
	}
	id, err := s.o.Router.Invite(c.ctx(), c.caller.InstanceID, c.caller.ID, c.r.PathValue("contact"), to)
	return map[string]any{"contact_id": id}, err
}

func (s *Server) remove(c *call) (any, error) {
	return done{}, s.o.Router.Remove(c.ctx(), c.caller.InstanceID, c.caller.ID, c.r.PathValue("contact"))
}
