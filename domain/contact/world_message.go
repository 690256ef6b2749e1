package contact

import (
	"encoding/json"

	"parley/domain/change"
	"parley/domain/flow/interp"
	"parley/domain/session"
	"parley/domain/transcript"
	"parley/internal/fault"
)

// Say sends a text of the flow to the chat.
func (w world) Say(text string) error {
	if err := w.d.mayWait(); err != nil {
		return err
	}
	w.d.message(transcript.Plain, text, system())
	return nil
}

// botName is the display name of what a flow's bot says (AWS transcript samples).
const botName = "BOT"

// SayBot sends what the flow's bot said. Its texts may be as long as those of a flow. A chat that does not take
// interactive messages gets their text.
func (w world) SayBot(contentType, content string) error {
	if err := w.d.mayWait(); err != nil {
		return err
	}
	if contentType == transcript.Interactive {
		return w.d.showMenu(content, BotAuthor())
	}
	if !allows(w.d.s.State.ContentTypes, contentType) {
		return fault.New(fault.Rule, "the chat does not take %s", contentType)
	}
	w.d.message(contentType, content, BotAuthor())
	return nil
}

// viewsKept is how many views of a session can be described (our choice).
const viewsKept = 32

// ShowView sends a view to the chat and remembers its token.
func (w world) ShowView(token string, view interp.ViewRef, data json.RawMessage) error {
	for _, t := range []string{transcript.Interactive, transcript.InteractiveResponse} {
		if !allows(w.d.s.State.ContentTypes, t) {
			return fault.New(fault.Rule, "the customer's client shows no such messages: the chat was started without %s in SupportedMessagingContentTypes", t)
		}
	}
	if err := w.d.mayWait(); err != nil {
		return err
	}
	content, err := json.Marshal(viewMessage(token, view, data))
	if err != nil {
		return fault.New(fault.Rule, "the view's data are not JSON")
	}
	shown := append(w.d.s.State.Views[:len(w.d.s.State.Views):len(w.d.s.State.Views)],
		session.ShownView{Token: token, ViewID: view.ID, Version: view.Version, Content: view.Content})
	w.d.s.State.Views = shown[max(0, len(shown)-viewsKept):]
	w.d.touch(change.State)
	w.d.message(transcript.Interactive, string(content), system())
	return nil
}

// viewMessage is the interactive message of a view (amazon-connect-chat-interface, ViewResource).
func viewMessage(token string, view interp.ViewRef, data json.RawMessage) any {
	type content struct {
		ViewID    string          `json:"viewId"`
		ViewData  json.RawMessage `json:"viewData"`
		ViewToken string          `json:"viewToken"`
	}
	type body struct {
		Content content `json:"content"`
	}
	return struct {
		Version      string `json:"version"`
		TemplateType string `json:"templateType"`
		Data         body   `json:"data"`
	}{"1.0", "ViewResource", body{content{view.ID, data, token}}}
}

// Logging reports whether the flow's steps are logged with their values.
func (w world) Logging() bool { return w.d.s.State.FlowLogging }

// SetLogging turns the flow log of the session on or off.
func (w world) SetLogging(on bool) {
	if w.d.s.State.FlowLogging != on {
		w.d.s.State.FlowLogging = on
		w.d.touch(change.State)
	}
}
