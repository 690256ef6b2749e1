package term

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"parley/client"
)

// desk calls the agent's part of a server's own API (docs/agents.md).
type desk struct {
	url  string
	http *http.Client
	// What a browser would keep of the sign-in.
	cookie, csrf string
}

// seated is the agent as the API shows it.
type seated struct {
	Status   offeredStatus   `json:"status"`
	Next     *offeredStatus  `json:"next_status"`
	Statuses []offeredStatus `json:"statuses"`
	Contacts []held          `json:"contacts"`
}

type offeredStatus struct {
	ID   string `json:"id"`
	Name string `json:"name"`
	Type string `json:"type"`
}

// held is a contact in one of the agent's slots.
type held struct {
	ID       string     `json:"contact_id"`
	State    string     `json:"state"`
	Expires  *time.Time `json:"expires_at"`
	Customer string     `json:"customer"`
	Guide    string     `json:"guide_contact_id"`
	Queue    *struct {
		Name string `json:"name"`
		Own  bool   `json:"agent_queue"` // of a user
	} `json:"queue"`
}

// newDesk signs in.
func newDesk(ctx context.Context, server client.Config, user, password, code string) (*desk, error) {
	d := &desk{url: strings.TrimSuffix(server.Endpoint, "/"), http: &http.Client{
		Timeout: 10 * time.Second, Transport: &http.Transport{Proxy: http.ProxyFromEnvironment, TLSClientConfig: server.TLS},
	}}
	var in struct {
		CSRF       string `json:"csrf_token"`
		CodeNeeded bool   `json:"code_needed"`
	}
	err := d.call(ctx, http.MethodPost, "/api/login", map[string]string{"username": user, "password": password, "code": code, "instance": server.InstanceID}, &in)
	if err != nil {
		return nil, fmt.Errorf("%s could not sign in: %w", user, err)
	}
	if in.CodeNeeded {
		return nil, fmt.Errorf("%s signs in with a one-time code: give it with --code", user)
	}
	d.csrf = in.CSRF
	return d, nil
}

// call makes a call; out may be nil.
func (d *desk) call(ctx context.Context, method, path string, in, out any) error {
	var body io.Reader
	if in != nil {
		raw, err := json.Marshal(in)
		if err != nil {
			return err
		}
		body = bytes.NewReader(raw)
	}
	request, err := http.NewRequestWithContext(ctx, method, d.url+path, body)
	if err != nil {
		return err
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Cookie", d.cookie)
	request.Header.Set("X-CSRF-Token", d.csrf)
	answer, err := d.http.Do(request)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	raw, err := io.ReadAll(answer.Body)
	if err != nil {
		return err
	}
	if answer.StatusCode != http.StatusOK {
		return refusal(answer.Status, raw)
	}
	if given := answer.Header.Get("Set-Cookie"); given != "" {
		d.cookie, _, _ = strings.Cut(given, ";")
	}
	if out == nil {
		return nil
	}
	return json.Unmarshal(raw, out)
}

// errRefused is an answer that says no.
type errRefused struct{ text string }

func (e errRefused) Error() string { return e.text }

// refusal is what the API says to what it does not do.
func refusal(status string, body []byte) error {
	var said struct{ Message string }
	if json.Unmarshal(body, &said) != nil || said.Message == "" {
		said.Message = "the server answered " + status
	}
	return errRefused{said.Message}
}

// refused reports whether the server said no, so that asking again is of no use.
func refused(err error) bool { return errors.As(err, new(errRefused)) }

func (d *desk) state(ctx context.Context) (s seated, err error) {
	return s, d.call(ctx, http.MethodGet, "/api/agent", nil, &s)
}

func (d *desk) setStatus(ctx context.Context, id string) error {
	return d.call(ctx, http.MethodPut, "/api/agent/status", map[string]string{"status_id": id}, nil)
}

// contact does something with a contact: accept, reject, clear, end.
func (d *desk) contact(ctx context.Context, id, verb string) error {
	return d.call(ctx, http.MethodPost, "/api/agent/contacts/"+id+"/"+verb, nil, nil)
}

// token is the participant token of a chat that the agent has, and the agent's participant id in it.
func (d *desk) token(ctx context.Context, id string) (token, participant string, err error) {
	var out struct {
		Token       string `json:"participant_token"`
		Participant string `json:"participant_id"`
	}
	err = d.call(ctx, http.MethodGet, "/api/agent/contacts/"+id+"/token", nil, &out)
	return out.Token, out.Participant, err
}

// send sends a chat on to a quick connect (transfer), or asks it in (invite).
func (d *desk) send(ctx context.Context, id, verb, quickConnect string) error {
	var list struct {
		All []offeredStatus `json:"quick_connects"`
	}
	if err := d.call(ctx, http.MethodGet, "/api/agent/contacts/"+id+"/quick-connects", nil, &list); err != nil {
		return err
	}
	if len(list.All) == 0 {
		return errRefused{"there is no quick connect: the queue that the chat came from has none"}
	}
	var names []string
	for _, q := range list.All {
		if strings.EqualFold(q.Name, quickConnect) {
			return d.call(ctx, http.MethodPost, "/api/agent/contacts/"+id+"/"+verb, map[string]string{"quick_connect_id": q.ID}, nil)
		}
		names = append(names, q.Name)
	}
	return errRefused{fmt.Sprintf("there is no quick connect %q; there are: %s", quickConnect, strings.Join(names, ", "))}
}

// leave signs out: offers go back to their queues.
func (d *desk) leave(ctx context.Context) error {
	return d.call(ctx, http.MethodPost, "/api/logout", nil, nil)
}
