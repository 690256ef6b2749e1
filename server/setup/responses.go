package setup

import (
	"net/http"

	"parley/app/responses"
	"parley/work/resource"
)

// QuickResponse is a text that agents often say.
type QuickResponse struct {
	ID                string   `json:"QuickResponseId,omitempty"`
	Shortcut          string   `json:",omitempty"`
	Title             string   `json:",omitempty"`
	Content           string   `json:",omitempty"`
	ContentType       string   `json:",omitempty"`
	Language          string   `json:",omitempty"`
	QueueIDs          []string `json:"QueueIds,omitempty"`
	RoutingProfileIDs []string `json:"RoutingProfileIds,omitempty"`
	Inactive          bool     `json:",omitempty"`
}

// responsePage is how many a list tells at once.
const responsePage = 100

func responseOperations() []Operation {
	check := func(body []byte) error {
		r, err := readResponse("", body)
		if err != nil {
			return err
		}
		return r.Check()
	}
	return []Operation{
		{operation("ListQuickResponses", "GET", "quick-responses"), nil, (*Server).responses},
		{operation("CreateQuickResponse", "POST", "quick-responses"), check, (*Server).createResponse},
		{operation("UpdateQuickResponse", "PUT", "quick-responses/{QuickResponseId}"), check, (*Server).updateResponse},
		{operation("DeleteQuickResponse", "DELETE", "quick-responses/{QuickResponseId}"), nil, (*Server).deleteResponse},
	}
}

func readResponse(instance string, body []byte) (r responses.Response, err error) {
	var in QuickResponse
	if err := read(body, &in); err != nil {
		return r, err
	}
	r = responses.Response{
		Title: in.Title, Content: in.Content, ContentType: in.ContentType, Language: in.Language, Queues: in.QueueIDs, Profiles: in.RoutingProfileIDs, Inactive: in.Inactive,
	}
	r.InstanceID, r.Name = instance, in.Shortcut
	return r, nil
}

func (s *Server) responses(r *http.Request, _ []byte) (any, error) {
	page := resource.Page{After: r.URL.Query().Get("nextToken"), Limit: responsePage}
	all, next, err := s.Responses.Responses(r.Context(), instanceOf(r), responses.Search{}, page)
	list := []QuickResponse{}
	for i := range all {
		o := &all[i]
		list = append(list, QuickResponse{o.ID, o.Name, o.Title, o.Content, o.ContentType, o.Language, o.Queues, o.Profiles, o.Inactive})
	}
	return struct {
		QuickResponses []QuickResponse
		NextToken      string `json:",omitempty"`
	}{list, next}, err
}

func (s *Server) createResponse(r *http.Request, body []byte) (any, error) {
	in, err := readResponse(instanceOf(r), body)
	if err != nil {
		return nil, err
	}
	made, err := s.Responses.Create(r.Context(), in)
	return QuickResponse{ID: made.ID}, err
}

func (s *Server) updateResponse(r *http.Request, body []byte) (any, error) {
	in, err := readResponse(instanceOf(r), body)
	if err != nil {
		return nil, err
	}
	_, err = s.Responses.Update(r.Context(), instanceOf(r), r.PathValue("QuickResponseId"), in)
	return done{}, err
}

func (s *Server) deleteResponse(r *http.Request, _ []byte) (any, error) {
	return done{}, s.Responses.Delete(r.Context(), instanceOf(r), r.PathValue("QuickResponseId"))
}
