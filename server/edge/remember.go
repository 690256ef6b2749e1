package edge

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"

	"parley/internal/recent"
)

// subject is what a call is about.
type subject struct{ instance, contact string }

type subjectKey struct{}

// about gives a call of a signed API a place where its handler says what it is about.
func (e *Edge) about(route Route, r *http.Request) *http.Request {
	if e.Recent == nil || route.Service != "connect" {
		return r
	}
	return r.WithContext(context.WithValue(r.Context(), subjectKey{}, &subject{}))
}

// About notes what a call is about, as its path, its body or the body of its answer names it.
func About(r *http.Request, body []byte) {
	s, ok := r.Context().Value(subjectKey{}).(*subject)
	if !ok {
		return
	}
	var named struct{ InstanceID, ContactID, InitialContactID string }
	_ = json.Unmarshal(body, &named) // what is no JSON names nothing
	for _, id := range []string{s.contact, r.PathValue("ContactId"), r.PathValue("InitialContactId"), named.ContactID, named.InitialContactID} {
		if s.contact == "" {
			s.contact = plain(id)
		}
	}
	for _, id := range []string{r.PathValue("InstanceId"), named.InstanceID} {
		if s.instance == "" {
			s.instance = plain(id)
		}
	}
}

// plain is the id in an id or ARN, "" for what is too long to be one.
func plain(id string) string {
	id = id[strings.LastIndexByte(id, '/')+1:]
	if len(id) > 64 {
		return ""
	}
	return id
}

// remember keeps what became of a call for who asks later: every refusal, and of the calls that succeeded those
// that are about a contact, but for the frequent ones, which the transcript tells.
func (e *Edge) remember(r *http.Request, route Route, id string, a *answer) {
	if e.Recent == nil || a == nil && !telling(route, r) {
		return
	}
	n := recent.Entry{Kind: recent.Served, RequestID: id, Text: route.Operation + " was answered"}
	if a != nil {
		n.Kind = recent.Refused
		n.Text = fmt.Sprintf("%s was refused with %d %s: %s", route.Operation, a.status, a.code, a.message)
	}
	switch route.Service {
	case "widget":
		n.Instance = plain(r.PathValue("instance"))
	case "connect":
		if s, ok := r.Context().Value(subjectKey{}).(*subject); ok {
			n.Instance, n.Contact = s.instance, s.contact
		}
	case "participant":
		token := r.Header.Get("X-Amz-Bearer")
		n.Session, n.Participant = e.Bearer(token)
		if a != nil && a.status == http.StatusForbidden {
			if amiss := e.Amiss(route.Operation, token); amiss != "" {
				n.Text += "; " + amiss
			}
		}
	case "workspace":
		n.Contact = r.PathValue("contact")
	case "none":
	default:
		return
	}
	if n.Contact == "" && n.Session == "" && (a == nil || route.Service == "workspace") {
		return
	}
	e.Recent.Add(n)
}

// telling: a call that succeeded tells something that the chat itself does not.
func telling(route Route, r *http.Request) bool {
	switch route.Service {
	case "connect":
		return true
	case "participant":
		switch route.Operation {
		case "SendMessage", "SendEvent", "GetTranscript", "GetAttachment", "DescribeView":
			return false
		}
		return true
	}
	return r.Method != http.MethodGet
}
