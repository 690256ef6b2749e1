package workspace

import (
	"strconv"
	"time"

	"parley/app/history"
	"parley/domain/permission"
	"parley/domain/record"
	"parley/internal/fault"
	"parley/store"
	"parley/work/audit"
)

func (s *Server) historyRoutes() []route {
	readers := permission.Of(permission.AgentAccess, permission.ContactSearch)
	return []route{
		{"GET /api/history", "FindContacts", readers, s.findContacts},
		{"GET /api/history/{contact}/transcript", "ReadTranscript", readers, s.readTranscript},
	}
}

// reading is an event of the audit log: somebody read a transcript by permission, not as its agent.
const reading = "transcript.read"

// Pages of history.
const (
	mostFound   = 100
	mostRead    = 500
	longestSpan = 8 * 7 * 24 * time.Hour // of one search, as SearchContacts
)

// found is a contact in a list.
type found struct {
	ID           string     `json:"contact_id"`
	Initial      string     `json:"initial_contact_id"`
	Previous     string     `json:"previous_contact_id,omitempty"`
	Next         string     `json:"next_contact_id,omitempty"`
	Method       string     `json:"initiation_method"`
	CustomerID   string     `json:"customer_id,omitempty"`
	Queue        *queueOf   `json:"queue,omitempty"`
	Agent        *named     `json:"agent,omitempty"`
	Initiated    time.Time  `json:"initiated_at"`
	Connected    *time.Time `json:"connected_at,omitempty"`
	Disconnected *time.Time `json:"disconnected_at,omitempty"`
	Reason       string     `json:"disconnect_reason,omitempty"`
}

// findContacts lists the contacts of a time, the latest first. Whoever may not search sees the own ones.
func (s *Server) findContacts(c *call) (any, error) {
	q, err := s.historySearch(c)
	if err != nil {
		return nil, err
	}
	if q.Limit, err = number(c.r.URL.Query().Get("limit"), mostFound); err != nil {
		return nil, err
	}
	list, err := s.o.History.Find(c.ctx(), q)
	if err != nil {
		return nil, err
	}
	out := struct {
		Contacts []found `json:"contacts"`
		Next     string  `json:"next,omitempty"`
		Total    *int    `json:"total,omitempty"`
	}{[]found{}, list.Next, list.Total}
	for i := range list.Records {
		one, err := s.found(c, &list.Records[i])
		if err != nil {
			return nil, err
		}
		out.Contacts = append(out.Contacts, one)
	}
	return out, nil
}

func (s *Server) historySearch(c *call) (q history.Search, err error) {
	in := c.r.URL.Query()
	q = history.Search{Instance: c.caller.InstanceID, Descending: true, Next: in.Get("next"), Order: history.Order{Moment: store.Initiated}}
	until, err := instant(in.Get("until"), "until")
	if err != nil {
		return q, err
	}
	from, err := instant(in.Get("from"), "from")
	if err != nil {
		return q, err
	}
	if until.IsZero() || from.IsZero() || until.Before(from) || until.Sub(from) > longestSpan {
		return q, fault.New(fault.Invalid, "from and until: two times in this order are needed, at most 8 weeks apart")
	}
	q.Range = store.Within{Moment: store.Initiated, From: from, Until: until}
	q.Customer = in.Get("customer")
	for name, list := range map[string]*[]string{"queue": &q.Queues, "agent": &q.Agents} {
		if v := in.Get(name); v != "" {
			*list = []string{v}
		}
	}
	if !c.caller.Permissions.Has(permission.ContactSearch) {
		q.Agents = []string{c.caller.ID}
	}
	in.Del("next")
	in.Del("limit")
	q.Fingerprint = history.Fingerprint(in.Encode(), c.caller.ID)
	return q, nil
}

// number reads a number from 1 to most; absent, it is most.
func number(text string, most int) (int, error) {
	if text == "" {
		return most, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 || n > most {
		return 0, fault.New(fault.Invalid, "limit: a number from 1 to %d", most)
	}
	return n, nil
}

// instant reads a time; absent, it is zero.
func instant(text, name string) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return at, fault.New(fault.Invalid, "%s: a time as 2026-11-22T12:00:00Z", name)
	}
	return at, nil
}

func (s *Server) found(c *call, r *record.Record) (out found, err error) {
	out = found{
		ID: r.ID, Initial: r.SessionID, Previous: r.PreviousID, Next: r.NextID, Method: r.Method, CustomerID: r.CustomerID,
		Initiated: r.InitiatedAt, Disconnected: some(r.DisconnectedAt), Reason: r.DisconnectReason,
	}
	if out.Queue, err = s.queue(c.ctx(), c.caller.InstanceID, r.QueueID, r.AgentQueue); err != nil {
		return out, err
	}
	if r.Agent != nil {
		who, err := s.someone(c.ctx(), c.caller.InstanceID, r.Agent.UserID)
		if err != nil {
			return out, err
		}
		out.Agent, out.Connected = &who, some(r.Agent.ConnectedAt)
	}
	return out, nil
}

// said is an item of a transcript.
type said struct {
	ID            string    `json:"id"`
	At            time.Time `json:"at"`
	Type          string    `json:"type"`
	ContentType   string    `json:"content_type"`
	Content       string    `json:"content,omitempty"`
	ParticipantID string    `json:"participant_id,omitempty"`
	DisplayName   string    `json:"display_name,omitempty"`
	Role          string    `json:"role,omitempty"`
}

// readTranscript tells what was said in a contact, also when its chat is over. Agents read those that they took; who may
// search reads all, which the audit log says.
func (s *Server) readTranscript(c *call) (any, error) {
	in := c.r.URL.Query()
	r := history.Reading{Instance: c.caller.InstanceID, ContactID: c.r.PathValue("contact"), Agent: c.caller.ID}
	var err error
	if r.Limit, err = number(in.Get("limit"), mostRead); err != nil {
		return nil, err
	}
	if after := in.Get("after"); after != "" {
		if r.After, err = strconv.ParseInt(after, 10, 64); err != nil || r.After < 0 {
			return nil, fault.New(fault.Invalid, "after: next of the page before")
		}
	}
	page, err := s.o.History.Read(c.ctx(), r)
	if fault.Is(err, fault.NotFound) && c.caller.Permissions.Has(permission.ContactSearch) {
		r.Agent = ""
		page, err = s.o.History.Read(c.ctx(), r)
	}
	if err != nil {
		return nil, err
	}
	if r.Agent == "" {
		if err := s.o.Audit.Note(c.ctx(), c.caller.InstanceID, audit.Note{Event: reading, Subject: r.ContactID}); err != nil {
			return nil, err
		}
	}
	out := struct {
		Items []said `json:"items"`
		Next  int64  `json:"next,omitempty"`
	}{[]said{}, page.Next}
	for i := range page.Items {
		item := &page.Items[i]
		out.Items = append(out.Items, said{
			item.ID, item.Time, string(item.Type), item.ContentType, item.Content, item.Author.ParticipantID, item.Author.DisplayName, string(item.Author.Role),
		})
	}
	return out, nil
}
