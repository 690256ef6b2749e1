package metric

import (
	"parley/domain/contact"
	"parley/domain/record"
	"parley/domain/session"
)

// Of is what metrics read of a record; false for one that is no customer's contact with us: a supervisor who watches, a guide.
func Of(r *record.Record) (*Contact, bool) {
	if r.Method == contact.ByMonitor || r.GuideOf != "" {
		return nil, false
	}
	c := &Contact{
		Method: r.Method, Reason: r.DisconnectReason, Subtype: text(r.Segments()[session.Subtype]),
		Initiated: r.InitiatedAt, Connected: r.ConnectedAt, Enqueued: r.EnqueuedAt, Dequeued: r.DequeuedAt, Ended: r.DisconnectedAt, Talk: r.Talk,
		Followed: r.NextID != "", Transferred: r.NextID != "" && r.NextMethod != "DISCONNECT" && r.DisconnectReason != contact.ReasonAgentNetwork,
	}
	if !r.AgentQueue {
		c.Queue = r.QueueID
	}
	if a := r.Agent; a != nil {
		c.Agent = Agent{a.UserID, a.ProfileID, a.Groups}
		c.Answered, c.Left, c.WorkBegan, c.WorkEnded = a.ConnectedAt, a.LeftAt, a.WorkBegan, a.WorkEnded
	}
	for _, d := range r.Declined {
		c.Missed = append(c.Missed, Miss{Agent{ID: d.UserID}, d.Why == session.Withdrawn})
	}
	if r.Rating != nil {
		c.Rating = new(float64(*r.Rating))
	}
	return c, true
}

func text(v session.Value) string {
	if v.String == nil {
		return ""
	}
	return *v.String
}
