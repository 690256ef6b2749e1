package participant

import (
	"encoding/json"
	"net/http"
	"time"

	"parley/internal/fault"
)

// QuietOperation is the name under which calls of it are counted and limited.
const QuietOperation = "GetQuiet"

// QuietPath is where a customer asks how long it may say nothing. It is ours: what the sockets tell of the timers has no time.
const QuietPath = "/participant/quiet"

// quiet is how a chat stands with the silence of its customer.
type quiet struct {
	Idle  bool   `json:"idle"`                 // the timer IDLE has run out
	Alarm bool   `json:"alarm"`                // there is such a timer
	Left  *int64 `json:"ends_in_ms,omitempty"` // until the others leave, if the customer says nothing
	Whole *int64 `json:"allowed_ms,omitempty"` // the same from something that is said now
	Over  string `json:"over,omitempty"`       // CUSTOMER or AGENT: said nothing for so long that the others have left, and the chat has ended
}

// quiet takes the participant token, of a chat that has ended, too.
func (s *Server) quiet(r *http.Request) ([]byte, error) {
	bearer := r.Header.Get("X-Amz-Bearer")
	if bearer == "" {
		return nil, fault.New(fault.Denied, "Access denied: the X-Amz-Bearer header is missing")
	}
	if s.rates != nil {
		if err := s.take(r.Context(), QuietOperation, bearer); err != nil {
			return nil, err
		}
	}
	q, err := s.chat.Quiet(r.Context(), bearer)
	if err != nil {
		return nil, err
	}
	out := quiet{Idle: q.Idle, Alarm: q.Alarm, Over: string(q.Over)}
	if q.Whole > 0 {
		out.Left, out.Whole = millis(q.Left), millis(q.Whole)
	}
	return json.Marshal(out)
}

func millis(d time.Duration) *int64 { return new(d.Milliseconds()) }
