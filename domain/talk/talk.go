// Package talk counts what was said in a contact: how many messages of whom, how long they were, and how soon they were answered.
//
// It is pure and holds no text. The rules are those of ChatMetrics (Amazon Connect); where its texts leave something open they are our choice:
//
//  1. A message is an item of type MESSAGE that the customer and the agents see. Whispers, events and attachments are none.
//  2. Its length is that of what people read in it, in characters: of an interactive message its texts.
//  3. The agent is the one who took the contact; what other agents and supervisors say counts in all, and answers the customer. What flows and
//     bots say is the bot's.
//  4. A turn of the customer is what it says until somebody answers. The agent's response is its answer to such a turn, and takes the time since
//     the turn began; a turn that a bot or a colleague answered is none that the agent has to. The customer's response is the other way round: to what
//     the agent has said since the customer last spoke.
package talk

import (
	"time"
	"unicode/utf8"

	"parley/domain/said"
	"parley/domain/transcript"
)

// Metrics are the numbers of a contact.
type Metrics struct {
	Messages int       `json:",omitempty"` // of everybody
	Turns    int       `json:",omitempty"` // of the customer, that were answered
	Bot      Share     `json:",omitzero"`
	Agent    Party     `json:",omitzero"`
	Customer Party     `json:",omitzero"`
	First    time.Time `json:",omitzero"` // the agent's first message; zero = there is none
}

// Share is what some have said.
type Share struct {
	Messages int `json:",omitempty"`
	Chars    int `json:",omitempty"`
}

// Party is what one participant has said.
type Party struct {
	Share
	Last      time.Time     `json:",omitzero"` // its last message
	Responses int           `json:",omitempty"`
	Took      time.Duration `json:",omitempty"` // all of them together
	Longest   time.Duration `json:",omitempty"`
}

// Counter counts the messages of one contact.
type Counter struct {
	agent   string // the participant who took the contact
	metrics Metrics
	// Since when the customer waits for an answer, and the agent for one of the customer's; zero = it does not.
	asked, told time.Time
}

// NewCounter begins to count the messages of a contact that a participant took, "" = nobody did.
func NewCounter(agent string) *Counter { return &Counter{agent: agent} }

// Metrics are the numbers of what was added.
func (c *Counter) Metrics() Metrics { return c.metrics }

// Add counts an item of the contact. Items come in their order.
func (c *Counter) Add(item *transcript.Item) {
	if item.Type != transcript.Message || item.Visibility != transcript.All || item.Passing() {
		return
	}
	m := &c.metrics
	m.Messages++
	chars := utf8.RuneCountInString(said.Text(item))
	if item.Author.Role == transcript.Customer {
		m.Customer.says(item.Time, chars, c.told)
		c.told = time.Time{}
		if c.asked.IsZero() {
			c.asked = item.Time
		}
		return
	}
	switch role := item.Author.Role; {
	case role == transcript.System || role == transcript.CustomBot:
		m.Bot.add(chars)
	case item.Author.ParticipantID == c.agent:
		m.Agent.says(item.Time, chars, c.asked)
		if m.First.IsZero() {
			m.First = item.Time
		}
		if c.told.IsZero() {
			c.told = item.Time
		}
	}
	if !c.asked.IsZero() {
		m.Turns++
		c.asked = time.Time{}
	}
}

func (s *Share) add(chars int) {
	s.Messages++
	s.Chars += chars
}

// says counts a message, and the response that it is to who waits since a moment.
func (p *Party) says(at time.Time, chars int, since time.Time) {
	p.add(chars)
	p.Last = at
	if since.IsZero() {
		return
	}
	took := at.Sub(since)
	p.Responses++
	p.Took += took
	p.Longest = max(p.Longest, took)
}
