package studio

import (
	"context"
	"encoding/json"
	"time"

	"parley/domain/flow/interp"
	"parley/domain/session"
	"parley/internal/fault"
)

// Standing is where the flow of a chat stands.
type Standing struct {
	Running bool `json:"running"`
	// Contact is the one whose flow runs.
	Contact string `json:"contact_id,omitempty"`
	Ended   bool   `json:"ended"` // the chat is over
	// Status is what the run waits for: "waiting" for time or an event, "calling" for an answer from outside.
	Status string     `json:"status,omitempty"`
	Until  *time.Time `json:"until,omitempty"` // when it goes on at the latest
	Steps  int        `json:"steps"`           // how many actions ran
	// Frames are the flow and the modules in which it stands, the innermost last.
	Frames []Frame `json:"frames"`
}

// Frame is a place in a flow or a module.
type Frame struct {
	Flow   string `json:"flow_id"`
	Module bool   `json:"module"`
	Action string `json:"action"`
	// Content is what this run runs, whatever was published since; "" where it is gone.
	Content string `json:"content"`
}

// Standing tells where the flow of a contact's chat stands; fault.NotFound.
func (s *Service) Standing(ctx context.Context, instance, contact string) (Standing, error) {
	snap, err := s.sessions.Of(ctx, instance, contact)
	if err != nil {
		return Standing{}, err
	}
	out := Standing{Ended: snap.Status == session.Ended, Frames: []Frame{}}
	if snap.Flow == nil || out.Ended {
		return out, nil
	}
	out.Running, out.Contact = true, snap.Flow.ContactID
	return out, s.frames(ctx, snap, &out)
}

// frames fills in where a run stands; one that has not begun stands before the first block of its flow.
func (s *Service) frames(ctx context.Context, snap *session.Session, out *Standing) error {
	run := interp.Run{Frame: interp.Frame{FlowID: snap.Flow.FlowID, Content: snap.Flow.Content}, Status: interp.Ready}
	if len(snap.Flow.Run) > 0 {
		if err := json.Unmarshal(snap.Flow.Run, &run); err != nil {
			return err
		}
	}
	out.Status, out.Steps = string(run.Status), run.Steps
	switch {
	case run.Wait != nil && !run.Wait.Until.IsZero():
		out.Until = &run.Wait.Until
	case run.Call != nil && !run.Call.Until.IsZero():
		out.Until = &run.Call.Until
	}
	for _, f := range append(run.Callers, run.Frame) {
		one := Frame{Flow: f.FlowID, Module: f.Module, Action: f.Action}
		content := f.Content
		if content == "" {
			content = snap.Flow.Content
		}
		doc, err := s.directory.FlowContent(ctx, snap.InstanceID, content)
		if err != nil && !fault.Is(err, fault.NotFound) {
			return err
		}
		if err == nil {
			one.Content = string(doc.Source())
		}
		out.Frames = append(out.Frames, one)
	}
	return nil
}
