package proxy_test

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/connect"
	"github.com/lxzan/gws"

	"parley/client"
	"parley/e2e/harness"
)

// proxies are the recipes, each with the edit, if any, that makes it patient for two seconds only.
var proxies = map[string]struct {
	run       func(*testing.T, *harness.Server, ...edit) proxy
	impatient []edit
}{
	"nginx": {nginx, []edit{{"proxy_read_timeout 75s", "proxy_read_timeout 2s"}}},
	"caddy": {caddy, nil},
}

// each runs a test with each proxy before a server of its own.
func each(t *testing.T, test func(t *testing.T, s *harness.Server, p proxy), flags ...string) {
	for name, kind := range proxies {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := harness.Start(t, harness.WithoutControls(), harness.Flags(append(flags, "--behind-proxy", "--trusted-proxy", "127.0.0.1")...))
			p := kind.run(t, s, kind.impatient...)
			p.awaitHealth(t)
			test(t, s, p)
		})
	}
}

// calls is our own client through the proxy.
func calls(t *testing.T, s *harness.Server, p proxy, heartbeat time.Duration) *client.Client {
	t.Helper()
	c, err := client.New(client.Config{
		Endpoint: p.url, Region: s.Region, InstanceID: s.InstanceID, AccessKeyID: s.AccessKeyID, SecretAccessKey: s.SecretAccessKey,
		TLS: trusting(t, p.ca), Heartbeat: heartbeat,
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return c
}

// TestUnchangedClients: signatures hold through the proxies, whose Host header the clients sign.
func TestUnchangedClients(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *harness.Server, p proxy) {
		flow := s.Flow("Quiet", harness.Wait(harness.Week))
		boto3 := exec.Command("python3", "../clients/boto3_chat.py", s.InstanceID, flow)
		boto3.Env = append(s.At(p.url).Environment(), "PATH="+os.Getenv("PATH"), "HOME="+t.TempDir(), "AWS_CA_BUNDLE="+p.ca)
		var complaints bytes.Buffer
		boto3.Stderr = &complaints
		if text, err := boto3.Output(); err != nil {
			t.Errorf("boto3: %v: %s%s", err, text, complaints.String())
		}
		cfg := s.At(p.url).Config()
		cfg.HTTPClient = &http.Client{Transport: &http.Transport{TLSClientConfig: trusting(t, p.ca)}}
		out, err := connect.NewFromConfig(cfg).ListContactFlows(t.Context(), &connect.ListContactFlowsInput{InstanceId: aws.String(s.InstanceID)})
		if err != nil || len(out.ContactFlowSummaryList) == 0 {
			t.Errorf("the Go SDK: %v", err)
		}
	})
}

// TestAChat through the proxies: its websocket URL is the proxy's, and a socket
// with heartbeats outlives the proxy's patience with silent ones.
func TestAChat(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *harness.Server, p proxy) {
		c := calls(t, s, p, 500*time.Millisecond)
		flow := s.Flow("Quiet", harness.Wait(harness.Week))
		started, err := c.StartChat(t.Context(), client.Start{FlowID: flow, DisplayName: "Customer"})
		if err != nil {
			t.Fatal(err)
		}
		heard, lost := make(chan string, 100), atomic.Int32{}
		chat, err := c.Join(t.Context(), started.ParticipantToken, client.Events{
			Item: func(i client.Item) {
				if i.Type == "MESSAGE" {
					heard <- i.Content
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
		for _, text := range []string{"at once", "after a silence"} {
			if _, err := chat.SendMessage(t.Context(), client.Message{ContentType: client.TextPlain, Content: text}); err != nil {
				t.Fatal(err)
			}
			if got := <-heard; got != text {
				t.Errorf("heard %q, want %q", got, text)
			}
			<-time.After(5 * time.Second) // longer than nginx has patience in this test
		}
		if n := lost.Load(); n != 0 {
			t.Errorf("the socket was lost %d times", n)
		}
	})
}

// socketURL starts a chat and returns a websocket URL of it.
func socketURL(t *testing.T, s *harness.Server, p proxy) string {
	t.Helper()
	chat := s.StartChat(s.Quiet())
	request, err := http.NewRequestWithContext(t.Context(), "POST", p.url+"/participant/connection", strings.NewReader(`{"Type":["WEBSOCKET"]}`))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("X-Amz-Bearer", chat.ParticipantToken)
	request.Header.Set("X-Forwarded-Host", "evil.example") // what callers write is not believed
	request.Header.Set("X-Forwarded-Proto", "http")
	request.Header.Set("Forwarded", "host=evil.example;proto=http")
	answer, err := (&http.Client{Transport: &http.Transport{TLSClientConfig: trusting(t, p.ca)}}).Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	var text bytes.Buffer
	if _, err := text.ReadFrom(answer.Body); err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(text.String(), `"Url":"`)
	address, _, _ := strings.Cut(rest, `"`)
	if want := "wss" + strings.TrimPrefix(p.url, "https") + "/ws?"; !strings.HasPrefix(address, want) {
		t.Fatalf("the websocket URL is %q (%s), want %s…", address, text.String(), want)
	}
	return address
}

// from dials from an address of this machine.
type from string

// Dial implements gws.Dialer.
func (f from) Dial(network, address string) (net.Conn, error) {
	d := &net.Dialer{LocalAddr: &net.TCPAddr{IP: net.ParseIP(string(f))}}
	return d.DialContext(context.Background(), network, address)
}

// TestSpoofedAddresses: the limit of sockets for each address counts the
// address that the proxy was called from, whatever the caller writes.
func TestSpoofedAddresses(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *harness.Server, p proxy) {
		open := func(n int, address string) int {
			forged := fmt.Sprint("198.51.100.", n)
			conn, answer, err := gws.NewClient(&gws.BuiltinEventHandler{}, &gws.ClientOption{
				Addr: socketURL(t, s, p), TlsConfig: trusting(t, p.ca), NewDialer: func() (gws.Dialer, error) { return from(address), nil },
				RequestHeader: http.Header{"X-Forwarded-For": {forged}, "Forwarded": {"for=" + forged}, "X-Real-Ip": {forged}},
			})
			if err != nil {
				if answer == nil {
					t.Fatal(err)
				}
				return answer.StatusCode
			}
			t.Cleanup(func() { conn.NetConn().Close() })
			return http.StatusSwitchingProtocols
		}
		for n, want := range []int{101, 101, 429, 429} {
			if got := open(n, "127.0.0.2"); got != want {
				t.Errorf("socket %d of an address: %d, want %d", n, got, want)
			}
		}
		if got := open(9, "127.0.0.3"); got != 101 {
			t.Errorf("a socket of another address: %d, want 101", got)
		}
	}, "--limit", "connections-per-address=2")
}

// TestWhatAProxyKeepsOut: bodies beyond the server's largest, and what is not for the world.
func TestWhatAProxyKeepsOut(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *harness.Server, p proxy) {
		h := &http.Client{Transport: &http.Transport{TLSClientConfig: trusting(t, p.ca)}}
		send := func(method, path string, body int) int {
			request, err := http.NewRequestWithContext(t.Context(), method, p.url+path, strings.NewReader(strings.Repeat(" ", body)))
			if err != nil {
				t.Fatal(err)
			}
			answer, err := h.Do(request)
			if err != nil {
				return 0
			}
			defer answer.Body.Close()
			return answer.StatusCode
		}
		for path, want := range map[string]int{"/healthz": 200, "/parley/keys": 404, "/_parley/clock": 404, "/metrics": 404} {
			if got := send("GET", path, 0); got != want {
				t.Errorf("GET %s: %d, want %d", path, got, want)
			}
		}
		path := "/contact-flows/" + s.InstanceID
		if got := send("PUT", path, 4<<20-1); got != 403 { // it reaches the server, which finds no signature
			t.Errorf("a body of almost 4 MiB: %d, want 403", got)
		}
		if got := send("PUT", path, 5<<20); got == 403 || got == 200 {
			t.Errorf("a body of 5 MiB: %d", got)
		}
		c := calls(t, s, p, 0)
		in := map[string]any{"Name": "Large", "Type": "CONTACT_FLOW", "Content": largeFlow()}
		if err := c.Call(t.Context(), "PUT", path, in, nil); err != nil {
			t.Errorf("a flow of %d bytes: %v", len(largeFlow()), err)
		}
	})
}

// largeFlow is a flow with much that says nothing.
func largeFlow() string {
	return `{"Version":"2019-10-30","StartAction":"end","Metadata":{"note":"` + strings.Repeat("x", 200_000) +
		`"},"Actions":[{"Identifier":"end","Type":"DisconnectParticipant","Parameters":{},"Transitions":{}}]}`
}
