package harness

import (
	"context"
	"encoding/json"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/connectparticipant"
	"github.com/aws/aws-sdk-go-v2/service/connectparticipant/types"
)

// The content types of a view and of the answer to it.
const (
	Interactive         = "application/vnd.amazonaws.connect.message.interactive"
	InteractiveResponse = "application/vnd.amazonaws.connect.message.interactive.response"
)

// ShowView shows a view; cases name the block for each action of it.
func ShowView(id string, data map[string]any, cases map[string]string) Block {
	return Block{
		Type: "ShowView", Cases: cases,
		Parameters: map[string]any{"ViewResource": map[string]any{"Id": id, "Version": "Latest"}, "ViewData": data, "InvocationTimeLimitSeconds": "3600"},
		Errors:     map[string]string{"NoMatchingCondition": "", "NoMatchingError": "", "TimeLimitExceeded": ""},
	}
}

// WithViews starts a chat whose client can show views.
func WithViews() Change { return WithTypes("text/plain", Interactive, InteractiveResponse) }

// View is the interactive message that shows a view.
type View struct {
	ViewID    string
	ViewData  map[string]any
	ViewToken string
}

// ViewOf reads a message that shows a view.
func ViewOf(t testing.TB, content string) View {
	t.Helper()
	var message struct {
		TemplateType string
		Data         struct{ Content View }
	}
	if err := json.Unmarshal([]byte(content), &message); err != nil || message.TemplateType != "ViewResource" {
		t.Fatalf("no view: %v: %s", err, content)
	}
	return message.Data.Content
}

// AwaitView waits for a message that shows a view.
func (s *Socket) AwaitView() View {
	s.t.Helper()
	return ViewOf(s.t, s.AwaitItem("a view", func(i Item) bool { return i.ContentType == Interactive }).Content)
}

// View asks for the view that a token shows (DescribeView).
func (c *Chat) View(token string) (*types.View, error) {
	out, err := c.server.Participant().DescribeView(context.Background(), &connectparticipant.DescribeViewInput{
		ConnectionToken: &c.ConnectionToken, ViewToken: &token,
	})
	if err != nil {
		return nil, err
	}
	return out.View, nil
}
