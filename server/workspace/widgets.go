package workspace

import (
	"time"

	"parley/app/widget"
	"parley/domain/permission"
	"parley/internal/arn"
	"parley/internal/fault"
)

func (s *Server) widgetRoutes() []route {
	view, edit := permission.Of(permission.WidgetsView, permission.WidgetsEdit), permission.Of(permission.WidgetsEdit)
	return []route{
		{"GET /api/widgets", "ListWidgets", view, s.widgets},
		{"POST /api/widgets", "CreateWidget", edit, s.createWidget},
		{"GET /api/widgets/{widget}", "GetWidget", view, s.widget},
		{"PATCH /api/widgets/{widget}", "UpdateWidget", edit, s.updateWidget},
		{"DELETE /api/widgets/{widget}", "DeleteWidget", edit, s.deleteWidget},
		{"POST /api/widgets/{widget}/keys", "CreateWidgetKey", edit, s.createWidgetKey},
		{"DELETE /api/widgets/{widget}/keys/{key}", "DeleteWidgetKey", edit, s.deleteWidgetKey},
	}
}

// widgetShown is a widget as the API shows it.
type widgetShown struct {
	ID         string      `json:"id"`
	Name       string      `json:"name"`
	FlowID     string      `json:"flow_id"`
	Origins    []string    `json:"origins"`
	SignedOnly bool        `json:"signed_only"`
	Typing     bool        `json:"typing_preview"`
	WebPush    bool        `json:"web_push"`
	Separate   bool        `json:"separate_devices"`
	History    bool        `json:"keep_history"`
	Queue      string      `json:"queue_id"`        // "" = none
	Messages   string      `json:"message_flow_id"` // "" = none
	PerMinute  int         `json:"starts_per_minute"`
	Start      string      `json:"start_path"` // where browsers start chats
	Keys       []widgetKey `json:"keys"`
	Look       widget.Look `json:"look"`
	Published  string      `json:"jwks_url"`   // of the keys with which the site signs; "" = none
	Frame      string      `json:"frame_path"` // the page that the widget's sites show in a frame
}

type widgetKey struct {
	ID      string    `json:"id"`
	Created time.Time `json:"created"`
	Secret  string    `json:"secret,omitempty"` // once, when it is made
}

func showWidget(w *widget.Widget) widgetShown {
	out := widgetShown{
		ID: w.ID, Name: w.Name, FlowID: w.FlowID, Origins: append([]string{}, w.Origins...), SignedOnly: w.SignedOnly, Typing: w.TypingPreview,
		WebPush: w.WebPush, Separate: w.Separate, History: w.History, Queue: w.QueueID, Messages: w.MessageFlowID, PerMinute: w.PerMinute,
		Start: "/widgets/" + w.InstanceID + "/" + w.ID + "/start", Keys: []widgetKey{}, Look: w.Look, Published: w.Published, Frame: "/widgets/" + w.InstanceID + "/" + w.ID + "/frame",
	}
	for _, k := range w.Keys {
		out.Keys = append(out.Keys, widgetKey{ID: k.ID, Created: k.Created})
	}
	return out
}

func (s *Server) widgets(c *call) (any, error) {
	all, err := s.o.Widgets.Widgets(c.ctx(), c.caller.InstanceID)
	list := []widgetShown{}
	for i := range all {
		list = append(list, showWidget(&all[i]))
	}
	return map[string]any{"widgets": list}, err
}

// widgetIn is what a widget is made of, or what changes about one.
type widgetIn struct {
	Name       *string      `json:"name"`
	FlowID     *string      `json:"flow_id"`
	Origins    []string     `json:"origins"`
	SignedOnly *bool        `json:"signed_only"`
	Typing     *bool        `json:"typing_preview"`
	WebPush    *bool        `json:"web_push"`
	Separate   *bool        `json:"separate_devices"`
	History    *bool        `json:"keep_history"`
	Queue      *string      `json:"queue_id"`
	Messages   *string      `json:"message_flow_id"`
	PerMinute  *int         `json:"starts_per_minute"`
	Look       *widget.Look `json:"look"`
	Published  *string      `json:"jwks_url"`
}

func (s *Server) createWidget(c *call) (any, error) {
	var in widgetIn
	if err := c.read(&in); err != nil {
		return nil, err
	}
	if in.Name == nil || in.FlowID == nil {
		return nil, fault.New(fault.Invalid, "name and flow_id are needed")
	}
	w := widget.Widget{Origins: in.Origins, FlowID: *in.FlowID, PerMinute: widget.DefaultPerMinute}
	w.InstanceID, w.Name = c.caller.InstanceID, *in.Name
	if in.SignedOnly != nil {
		w.SignedOnly = *in.SignedOnly
	}
	if in.Typing != nil {
		w.TypingPreview = *in.Typing
	}
	if in.WebPush != nil {
		w.WebPush = *in.WebPush
	}
	if in.Separate != nil {
		w.Separate = *in.Separate
	}
	if in.History != nil {
		w.History = *in.History
	}
	if in.Queue != nil {
		w.QueueID = *in.Queue
	}
	if in.Messages != nil {
		w.MessageFlowID = *in.Messages
	}
	if in.PerMinute != nil {
		w.PerMinute = *in.PerMinute
	}
	if in.Look != nil {
		w.Look = *in.Look
	}
	if in.Published != nil {
		w.Published = *in.Published
	}
	made, err := s.o.Widgets.Create(c.ctx(), w)
	return showWidget(&made), err
}

// widgetID is the widget that the path names.
func (c *call) widgetID() (string, error) {
	id := c.r.PathValue("widget")
	if !arn.IsUUID(id) {
		return "", fault.New(fault.NotFound, "There is no such widget")
	}
	return id, nil
}

func (s *Server) widget(c *call) (any, error) {
	w, err := s.o.Widgets.Widget(c.ctx(), c.caller.InstanceID, c.r.PathValue("widget"))
	return showWidget(&w), err
}

func (s *Server) updateWidget(c *call) (any, error) {
	id, err := c.widgetID()
	if err != nil {
		return nil, err
	}
	var in widgetIn
	if err := c.read(&in); err != nil {
		return nil, err
	}
	w, err := s.o.Widgets.Update(c.ctx(), c.caller.InstanceID, id, widget.Change{
		Name: in.Name, FlowID: in.FlowID, Origins: in.Origins, SignedOnly: in.SignedOnly, Typing: in.Typing,
		WebPush: in.WebPush, Separate: in.Separate, History: in.History, QueueID: in.Queue, MessageFlowID: in.Messages, PerMinute: in.PerMinute, Look: in.Look, Published: in.Published,
	})
	return showWidget(&w), err
}

func (s *Server) deleteWidget(c *call) (any, error) {
	id, err := c.widgetID()
	if err != nil {
		return nil, err
	}
	return done{}, s.o.Widgets.Delete(c.ctx(), c.caller.InstanceID, id)
}

func (s *Server) createWidgetKey(c *call) (any, error) {
	id, err := c.widgetID()
	if err != nil {
		return nil, err
	}
	k, secret, err := s.o.Widgets.AddKey(c.ctx(), c.caller.InstanceID, id)
	return widgetKey{k.ID, k.Created, secret}, err
}

func (s *Server) deleteWidgetKey(c *call) (any, error) {
	id, err := c.widgetID()
	if err != nil {
		return nil, err
	}
	return done{}, s.o.Widgets.DeleteKey(c.ctx(), c.caller.InstanceID, id, c.r.PathValue("key"))
}
