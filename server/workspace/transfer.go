package workspace

import (
	"slices"

	"parley/app/admin"
	"parley/domain/contact"
	"parley/domain/permission"
	chats "parley/domain/session"
	"parley/internal/fault"
)

func (s *Server) transferRoutes() []route {
	may := permission.Of(permission.Transfer)
	return []route{
		{"GET /api/agent/contacts/{contact}/quick-connects", "ListTargets", may, s.targets},
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

// targets lists the quick connects to queues and users that a contact can be sent to.
func (s *Server) targets(c *call) (any, error) {
	reachable, err := s.reachable(c)
	if err != nil {
		return nil, err
	}
	all, _, err := s.o.Admin.QuickConnects(c.ctx(), c.caller.InstanceID, []string{admin.QuickQueue, admin.QuickUser}, everything())
	if err != nil {
		return nil, err
	}
	list := []target{}
	for i := range all {
		if reachable(all[i].ID) {
			list = append(list, target{all[i].ID, all[i].Name, all[i].Target.Type, all[i].Description})
		}
	}
	return map[string]any{"quick_connects": list}, nil
}

// reachable tells of quick connects whether a contact of the caller can be sent to them: those of the queue that it came from; one that came
// from a user's own queue goes to any of the instance (our choice: such a queue has no quick connects).
func (s *Server) reachable(c *call) (func(quickConnect string) bool, error) {
	_, k, err := s.o.Chat.Contact(c.ctx(), c.caller.InstanceID, c.r.PathValue("contact"))
	if err != nil {
		return nil, err
	}
	if k == nil || k.Agent == nil || k.Agent.UserID != c.caller.ID {
		return nil, fault.New(fault.NotFound, "You do not have the contact")
	}
	if k.AgentQueue {
		return func(string) bool { return true }, nil
	}
	q, err := s.o.Admin.Queue(c.ctx(), c.caller.InstanceID, k.QueueID)
	if err != nil && !fault.Is(err, fault.NotFound) { // a queue that was deleted has none
		return nil, err
	}
	return func(id string) bool { return slices.Contains(q.QuickConnectIDs, id) }, nil
}

// chosen reads a body that is nothing but the id of a quick connect, and the target that it names.
func (s *Server) chosen(c *call) (contact.Target, error) {
	var in struct {
		ID string `json:"quick_connect_id"`
	}
	if err := c.read(&in); err != nil {
		return contact.Target{}, err
	}
	reachable, err := s.reachable(c)
	if err != nil {
		return contact.Target{}, err
	}
	q, err := s.o.Admin.QuickConnect(c.ctx(), c.caller.InstanceID, in.ID)
	if err != nil {
		return contact.Target{}, err
	}
	if !reachable(q.ID) {
		return contact.Target{}, fault.New(fault.Rule, "The quick connect is none of the queue that the contact came from")
	}
	if q.Target.Type != admin.QuickQueue && q.Target.Type != admin.QuickUser {
		return contact.Target{}, fault.New(fault.Rule, "A chat goes to a quick connect of type %s or %s, not %s", admin.QuickQueue, admin.QuickUser, q.Target.Type)
	}
	return contact.Target{
		Name: q.Name, QueueID: q.Target.QueueID, UserID: q.Target.UserID, FlowID: q.Target.FlowID,
		Quick: &chats.QuickConnect{ID: q.ID, Name: q.Name, Type: q.Target.Type},
	}, nil
}

// transfer answers whether the chat was sent on; if not, the chat was told why and goes on as it was.
func (s *Server) transfer(c *call) (any, error) {
	to, err := s.chosen(c)
	if err != nil {
		return nil, err
	}
	next, sent, err := s.o.Router.Transfer(c.ctx(), c.caller.InstanceID, c.caller.ID, c.r.PathValue("contact"), to)
	answer := map[string]any{"transferred": sent}
	if sent {
		answer["contact_id"] = next
	}
	return answer, err
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
