package keys

import (
	"crypto/sha256"
	"encoding/json"
	"net/http"
	"time"

	"parley/app/auth"
	"parley/internal/actor"
	"parley/internal/fault"
	"parley/internal/sigv4"
	"parley/server/edge"
)

const maxBody = 64 << 10

// Signed lets only requests through that are signed with a key without limits:
// those of the program's own commands.
type Signed struct {
	Edge     *edge.Edge
	Keys     *auth.Keys
	Verifier *sigv4.Verifier
}

// Answer is what an operation does with a request and its body; what it returns is answered as JSON.
type Answer func(r *http.Request, body []byte) (any, error)

// Handle adds the route of an operation of a service.
func (s Signed) Handle(r *edge.Router, pattern, service, operation string, do Answer) {
	r.Handle(pattern, s.Edge.JSON(edge.Route{Service: service, Operation: operation}, edge.ConnectErrors(), s.handler(operation, do)))
}

// Asked reads the body as JSON before it calls do.
func Asked[T any](do func(*http.Request, T) (any, error)) Answer {
	return func(r *http.Request, body []byte) (any, error) {
		var in T
		if err := json.Unmarshal(body, &in); err != nil {
			return nil, fault.Wrap(fault.Malformed, err, "The body is not the JSON that was expected")
		}
		return do(r, in)
	}
}

func (s Signed) handler(operation string, do Answer) edge.Handler {
	return func(r *http.Request) ([]byte, error) {
		r, body, err := s.admit(r, operation)
		if err != nil {
			return nil, err
		}
		out, err := do(r, body)
		if err != nil {
			return nil, err
		}
		return json.Marshal(out)
	}
}

// Stream adds the route of an operation that answers with a file, which may take as long as given: do returns what writes it, a
// func(http.ResponseWriter) error.
func (s Signed) Stream(r *edge.Router, pattern, service, operation string, within time.Duration, do Answer) {
	stream := func(r *http.Request) (func(http.ResponseWriter) error, error) {
		r, body, err := s.admit(r, operation)
		if err != nil {
			return nil, err
		}
		out, err := do(r, body)
		if err != nil {
			return nil, err
		}
		return out.(func(http.ResponseWriter) error), nil
	}
	r.Handle(pattern, s.Edge.Stream(edge.Route{Service: service, Operation: operation}, edge.ConnectErrors(), within, stream))
}

// admit reads a request, and says who acts.
func (s Signed) admit(r *http.Request, operation string) (*http.Request, []byte, error) {
	body, err := edge.Body(r, maxBody)
	if err != nil {
		return nil, nil, err
	}
	claim, err := s.Verifier.Authenticate(sigv4.FromHTTP(r, sha256.Sum256(body)), func(id string) (string, bool, error) {
		return s.Keys.Secret(r.Context(), id)
	})
	if err != nil {
		return nil, nil, err
	}
	if err := s.Keys.MayManage(r.Context(), claim.AccessKeyID); err != nil {
		return nil, nil, err
	}
	return r.WithContext(s.Edge.Acting(r.Context(), r, actor.Key, claim.AccessKeyID, operation)), body, nil
}
