package contact_test

import (
	"testing"

	"parley/domain/contact"
	"parley/domain/session"
	"parley/domain/transcript"
	"parley/internal/fault"
)

// TestWhatIsPreviewed: only a customer's, only to somebody, and never what would be masked or processed once it is sent.
func TestWhatIsPreviewed(t *testing.T) {
	join := func(role transcript.Role, gone bool) func(*session.Session) {
		return func(s *session.Session) {
			p := session.Participant{ID: "another", Role: role, JoinedAt: s.State.Participants[0].JoinedAt}
			if gone {
				p.LeftAt = p.JoinedAt
			}
			s.State.Participants = append(s.State.Participants, p)
		}
	}
	processing := func(p session.Processing) func(*session.Session) {
		return func(s *session.Session) {
			join(transcript.Agent, false)(s)
			s.State.Processing = &p
		}
	}
	for name, c := range map[string]struct {
		state func(*session.Session)
		want  bool
	}{
		"an agent":                {join(transcript.Agent, false), true},
		"a supervisor":            {join(transcript.Supervisor, false), true},
		"nobody":                  {func(*session.Session) {}, false},
		"an agent who has left":   {join(transcript.Agent, true), false},
		"a bot":                   {join(transcript.CustomBot, false), false},
		"a redaction":             {processing(session.Processing{Redaction: &session.Redaction{}}), false},
		"a processor":             {processing(session.Processing{Processor: "f"}), false},
		"processing that is over": {processing(session.Processing{}), true},
	} {
		r := connected(t)
		c.state(r.s)
		if got, err := contact.Previews(r.s, customer, r.now); got != c.want || err != nil {
			t.Errorf("%s: %v, %v", name, got, err)
		}
	}
	r := connected(t)
	join(transcript.Agent, false)(r.s)
	for _, who := range []string{"another", "nobody"} {
		if _, err := contact.Previews(r.s, who, r.now); !fault.Is(err, fault.Denied) {
			t.Errorf("%s: %v", who, err)
		}
	}
}
