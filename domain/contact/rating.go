package contact

import (
	"strconv"
	"time"

	"parley/domain/session"
)

// RatingAttribute is the contact attribute by which a survey says how the customer rates the chat: a whole number from 0 to MaxRating (our
// choice; Amazon Connect has no ratings).
const (
	RatingAttribute = "rating"
	MaxRating       = 10
)

// rate notes the rating that new attributes bring with the contact that it is about: the last one of the chat that an agent took. Without
// an agent, and with a value that is no rating, nobody is rated; of the latter the contact keeps when it was.
func (d *Draft) rate(attrs map[string]string) {
	value, given := attrs[RatingAttribute]
	k := d.lastServed()
	if !given || k == nil {
		return
	}
	k.Rating, k.NoRating = nil, d.now
	if n, err := strconv.Atoi(value); err == nil && n >= 0 && n <= MaxRating {
		k.Rating, k.NoRating = &n, time.Time{}
	}
	d.updated(k)
}

func (d *Draft) lastServed() *session.Contact {
	for i := len(d.s.State.Contacts) - 1; i >= 0; i-- {
		if k := &d.s.State.Contacts[i]; k.Agent != nil {
			return k
		}
	}
	return nil
}
