package setup

import (
	"cmp"
	"net/http"

	"parley/app/widget"
)

// Widget is how the visitors of a site start chats, without its keys.
type Widget struct {
	ID              string      `json:"WidgetId,omitempty"`
	Name            string      `json:",omitempty"`
	ContactFlowID   string      `json:"ContactFlowId,omitempty"`
	Origins         []string    `json:",omitempty"`
	SignedOnly      bool        `json:",omitempty"`
	TypingPreview   bool        `json:",omitempty"`
	WebPush         bool        `json:",omitempty"`
	SeparateDevices bool        `json:",omitempty"`
	KeepHistory     bool        `json:",omitempty"`
	QueueID         string      `json:"QueueId,omitempty"`
	MessageFlowID   string      `json:"MessageFlowId,omitempty"`
	StartsPerMinute int         `json:",omitempty"` // 0 = widget.DefaultPerMinute
	Look            widget.Look `json:",omitzero"`
}

func widgetOperations() []Operation {
	check := func(body []byte) error {
		w, err := readWidget("", body)
		if err != nil {
			return err
		}
		return w.Check()
	}
	return []Operation{
		{operation("ListWidgets", "GET", "widgets"), nil, (*Server).widgets},
		{operation("CreateWidget", "POST", "widgets"), check, (*Server).createWidget},
		{operation("UpdateWidget", "PUT", "widgets/{WidgetId}"), check, (*Server).updateWidget},
		{operation("DeleteWidget", "DELETE", "widgets/{WidgetId}"), nil, (*Server).deleteWidget},
	}
}

func readWidget(instance string, body []byte) (w widget.Widget, err error) {
	var in Widget
	if err := read(body, &in); err != nil {
		return w, err
	}
	w = widget.Widget{
		FlowID: in.ContactFlowID, Origins: in.Origins, SignedOnly: in.SignedOnly, TypingPreview: in.TypingPreview, WebPush: in.WebPush, Separate: in.SeparateDevices, History: in.KeepHistory,
		QueueID: in.QueueID, MessageFlowID: in.MessageFlowID, PerMinute: cmp.Or(in.StartsPerMinute, widget.DefaultPerMinute), Look: in.Look,
	}
	w.InstanceID, w.Name = instance, in.Name
	return w, nil
}

func (s *Server) widgets(r *http.Request, _ []byte) (any, error) {
	all, err := s.Widgets.Widgets(r.Context(), instanceOf(r))
	list := []Widget{}
	for i := range all {
		w := &all[i]
		list = append(list, Widget{w.ID, w.Name, w.FlowID, w.Origins, w.SignedOnly, w.TypingPreview, w.WebPush, w.Separate, w.History, w.QueueID, w.MessageFlowID, w.PerMinute, w.Look})
	}
	return struct{ Widgets []Widget }{list}, err
}

func (s *Server) createWidget(r *http.Request, body []byte) (any, error) {
	in, err := readWidget(instanceOf(r), body)
	if err != nil {
		return nil, err
	}
	made, err := s.Widgets.Create(r.Context(), in)
	return Widget{ID: made.ID}, err
}

// updateWidget replaces all but the keys.
func (s *Server) updateWidget(r *http.Request, body []byte) (any, error) {
	in, err := readWidget(instanceOf(r), body)
	if err != nil {
		return nil, err
	}
	_, err = s.Widgets.Update(r.Context(), instanceOf(r), r.PathValue("WidgetId"), widget.Change{
		Name: &in.Name, FlowID: &in.FlowID, Origins: append([]string{}, in.Origins...), SignedOnly: &in.SignedOnly, Typing: &in.TypingPreview,
		WebPush: &in.WebPush, Separate: &in.Separate, History: &in.History, QueueID: &in.QueueID, MessageFlowID: &in.MessageFlowID, PerMinute: &in.PerMinute, Look: &in.Look,
	})
	return done{}, err
}

func (s *Server) deleteWidget(r *http.Request, _ []byte) (any, error) {
	return done{}, s.Widgets.Delete(r.Context(), instanceOf(r), r.PathValue("WidgetId"))
}
