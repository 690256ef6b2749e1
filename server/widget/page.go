package widget

import (
	"encoding/json"
	"net/http"
	"net/url"
	"time"

	"parley/app/widget"
	"parley/domain/catalog"
	"parley/web"
)

// settings is what the widget's page needs to know before a chat.
type settings struct {
	Title       string         `json:"title"`
	Greeting    string         `json:"greeting"`
	Colour      string         `json:"colour"`
	Fields      []widget.Field `json:"fields"`
	SignedOnly  bool           `json:"signed_only"`
	Attachments bool           `json:"attachments"`
	StartPath   string         `json:"start_path"`
	TypingPath  string         `json:"typing_path"` // where what is written is shown before it is sent; "" = nowhere
	PushPath    string         `json:"push_path"`   // where a customer's device is to be told of messages, "" = nowhere
	PushKey     string         `json:"push_key"`    // the applicationServerKey with which it subscribes
	// State is how the widget's queue receives who comes now, OpensAt when a closed one opens, where that is known.
	State        catalog.Reception `json:"state"`
	OpensAt      *time.Time        `json:"opens_at,omitempty"`
	LeaveMessage bool              `json:"leave_message"` // visitors can leave a message
}

func (s *server) settings(r *http.Request) ([]byte, error) {
	w, err := s.Widgets.Widget(r.Context(), r.PathValue("instance"), r.PathValue("widget"))
	if err != nil {
		return nil, err
	}
	state, opens, err := s.Widgets.Reception(r.Context(), &w)
	if err != nil {
		return nil, err
	}
	out := settings{
		State: state, LeaveMessage: w.MessageFlowID != "",
		Title: w.Look.Title, Greeting: w.Look.Greeting, Colour: w.Look.Colour, Fields: append([]widget.Field{}, w.Look.Fields...), SignedOnly: w.SignedOnly,
		Attachments: s.Attachments(), StartPath: pathOf(&w, "start"),
	}
	if w.TypingPreview {
		out.TypingPath = pathOf(&w, "typing")
	}
	if w.WebPush {
		out.PushPath, out.PushKey = pathOf(&w, "push"), s.Push.Sender.PublicKey()
	}
	if !opens.IsZero() {
		out.OpensAt = new(opens.UTC())
	}
	if out.Title == "" {
		out.Title = w.Name
	}
	return json.Marshal(out)
}

// pathOf is where one of a widget's endpoints is.
func pathOf(w *widget.Widget, endpoint string) string {
	return Prefix + w.InstanceID + "/" + w.ID + "/" + endpoint
}

// frame is the widget's page. The widget's sites may show it in a frame, and this server's own pages; where there is no such widget only these.
func (s *server) frame(w http.ResponseWriter, r *http.Request) {
	sites := []string{}
	if found, err := s.Widgets.Widget(r.Context(), r.PathValue("instance"), r.PathValue("widget")); err == nil {
		sites = append(sites, found.Origins...)
	}
	s.site.Page(w, r, "frame", web.Policy{Base: s.Edge.Base(r), Framed: sites})
}

// own tells whether a page of this server itself asks, as the caller reaches it. Only the widget's page does, and the
// browser lets nobody but the widget's sites show that in a frame.
func (s *server) own(r *http.Request) bool {
	from, err := url.Parse(r.Header.Get("Origin"))
	return err == nil && s.ours(r, from)
}

// ours tells whether a URL is one of this server, as the caller reaches it.
func (s *server) ours(r *http.Request, u *url.URL) bool {
	base, err := url.Parse(s.Edge.Base(r))
	return err == nil && u.Host != "" && (u.Host == r.Host || u.Host == base.Host && u.Scheme == base.Scheme)
}
