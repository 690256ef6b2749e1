package chaos_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"parley/client"
	"parley/e2e/durability/history"
	"parley/e2e/harness"
)

// tryFor is how long a client waits for an answer before it turns to another node.
const tryFor = 3 * time.Second

// caller is one client. It calls one node, and after a failure the next.
type caller struct {
	w    *world
	at   atomic.Int64
	http *http.Client
}

func newCaller(w *world, node int) *caller {
	c := &caller{w: w, http: w.http}
	c.at.Store(int64(node))
	return c
}

// node returns the index of the node that is called.
func (c *caller) node() int { return int(c.at.Load()) % len(c.w.Nodes) }

// try makes one call; after a failure that another node may not have, the next
// call goes there.
func (c *caller) try(ctx context.Context, call func(ctx context.Context, node int) error) error {
	ctx, cancel := context.WithTimeout(ctx, tryFor)
	defer cancel()
	node := c.node()
	err := call(ctx, node)
	if err != nil && !refused(err) {
		c.at.Store(int64(node + 1))
	}
	return err
}

// until makes a call again and again, on one node after the other, until it
// is answered.
func (c *caller) until(call func(ctx context.Context, node int) error) error {
	end := time.Now().Add(2 * patience)
	for pause := 20 * time.Millisecond; ; pause = min(2*pause, 500*time.Millisecond) {
		err := c.try(c.w.Context(), call)
		if err == nil || refused(err) || time.Now().After(end) {
			return err
		}
		<-time.After(pause)
	}
}

// post makes a participant call at a node and returns the body of a success; a
// refusal is a *client.Error.
func (c *caller) post(ctx context.Context, node int, token, path, body string) ([]byte, error) {
	address := c.w.Nodes[node].URL() + "/participant/" + path
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, address, strings.NewReader(body))
	if err != nil {
		return nil, err
	}
	request.Header = http.Header{"Content-Type": {"application/json"}, "X-Amz-Bearer": {token}}
	return c.answer(request)
}

// answer sends a request and returns the body of a success.
func (c *caller) answer(request *http.Request) ([]byte, error) {
	return harness.Answer(c.http, request, request.URL.Path)
}

// start starts a chat, once, however often it takes.
func (c *caller) start(flow, token string) (out client.Started, err error) {
	err = c.until(func(ctx context.Context, node int) (err error) {
		out, err = c.w.signed[node].StartChat(ctx, client.Start{FlowID: flow, DisplayName: "Customer", ClientToken: token})
		return err
	})
	if err == nil {
		c.w.alive.Add(1)
	}
	return out, err
}

// credentials asks for a connection token alone, and counts as being there.
const credentials = `{"Type":["CONNECTION_CREDENTIALS"],"ConnectParticipant":true}`

// enter connects a participant and returns its connection token.
func (c *caller) enter(token string) (connection string, err error) {
	err = c.until(func(ctx context.Context, node int) error {
		answer, err := c.post(ctx, node, token, "connection", credentials)
		if err == nil {
			connection, err = connected(answer)
		}
		return err
	})
	return connection, err
}

// connected reads the answer to CreateParticipantConnection.
func connected(answer []byte) (token string, err error) {
	var out struct {
		ConnectionCredentials struct{ ConnectionToken string }
	}
	err = json.Unmarshal(answer, &out)
	return out.ConnectionCredentials.ConnectionToken, err
}

// sent is the answer to SendMessage.
func sent(answer []byte) (out client.Sent, err error) {
	return out, json.Unmarshal(answer, &struct{ Id, AbsoluteTime *string }{&out.ID, &out.AbsoluteTime})
}

func message(text string) string {
	return fmt.Sprintf(`{"ContentType":"text/plain","Content":%q,"ClientToken":%q}`, text, text)
}

// transcript reads all of a chat at a node, oldest first, in pages.
func (c *caller) transcript(ctx context.Context, node int, connection string, size int) ([]history.Item, error) {
	var items []history.Item
	for next := ""; ; {
		in := map[string]any{"ScanDirection": "BACKWARD", "SortOrder": "DESCENDING", "MaxResults": size}
		if next != "" {
			in["NextToken"] = next
		}
		body, err := json.Marshal(in)
		if err != nil {
			return nil, err
		}
		answer, err := c.post(ctx, node, connection, "transcript", string(body))
		if err != nil {
			return nil, err
		}
		var out struct {
			Transcript []history.Wire
			NextToken  string
		}
		if err := json.Unmarshal(answer, &out); err != nil {
			return nil, err
		}
		for _, item := range out.Transcript {
			items = append(items, item.Item())
		}
		if next = out.NextToken; next == "" {
			slices.Reverse(items)
			return items, nil
		}
	}
}
