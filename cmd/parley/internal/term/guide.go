package term

import (
	"context"
	"encoding/json"
	"strings"

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
	number := s.number
	s.guide, err = a.client.Join(ctx, token, client.Events{Item: func(item client.Item) {
		if item.Type == "MESSAGE" && item.ParticipantRole == "SYSTEM" {
			a.screen.note("[%d] Guide: %s", number, indented(content(item)))
		}
	}})
	if err != nil {
		return
	}
	s.guided = s.Guide
	a.screen.note("[%d] A guide goes on for you: /guide ACTION [JSON] answers it.", s.number)
}

func (s *slot) closeGuide() {
	if s.guide != nil {
		s.guide.Close()
	}
	s.guide, s.guided = nil, ""
}

// answer answers the view of a guide: the action, and what is filled in as JSON.
func (s *slot) answer(ctx context.Context, line string) error {
	action, data, _ := strings.Cut(line, " ")
	data = strings.TrimSpace(data)
	switch {
	case s.guide == nil:
		return errRefused{"no guide goes on for this contact"}
	case action == "":
		return errRefused{"name the action that you take"}
	case data == "":
		data = "{}"
	case !json.Valid([]byte(data)):
		return errRefused{"what follows the action is not JSON"}
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

// view prints a view that a flow shows: what it holds and its name, "" for another template.
func view(raw string) string {
	var message struct {
		TemplateType string
		Data         struct {
			Content struct {
				ViewID   string
				ViewData json.RawMessage
			}
		}
	}
	if json.Unmarshal([]byte(raw), &message) != nil || message.TemplateType != "ViewResource" {
		return ""
	}
	return "view " + message.Data.Content.ViewID + " " + string(message.Data.Content.ViewData)
}
