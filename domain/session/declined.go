package session

import (
	"slices"
	"time"
)

// Declined is an offer of a contact that its agent did not take.
type Declined struct {
	UserID string
	At     time.Time // when it was offered
	Ended  time.Time // when it was not any more
	Why    Decline
}

// Decline is why an offer came to nothing.
type Decline string

// The ends of an offer that nobody took.
const (
	Missed    Decline = "MISSED"    // its time passed
	Rejected  Decline = "REJECTED"  // the agent said no
	Lost      Decline = "LOST"      // the agent was not there any more
	Withdrawn Decline = "WITHDRAWN" // the contact did not wait any more: the customer left, or the chat was over
)

// MaxDeclined bounds what is kept of the offers of a contact: the latest ones (our choice).
const MaxDeclined = 50

// Decline closes the open offer of a contact as one that nobody took.
func (k *Contact) Decline(why Decline, now time.Time) {
	d := Declined{UserID: k.Offer.UserID, At: k.Offer.At, Ended: now, Why: why}
	from := max(0, len(k.Declined)+1-MaxDeclined)
	k.Declined = append(slices.Clip(k.Declined[from:]), d)
	k.Offer = nil
}
