package node_test

import (
	"context"
	"io"
	"testing"
	"time"

	"parley/client"
	"parley/internal/postgrestest"
	"parley/node"
)

// TestStopWhileTheDatabaseIsAway: a server whose database hangs in the middle of
// a call stops in the time that it is given, and what it had acknowledged is there.
func TestStopWhileTheDatabaseIsAway(t *testing.T) {
	server, err := postgrestest.Start(postgrestest.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { server.Close() }) // after the server that uses it
	cfg := node.Config{
		Store: server.URL("postgres") + "?unsafe=on&lanes=1", MasterKey: masterKey, AccessKeyID: "AKIDGIVEN", SecretAccessKey: "one secret",
		Listen: "127.0.0.1:0", Data: t.TempDir(), LogTo: io.Discard,
	}
	n := start(t, cfg)
	c := connect(t, n)
	started, err := c.StartChat(t.Context(), client.Start{FlowID: n.Ready().ContactFlowID, DisplayName: "Ann"})
	if err != nil {
		t.Fatal(err)
	}
	chat, err := c.Join(t.Context(), started.ParticipantToken, client.Events{})
	if err != nil {
		t.Fatal(err)
	}
	defer chat.Close()
	if _, err := chat.SendMessage(t.Context(), client.Message{ContentType: "text/plain", Content: "acknowledged"}); err != nil {
		t.Fatal(err)
	}
	server.Pause()
	defer server.Resume()
	waiting := make(chan error, 1)
	go func() {
		_, err := chat.SendMessage(context.Background(), client.Message{ContentType: "text/plain", Content: "in vain"})
		waiting <- err
	}()
	select {
	case err := <-waiting:
		t.Fatalf("a call was answered without a database: %v", err)
	case <-time.After(300 * time.Millisecond):
	}
	stopsWithin(t, n, 4*time.Second)
	chat.Close()
	server.Resume()

	cfg.Data = t.TempDir()
	again := running(t, cfg)
	if got := said(t, connect(t, again), started.ParticipantToken); got != "acknowledged" {
		t.Errorf("the first message is %q", got)
	}
}

// stopsWithin stops a server, which takes no longer than it may.
func stopsWithin(t *testing.T, n *node.Node, most time.Duration) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), most)
	defer cancel()
	began := time.Now()
	err := n.Stop(ctx)
	if took := time.Since(began); took > most+500*time.Millisecond {
		t.Errorf("it stopped after %v (%v), and had %v", took, err, most)
	}
}

// said is the first message of a chat.
func said(t *testing.T, c *client.Client, token string) string {
	t.Helper()
	chat, err := c.Join(t.Context(), token, client.Events{})
	if err != nil {
		t.Fatal(err)
	}
	defer chat.Close()
	page, err := chat.Transcript(t.Context(), client.Query{Ascending: true, MaxResults: 100})
	if err != nil {
		t.Fatal(err)
	}
	for _, item := range page.Items {
		if item.Content == "acknowledged" || item.Content == "in vain" {
			return item.Content
		}
	}
	return ""
}
