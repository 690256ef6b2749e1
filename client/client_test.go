package client_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"parley/client"
)

func TestStartChatIsSignedAndNamesTheInstance(t *testing.T) {
	f := newFake(t)
	c := connectTo(t, f, nil)
	got, err := c.StartChat(t.Context(), client.Start{FlowID: "flow", DisplayName: "Ada", ClientToken: "t1",
		Attributes: map[string]string{"tier": "gold"}})
	if err != nil {
		t.Fatal(err)
	}
	want := client.Started{ContactID: "c1", ParticipantID: "p1", ParticipantToken: "tok"}
	if got != want {
		t.Errorf("started %+v, want %+v", got, want)
	}
	var body any
	_ = json.Unmarshal([]byte(f.called("/contact/chat")[0]), &body)
	wantBody := map[string]any{"InstanceId": "inst", "ContactFlowId": "flow", "ClientToken": "t1",
		"ParticipantDetails": map[string]any{"DisplayName": "Ada"}, "Attributes": map[string]any{"tier": "gold"}}
	if diff := cmp.Diff(wantBody, body); diff != "" {
		t.Errorf("body (-want +got):\n%s", diff)
	}
}

func TestAddBotReturnsItsToken(t *testing.T) {
	f := newFake(t)
	id, token, err := connectTo(t, f, nil).AddBot(t.Context(), "c1", "Robot")
	if err != nil || id != "b1" || token != "bot" {
		t.Errorf("id %q, token %q, err %v", id, token, err)
	}
	if got := f.called("/contact/create-participant")[0]; !strings.Contains(got, `"ParticipantRole":"CUSTOM_BOT"`) {
		t.Errorf("body %s", got)
	}
}

func TestErrorsCarryTypeAndMessage(t *testing.T) {
	f := newFake(t)
	err := connectTo(t, f, nil).StopContact(t.Context(), "c9")
	var got *client.Error
	if !errors.As(err, &got) {
		t.Fatalf("err %v", err)
	}
	want := &client.Error{Operation: "StopContact", Status: 410, Type: "ContactNotFoundException", Message: "no such contact"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("error (-want +got):\n%s", diff)
	}
	wrong := connectTo(t, f, func(c *client.Config) { c.Region = "us-east-1" })
	_, err = wrong.StartChat(t.Context(), client.Start{})
	if client.TypeOf(err) != "AccessDeniedException" || !client.Denied(err) {
		t.Errorf("err %v, type %q", err, client.TypeOf(err))
	}
}

func TestNewRefusesWhatIsNoURL(t *testing.T) {
	for _, endpoint := range []string{"", "127.0.0.1:8080", "ftp://x", "http://"} {
		if _, err := client.New(client.Config{Endpoint: endpoint}); err == nil {
			t.Errorf("endpoint %q accepted", endpoint)
		}
	}
}
