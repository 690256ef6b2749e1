package widget

import (
	"encoding/json"
	"net/http"

	"parley/internal/fault"
	"parley/server/edge"
)

// maxTyped is the largest request, in bytes: 1,024 characters, each escaped as a pair of surrogates, fit.
const maxTyped = 16 << 10

// typed shows the agents of a chat what its customer has written so far, where the widget says that it does. Nothing of it is kept,
// and no answer repeats it.
func (s *server) typed(r *http.Request) ([]byte, error) {
	body, err := edge.Body(r, maxTyped)
	if err != nil {
		return nil, err
	}
	instance := r.PathValue("instance")
	who, err := s.Chat.Bearer(r.Context(), instance, r.Header.Get("X-Amz-Bearer"))
	if err != nil {
		return nil, err
	}
	if err := s.Widgets.AdmitPreview(r.Context(), instance, r.PathValue("widget"), who.Participant); err != nil {
		return nil, err
	}
	var says struct {
		Text *string `json:"text"`
	}
	if json.Unmarshal(body, &says) != nil || says.Text == nil {
		return nil, fault.New(fault.Malformed, "The request is not JSON with a text")
	}
	return []byte("{}"), s.Chat.Preview(r.Context(), who, r.PathValue("widget"), *says.Text)
}
