package metric

import (
	"time"

	"parley/domain/talk"
)

// messages are made of what was said in contacts.
func messages() map[string]Definition {
	agent, customer := func(m *talk.Metrics) *talk.Party { return &m.Agent }, func(m *talk.Metrics) *talk.Party { return &m.Customer }
	return map[string]Definition{
		"AVG_MESSAGES":          spoken(Count, func(c *Contact) (float64, float64) { return float64(c.Talk.Messages), 1 }),
		"AVG_MESSAGES_BOT":      spoken(Count, func(c *Contact) (float64, float64) { return float64(c.Talk.Bot.Messages), 1 }),
		"AVG_MESSAGES_CUSTOMER": spoken(Count, func(c *Contact) (float64, float64) { return float64(c.Talk.Customer.Messages), 1 }),
		"AVG_MESSAGES_AGENT": spoken(Count, func(c *Contact) (sent, of float64) {
			if c.handled() {
				of = 1
			}
			return float64(c.Talk.Agent.Messages), of
		}),
		"AVG_MESSAGE_LENGTH_AGENT":              lengths(agent),
		"AVG_MESSAGE_LENGTH_CUSTOMER":           lengths(customer),
		"AVG_RESPONSE_TIME_AGENT":               responses(agent),
		"AVG_RESPONSE_TIME_CUSTOMER":            responses(customer),
		"AVG_FIRST_RESPONSE_TIME_AGENT":         between(func(c *Contact) (from, to time.Time) { return c.Answered, c.Talk.First }),
		"AVG_CONTACT_FIRST_RESPONSE_TIME_AGENT": between(func(c *Contact) (from, to time.Time) { return c.Enqueued, c.Talk.First }),
		"AVG_CONVERSATION_CLOSE_TIME":           between(func(c *Contact) (from, to time.Time) { return c.Talk.Customer.Last, c.Ended }),
	}
}

// spoken is a mean over the contacts whose messages were counted: of what, and over how many.
func spoken(unit Unit, of func(*Contact) (value, of float64)) Definition {
	return Definition{Unit: unit, made: mean, Filters: []Dimension{Method, Reason}, each: func(c *Contact, _ Threshold, add func(with *Agent, value, of float64)) {
		if c.Talk == nil {
			return
		}
		if value, n := of(c); n > 0 {
			add(&c.Agent, value, n)
		}
	}}
}

func lengths(who func(*talk.Metrics) *talk.Party) Definition {
	return spoken(Count, func(c *Contact) (chars, messages float64) {
		p := who(c.Talk)
		return float64(p.Chars), float64(p.Messages)
	})
}

func responses(who func(*talk.Metrics) *talk.Party) Definition {
	return spoken(Seconds, func(c *Contact) (took, responses float64) {
		p := who(c.Talk)
		return p.Took.Seconds(), float64(p.Responses)
	})
}

// between is the time from one moment to another of the contacts that came to both.
func between(moments func(*Contact) (from, to time.Time)) Definition {
	return spoken(Seconds, func(c *Contact) (took, of float64) {
		from, to := moments(c)
		if !from.IsZero() && !to.IsZero() {
			of = 1
		}
		return max(to.Sub(from).Seconds(), 0), of
	})
}
