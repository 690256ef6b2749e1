package chat_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"parley/e2e/harness"
)

// TestWebsocketURLs: chatjs opens wss:// anywhere and ws:// at 127.0.0.1 only.
func TestWebsocketURLs(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name   string
		flags  []string
		host   string // "" for the server's own
		header map[string]string
		want   string // PORT stands for the server's port
	}{
		{"by default", nil, "", nil, "ws://127.0.0.1:PORT/"},
		{"asked as localhost", nil, "localhost:PORT", nil, "ws://127.0.0.1:PORT/"},
		{"with a public URL", []string{"--public-url", "https://chat.example.com"}, "", nil, "wss://chat.example.com/"},
		{"behind a proxy", []string{"--behind-proxy"}, "chat.example.com", map[string]string{"X-Forwarded-Proto": "https"}, "wss://chat.example.com/"},
		{"a proxy's word without --behind-proxy", nil, "", map[string]string{"X-Forwarded-Proto": "https"}, "ws://127.0.0.1:PORT/"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := harness.Start(t, harness.WithoutControls(), harness.Flags(c.flags...))
			address, err := url.Parse(s.URL)
			if err != nil {
				t.Fatal(err)
			}
			port := func(text string) string { return strings.ReplaceAll(text, "PORT", address.Port()) }
			got := socketURL(t, s, port(c.host), c.header)
			if !strings.HasPrefix(got, port(c.want)) {
				t.Errorf("the websocket's URL is %s, want one of %s", got, port(c.want))
			}
		})
	}
}

// socketURL asks for a connection as a caller who reaches the server by host.
func socketURL(t *testing.T, s *harness.Server, host string, header map[string]string) string {
	t.Helper()
	chat := s.StartChat(s.Quiet())
	request, err := http.NewRequest("POST", s.URL+"/participant/connection", strings.NewReader(`{"Type":["WEBSOCKET"]}`))
	if err != nil {
		t.Fatal(err)
	}
	request.Host = host
	request.Header.Set("X-Amz-Bearer", chat.ParticipantToken)
	for name, value := range header {
		request.Header.Set(name, value)
	}
	return s.Send(request).Want(t, 200, "").Members(t)["Websocket"].(map[string]any)["Url"].(string)
}
