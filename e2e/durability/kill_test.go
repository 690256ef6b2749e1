package durability_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"testing"

	"parley/client"
	"parley/e2e/harness"
)

// TestKilledUnderLoad kills the program at random moments while everybody
// sends and chats are started: P1, P4 and P5.
func TestKilledUnderLoad(t *testing.T) {
	r := seeded(t)
	s := harness.Start(t)
	l := newLoad(t, s, s.URL, 6)
	starts := newStarts(t, s)
	l.begin(2)
	starts.begin(l.over, 2)
	rounds := count(5, 100)
	for range rounds {
		l.after(r.IntN(1500))
		s.Crash()
	}
	l.after(50)
	l.end()
	starts.wait.Wait()
	l.check()
	starts.replay()
	wantChats(t, s, len(l.rooms)+len(starts.answers))
	t.Logf("%d rounds, %d chats started", rounds, len(starts.answers))
}

// starts is StartChatContact again and again, with what was answered.
type starts struct {
	t    testing.TB
	c    *client.Client
	in   map[string]any
	wait sync.WaitGroup

	mu      sync.Mutex
	answers map[string]string // by client token; "" when none came
}

func newStarts(t testing.TB, s *harness.Server) *starts {
	return &starts{
		t: t, c: newAPI(t, s, s.URL).signed, answers: map[string]string{},
		in: map[string]any{
			"InstanceId": s.InstanceID, "ContactFlowId": s.ContactFlowID,
			"ParticipantDetails": map[string]string{"DisplayName": "Customer"},
			"InitialMessage":     map[string]string{"ContentType": "text/plain", "Content": "first"},
		},
	}
}

// call starts the chat of a client token and returns the answer as it came.
func (s *starts) call(ctx context.Context, token string) (string, error) {
	in := map[string]any{"ClientToken": token}
	for name, value := range s.in {
		in[name] = value
	}
	var answer json.RawMessage
	err := s.c.Call(ctx, "PUT", "/contact/chat", in, &answer)
	return string(answer), err
}

// begin starts chats until over; every second failure is left for replay.
func (s *starts) begin(over context.Context, each int) {
	for i := range each {
		s.wait.Go(func() {
			for n := 0; over.Err() == nil; n++ {
				s.start(fmt.Sprint("start ", i, " ", n), n%2 == 0)
			}
		})
	}
}

func (s *starts) start(token string, settle bool) {
	answer, err := s.call(s.t.Context(), token)
	if err != nil && settle {
		err = client.Retry(s.t.Context(), func() error {
			answer, err = s.call(s.t.Context(), token)
			return err
		})
	}
	if err != nil && !client.Retryable(err) {
		s.t.Errorf("%s: %v", token, err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.answers[token] = answer
}

// replay makes every call again: an answer that was given is given again,
// byte for byte; one that was not given is given now, and then again.
func (s *starts) replay() {
	s.t.Helper()
	contacts := map[string]string{}
	for token, first := range s.answers {
		for range 2 {
			answer, err := s.call(s.t.Context(), token)
			if err != nil {
				s.t.Errorf("%s: %v", token, err)
				break
			}
			if first == "" {
				first = answer
			}
			if answer != first {
				s.t.Errorf("%s was answered with %s, and again with %s", token, first, answer)
			}
		}
		var out struct{ ContactId string }
		if err := json.Unmarshal([]byte(first), &out); err != nil || out.ContactId == "" {
			s.t.Errorf("%s: no contact in %s: %v", token, first, err)
		}
		if other := contacts[out.ContactId]; other != "" {
			s.t.Errorf("%s and %s were both answered with contact %s", token, other, out.ContactId)
		}
		contacts[out.ContactId] = token
	}
}

// wantChats checks how many chats are active: the one more that the quota
// allows starts, the next does not.
func wantChats(t testing.TB, s *harness.Server, n int) {
	t.Helper()
	harness.Flags("--limit", fmt.Sprint("active-chats=", n+1))(s)
	s.Restart()
	if _, err := s.TryStart(); err != nil {
		t.Errorf("there are more than the %d chats that were started: %v", n, err)
	}
	_, err := s.TryStart()
	if refusal := harness.RefusalOf(err); refusal != (harness.Refusal{Status: 429, Name: "LimitExceededException"}) {
		t.Errorf("there are fewer than the %d chats that were started: %v", n, errors.Join(err))
	}
}
