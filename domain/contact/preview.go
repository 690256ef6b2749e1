package contact

import (
	"time"

	"parley/domain/session"
	"parley/domain/transcript"
	"parley/internal/fault"
)

// Previews reports whether what a participant writes may be shown before it is sent; fault.Denied if it has no part in the chat, or
// is not its customer. There must be somebody to see it, and nothing may be due to happen to what is sent before anybody does: what
// would be masked or processed is not shown unmasked and unprocessed.
func Previews(s *session.Session, participant string, now time.Time) (bool, error) {
	p, err := Here(s, participant, now)
	if err != nil {
		return false, err
	}
	if p.Role != transcript.Customer {
		return false, fault.New(fault.Denied, "Access denied: only customers show what they write before they send it")
	}
	if m := s.State.Processing; m != nil && (m.Redaction != nil || m.Processor != "") {
		return false, nil
	}
	for i := range s.State.Participants {
		if p := &s.State.Participants[i]; p.Present() && (p.Role == transcript.Agent || p.Role == transcript.Supervisor) {
			return true, nil
		}
	}
	return false, nil
}
