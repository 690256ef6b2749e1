package control

import (
	"encoding/json"
	"net/http"
	"time"

	"parley/internal/fault"
	"parley/server/edge"
)

// planned is a failure on purpose as callers spell it.
type planned struct {
	Operation string `json:"operation"`
	Count     *int   `json:"count"` // 1 when it is left out
	Error     string `json:"error,omitempty"`
	Status    int    `json:"status,omitempty"`
	DelayMS   int64  `json:"delay_ms,omitempty"`
	Drop      bool   `json:"drop,omitempty"`
	After     bool   `json:"after,omitempty"`
}

func (s server) planFault(r *http.Request) ([]byte, error) {
	var in planned
	if err := read(r, &in); err != nil {
		return nil, err
	}
	if in.Count == nil {
		in.Count = new(1)
	}
	if in.DelayMS < 0 || in.DelayMS > edge.MaxDelay.Milliseconds() {
		return nil, fault.New(fault.Invalid, "delay_ms must be between 0 and %d", edge.MaxDelay.Milliseconds())
	}
	return []byte(`{}`), s.faults.Plan(edge.Fault{
		Operation: in.Operation, Count: *in.Count, Error: in.Error, Status: in.Status,
		Delay: time.Duration(in.DelayMS) * time.Millisecond, Drop: in.Drop, After: in.After,
	})
}

func (s server) listFaults(*http.Request) ([]byte, error) {
	all := []planned{}
	for _, f := range s.faults.Planned() {
		all = append(all, planned{f.Operation, &f.Count, f.Error, f.Status, f.Delay.Milliseconds(), f.Drop, f.After})
	}
	return json.Marshal(map[string]any{"faults": all})
}

func (s server) clearFaults(*http.Request) ([]byte, error) {
	s.faults.Clear()
	return []byte(`{}`), nil
}

func (s server) dropSockets(r *http.Request) ([]byte, error) {
	var in struct {
		InstanceID, ContactID, ParticipantID string
		Code                                 uint16
	}
	if err := read(r, &in); err != nil {
		return nil, err
	}
	if in.Code != 0 && (in.Code < 1000 || in.Code > 4999) {
		return nil, fault.New(fault.Invalid, "code must be between 1000 and 4999, or left out")
	}
	n, err := s.c.Drop(r.Context(), in.InstanceID, in.ContactID, in.ParticipantID, in.Code)
	if err != nil {
		return nil, err
	}
	return json.Marshal(map[string]int{"dropped": n})
}
