package transcript

import "time"

// Mark is how far a participant has got in a session: everything up to
// Delivered has reached its client, everything up to Read was seen. Marks only
// move forward. (A receipt for one message implies all earlier ones: clients
// send only the latest of a burst.)
type Mark struct {
	Participant string
	Delivered   int64 // a position; 0 = nothing
	DeliveredAt time.Time
	Read        int64
	ReadAt      time.Time
}

// Receipt is what one participant's mark says about one message.
type Receipt struct {
	MessageID   string
	Recipient   string    // participant id
	DeliveredAt time.Time // zero = not delivered
	ReadAt      time.Time // zero = not read
}

// Advance returns the mark with the reach of next added, and whether that
// moved it. The time of a reach is the time at which it was first reported.
func (m Mark) Advance(next Mark) (Mark, bool) {
	moved := false
	if next.Delivered > m.Delivered {
		m.Delivered, m.DeliveredAt, moved = next.Delivered, next.DeliveredAt, true
	}
	if next.Read > m.Read {
		m.Read, m.ReadAt, moved = next.Read, next.ReadAt, true
	}
	return m, moved
}

// On returns what the mark says about a message, and false if it says nothing:
// not reached yet, no message, or the participant's own.
func (m Mark) On(i *Item) (Receipt, bool) {
	if i.Type != Message || i.Author.ParticipantID == m.Participant {
		return Receipt{}, false
	}
	r := Receipt{MessageID: i.ID, Recipient: m.Participant}
	if m.Read >= i.Position {
		r.ReadAt = m.ReadAt
		r.DeliveredAt = m.ReadAt
	}
	if m.Delivered >= i.Position {
		r.DeliveredAt = m.DeliveredAt
	}
	return r, !r.DeliveredAt.IsZero()
}
