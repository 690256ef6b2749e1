package durability_test

import (
	"bytes"
	"fmt"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/connect"

	"parley/client"
	"parley/e2e/harness"
)

// TestTimersFireOnce kills the program while it handles deadlines, and finds
// that each was handled exactly once in the end.
func TestTimersFireOnce(t *testing.T) {
	r := seeded(t)
	s := harness.Start(t)
	flow := s.Flow("Timer", harness.Say("before"), harness.Wait(60), harness.Say("after"), harness.Wait(harness.Week))
	c := newAPI(t, s, s.URL).signed
	const chats = 40
	for range count(3, 30) {
		fired := make(chan struct{}, 1<<10)
		var waiting []*person
		for i := range chats {
			waiting = append(waiting, waitFor(t, c, flow, fmt.Sprint("chat ", i), fired))
		}
		absent, err := c.StartChat(t.Context(), client.Start{FlowID: flow, DisplayName: "Absent"})
		if err != nil {
			t.Fatal(err)
		}
		killWhileFiring(s, fired, r.IntN(chats))
		s.Advance(61 * time.Second)
		for _, p := range waiting {
			p.wantOnce(t, "before", "after")
		}
		s.Advance(5 * time.Minute)
		if got := reason(t, s, absent.ContactID); got != "CUSTOMER_CONNECTION_NOT_ESTABLISHED" {
			t.Errorf("the customer who never came: DisconnectReason %q", got)
		}
		leave(waiting)
	}
}

// waitFor enters a chat whose flow waits, and tells fired when it goes on.
func waitFor(t testing.TB, c *client.Client, flow, name string, fired chan<- struct{}) *person {
	t.Helper()
	started, err := c.StartChat(t.Context(), client.Start{FlowID: flow, DisplayName: "Customer"})
	if err != nil {
		t.Fatal(err)
	}
	p := &person{name: name}
	before := make(chan struct{})
	began := sync.OnceFunc(func() { close(before) })
	p.chat, err = c.Join(t.Context(), started.ParticipantToken, client.Events{Item: func(item client.Item) {
		p.show(item)
		switch item.Content {
		case "before":
			began()
		case "after":
			fired <- struct{}{}
		}
	}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.chat.Close)
	<-before
	return p
}

// killWhileFiring advances the clock past the waits and kills the server once
// so many of them have ended; then it boots it.
func killWhileFiring(s *harness.Server, fired <-chan struct{}, after int) {
	answered := make(chan struct{})
	go func() {
		defer close(answered)
		request, err := http.NewRequest("POST", s.URL+"/_parley/clock/advance", bytes.NewBufferString(`{"seconds":61}`))
		if err != nil {
			return
		}
		request.Header.Set("X-Parley-Test", "1")
		if response, err := http.DefaultClient.Do(request); err == nil { // else it was killed before its answer
			response.Body.Close()
		}
	}()
	for range after {
		<-fired
	}
	s.Kill()
	<-answered
	s.Boot()
}

// wantOnce waits until the texts were shown and checks that the transcript
// holds each of them once.
func (p *person) wantOnce(t testing.TB, texts ...string) {
	t.Helper()
	r := &room{name: p.name, people: []*person{p}}
	for _, text := range texts {
		harness.Await(t, p.name+": "+text, patience, func() error { return p.has(text) })
	}
	h := r.history(t)
	verify(t, p.name, h)
	found := map[string]int{}
	for _, item := range h.Transcript {
		found[item.Text]++
	}
	for _, text := range texts {
		if found[text] != 1 {
			t.Errorf("%s: %q is there %d times, want once", p.name, text, found[text])
		}
	}
}

func (p *person) has(text string) error {
	items := p.items()
	for _, item := range items {
		if item.Text == text {
			return nil
		}
	}
	return fmt.Errorf("not among %v", items)
}

func leave(people []*person) {
	for _, p := range people {
		p.chat.Close()
	}
}

func reason(t testing.TB, s *harness.Server, contact string) string {
	t.Helper()
	answer := s.Signed("GET", "/contacts/"+s.InstanceID+"/"+contact, "").Want(t, 200, "")
	got, _ := answer.Members(t)["Contact"].(map[string]any)["DisconnectReason"].(string)
	return got
}

// TestDeadlinesPassWhileNoServerRuns: what fell due between a crash and the next start is done by that one, once, and nobody has to ask.
func TestDeadlinesPassWhileNoServerRuns(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	flow := s.Flow("Quiet", harness.Wait(harness.Week))
	const ahead = 8 * time.Second // what is left until both deadlines when the server dies
	began := time.Now()
	ends := s.Join(harness.WithFlow(flow), func(in *connect.StartChatContactInput) { in.ChatDurationInMinutes = aws.Int32(60) })
	s.Advance(55 * time.Minute)
	absent := s.StartChat(harness.WithFlow(flow))
	s.Advance(5*time.Minute - ahead)
	for _, chat := range []string{ends.ContactID, absent.ContactID} {
		if got := reason(t, s, chat); got != "" {
			t.Fatalf("it has ended too early: %q", got)
		}
	}
	s.Kill()
	harness.Await(t, "both deadlines to pass", ahead+5*time.Second, func() error {
		if left := time.Until(began.Add(ahead + 2*time.Second)); left > 0 {
			return fmt.Errorf("%v are left", left)
		}
		return nil
	})
	s.Boot()
	for chat, want := range map[string]string{ends.ContactID: "EXPIRED", absent.ContactID: "CUSTOMER_CONNECTION_NOT_ESTABLISHED"} {
		harness.Await(t, "the end by "+want, 5*time.Second, func() error {
			if got := reason(t, s, chat); got != want {
				return fmt.Errorf("DisconnectReason %q", got)
			}
			return nil
		})
	}
	told, err := s.Command("doctor", ends.ContactID).CombinedOutput()
	if err != nil || bytes.Count(told, []byte("chat.ended")) != 1 {
		t.Errorf("the end is not told once (%v):\n%s", err, told)
	}
}
