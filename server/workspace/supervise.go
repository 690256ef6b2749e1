package workspace

import (
	"context"
	"time"

	"parley/app/chat"
	"parley/domain/agent"
	"parley/domain/contact"
	"parley/domain/permission"
	"parley/internal/fault"
	"parley/work/audit"
)

func (s *Server) superviseRoutes() []route {
	listen, barge := permission.Of(permission.ListenIn), permission.Of(permission.BargeIn)
	return []route{
		{"GET /api/supervise/contacts", "ListAgents", listen, s.agents},
		{"GET /api/supervise/queues", "ListQueuesAtWork", listen, s.queuesAtWork},
		{"POST /api/supervise/contacts/{contact}/monitor", "MonitorContact", listen, s.monitor},
		{"GET /api/supervise/contacts/{contact}/token", "GetMonitorToken", listen, s.contactToken},
		{"POST /api/supervise/contacts/{contact}/leave", "StopMonitoring", listen, s.end},
		{"POST /api/supervise/contacts/{contact}/barge", "BargeIn", barge, s.barge},
		{"POST /api/supervise/contacts/{contact}/take-over", "TakeOver", barge, s.takeOver},
		{"POST /api/supervise/contacts/{contact}/whisper", "Whisper", barge, s.whisper},
		{"POST /api/supervise/contacts/{contact}/reassign", "Reassign", barge, s.reassign},
		{"PUT /api/supervise/agents/{user}/status", "ForceStatus", barge, s.force},
	}
}

// atWork is an agent as supervisors see it.
type atWork struct {
	User     user          `json:"user"`
	Status   status        `json:"status"`
	Since    time.Time     `json:"since"`
	Contacts []heldContact `json:"contacts"`
}

// agents lists who is at work or has a contact, and what each has.
func (s *Server) agents(c *call) (any, error) {
	all, err := s.o.Router.Online(c.ctx(), c.caller.InstanceID)
	if err != nil {
		return nil, err
	}
	list := []atWork{}
	for i := range all {
		one, err := s.atWork(c.ctx(), &all[i])
		if fault.Is(err, fault.NotFound) {
			continue // the user was deleted
		}
		if err != nil {
			return nil, err
		}
		list = append(list, one)
	}
	return map[string]any{"agents": list}, nil
}

func (s *Server) atWork(ctx context.Context, a *agent.Agent) (out atWork, err error) {
	u, err := s.o.People.User(ctx, a.InstanceID, a.UserID)
	if err != nil {
		return out, err
	}
	out = atWork{User: user{u.ID, u.Name, u.Identity.FirstName, u.Identity.LastName}, Since: a.Since, Contacts: []heldContact{}}
	if out.Status, err = s.status(ctx, a.InstanceID, a.Status); err != nil {
		return out, err
	}
	for i := range a.Contacts {
		one, err := s.held(ctx, a.InstanceID, &a.Contacts[i])
		if err != nil {
			return out, err
		}
		out.Contacts = append(out.Contacts, one)
	}
	return out, nil
}

// monitor lets the caller watch, and barge in later if it may.
func (s *Server) monitor(c *call) (any, error) {
	taker, err := s.o.People.Taker(c.ctx(), c.caller.InstanceID, c.caller.ID)
	if err != nil {
		return nil, err
	}
	who := chat.Supervisor{Taker: taker, MayBarge: c.caller.Permissions.Has(permission.BargeIn)}
	id, err := s.o.Chat.Monitor(c.ctx(), c.caller.InstanceID, c.r.PathValue("contact"), who, "")
	if err != nil {
		return nil, err
	}
	if err := s.told(c, "supervisor watches", c.r.PathValue("contact"), ""); err != nil {
		return nil, err
	}
	own, err := s.seat(c, id)
	return struct {
		Contact string `json:"contact_id"`
		seat
	}{id, own}, err
}

func (s *Server) barge(c *call) (any, error) {
	var in struct {
		In bool `json:"in"`
	}
	if err := c.read(&in); err != nil {
		return nil, err
	}
	contact, event := c.r.PathValue("contact"), "supervisor takes part"
	if !in.In {
		event = "supervisor watches again"
	}
	if err := s.o.Router.Barge(c.ctx(), c.caller.InstanceID, c.caller.ID, contact, in.In); err != nil {
		return nil, err
	}
	return done{}, s.told(c, event, contact, "")
}

func (s *Server) takeOver(c *call) (any, error) {
	var in struct {
		User string `json:"user_id"`
	}
	if err := c.read(&in); err != nil {
		return nil, err
	}
	contact := c.r.PathValue("contact")
	if err := s.o.Router.TakeOver(c.ctx(), c.caller.InstanceID, c.caller.ID, contact, in.User); err != nil {
		return nil, err
	}
	return done{}, s.told(c, "supervisor takes over", contact, "agent "+in.User)
}

func (s *Server) force(c *call) (any, error) {
	id, err := c.statusID()
	if err != nil {
		return nil, err
	}
	agent := c.r.PathValue("user")
	if err := s.o.Router.Force(c.ctx(), c.caller.InstanceID, agent, id); err != nil {
		return nil, err
	}
	return done{}, s.told(c, "status forced", agent, "status "+id)
}

// told tells the audit log what a supervisor has done.
func (s *Server) told(c *call, event, subject, detail string) error {
	return s.o.Audit.Note(c.ctx(), c.caller.InstanceID, audit.Note{Event: event, Subject: subject, Detail: detail})
}

// whisper says something to the agents of a chat that the caller watches.
func (s *Server) whisper(c *call) (any, error) {
	var in struct {
		Text string `json:"text"`
	}
	if err := c.read(&in); err != nil {
		return nil, err
	}
	contact := c.r.PathValue("contact")
	if err := s.o.Router.Coach(c.ctx(), c.caller.InstanceID, c.caller.ID, contact, in.Text); err != nil {
		return nil, err
	}
	return done{}, s.told(c, "supervisor whispers", contact, "")
}

// moved is where a chat goes on.
type moved struct {
	Contact string `json:"contact_id"`
}

// reassign moves a chat to another agent or to a queue.
func (s *Server) reassign(c *call) (any, error) {
	var in struct {
		User  string `json:"user_id"`
		Queue string `json:"queue_id"`
		From  string `json:"from_queue_id"`
	}
	if err := c.read(&in); err != nil {
		return nil, err
	}
	ctx, instance, to := c.ctx(), c.caller.InstanceID, contact.Target{QueueID: in.Queue, UserID: in.User}
	switch {
	case (in.User == "") == (in.Queue == ""):
		return nil, fault.New(fault.Invalid, "Give user_id or queue_id")
	case in.User != "":
		u, err := s.o.People.User(ctx, instance, in.User)
		if err != nil {
			return nil, err
		}
		to.Name = u.DisplayName()
	default:
		q, err := s.o.Admin.Queue(ctx, instance, in.Queue)
		if err != nil {
			return nil, err
		}
		to.Name = q.Name
	}
	id := c.r.PathValue("contact")
	next, err := s.o.Router.Reassign(ctx, instance, id, in.From, to)
	if err != nil {
		return nil, err
	}
	return moved{next}, s.told(c, "chat reassigned", id, "to "+to.UserID+to.QueueID)
}
