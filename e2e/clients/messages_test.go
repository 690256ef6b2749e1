package clients_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"parley/e2e/harness"
)

const processor = "arn:aws:lambda:us-east-1:123456789012:function:check"

// process is a message processor that shouts, refuses what is rude and fails at "fail".
func process(t *testing.T) string {
	t.Helper()
	return answer(t, func(w http.ResponseWriter, raw []byte) {
		var event struct {
			Version               string
			InstanceID            string `json:"instanceId"`
			AssociatedResourceArn string
			ChatContent           struct{ Content, ContentType, ID, ParticipantRole, InitialContactID, AbsoluteTime string }
		}
		if err := json.Unmarshal(raw, &event); err != nil || event.Version != "1.0" || event.ChatContent.ID == "" || event.ChatContent.AbsoluteTime == "" ||
			!strings.HasSuffix(event.AssociatedResourceArn, "/contact/"+event.ChatContent.InitialContactID) {
			t.Errorf("the event %s: %v", raw, err)
		}
		switch text := event.ChatContent.Content; {
		case text == "fail":
			fmt.Fprint(w, `{"status":"FAILED"}`)
		case strings.Contains(text, "rude"):
			fmt.Fprint(w, `{"status":"REJECTED"}`)
		case text == "hallo":
			fmt.Fprintf(w, `{"status":"PROCESSED","result":{"processedChatContent":{"content":%q,"contentType":"text/plain"}}}`, strings.ToUpper(text))
		default:
			fmt.Fprint(w, `{"status":"APPROVED"}`)
		}
	})
}

func answer(t *testing.T, with func(http.ResponseWriter, []byte)) string {
	t.Helper()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		raw, _ := io.ReadAll(r.Body)
		with(w, raw)
	}))
	t.Cleanup(s.Close)
	return s.URL
}

func TestBoto3Messages(t *testing.T) {
	t.Parallel()
	s := harness.Start(t, harness.Flags("--allow-outbound", "127.0.0.1", "--function", processor+"="+process(t)))
	r := note(t, "boto3", output(t, command(t, s, "python3", "boto3_messages.py", s.InstanceID, quiet(s), processor)))
	wantCalled(t, r, "connect.StartContactMediaProcessing", "connect.StopContactMediaProcessing")
}

// A bot's text bit by bit, its menu and what is chosen, processed messages, as an unchanged chatjs puts them together.
func TestChatjsMessages(t *testing.T) {
	t.Parallel()
	parts := []string{"We have ", "green ", "and ", "black ", "tea."}
	model := answer(t, func(w http.ResponseWriter, _ []byte) {
		w.Header().Set("Content-Type", "text/event-stream")
		for _, part := range parts {
			fmt.Fprintf(w, "data: {\"choices\":[{\"delta\":{\"content\":%q}}]}\n\n", part)
			w.(http.Flusher).Flush()
			<-time.After(120 * time.Millisecond)
		}
		fmt.Fprint(w, "data: [DONE]\n\n")
	})
	s := harness.Start(t, harness.Flags("--allow-outbound", "127.0.0.1", "--bot", "*=openai:"+model+"/v1#m", "--function", processor+"="+process(t)))
	flow := s.Flow("Tea",
		harness.Block{Type: "ConnectParticipantWithLexBot", Parameters: map[string]any{"Text": "Hello", "LexV2Bot": map[string]any{"AliasArn": "arn:aws:lex:us-east-1:123456789012:bot-alias/B/L"}},
			Cases: map[string]string{"Over": "end"}, Errors: map[string]string{"NoMatchingError": "end", "NoMatchingCondition": "end"}})
	r := note(t, "amazon-connect-chatjs", output(t, node(t, s, "messages.mjs", s.InstanceID, flow, processor)))
	wantCalled(t, r, "connectparticipant.SendMessage")
}
