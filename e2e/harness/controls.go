package harness

import (
	"bytes"
	"encoding/json"
	"net/http"
	"time"
)

// Advance moves the server's clock and returns how many pieces of due work
// ran because of it; all of them have committed when it returns.
func (s *Server) Advance(d time.Duration) int {
	s.t.Helper()
	var answer struct{ Fired int }
	s.control("POST", "clock/advance", map[string]any{"seconds": d.Seconds()}, &answer)
	return answer.Fired
}

// ResetClock lets the server's clock be the system's again: it may go back.
func (s *Server) ResetClock() {
	s.t.Helper()
	s.control("POST", "clock/reset", map[string]any{}, nil)
}

// Now returns the server's logical time.
func (s *Server) Now() time.Time {
	s.t.Helper()
	var answer struct{ Now time.Time }
	s.control("GET", "clock", nil, &answer)
	return answer.Now
}

// Reset ends and erases the chats and keeps the resources.
func (s *Server) Reset() { s.t.Helper(); s.control("POST", "reset", map[string]any{}, nil) }

// ResetAll restores what a first start seeds.
func (s *Server) ResetAll() {
	s.t.Helper()
	s.control("POST", "reset", map[string]any{"all": true}, nil)
}

// ResetTo is Reset with ids that follow from a seed.
func (s *Server) ResetTo(seed int) {
	s.t.Helper()
	s.control("POST", "reset", map[string]any{"seed": seed}, nil)
}

// Fail plans a failure on purpose, as POST /_parley/faults takes it.
func (s *Server) Fail(fault map[string]any) {
	s.t.Helper()
	s.control("POST", "faults", fault, nil)
}

// Faults returns how many planned failures nobody has met yet.
func (s *Server) Faults() int {
	s.t.Helper()
	var answer struct{ Faults []any }
	s.control("GET", "faults", nil, &answer)
	return len(answer.Faults)
}

// ClearFaults forgets the failures that are planned.
func (s *Server) ClearFaults() { s.t.Helper(); s.control("DELETE", "faults", nil, nil) }

// DropSockets ends the sockets of a contact, with a close code or for 0 without one, and returns how many they were.
func (s *Server) DropSockets(contact string, code int) int {
	s.t.Helper()
	var answer struct{ Dropped int }
	s.control("POST", "sockets/drop", map[string]any{"ContactId": contact, "Code": code}, &answer)
	return answer.Dropped
}

// LoseSockets ends the sockets of one participant of a contact as a lost network does, and returns how many they were.
func (s *Server) LoseSockets(contact, participant string) int {
	s.t.Helper()
	var answer struct{ Dropped int }
	s.control("POST", "sockets/drop", map[string]any{"ContactId": contact, "ParticipantId": participant}, &answer)
	return answer.Dropped
}

func (s *Server) control(method, path string, body, answer any) {
	s.t.Helper()
	text, err := json.Marshal(body)
	if err != nil {
		s.t.Fatal(err)
	}
	request, err := http.NewRequest(method, s.URL+"/_parley/"+path, bytes.NewReader(text))
	if err != nil {
		s.t.Fatal(err)
	}
	request.Header.Set("X-Parley-Test", "1")
	request.Header.Set("Content-Type", "application/json")
	response := s.Send(request)
	if response.Status/100 != 2 {
		s.t.Fatalf("%s /_parley/%s: %d %s", method, path, response.Status, response.Body)
	}
	if answer == nil {
		return
	}
	if err := json.Unmarshal(response.Body, answer); err != nil {
		s.t.Fatalf("%s /_parley/%s answers %s: %v", method, path, response.Body, err)
	}
}
