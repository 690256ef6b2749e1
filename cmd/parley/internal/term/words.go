package term

import (
	"encoding/json"
	"fmt"
	"strings"

	"parley/client"
)

// eventText says in plain words what an event means; who is its participant.
func eventText(item client.Item, who string) string {
	event := strings.TrimPrefix(item.ContentType, client.EventPrefix)
	if text, ok := participantEvent(event); ok {
		return who + " " + text
	}
	switch event {
	case "participant.invited":
		return "Somebody was asked to join."
	case "transfer.succeeded":
		return "The chat was transferred."
	case "transfer.failed":
		return "The chat could not be transferred."
	case "chat.rehydrated":
		return "This chat goes on from an earlier one."
	case "authentication.initiated":
		return "You are asked to sign in."
	case "authentication.succeeded":
		return "You signed in."
	case "authentication.failed", "authentication.timeout", "authentication.expired", "authentication.cancelled":
		return "You were not signed in."
	}
	return "Something happened: " + event + "."
}

func participantEvent(event string) (text string, ok bool) {
	switch event {
	case "participant.joined":
		return "joined.", true
	case "participant.left":
		return "left.", true
	case "participant.idle":
		return "stopped answering.", true
	case "participant.returned":
		return "came back.", true
	case "participant.autodisconnection":
		return "was disconnected for not answering.", true
	case "participant.displayname.updated":
		return "has a new name.", true
	}
	return "", false
}

// content is what a message or an attachment says.
func content(item client.Item) string {
	switch {
	case item.Type == "ATTACHMENT":
		return attachments(item.Attachments)
	case item.ContentType == client.MessagePrefix+"interactive":
		return interactive(item.Content)
	}
	return item.Content
}

func attachments(raw string) string {
	var files []struct{ AttachmentName string }
	if json.Unmarshal([]byte(raw), &files) != nil || len(files) == 0 {
		return "[a file]"
	}
	names := make([]string, len(files))
	for i, f := range files {
		names[i] = f.AttachmentName
	}
	return "[file] " + strings.Join(names, ", ")
}

// interactive prints a template's question with its choices; one that it does
// not know is printed as it came.
func interactive(raw string) string {
	if shown := view(raw); shown != "" {
		return shown
	}
	var template struct {
		Data struct {
			Content struct {
				Title, Subtitle string
				Elements        []struct{ Title, Subtitle string }
			}
		}
	}
	if json.Unmarshal([]byte(raw), &template) != nil || template.Data.Content.Title == "" {
		return raw
	}
	c := template.Data.Content
	var text strings.Builder
	text.WriteString(c.Title)
	if c.Subtitle != "" {
		text.WriteString(" — " + c.Subtitle)
	}
	for _, e := range c.Elements {
		fmt.Fprintf(&text, "\n- %s", e.Title)
		if e.Subtitle != "" {
			fmt.Fprintf(&text, " (%s)", e.Subtitle)
		}
	}
	return text.String()
}
