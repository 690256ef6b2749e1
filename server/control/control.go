// Package control serves the test controls under /_parley/: a clock that moves,
// failures on purpose and a way back to an empty server. It exists only with --test-controls.
//
// It guarantees: a call needs the header X-Parley-Test: 1, which no web page can
// send across origins, and comes from this machine.
package control

import (
	"context"
	"encoding/json"
	"net"
	"net/http"
	"strings"
	"time"

	"parley/internal/fault"
	"parley/server/edge"
)

// Prefix is where the controls live; no preflight is answered there.
const Prefix = "/_parley/"

// Controls is what can be done to a server under test.
type Controls interface {
	// Clock returns the logical time and how far it is ahead of the system's.
	Clock() (now time.Time, offset time.Duration)
	// Advance moves the clock ahead, handling every deadline on the way at its own time.
	Advance(ctx context.Context, d time.Duration) (fired int, err error)
	// ResetClock returns to the system's time.
	ResetClock(ctx context.Context) error
	// Reset ends and erases all chats; with all it also restores the configuration of a first start, and with
	// a seed the ids of chats follow from it from then on.
	Reset(ctx context.Context, all bool, seed *int64) error
	// Drop ends the sockets of a participant of a contact, or of all for "", with a close code or for 0 without
	// one, and returns how many they were.
	Drop(ctx context.Context, instance, contact, participant string, code uint16) (int, error)
	// AgentToken returns the participant token of a user in a chat that it takes part in, "" for the first
	// instance: how a test talks as an agent who accepts by itself.
	AgentToken(ctx context.Context, instance, user, contact string) (token string, err error)
}

// maxAdvance bounds one step of the clock (our choice: 10 years).
const maxAdvance = 10 * 365 * 24 * 3600

// Register adds the routes.
func Register(e *edge.Edge, r *edge.Router, c Controls) {
	s := server{c, e.Faults}
	for pattern, op := range map[string]struct {
		name string
		do   edge.Handler
	}{
		"GET " + Prefix + "clock":          {"Clock", s.clock},
		"POST " + Prefix + "clock/advance": {"AdvanceClock", s.advance},
		"POST " + Prefix + "clock/reset":   {"ResetClock", s.resetClock},
		"POST " + Prefix + "reset":         {"Reset", s.reset},
		"GET " + Prefix + "faults":         {"ListFaults", s.listFaults},
		"POST " + Prefix + "faults":        {"PlanFault", s.planFault},
		"DELETE " + Prefix + "faults":      {"ClearFaults", s.clearFaults},
		"POST " + Prefix + "sockets/drop":  {"DropSockets", s.dropSockets},
		"POST " + Prefix + "agent/token":   {"AgentToken", s.agentToken},
	} {
		r.Handle(pattern, e.JSON(edge.Route{Service: "control", Operation: op.name}, edge.ConnectErrors(), guarded(op.do)))
	}
}

type server struct {
	c      Controls
	faults *edge.Faults
}

func guarded(h edge.Handler) edge.Handler {
	return func(r *http.Request) ([]byte, error) {
		if r.Header.Get("X-Parley-Test") != "1" {
			return nil, fault.New(fault.Denied, "Test controls need the header X-Parley-Test: 1")
		}
		if !Local(r.RemoteAddr) || !Local(r.Host) {
			return nil, fault.New(fault.Denied, "Test controls are open to this machine only, by the name localhost or its address")
		}
		return h(r)
	}
}

// Local reports whether an address, with or without port, is this machine's. A
// name other than localhost is not: whoever owns it may point it here.
func Local(address string) bool {
	host := address
	if name, _, err := net.SplitHostPort(address); err == nil {
		host = name
	}
	ip := net.ParseIP(strings.Trim(host, "[]"))
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

func (s server) clock(*http.Request) ([]byte, error) {
	now, offset := s.c.Clock()
	return json.Marshal(map[string]any{"now": now, "offset": offset.Seconds()})
}

func (s server) advance(r *http.Request) ([]byte, error) {
	var in struct{ Seconds *float64 }
	if err := read(r, &in); err != nil {
		return nil, err
	}
	if in.Seconds == nil || *in.Seconds < 0 || *in.Seconds > maxAdvance {
		return nil, fault.New(fault.Invalid, "seconds must be between 0 and %d", maxAdvance)
	}
	fired, err := s.c.Advance(r.Context(), time.Duration(*in.Seconds*float64(time.Second)))
	if err != nil {
		return nil, err
	}
	now, _ := s.c.Clock()
	return json.Marshal(map[string]any{"now": now, "fired": fired})
}

func (s server) resetClock(r *http.Request) ([]byte, error) {
	if err := s.c.ResetClock(r.Context()); err != nil {
		return nil, err
	}
	return s.clock(r)
}

func (s server) reset(r *http.Request) ([]byte, error) {
	var in struct {
		All  bool
		Seed *int64
	}
	if err := read(r, &in); err != nil {
		return nil, err
	}
	s.faults.Clear()
	return []byte(`{}`), s.c.Reset(r.Context(), in.All, in.Seed)
}

func (s server) agentToken(r *http.Request) ([]byte, error) {
	var in struct{ InstanceID, UserID, ContactID string }
	if err := read(r, &in); err != nil {
		return nil, err
	}
	token, err := s.c.AgentToken(r.Context(), in.InstanceID, in.UserID, in.ContactID)
	if err != nil {
		return nil, err
	}
	return json.Marshal(map[string]string{"ParticipantToken": token})
}

// read reads a JSON body; an empty one is an empty object.
func read(r *http.Request, into any) error {
	body, err := edge.Body(r, 4<<10)
	if err != nil || len(body) == 0 {
		return err
	}
	if err := json.Unmarshal(body, into); err != nil {
		return fault.Wrap(fault.Malformed, err, "The body is not the JSON that was expected")
	}
	return nil
}
