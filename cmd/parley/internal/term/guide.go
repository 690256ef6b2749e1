package term

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"sync"

	"parley/client"
)

// guide keeps the agent in the guide that goes on for a contact; if joining it fails the next look tries again.
func (a *agentDesk) guide(ctx context.Context, s *slot) {
	if s.Guide == s.guided {
		return
	}
	s.closeGuide()
	if s.Guide == "" {
		a.screen.note("[%d] The guide is over.", s.number)
		return
	}
	token, _, err := a.token(ctx, s.Guide)
	if err != nil {
		return
	}
	number, view := s.number, &shownView{}
	s.guide, err = a.client.Join(ctx, token, client.Events{Item: func(item client.Item) {
		if item.Type == "MESSAGE" && item.ParticipantRole == "SYSTEM" {
			a.screen.note("[%d] Guide: %s", number, indented(content(item)))
			view.show(item.Content)
		}
	}})
	if err != nil {
		return
	}
	s.guided, s.view = s.Guide, view
	a.screen.note("[%d] A guide goes on for you: /guide ACTION [JSON] answers it, /guide alone lists the actions.", s.number)
}

// shownView is the view that a guide has shown last.
type shownView struct {
	mu    sync.Mutex
	token string // "" = none waits for an answer
}

func (v *shownView) show(raw string) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.token = viewMessage(raw).Data.Content.ViewToken
}

func (v *shownView) last() string {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.token
}

// actions are what may be answered to the view that waits.
func (s *slot) actions(ctx context.Context) ([]string, error) {
	token := s.view.last()
	if token == "" {
		return nil, errRefused{"the guide shows no view that waits for an answer"}
	}
	return s.guide.ViewActions(ctx, token)
}

func (s *slot) closeGuide() {
	if s.guide != nil {
		s.guide.Close()
	}
	s.guide, s.guided, s.view = nil, "", nil
}

// answer answers the view of a guide: the action, which must be one of the view's, and what is filled in as JSON.
func (s *slot) answer(ctx context.Context, line string) error {
	action, data, _ := strings.Cut(line, " ")
	data = strings.TrimSpace(data)
	switch {
	case s.guide == nil:
		return errRefused{"no guide goes on for this contact"}
	case data == "":
		data = "{}"
	case !json.Valid([]byte(data)):
		return errRefused{"what follows the action is not JSON"}
	}
	actions, err := s.actions(ctx)
	if err != nil {
		return err
	}
	if !slices.Contains(actions, action) {
		return errRefused{"the view takes the actions " + strings.Join(actions, ", ")}
	}
	raw, err := json.Marshal(map[string]any{"templateType": "ViewResource", "version": "1.0", "action": action, "data": json.RawMessage(data)})
	if err != nil {
		return err
	}
	message := client.Message{ContentType: client.MessagePrefix + "interactive.response", Content: string(raw), ClientToken: client.NewToken()}
	return client.Retry(ctx, func() error {
		_, err := s.guide.SendMessage(ctx, message)
		return err
	})
}

// message is a view as a chat shows it.
type message struct {
	TemplateType string
	Data         struct {
		Content struct {
			ViewID    string
			ViewToken string
			ViewData  json.RawMessage
		}
	}
}

// viewMessage reads a message that shows a view; zero of another one.
func viewMessage(raw string) (m message) {
	if json.Unmarshal([]byte(raw), &m) != nil || m.TemplateType != "ViewResource" {
		return message{}
	}
	return m
}

// view prints a view that a flow shows: what it holds and its name, "" for another template.
func view(raw string) string {
	m := viewMessage(raw)
	if m.TemplateType == "" {
		return ""
	}
	return "view " + m.Data.Content.ViewID + " " + string(m.Data.Content.ViewData)
}
