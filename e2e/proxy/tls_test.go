package proxy_test

import (
	"crypto/tls"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"parley/client"
	"parley/e2e/harness"
)

// serial is the number of the certificate that the server shows.
func serial(t *testing.T, s *harness.Server, ca string) int64 {
	t.Helper()
	conn, err := tls.Dial("tcp", strings.TrimPrefix(s.URL, "https://"), trusting(t, ca))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	return conn.ConnectionState().PeerCertificates[0].SerialNumber.Int64()
}

// TestCertificatesChangeUnderOpenSockets: a new pair is served within seconds,
// or at once after SIGHUP; open websockets and their chat notice nothing.
func TestCertificatesChangeUnderOpenSockets(t *testing.T) {
	t.Parallel()
	a := newAuthority(t)
	cert, key, _ := a.issue(1)
	s := harness.Start(t, harness.WithoutControls(), harness.Flags("--tls-cert", cert, "--tls-key", key))
	c := calls(t, s, proxy{s.URL, a.file}, time.Second)
	started, err := c.StartChat(t.Context(), client.Start{FlowID: s.ContactFlowID, DisplayName: "Customer"})
	if err != nil {
		t.Fatal(err)
	}
	var lost, heard atomic.Int32
	chat, err := c.Join(t.Context(), started.ParticipantToken, client.Events{
		Item: func(i client.Item) {
			if strings.HasPrefix(i.Content, "after") {
				heard.Add(1)
			}
		},
		State: func(state client.State) {
			if state == client.Reconnecting {
				lost.Add(1)
			}
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	defer chat.Close()
	served := func(want int64) {
		t.Helper()
		harness.Await(t, fmt.Sprint("certificate ", want), 15*time.Second, func() error {
			if got := serial(t, s, a.file); got != want {
				return fmt.Errorf("it is %d", got)
			}
			return nil
		})
		if _, err := chat.SendMessage(t.Context(), client.Message{ContentType: client.TextPlain, Content: fmt.Sprint("after ", want)}); err != nil {
			t.Error(err)
		}
	}
	served(1)
	a.issue(2) // found by looking
	served(2)
	if err := os.WriteFile(key, []byte("no key"), 0o600); err != nil {
		t.Fatal(err)
	}
	s.Hangup()
	harness.Await(t, "complaint", 5*time.Second, func() error {
		if !strings.Contains(s.Log(), "the old one stays") {
			return errors.New("none in the log")
		}
		return nil
	})
	served(2)
	a.issue(3)
	s.Hangup()
	served(3)
	harness.Await(t, "every message", 5*time.Second, func() error {
		if n := heard.Load(); n != 4 {
			return fmt.Errorf("%d of 4", n)
		}
		return nil
	})
	if n := lost.Load(); n != 0 {
		t.Errorf("the socket was lost %d times", n)
	}
}

// TestChatjsByTLS: chatjs opens wss:// at a server whose certificate the browser was told to trust.
func TestChatjsByTLS(t *testing.T) {
	t.Parallel()
	a := newAuthority(t)
	cert, key, spki := a.issue(1)
	s := harness.Start(t, harness.WithoutControls(), harness.Flags("--tls-cert", cert, "--tls-key", key))
	c := calls(t, s, proxy{s.URL, a.file}, 0)
	var flow struct{ ContactFlowId string }
	in := map[string]any{"Name": "Quiet", "Type": "CONTACT_FLOW", "Content": harness.Document(t, harness.Wait(harness.Week))}
	if err := c.Call(t.Context(), "PUT", "/contact-flows/"+s.InstanceID, in, &flow); err != nil {
		t.Fatal(err)
	}
	run := exec.Command("node", "chatjs.mjs", s.InstanceID, flow.ContactFlowId)
	run.Dir = "../clients"
	run.Env = append(s.Environment(), "PATH="+os.Getenv("PATH"), "HOME="+t.TempDir(), "NODE_EXTRA_CA_CERTS="+a.file, "PARLEY_E2E_TRUSTED_KEY="+spki,
		"PARLEY_E2E_CHROMIUM="+os.Getenv("PARLEY_E2E_CHROMIUM"))
	if text, err := run.CombinedOutput(); err != nil {
		t.Errorf("%v: %s", err, text)
	}
}

// TestAWarningWhereChatjsRefuses: where the URLs of websockets are none that
// chatjs opens, the log says so, at the start if that is known then, else with the first of them, once.
func TestAWarningWhereChatjsRefuses(t *testing.T) {
	t.Parallel()
	const words = "amazon-connect-chatjs will refuse"
	for name, c := range map[string]struct {
		flags     []string
		host      string
		atStart   int
		afterward int
	}{
		"at home":                 {nil, "", 0, 0},
		"a public URL without S":  {[]string{"--public-url", "http://chat.example.com"}, "", 1, 2},
		"a public URL":            {[]string{"--public-url", "https://chat.example.com"}, "", 0, 0},
		"by a name":               {nil, "chat.example.com:8080", 0, 1},
		"behind a proxy, past it": {[]string{"--behind-proxy"}, "chat.example.com", 0, 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := harness.Start(t, harness.WithoutControls(), harness.Flags(c.flags...))
			count := func(when string, want int) {
				t.Helper()
				if got := strings.Count(s.Log(), words); got != want {
					t.Errorf("%s: %d warnings, want %d", when, got, want)
				}
			}
			count("at the start", c.atStart)
			for range 3 {
				chat := s.StartChat(s.Quiet())
				connection(t, s, chat.ParticipantToken, c.host)
			}
			count("with connections", c.afterward)
		})
	}
}

// connection asks for a websocket as a caller who reaches the server by a name.
func connection(t *testing.T, s *harness.Server, token, host string) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), "POST", s.URL+"/participant/connection", strings.NewReader(`{"Type":["WEBSOCKET"]}`))
	if err != nil {
		t.Fatal(err)
	}
	request.Host = host
	request.Header.Set("X-Amz-Bearer", token)
	s.Send(request).Want(t, 200, "")
}
