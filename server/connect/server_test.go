package connect_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"

	wire "parley/api/connect"
	"parley/client"
	"parley/node"
)

// world is a server and a caller whose key has no limits.
type world struct {
	*client.Client
	ready node.Ready
}

func newWorld(t *testing.T, limit ...string) world {
	t.Helper()
	n, err := node.Start(context.Background(), node.Config{Listen: "127.0.0.1:0", Data: t.TempDir(), LogTo: io.Discard, Limit: limit})
	if err != nil {
		t.Fatal(err)
	}
	w := world{ready: n.Ready()}
	w.Client = w.as(t, w.ready.AccessKeyID, w.ready.SecretAccessKey)
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		if err := n.Stop(ctx); err != nil {
			t.Errorf("stop: %v", err)
		}
	})
	return w
}

// as is a caller with another key.
func (w world) as(t *testing.T, id, secret string) *client.Client {
	t.Helper()
	c, err := client.New(client.Config{
		Endpoint: w.ready.URL, Region: w.ready.Region, InstanceID: w.ready.InstanceID, AccessKeyID: id, SecretAccessKey: secret,
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return c
}

// wantError holds an answer against the error that is expected.
func wantError(t *testing.T, what string, err error, status int, name string) *client.Error {
	t.Helper()
	var e *client.Error
	if !errors.As(err, &e) || e.Status != status || e.Type != name {
		t.Errorf("%s: got %v, want %d %s", what, err, status, name)
		return &client.Error{}
	}
	return e
}

var parameter = regexp.MustCompile(`\{[^}]*\}`)

// Whatever the operation, nothing happens without a signature, and every answer
// can be read by a browser and found in the log.
func TestEveryOperationNeedsASignature(t *testing.T) {
	w := newWorld(t)
	for _, op := range wire.Operations() {
		req, err := http.NewRequestWithContext(t.Context(), op.Method, w.ready.URL+parameter.ReplaceAllString(op.Path, "x"), strings.NewReader("{}"))
		if err != nil {
			t.Fatal(err)
		}
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		if res.StatusCode != http.StatusForbidden || res.Header.Get("X-Amzn-ErrorType") == "" || res.Header.Get("X-Amzn-RequestId") == "" {
			t.Errorf("%s without a signature: %d %v", op.Name, res.StatusCode, res.Header)
		}
		if res.Header.Get("Access-Control-Allow-Origin") != "*" {
			t.Errorf("%s: the error has no CORS headers", op.Name)
		}
	}
}

// An operation that is not built says so by name; no request makes any fail.
func TestEveryOperationAnswers(t *testing.T) {
	w := newWorld(t)
	unsupported := 0
	for _, op := range wire.Operations() {
		err := w.Call(t.Context(), op.Method, parameter.ReplaceAllString(op.Path, "x"), nil, nil)
		var e *client.Error
		if !errors.As(err, &e) {
			continue // an operation that needs nothing
		}
		switch {
		case e.Status == http.StatusNotImplemented:
			unsupported++
			if e.Type != "NotImplementedException" || !strings.Contains(e.Message, op.Name) {
				t.Errorf("%s: %v", op.Name, e)
			}
		case e.Status >= 500 || e.Type == "UnknownOperationException":
			t.Errorf("%s: %d %v", op.Name, e.Status, e)
		}
	}
	if unsupported == 0 || unsupported == len(wire.Operations()) {
		t.Errorf("%d of %d operations are unsupported", unsupported, len(wire.Operations()))
	}
}

func TestIdsAndARNsAreAcceptedAlike(t *testing.T) {
	w := newWorld(t)
	r := w.ready
	flow := r.InstanceARN + "/contact-flow/" + r.ContactFlowID
	for _, instance := range []string{r.InstanceID, r.InstanceARN} {
		for _, id := range []string{r.ContactFlowID, flow} {
			in := map[string]any{"InstanceId": instance, "ContactFlowId": id, "ParticipantDetails": map[string]string{"DisplayName": "Ann"}}
			if err := w.Call(t.Context(), "PUT", "/contact/chat", in, nil); err != nil {
				t.Errorf("%s, %s: %v", instance, id, err)
			}
		}
	}
	other := strings.Replace(r.InstanceARN, r.InstanceID, "aaaaaaaa-0000-4000-8000-000000000009", 1)
	for name, in := range map[string]map[string]any{
		"another instance":      {"InstanceId": other, "ContactFlowId": r.ContactFlowID},
		"a flow of another one": {"InstanceId": r.InstanceID, "ContactFlowId": other + "/contact-flow/" + r.ContactFlowID},
	} {
		in["ParticipantDetails"] = map[string]string{"DisplayName": "Ann"}
		wantError(t, name, w.Call(t.Context(), "PUT", "/contact/chat", in, nil), 404, "ResourceNotFoundException")
	}
	queue := map[string]any{
		"InstanceId": r.InstanceID, "ContactFlowId": r.InstanceARN + "/queue/" + r.ContactFlowID,
		"ParticipantDetails": map[string]string{"DisplayName": "Ann"},
	}
	wantError(t, "a queue in place of a flow", w.Call(t.Context(), "PUT", "/contact/chat", queue, nil), 400, "InvalidParameterException")
}

func TestAKeyIsHeldToItsLimits(t *testing.T) {
	w := newWorld(t)
	limited := func(operations, instances []string) *client.Client {
		var made struct {
			ID     string `json:"access_key_id"`
			Secret string `json:"secret_access_key"`
		}
		in := map[string]any{"operations": operations, "instances": instances}
		if err := w.Call(t.Context(), "POST", "/parley/keys", in, &made); err != nil {
			t.Fatal(err)
		}
		return w.as(t, made.ID, made.Secret)
	}
	describe := func(c *client.Client) error {
		return c.Call(t.Context(), "GET", "/instance/"+w.ready.InstanceID, nil, nil)
	}
	list := func(c *client.Client) error { return c.Call(t.Context(), "GET", "/instance", nil, nil) }
	lister := limited([]string{"ListInstances"}, nil)
	if err := list(lister); err != nil {
		t.Errorf("an operation that is named: %v", err)
	}
	if e := wantError(t, "an operation that is not named", describe(lister), 403, "AccessDeniedException"); !strings.Contains(e.Message, "connect:DescribeInstance") {
		t.Errorf("the action is not named: %v", e)
	}
	inside := limited(nil, []string{w.ready.InstanceID})
	if err := describe(inside); err != nil {
		t.Errorf("an instance that is named: %v", err)
	}
	wantError(t, "an operation outside instances", list(inside), 403, "AccessDeniedException")
	wantError(t, "another instance", describe(limited(nil, []string{"00000000-0000-4000-8000-000000000000"})), 403, "AccessDeniedException")
}

func TestRatesAndBodies(t *testing.T) {
	w := newWorld(t, "ListInstances=0.001/2")
	list := func() error { return w.Call(t.Context(), "GET", "/instance", nil, nil) }
	for range 2 {
		if err := list(); err != nil {
			t.Fatal(err)
		}
	}
	wantError(t, "the third call", list(), 429, "TooManyRequestsException")
	if err := w.Call(t.Context(), "GET", "/instance/"+w.ready.InstanceID, nil, nil); err != nil {
		t.Errorf("another operation: %v", err)
	}
	big := map[string]string{"Name": strings.Repeat("x", 4<<20)}
	wantError(t, "more than 4 MiB", w.Call(t.Context(), "PUT", "/contact-flows/"+w.ready.InstanceID, big, nil), 400, "SerializationException")
}

// get makes a signed call with a query and returns the status and the body.
func (w world) get(t *testing.T, path string, query url.Values) (int, []byte) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), "GET", w.ready.URL+path+"?"+query.Encode(), nil)
	if err != nil {
		t.Fatal(err)
	}
	const ofNothing = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855" // SHA-256
	creds := aws.Credentials{AccessKeyID: w.ready.AccessKeyID, SecretAccessKey: w.ready.SecretAccessKey}
	if err := v4.NewSigner().SignHTTP(t.Context(), creds, req, ofNothing, "connect", w.ready.Region, time.Now()); err != nil {
		t.Fatal(err)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, body
}

func TestListsArePagedWithTokens(t *testing.T) {
	w := newWorld(t)
	path := "/contact-flows-summary/" + w.ready.InstanceID
	seen := map[string]bool{}
	for token, pages := "", 0; pages == 0 || token != ""; pages++ {
		var page struct {
			NextToken              string
			ContactFlowSummaryList []struct{ Id string }
		}
		query := url.Values{"maxResults": {"2"}}
		if token != "" {
			query.Set("nextToken", token)
		}
		status, body := w.get(t, path, query)
		if err := json.Unmarshal(body, &page); err != nil || status != 200 || pages > 20 {
			t.Fatalf("page %d: %d %s, %v", pages, status, body, err)
		}
		for _, f := range page.ContactFlowSummaryList {
			if seen[f.Id] {
				t.Errorf("the flow %s comes twice", f.Id)
			}
			seen[f.Id] = true
		}
		token = page.NextToken
	}
	if len(seen) != 9 {
		t.Errorf("%d flows", len(seen))
	}
	status, body := w.get(t, path, url.Values{"nextToken": {"x"}})
	if status != 400 || !strings.Contains(string(body), "InvalidParameterException") {
		t.Errorf("a token of somebody else's: %d %s", status, body)
	}
}
