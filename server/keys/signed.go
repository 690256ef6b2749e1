package keys

import (
	"crypto/sha256"
	"encoding/json"
	"net/http"

	"parley/app/auth"
	"parley/internal/actor"
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

// Handler returns the handler of an operation, which answers with JSON.
func (s Signed) Handler(operation string, h func(*http.Request, []byte) (any, error)) edge.Handler {
	return func(r *http.Request) ([]byte, error) {
		body, err := edge.Body(r, maxBody)
		if err != nil {
			return nil, err
		}
		claim, err := s.Verifier.Authenticate(sigv4.FromHTTP(r, sha256.Sum256(body)), func(id string) (string, bool, error) {
			return s.Keys.Secret(r.Context(), id)
		})
		if err != nil {
			return nil, err
		}
		if err := s.Keys.MayManage(r.Context(), claim.AccessKeyID); err != nil {
			return nil, err
		}
		out, err := h(r.WithContext(s.Edge.Acting(r.Context(), r, actor.Key, claim.AccessKeyID, operation)), body)
		if err != nil {
			return nil, err
		}
		return json.Marshal(out)
	}
}
