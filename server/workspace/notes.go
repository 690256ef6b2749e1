package workspace

import (
	"context"
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"

	"parley/app/router"
	"parley/domain/permission"
	"parley/domain/remark"
	chats "parley/domain/session"
	"parley/internal/fault"
	"parley/work/practice"
)

func (s *Server) noteRoutes() []route {
	agents, reader := permission.Of(permission.AgentAccess), permission.Of(permission.AgentAccess, permission.ListenIn)
	return []route{
		{"GET /api/agent/contacts/{contact}", "GetContact", reader, s.contact},
		{"POST /api/agent/contacts/{contact}/notes", "AddNote", reader, s.note},
		{"PUT /api/agent/contacts/{contact}/disposition", "SetDisposition", agents, s.dispose},
		{"DELETE /api/agent/mentions/{note}", "SeeMention", agents, s.see},
	}
}

// note is what somebody wrote about a contact.
type note struct {
	ID       string    `json:"id"`
	By       named     `json:"by"`
	At       time.Time `json:"at"`
	Text     string    `json:"text"`
	Mentions []named   `json:"mentions"`
}

type disposition struct {
	Code string    `json:"code"`
	Text string    `json:"text"`
	By   named     `json:"by"`
	At   time.Time `json:"at"`
}

// described is a contact as those see it whom it concerns.
type described struct {
	ID           string       `json:"contact_id"`
	Initial      string       `json:"initial_contact_id"`
	Previous     string       `json:"previous_contact_id,omitempty"`
	Method       string       `json:"initiation_method"`
	Customer     string       `json:"customer"`
	CustomerID   string       `json:"customer_id,omitempty"`
	Attributes   []attribute  `json:"attributes"`
	Queue        *queueOf     `json:"queue,omitempty"`
	Agent        *named       `json:"agent,omitempty"`
	Initiated    time.Time    `json:"initiated_at"`
	Connected    *time.Time   `json:"connected_at,omitempty"` // to the agent
	WorkBegan    *time.Time   `json:"work_began_at,omitempty"`
	WorkEnded    *time.Time   `json:"work_ended_at,omitempty"`
	Disconnected *time.Time   `json:"disconnected_at,omitempty"`
	Reason       string       `json:"disconnect_reason,omitempty"`
	Rating       *int         `json:"rating,omitempty"` // by the customer
	Notes        []note       `json:"notes"`
	Disposition  *disposition `json:"disposition,omitempty"`
	Codes        []string     `json:"disposition_codes"` // to choose from; none = any text will do
}

// contact tells of a contact to whom it concerns, and to supervisors.
func (s *Server) contact(c *call) (any, error) {
	ctx, instance := c.ctx(), c.caller.InstanceID
	snap, k, err := s.o.Chat.Contact(ctx, instance, c.r.PathValue("contact"))
	if err != nil {
		return nil, err
	}
	if k == nil || !c.caller.Permissions.Has(permission.ListenIn) && !remark.Concerned(snap, c.caller.ID) {
		return nil, fault.New(fault.NotFound, "The contact was not found")
	}
	out := described{
		ID: k.ID, Initial: snap.ID, Previous: k.PreviousID, Method: k.InitiationMethod, Customer: customerOf(snap), Initiated: k.InitiatedAt,
		Disconnected: some(k.DisconnectedAt), Reason: k.DisconnectReason, Rating: k.Rating, Notes: []note{},
		CustomerID: k.CustomerID, Attributes: attributesOf(snap),
	}
	if out.Queue, err = s.queue(ctx, instance, k.QueueID, k.AgentQueue); err != nil {
		return nil, err
	}
	if out.Codes, err = s.codes(ctx, instance, k.QueueID); err != nil {
		return nil, err
	}
	if a := k.Agent; a != nil {
		out.Connected, out.WorkBegan, out.WorkEnded = some(a.ConnectedAt), some(a.WorkBegan), some(a.WorkEnded)
	}
	return out, s.said(ctx, instance, k, &out)
}

// attribute is one of those that the site and flows gave a chat.
type attribute struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// attributesOf are those of a chat, sorted by name.
func attributesOf(snap *chats.Session) []attribute {
	list := []attribute{}
	for _, name := range slices.Sorted(maps.Keys(snap.Attributes)) {
		list = append(list, attribute{name, snap.Attributes[name]})
	}
	return list
}

// said fills in who had the contact, and what was said about it.
func (s *Server) said(ctx context.Context, instance string, k *chats.Contact, out *described) error {
	if k.Agent != nil {
		who, err := s.someone(ctx, instance, k.Agent.UserID)
		if err != nil {
			return err
		}
		out.Agent = &who
	}
	for i := range k.Notes {
		one, err := s.noted(ctx, instance, &k.Notes[i])
		if err != nil {
			return err
		}
		out.Notes = append(out.Notes, one)
	}
	if d := k.Disposition; d != nil {
		by, err := s.someone(ctx, instance, d.UserID)
		if err != nil {
			return err
		}
		out.Disposition = &disposition{d.Code, d.Text, by, d.At}
	}
	return nil
}

func (s *Server) noted(ctx context.Context, instance string, n *chats.Note) (out note, err error) {
	out = note{ID: n.ID, At: n.At, Text: n.Text, Mentions: []named{}}
	if out.By, err = s.someone(ctx, instance, n.UserID); err != nil {
		return out, err
	}
	for _, user := range n.Mentions {
		who, err := s.someone(ctx, instance, user)
		if err != nil {
			return out, err
		}
		out.Mentions = append(out.Mentions, who)
	}
	return out, nil
}

// someone names a user; one who was deleted has no name.
func (s *Server) someone(ctx context.Context, instance, id string) (named, error) {
	u, err := s.o.People.User(ctx, instance, id)
	if err != nil && !fault.Is(err, fault.NotFound) {
		return named{}, err
	}
	return named{id, u.Name}, nil
}

// codes are the disposition codes of a queue's contacts, never nil.
func (s *Server) codes(ctx context.Context, instance, queue string) ([]string, error) {
	set, err := practice.Read(ctx, s.o.Resources, instance)
	return append([]string{}, set.CodesOf(queue)...), err
}

// note writes a note, and tells whom it mentions.
func (s *Server) note(c *call) (any, error) {
	var in struct {
		Text string `json:"text"`
	}
	if err := c.read(&in); err != nil {
		return nil, err
	}
	if err := remark.Fits(in.Text); err != nil {
		return nil, err // before the names in it are looked up
	}
	ctx, instance := c.ctx(), c.caller.InstanceID
	mentions, err := s.named(ctx, instance, in.Text)
	if err != nil {
		return nil, err
	}
	n, err := s.o.Router.Note(ctx, instance, router.Written{
		ContactID: c.r.PathValue("contact"), UserID: c.caller.ID, Anywhere: c.caller.Permissions.Has(permission.ListenIn), Text: in.Text, Mentions: mentions,
	})
	if err != nil {
		return nil, err
	}
	return s.noted(ctx, instance, &n)
}

// mention is how a text names a user: @ and the user name, at the beginning or after a space or bracket.
var mention = regexp.MustCompile(`(?:^|[\s(\[])@([A-Za-z0-9_.@+-]{1,100})`)

// named finds the users that a text names, each once. A name that nobody has is only text.
func (s *Server) named(ctx context.Context, instance, text string) (users []string, err error) {
	for _, found := range mention.FindAllStringSubmatch(text, -1) {
		for _, name := range []string{found[1], strings.TrimRight(found[1], ".-@+")} { // "… ask @ben."
			u, err := s.o.People.UserNamed(ctx, instance, name)
			if err != nil && !fault.Is(err, fault.NotFound) {
				return nil, err
			}
			if err == nil {
				if !slices.Contains(users, u.ID) {
					users = append(users, u.ID)
				}
				break
			}
		}
		if len(users) > remark.MaxMentions {
			break // it is refused
		}
	}
	return users, nil
}

// dispose says what became of a contact.
func (s *Server) dispose(c *call) (any, error) {
	var in struct {
		Code string `json:"code"`
		Text string `json:"text"`
	}
	if err := c.read(&in); err != nil {
		return nil, err
	}
	ctx, instance, id := c.ctx(), c.caller.InstanceID, c.r.PathValue("contact")
	_, k, err := s.o.Chat.Contact(ctx, instance, id)
	if err != nil {
		return nil, err
	}
	if k == nil {
		return nil, fault.New(fault.NotFound, "The contact was not found")
	}
	codes, err := s.codes(ctx, instance, k.QueueID)
	if err != nil {
		return nil, err
	}
	if len(codes) == 0 {
		codes = nil
	}
	return done{}, s.o.Router.Dispose(ctx, instance, id, chats.Disposition{Code: in.Code, Text: in.Text, UserID: c.caller.ID}, codes)
}

func (s *Server) see(c *call) (any, error) {
	return done{}, s.o.Router.See(c.ctx(), c.caller.InstanceID, c.caller.ID, c.r.PathValue("note"))
}
