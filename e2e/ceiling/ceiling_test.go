package main

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"

	"parley/client"
)

// TestWhatIsAnsweredIsInTheLogAndOnTheSocket drives a chat as `parley bench` does.
func TestWhatIsAnsweredIsInTheLogAndOnTheSocket(t *testing.T) {
	path := filepath.Join(t.TempDir(), "log")
	log, err := openLedger(path)
	if err != nil {
		t.Fatal(err)
	}
	var handler http.Handler
	web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { handler.ServeHTTP(w, r) }))
	t.Cleanup(web.Close)
	handler = newServer(web.URL, log).routes()
	c, err := client.New(client.Config{Endpoint: web.URL})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)

	started, err := c.StartChat(t.Context(), client.Start{DisplayName: "Load"})
	if err != nil {
		t.Fatal(err)
	}
	greeting, heard := make(chan client.Item, 1), make(chan client.Item, 1)
	customer := join(t, c, started.ParticipantToken, greeting)
	if i := <-greeting; i.Type != "MESSAGE" || i.ParticipantRole != "SYSTEM" {
		t.Errorf("the greeting is %+v", i)
	}
	_, token, err := c.AddBot(t.Context(), started.ContactID, "Sink")
	if err != nil {
		t.Fatal(err)
	}
	join(t, c, token, heard)

	text := `said "once" and \never`
	sent, err := customer.SendMessage(t.Context(), client.Message{ContentType: client.TextPlain, Content: text})
	if err != nil {
		t.Fatal(err)
	}
	written, err := os.ReadFile(path)
	if err != nil || !bytes.Contains(written, []byte(`said \"once\" and \\never`)) {
		t.Errorf("what was answered is not in the log (%v)", err)
	}
	if i := <-heard; i.Content != text || i.ID != sent.ID || i.ParticipantRole != "CUSTOMER" {
		t.Errorf("the bot heard %+v", i)
	}
	if err := c.StopContact(t.Context(), started.ContactID); err != nil {
		t.Error(err)
	}
}

func join(t *testing.T, c *client.Client, token string, items chan<- client.Item) *client.Chat {
	t.Helper()
	chat, err := c.Join(t.Context(), token, client.Events{Item: func(i client.Item) {
		select {
		case items <- i:
		default:
		}
	}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(chat.Close)
	return chat
}
