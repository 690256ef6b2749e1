package workspace

import (
	"slices"
	"strconv"
	"strings"

	"parley/app/people"
	"parley/app/responses"
	"parley/domain/agent"
	"parley/domain/permission"
	chats "parley/domain/session"
	"parley/internal/fault"
	"parley/work/resource"
)

func (s *Server) responseRoutes() []route {
	see := permission.Of(permission.ContentView, permission.ContentEdit)
	return []route{
		{"GET /api/quick-responses", "ListQuickResponses", see, s.responses},
		{"POST /api/quick-responses", "CreateQuickResponse", permission.Of(permission.ContentCreate), s.createResponse},
		{"POST /api/quick-responses/import", "ImportQuickResponses", permission.Of(permission.ContentCreate), s.importResponses},
		{"GET /api/quick-responses/{response}", "GetQuickResponse", see, s.response},
		{"PUT /api/quick-responses/{response}", "UpdateQuickResponse", permission.Of(permission.ContentEdit), s.updateResponse},
		{"DELETE /api/quick-responses/{response}", "DeleteQuickResponse", permission.Of(permission.ContentDelete), s.deleteResponse},
		{"GET /api/agent/quick-responses", "SearchQuickResponses", permission.Of(permission.AgentAccess), s.offerResponses},
	}
}

// quickResponse is a quick response as the API has it.
type quickResponse struct {
	ID          string   `json:"id"`
	Shortcut    string   `json:"shortcut"`
	Title       string   `json:"title"`
	Content     string   `json:"content"`
	ContentType string   `json:"content_type"`
	Language    string   `json:"language"`
	Queues      []string `json:"queues"`
	Profiles    []string `json:"routing_profiles"`
	Active      bool     `json:"active"`
}

func shownResponse(r *responses.Response) quickResponse {
	return quickResponse{r.ID, r.Name, r.Title, r.Content, r.ContentType, r.Language, resource.Sorted(r.Queues), resource.Sorted(r.Profiles), !r.Inactive}
}

// readResponse reads a body; one that says nothing about active is.
func (c *call) readResponse() (responses.Response, error) {
	in := struct {
		Shortcut    string   `json:"shortcut"`
		Title       string   `json:"title"`
		Content     string   `json:"content"`
		ContentType string   `json:"content_type"`
		Language    string   `json:"language"`
		Queues      []string `json:"queues"`
		Profiles    []string `json:"routing_profiles"`
		Active      bool     `json:"active"`
	}{Active: true}
	err := c.read(&in)
	r := responses.Response{
		Title: in.Title, Content: in.Content, ContentType: in.ContentType, Language: in.Language, Queues: in.Queues, Profiles: in.Profiles, Inactive: !in.Active,
	}
	r.InstanceID, r.Name = c.caller.InstanceID, in.Shortcut
	return r, err
}

// searched reads what a list is to hold, and its page.
func (c *call) searched() (responses.Search, resource.Page, error) {
	q, page := c.r.URL.Query(), resource.Page{Limit: 100}
	page.After = q.Get("after")
	var err error
	if limit := q.Get("limit"); limit != "" {
		page.Limit, err = strconv.Atoi(limit)
	}
	if err != nil || page.Limit < 1 || page.Limit > 100 {
		return responses.Search{}, page, fault.New(fault.Invalid, "limit must be a number from 1 to 100")
	}
	return responses.Search{
		Shortcut: q.Get("shortcut"), Text: q.Get("text"), Language: q.Get("language"), Queue: q.Get("queue"), Profile: q.Get("routing_profile"),
	}, page, nil
}

func (s *Server) responses(c *call) (any, error) {
	q, page, err := c.searched()
	if err != nil {
		return nil, err
	}
	all, next, err := s.o.Responses.Responses(c.ctx(), c.caller.InstanceID, q, page)
	list := []quickResponse{}
	for i := range all {
		list = append(list, shownResponse(&all[i]))
	}
	return listed{list, next}, err
}

// listed is a page of a list; next is what after must be for the one that follows, "" if there is none.
type listed struct {
	List any    `json:"quick_responses"`
	Next string `json:"next"`
}

func (s *Server) createResponse(c *call) (any, error) {
	r, err := c.readResponse()
	if err != nil {
		return nil, err
	}
	r, err = s.o.Responses.Create(c.ctx(), r)
	return shownResponse(&r), err
}

func (s *Server) response(c *call) (any, error) {
	r, err := s.o.Responses.Response(c.ctx(), c.caller.InstanceID, c.r.PathValue("response"))
	return shownResponse(&r), err
}

func (s *Server) updateResponse(c *call) (any, error) {
	r, err := c.readResponse()
	if err != nil {
		return nil, err
	}
	r, err = s.o.Responses.Update(c.ctx(), c.caller.InstanceID, c.r.PathValue("response"), r)
	return shownResponse(&r), err
}

func (s *Server) deleteResponse(c *call) (any, error) {
	return done{}, s.o.Responses.Delete(c.ctx(), c.caller.InstanceID, c.r.PathValue("response"))
}

func (s *Server) importResponses(c *call) (any, error) {
	var in struct {
		CSV string `json:"csv"`
	}
	if err := c.read(&in); err != nil {
		return nil, err
	}
	if !permission.Of(permission.ContentEdit).Met(c.caller.Permissions) {
		return nil, fault.New(fault.Denied, "An import may change what is there: your security profiles do not grant %s", permission.ContentEdit)
	}
	out, err := s.o.Responses.Import(c.ctx(), c.caller.InstanceID, in.CSV)
	type line struct {
		Line   int    `json:"line"`
		Reason string `json:"reason"`
	}
	refused := []line{}
	for _, l := range out.Refused {
		refused = append(refused, line{l.Number, l.Reason})
	}
	return map[string]any{"created": out.Created, "updated": out.Updated, "refused": refused}, err
}

// offered is a quick response that an agent can say.
type offered struct {
	quickResponse
	// Missing are the variables that have no value.
	Missing []string `json:"missing"`
}

// offerResponses lists what the caller may say: with a contact that it has, to that customer, with the variables filled in.
func (s *Server) offerResponses(c *call) (any, error) {
	q, page, err := c.searched()
	if err != nil {
		return nil, err
	}
	u, err := s.o.People.User(c.ctx(), c.caller.InstanceID, c.caller.ID)
	if err != nil {
		return nil, err
	}
	q.Profile, q.Queue, q.Active = u.RoutingProfileID, "", true // the queue is that of the contact, whatever is asked for
	value := func(string) (string, bool) { return "", false }
	if id := c.r.URL.Query().Get("contact"); id != "" {
		if value, q.Queue, err = s.valuesOf(c, &u, id); err != nil {
			return nil, err
		}
	}
	all, next, err := s.o.Responses.Responses(c.ctx(), c.caller.InstanceID, q, page)
	list := []offered{}
	for i := range all {
		one := offered{quickResponse: shownResponse(&all[i]), Missing: []string{}}
		filled, missing := responses.Fill(one.Content, value)
		one.Content, one.Missing = filled, append(one.Missing, missing...)
		list = append(list, one)
	}
	return listed{list, next}, err
}

// valuesOf returns what variables mean in a contact that the caller has, and the contact's queue.
func (s *Server) valuesOf(c *call, u *people.User, id string) (value func(string) (string, bool), queue string, err error) {
	a, err := s.o.Router.Agent(c.ctx(), c.caller.InstanceID, c.caller.ID)
	if err != nil {
		return nil, "", err
	}
	at := slices.IndexFunc(a.Contacts, func(k agent.Contact) bool { return k.ContactID == id })
	if at < 0 {
		return nil, "", fault.New(fault.NotFound, "contact: you have no such contact")
	}
	snap, k, err := s.o.Chat.Contact(c.ctx(), c.caller.InstanceID, id)
	if err != nil || k == nil {
		return nil, "", err
	}
	at0 := a.Contacts[at]
	q, err := s.queue(c.ctx(), c.caller.InstanceID, at0.QueueID, k.AgentQueue)
	if err != nil {
		return nil, "", err
	}
	name := ""
	if q != nil && !q.Own { // what customers read is no name of a person
		name = q.Name
	}
	return func(variable string) (string, bool) { return valueOf(variable, u, snap, k, name) }, at0.QueueID, nil
}

// valueOf is what a variable means; one without a value, or that nobody knows, has none.
func valueOf(variable string, u *people.User, snap *chats.Session, k *chats.Contact, queue string) (text string, ok bool) {
	if key, is := strings.CutPrefix(variable, "Attributes."); is {
		text = snap.Attributes[key]
		return text, text != ""
	}
	switch variable {
	case "Contact.CustomerName":
		text = customerOf(snap)
	case "Contact.Queue":
		text = queue
	case "Contact.ContactId":
		text = k.ID
	case "Agent.FirstName":
		text = u.Identity.FirstName
	case "Agent.LastName":
		text = u.Identity.LastName
	case "Agent.DisplayName":
		text = u.DisplayName()
	}
	return text, text != ""
}
