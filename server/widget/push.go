package widget

import (
	"encoding/json"
	"net/http"
	"net/url"
	"slices"

	"parley/app/widget"
	"parley/internal/fault"
	"parley/server/edge"
	"parley/web"
)

// Bounds of what a page says when its customer is to be told of messages, in bytes (our choice).
const (
	maxSaid = 8 << 10
	maxPage = 1_000
)

// subscribe has the device of a chat's customer told of what is said while the customer is away. No answer repeats what it was told, and
// nothing of it is logged: who knows a subscription can send to it.
func (s *server) subscribe(r *http.Request) ([]byte, error) {
	body, err := edge.Body(r, maxSaid)
	if err != nil {
		return nil, err
	}
	instance := r.PathValue("instance")
	who, err := s.Chat.Bearer(r.Context(), instance, r.Header.Get("X-Amz-Bearer"))
	if err != nil {
		return nil, err
	}
	w, err := s.Widgets.AdmitPush(r.Context(), instance, r.PathValue("widget"), who.Participant)
	if err != nil {
		return nil, err
	}
	if err := s.Chat.CustomerOf(r.Context(), who, w.ID); err != nil {
		return nil, err
	}
	var says struct {
		Subscription json.RawMessage `json:"subscription"`
		Page         string          `json:"page"`
	}
	if json.Unmarshal(body, &says) != nil || says.Subscription == nil {
		return nil, fault.New(fault.Malformed, "The request is not JSON with a subscription")
	}
	if says.Page != "" && !s.shows(r, &w, says.Page) {
		return nil, fault.New(fault.Invalid, "page must be a URL of one of the widget's origins or of this server, of at most %d bytes", maxPage)
	}
	id, err := s.Push.Subscribe(r.Context(), instance, who.Session, string(says.Subscription), says.Page)
	if err != nil {
		return nil, err
	}
	return json.Marshal(map[string]string{"id": id})
}

// unsubscribe ends that. It works also where the widget offers it no more.
func (s *server) unsubscribe(r *http.Request) ([]byte, error) {
	instance := r.PathValue("instance")
	who, err := s.Chat.Bearer(r.Context(), instance, r.Header.Get("X-Amz-Bearer"))
	if err != nil {
		return nil, err
	}
	if err := s.Widgets.PacePush(who.Participant); err != nil {
		return nil, err
	}
	if err := s.Chat.CustomerOf(r.Context(), who, r.PathValue("widget")); err != nil {
		return nil, err
	}
	return []byte("{}"), s.Push.Remove(r.Context(), instance, who.Session, r.PathValue("registration"))
}

// shows tells whether a page may have the widget on it.
func (s *server) shows(r *http.Request, w *widget.Widget, page string) bool {
	u, err := url.Parse(page)
	if err != nil || len(page) > maxPage || u.User != nil || u.Scheme != "https" && u.Scheme != "http" {
		return false
	}
	return slices.Contains(w.Origins, u.Scheme+"://"+u.Host) || s.ours(r, u)
}

// notify is the page that asks for the permission to tell: a window of its own, since browsers let no frame of another site ask.
func (s *server) notify(w http.ResponseWriter, r *http.Request) {
	s.site.Page(w, r, "notify", web.Policy{Base: s.Edge.Base(r), Worker: true})
}
