package flowtest

import (
	"fmt"

	"parley/domain/transcript"
)

// heard is a message as one side of the chat gets it.
type heard struct {
	transcript.Item
	user   string // the agent who gets it in its guide, "" for all of that side
	spoken bool   // the script says it elsewhere: it need not be expected
}

// reader is how much of what one side of the chat gets the script has seen.
type reader struct {
	spell    func(heard) string // as a script would expect it
	read     int
	skipping bool // after "...": messages may pass
}

// next finds the message that a line expects: the next one, or after "..." one
// of those that follow. standing says where the chat stands, for a message that did not come.
func (r *reader) next(all []heard, want string, fits func(heard) bool, standing func() string) error {
	unread := all[r.read:]
	passed := 0
	for i, m := range unread {
		switch {
		case fits(m):
			r.read += i + 1
			r.skipping = false
			return nil
		case m.spoken:
		case !r.skipping:
			return &mismatch{want: want, got: r.spell(m)}
		default:
			passed++
		}
	}
	if passed == 0 {
		return &mismatch{want: want, got: "nothing" + standing()}
	}
	return &mismatch{want: want, got: "none of the " + fmt.Sprint(passed) + " messages that came"}
}

// allRead reports messages that the script does not speak of.
func (r *reader) allRead(all []heard) error {
	for _, m := range all[r.read:] {
		if !m.spoken && !r.skipping {
			return &mismatch{want: "nothing more (“...” lets messages pass)", got: r.spell(m)}
		}
	}
	r.read = len(all)
	r.skipping = false
	return nil
}

// said returns what the customer gets from flows and agents.
func (p *player) said() []heard {
	var all []heard
	for _, m := range p.chat.Seen(transcript.Customer) {
		if m.Type == transcript.Message && (m.Author.Role == transcript.System || m.Author.Role == transcript.Agent) {
			all = append(all, heard{Item: m, spoken: p.spoken[m.ID]})
		}
	}
	return all
}

// toAgents returns what agents get: what flows say to them alone, in the chat and in their guides, must be expected; what
// the others say may be.
func (p *player) toAgents() []heard {
	var all []heard
	for _, e := range p.chat.History() {
		m := e.Item
		switch {
		case m == nil || m.Type != transcript.Message:
		case e.Guide != "":
			if m.Author.Role == transcript.System {
				all = append(all, heard{Item: *m, user: e.Guide})
			}
		case m.VisibleTo(transcript.Agent):
			all = append(all, heard{Item: *m, spoken: m.VisibleTo(transcript.Customer) || m.Author.Role != transcript.System})
		}
	}
	return all
}

// next finds the message to the customer that a line expects.
func (p *player) next(want string, fits func(transcript.Item) bool) error {
	return p.customer.next(p.said(), want, func(m heard) bool { return fits(m.Item) }, p.standing)
}

// allRead reports messages, to the customer or to agents alone, that the script does not speak of.
func (p *player) allRead() error {
	if err := p.customer.allRead(p.said()); err != nil {
		return err
	}
	return p.agents.allRead(p.toAgents())
}

func spelledToCustomer(m heard) string { return spelled(m.Item) }

// spelled is a message to the customer as a script would expect it.
func spelled(m transcript.Item) string {
	switch who := speaker(m); who {
	case "view":
		return "view: " + shownView(m).ID
	case "agent":
		return "customer sees: " + m.Content
	default:
		return who + ": " + m.Content
	}
}

// spelledToAgents is a message to agents as a script would expect it.
func spelledToAgents(m heard) string {
	if speaker(m.Item) == "view" {
		return "agent view: " + shownView(m.Item).ID
	}
	return "agent sees: " + m.Content
}
