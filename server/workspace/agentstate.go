package workspace

import (
	"cmp"
	"context"
	"slices"
	"time"

	"parley/app/people"
	"parley/domain/agent"
	chats "parley/domain/session"
	"parley/domain/transcript"
	"parley/internal/fault"
	"parley/work/resource"
)

// state is a user as an agent, as the API shows it.
type state struct {
	Status     status        `json:"status"`
	Since      time.Time     `json:"since"`
	Next       *status       `json:"next_status,omitempty"` // once nothing is handled any more
	Statuses   []status      `json:"statuses"`              // that can be chosen
	Connected  bool          `json:"connected"`             // a workspace is
	AutoAccept bool          `json:"auto_accept"`
	Most       int           `json:"max_chats"`
	Contacts   []heldContact `json:"contacts"` // in the order in which they were offered
	Mentions   []mentioned   `json:"mentions"` // in notes, not seen yet
}

// mentioned tells of a note that names the agent.
type mentioned struct {
	Contact string    `json:"contact_id"`
	Note    string    `json:"note_id"`
	By      named     `json:"by"`
	At      time.Time `json:"at"`
}

type status struct {
	ID   string `json:"id"`
	Name string `json:"name"`
	Type string `json:"type"`
}

// heldContact is a contact in one of an agent's slots. An offer is a contact in state CONNECTING.
type heldContact struct {
	ID        string     `json:"contact_id"`
	State     string     `json:"state"`
	Since     time.Time  `json:"since"`
	Connected *time.Time `json:"connected_at,omitempty"`
	Expires   *time.Time `json:"expires_at,omitempty"` // when an offer is missed or after-contact work ends
	Queue     *queueOf   `json:"queue,omitempty"`
	Customer  string     `json:"customer"` // the display name
	Method    string     `json:"initiation_method"`
	Invited   bool       `json:"invited"`                    // beside another agent
	Codes     []string   `json:"disposition_codes"`          // to choose from; none = any text will do
	Disposed  string     `json:"disposition,omitempty"`      // the code that was chosen
	Guide     string     `json:"guide_contact_id,omitempty"` // the contact of the guide that goes on
}

type named struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

// queueOf is the queue that a contact came from.
type queueOf struct {
	named
	Own bool `json:"agent_queue"` // a user's own
}

// everything is a page that holds all of what an instance may have few of.
func everything() resource.Page { return resource.Page{Limit: 1000} }

// state reads what an agent is and has.
func (s *Server) state(ctx context.Context, instance, user string) (state, agent.Agent, error) {
	a, err := s.o.Router.Agent(ctx, instance, user)
	if err != nil {
		return state{}, a, err
	}
	out := state{Since: a.Since, Connected: a.Present(), Contacts: []heldContact{}, Mentions: []mentioned{}}
	if err := s.stateOfUser(ctx, instance, user, &out); err != nil {
		return state{}, a, err
	}
	if out.Status, err = s.status(ctx, instance, a.Status); err != nil {
		return state{}, a, err
	}
	if a.Next != nil {
		next, err := s.status(ctx, instance, *a.Next)
		if err != nil {
			return state{}, a, err
		}
		out.Next = &next
	}
	for i := range a.Contacts {
		one, err := s.held(ctx, instance, &a.Contacts[i])
		if err != nil {
			return state{}, a, err
		}
		out.Contacts = append(out.Contacts, one)
	}
	for _, m := range a.Mentions {
		by, err := s.someone(ctx, instance, m.By)
		if err != nil {
			return state{}, a, err
		}
		out.Mentions = append(out.Mentions, mentioned{m.ContactID, m.NoteID, by, m.At})
	}
	return out, a, nil
}

// stateOfUser fills in what does not change with the agent's work.
func (s *Server) stateOfUser(ctx context.Context, instance, user string, out *state) error {
	u, err := s.o.People.User(ctx, instance, user)
	if err != nil {
		return err
	}
	p, err := s.o.People.RoutingProfile(ctx, instance, u.RoutingProfileID)
	if err != nil {
		return err
	}
	out.AutoAccept, _ = u.Chat()
	out.Most, _ = p.Chats()
	out.Statuses, err = s.statuses(ctx, instance)
	return err
}

// statuses lists those that can be chosen, in the order in which they are displayed.
func (s *Server) statuses(ctx context.Context, instance string) ([]status, error) {
	all, _, err := s.o.People.AgentStatuses(ctx, instance, nil, everything())
	if err != nil {
		return nil, err
	}
	slices.SortStableFunc(all, func(a, b people.AgentStatus) int {
		return cmp.Or(cmp.Compare(a.Order, b.Order), cmp.Compare(a.Name, b.Name))
	})
	list := []status{}
	for i := range all {
		if all[i].State == people.Enabled {
			list = append(list, status{all[i].ID, all[i].Name, all[i].Type})
		}
	}
	return list, nil
}

// status names a status; one that has gone has no name.
func (s *Server) status(ctx context.Context, instance string, of agent.Status) (status, error) {
	one, err := s.o.People.AgentStatus(ctx, instance, of.ID)
	if err != nil && !fault.Is(err, fault.NotFound) {
		return status{}, err
	}
	return status{of.ID, one.Name, string(of.Kind)}, nil
}

func (s *Server) held(ctx context.Context, instance string, c *agent.Contact) (heldContact, error) {
	out := heldContact{ID: c.ContactID, State: string(c.State), Since: c.Since, Connected: some(c.ConnectedAt), Expires: some(c.Expires), Guide: c.GuideID, Codes: []string{}}
	snap, k, err := s.o.Chat.Contact(ctx, instance, c.ContactID)
	if fault.Is(err, fault.NotFound) || err == nil && k == nil {
		return out, nil // erased: the slot is freed soon
	}
	if err != nil {
		return out, err
	}
	out.Customer, out.Method = customerOf(snap), cmp.Or(k.InitiationMethod, "API")
	out.Invited = k.ID != snap.Current().ID && k.PreviousID != "" && k.Invited != ""
	if k.Disposition != nil {
		out.Disposed = k.Disposition.Code
	}
	if out.Queue, err = s.queue(ctx, instance, c.QueueID, k.AgentQueue); err != nil {
		return out, err
	}
	out.Codes, err = s.codes(ctx, instance, c.QueueID)
	return out, err
}

// queue names a queue, a user's own one as the user is called: "" of one that was deleted; nil for none.
func (s *Server) queue(ctx context.Context, instance, id string, own bool) (*queueOf, error) {
	if id == "" {
		return nil, nil
	}
	if own {
		name, err := s.ownQueue(ctx, instance, id)
		return &queueOf{named{id, name}, true}, err
	}
	cfg, err := s.o.Admin.FlowConfig(ctx, instance)
	if err != nil && !fault.Is(err, fault.NotFound) {
		return nil, err
	}
	return &queueOf{named{id, cfg.Queues[id].Name}, false}, nil
}

func customerOf(snap *chats.Session) string {
	for i := range snap.State.Participants {
		if p := &snap.State.Participants[i]; p.Role == transcript.Customer {
			return p.DisplayName
		}
	}
	return ""
}

func some(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}
