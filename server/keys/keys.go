// Package keys serves the management of access keys under /parley/keys: what
// `parley key` calls.
//
// It guarantees: only a key without limits may manage keys; a secret is shown
// once, when it is made, and never again.
package keys

import (
	"bytes"
	"encoding/json"
	"net/http"
	"time"

	"parley/app/auth"
	"parley/internal/arn"
	"parley/internal/fault"
	"parley/server/connect"
	"parley/server/edge"
)

// Server serves the routes.
type Server struct{ keys *auth.Keys }

// Register adds the routes. Requests are signed as those to Amazon Connect are.
func Register(signed Signed, r *edge.Router) {
	s := &Server{signed.Keys}
	add := func(pattern, operation string, do Answer) { signed.Handle(r, pattern, "keys", operation, do) }
	add("GET /parley/keys", "ListKeys", s.list)
	add("POST /parley/keys", "CreateKey", s.create)
	add("POST /parley/keys/{id}/disable", "DisableKey", s.disable)
	add("POST /parley/keys/{id}/enable", "EnableKey", s.enable)
	add("POST /parley/keys/{id}/rotate", "RotateKey", s.rotate)
	add("DELETE /parley/keys/{id}", "DeleteKey", s.remove)
}

// Key is a key as it is shown.
type Key struct {
	AccessKeyID     string    `json:"access_key_id"`
	SecretAccessKey string    `json:"secret_access_key,omitempty"` // only when it was just made
	Created         time.Time `json:"created,omitzero"`
	Disabled        bool      `json:"disabled"`
	Operations      []string  `json:"operations,omitempty"`
	Instances       []string  `json:"instances,omitempty"`
	Note            string    `json:"note,omitempty"`
}

// NewKey is what a key is made of; limits that are absent or null do not exist.
type NewKey struct {
	Operations []string `json:"operations"`
	Instances  []string `json:"instances"`
	Note       string   `json:"note"`
}

// check refuses limits that nothing can meet.
func (k NewKey) check() error {
	for _, name := range k.Operations {
		if !connect.Knows(name) {
			return fault.New(fault.Invalid, "operations: there is no operation %q", name)
		}
	}
	for _, id := range k.Instances {
		if !arn.IsUUID(id) {
			return fault.New(fault.Invalid, "instances: %q is not the id of an instance", id)
		}
	}
	return nil
}

func shown(k auth.Key) Key {
	return Key{AccessKeyID: k.ID, Created: k.Created, Disabled: k.Disabled, Operations: k.Operations, Instances: k.Instances, Note: k.Note}
}

func (s *Server) list(r *http.Request, _ []byte) (any, error) {
	all, err := s.keys.List(r.Context())
	if err != nil {
		return nil, err
	}
	out := []Key{}
	for _, k := range all {
		out = append(out, shown(k))
	}
	return map[string]any{"keys": out}, nil
}

func (s *Server) create(r *http.Request, body []byte) (any, error) {
	var in NewKey
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.DisallowUnknownFields() // a misspelt limit must not make a key without limits
	if err := decoder.Decode(&in); err != nil {
		return nil, fault.Wrap(fault.Malformed, err, "The body must be JSON with operations, instances and note at most")
	}
	if err := in.check(); err != nil {
		return nil, err
	}
	key, secret, err := s.keys.Create(r.Context(), auth.Key{Operations: in.Operations, Instances: in.Instances, Note: in.Note}, "")
	if err != nil {
		return nil, err
	}
	out := shown(key)
	out.SecretAccessKey = secret
	return out, nil
}

func (s *Server) disable(r *http.Request, _ []byte) (any, error) {
	return struct{}{}, s.keys.SetDisabled(r.Context(), r.PathValue("id"), true)
}

func (s *Server) enable(r *http.Request, _ []byte) (any, error) {
	return struct{}{}, s.keys.SetDisabled(r.Context(), r.PathValue("id"), false)
}

func (s *Server) rotate(r *http.Request, _ []byte) (any, error) {
	secret, err := s.keys.Rotate(r.Context(), r.PathValue("id"), "")
	return Key{AccessKeyID: r.PathValue("id"), SecretAccessKey: secret}, err
}

func (s *Server) remove(r *http.Request, _ []byte) (any, error) {
	return struct{}{}, s.keys.Delete(r.Context(), r.PathValue("id"))
}
