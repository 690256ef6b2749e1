package durability_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"parley/client"
	"parley/e2e/durability/history"
	"parley/e2e/harness"
)

// api calls a server, or a proxy before it, without retries.
type api struct {
	base    string
	signed  *client.Client
	http    *http.Client
	repeats bool // unanswered calls on a connection that the server had closed, as SDKs do
}

func newAPI(t testing.TB, s *harness.Server, base string) *api {
	t.Helper()
	signed, err := client.New(client.Config{
		Endpoint: base, Region: s.Region, InstanceID: s.InstanceID, AccessKeyID: s.AccessKeyID, SecretAccessKey: s.SecretAccessKey,
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(signed.Close)
	transport := &http.Transport{MaxIdleConnsPerHost: 512, IdleConnTimeout: time.Minute, DisableCompression: true}
	t.Cleanup(transport.CloseIdleConnections)
	return &api{base: base, signed: signed, http: &http.Client{Transport: transport}}
}

// post makes a participant call and returns the body of a success; a refusal
// is a *client.Error.
func (a *api) post(ctx context.Context, token, operation, path, body string) ([]byte, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, a.base+"/participant/"+path, strings.NewReader(body))
	if err != nil {
		return nil, err
	}
	request.Header = http.Header{"Content-Type": {"application/json"}, "X-Amz-Bearer": {token}}
	if a.repeats {
		request.Header["Idempotency-Key"] = nil // net/http's way to be told; it is not sent
	}
	return harness.Answer(a.http, request, operation)
}

// peer is one participant, without a client's comforts.
type peer struct {
	*api
	name       string
	token      string // the participant's
	connection atomic.Value
}

func newPeer(a *api, name, token string) *peer { return &peer{api: a, name: name, token: token} }

// connect asks for both halves of a connection and returns the socket's address.
func (p *peer) connect(ctx context.Context) (address string, err error) {
	answer, err := p.post(ctx, p.token, "CreateParticipantConnection", "connection", `{"Type":["WEBSOCKET","CONNECTION_CREDENTIALS"]}`)
	if err != nil {
		return "", err
	}
	var out struct {
		Websocket             struct{ Url string }
		ConnectionCredentials struct{ ConnectionToken string }
	}
	if err := json.Unmarshal(answer, &out); err != nil {
		return "", err
	}
	p.connection.Store(out.ConnectionCredentials.ConnectionToken)
	return out.Websocket.Url, nil
}

// send sends a text whose client token is the text itself.
func (p *peer) send(ctx context.Context, text string) (client.Sent, error) {
	answer, err := p.sendRaw(ctx, text)
	if err != nil {
		return client.Sent{}, err
	}
	var out client.Sent
	return out, json.Unmarshal(answer, &struct {
		Id, AbsoluteTime *string
	}{&out.ID, &out.AbsoluteTime})
}

func (p *peer) sendRaw(ctx context.Context, text string) ([]byte, error) {
	body := fmt.Sprintf(`{"ContentType":"text/plain","Content":%q,"ClientToken":%q}`, text, text)
	return p.post(ctx, p.connection.Load().(string), "SendMessage", "message", body)
}

// reading is a way to read a transcript.
type reading struct {
	Direction, Order string
	Size             int
	From             string // an item's id
}

// transcript reads all of it, page by page, and returns it oldest first.
func (p *peer) transcript(ctx context.Context, r reading) ([]history.Item, error) {
	var pages [][]history.Item
	for next := ""; ; {
		page, token, err := p.page(ctx, r, next)
		if err != nil {
			return nil, err
		}
		if len(page) > r.Size {
			return nil, fmt.Errorf("a page of %d items, want at most %d", len(page), r.Size)
		}
		if r.Order == "DESCENDING" {
			slices.Reverse(page)
		}
		pages = append(pages, page)
		if next = token; next == "" {
			break
		}
	}
	if r.Direction == "BACKWARD" {
		slices.Reverse(pages)
	}
	return slices.Concat(pages...), nil
}

func (p *peer) page(ctx context.Context, r reading, next string) ([]history.Item, string, error) {
	in := map[string]any{"ScanDirection": r.Direction, "SortOrder": r.Order, "MaxResults": r.Size}
	if r.From != "" {
		in["StartPosition"] = map[string]string{"Id": r.From}
	}
	if next != "" {
		in["NextToken"] = next
	}
	body, err := json.Marshal(in)
	if err != nil {
		return nil, "", err
	}
	answer, err := p.post(ctx, p.connection.Load().(string), "GetTranscript", "transcript", string(body))
	if err != nil {
		return nil, "", err
	}
	var out struct {
		Transcript []history.Wire
		NextToken  string
	}
	if err := json.Unmarshal(answer, &out); err != nil {
		return nil, "", err
	}
	items := make([]history.Item, len(out.Transcript))
	for i, item := range out.Transcript {
		items[i] = item.Item()
	}
	return items, out.NextToken, nil
}

// newest is a whole transcript, read in large pages.
var newest = reading{Direction: "BACKWARD", Order: "DESCENDING", Size: 100}
