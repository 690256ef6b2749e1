package durability_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"

	"parley/client"
	"parley/e2e/durability/history"
	"parley/e2e/harness"
)

// repeater makes calls whose first answers are lost, and makes them again.
type repeater struct {
	t     testing.TB
	s     *harness.Server
	proxy *withholder
	api   *api // through the proxy
	peers []*peer
	logs  []*record
	start *starts
}

const repeaterChats = 8

func newRepeater(t testing.TB, s *harness.Server) *repeater {
	t.Helper()
	p := &repeater{t: t, s: s, proxy: newWithholder(t, s.URL)}
	p.api = newAPI(t, s, p.proxy.URL)
	p.start = newStarts(t, s)
	p.start.c = p.api.signed
	flow := s.Flow("Repeat", harness.Wait(harness.Week))
	for i := range repeaterChats {
		started, err := p.api.signed.StartChat(t.Context(), client.Start{FlowID: flow, DisplayName: "Customer"})
		if err != nil {
			t.Fatal(err)
		}
		customer := newPeer(p.api, fmt.Sprint("customer ", i), started.ParticipantToken)
		if _, err := customer.connect(t.Context()); err != nil {
			t.Fatal(err)
		}
		p.peers, p.logs = append(p.peers, customer), append(p.logs, &record{})
	}
	return p
}

// loseSome loses the answers of the two calls in this way, and of every
// third repeat in another.
func (p *repeater) loseSome(seed uint64) {
	var mu sync.Mutex
	r := rand.New(rand.NewPCG(seed, 1))
	p.proxy.lose(func(in *http.Request) cut {
		mu.Lock()
		defer mu.Unlock()
		switch {
		case in.URL.Path != "/participant/message" && in.URL.Path != "/contact/chat", r.IntN(3) == 0:
			return delivered
		}
		return hangup + cut(r.IntN(int(cuts-hangup)))
	})
}

// message sends a text until it is answered, and checks that the server gave
// one answer each time.
func (p *repeater) message(chat int, text string) {
	var raw []byte
	err := p.logs[chat].send(text, func() (sent client.Sent, err error) {
		err = again(p.t.Context(), func() error {
			raw, err = p.peers[chat].sendRaw(p.t.Context(), text)
			return err
		})
		if err == nil {
			err = json.Unmarshal(raw, &struct{ Id, AbsoluteTime *string }{&sent.ID, &sent.AbsoluteTime})
		}
		return sent, err
	})
	if err != nil {
		p.t.Errorf("%s: %v", text, err)
	}
	request := fmt.Sprintf(`{"ContentType":"text/plain","Content":%q,"ClientToken":%q}`, text, text)
	p.wantSame(request, raw)
}

// chat starts a chat until it is answered.
func (p *repeater) chat(token string) {
	var answer string
	err := again(p.t.Context(), func() (err error) {
		answer, err = p.start.call(p.t.Context(), token)
		return err
	})
	if err != nil {
		p.t.Errorf("%s: %v", token, err)
	}
	p.start.mu.Lock()
	defer p.start.mu.Unlock()
	p.start.answers[token] = answer
}

// wantSame checks that every answer of the server, lost or not, was this one.
func (p *repeater) wantSame(request string, answer []byte) {
	for i, other := range p.proxy.answers(request) {
		if !bytes.Equal(bytes.TrimSpace(other), bytes.TrimSpace(answer)) {
			p.t.Errorf("call %d was answered with %s, and the last with %s", i, other, answer)
		}
	}
}

// again makes a call until it is answered, without a pause.
func again(ctx context.Context, call func() error) error {
	for {
		if err := call(); !client.Retryable(err) || ctx.Err() != nil {
			return err
		}
	}
}

// check judges the transcripts, and counts the calls that were made again.
func (p *repeater) check(active int) {
	p.t.Helper()
	p.proxy.lose(func(*http.Request) cut { return delivered })
	for i, customer := range p.peers {
		items, err := customer.transcript(p.t.Context(), newest)
		if err != nil {
			p.t.Fatal(err)
		}
		verify(p.t, customer.name, history.History{Sends: p.logs[i].sends, Transcript: items})
	}
	p.start.replay()
	calls, repeats := 0, 0
	for _, answers := range p.proxy.kept {
		calls, repeats = calls+1, repeats+len(answers)-1
	}
	p.t.Logf("%d calls were answered %d times more", calls, repeats)
	wantChats(p.t, p.s, active)
}

// TestLostAnswers loses answers after the server gave them: a repeat with the
// same client token gets the same answer and does nothing anew (P4).
func TestLostAnswers(t *testing.T) {
	r := seeded(t)
	p := newRepeater(t, harness.Start(t))
	p.loseSome(r.Uint64())
	var wait sync.WaitGroup
	calls := count(256, 5008) / repeaterChats // each answer is lost twice on average
	for i := range repeaterChats {
		wait.Go(func() {
			for n := range calls {
				if n%4 == 0 {
					p.chat(fmt.Sprint("start ", i, " ", n))
				}
				p.message(i, fmt.Sprint("chat ", i, ", message ", n))
			}
		})
	}
	wait.Wait()
	p.check(repeaterChats + len(p.start.answers))
}

// TestKilledBeforeTheAnswer kills the program after it committed and before
// its caller got the answer: P4 and P5.
func TestKilledBeforeTheAnswer(t *testing.T) {
	r := seeded(t)
	s := harness.Start(t)
	p := newRepeater(t, s)
	p.loseSome(r.Uint64())
	for n := range count(6, 100) {
		var once sync.Once
		answered := make(chan struct{})
		p.proxy.mu.Lock()
		p.proxy.seen = func() { once.Do(func() { close(answered) }) }
		p.proxy.mu.Unlock()
		var wait sync.WaitGroup
		for i := range repeaterChats {
			wait.Go(func() { p.message(i, fmt.Sprint("chat ", i, ", message ", n)) })
			wait.Go(func() { p.chat(fmt.Sprint("start ", i, " ", n)) })
		}
		<-answered
		s.Crash()
		wait.Wait()
	}
	p.check(repeaterChats + len(p.start.answers))
}

// TestSimultaneousRepeats makes the same call many times at once.
func TestSimultaneousRepeats(t *testing.T) {
	p := newRepeater(t, harness.Start(t))
	for n := range count(10, 200) {
		var wait sync.WaitGroup
		chat, text := n%repeaterChats, fmt.Sprint("message ", n)
		answers := make([]string, 8)
		for i := range answers {
			wait.Go(func() {
				raw, err := p.peers[chat].sendRaw(t.Context(), text)
				if err != nil {
					t.Errorf("%s: %v", text, err)
				}
				answers[i] = string(raw)
			})
		}
		wait.Wait()
		for _, answer := range answers[1:] {
			if answer != answers[0] {
				t.Errorf("%s was answered with %s and with %s", text, answers[0], answer)
			}
		}
	}
	p.check(repeaterChats)
}

// TestBoto3Repeats lets an unchanged boto3 repeat by itself what was cut off.
func TestBoto3Repeats(t *testing.T) {
	s := harness.Start(t)
	proxy := newWithholder(t, s.URL)
	var mu sync.Mutex
	seen := map[string]bool{}
	proxy.lose(func(in *http.Request) cut { // of each path, every other answer
		mu.Lock()
		defer mu.Unlock()
		seen[in.URL.Path] = !seen[in.URL.Path]
		if seen[in.URL.Path] {
			return hangup
		}
		return delivered
	})
	calls := count(2, 100)
	flow := s.Flow("Repeat", harness.Wait(harness.Week))
	command := exec.Command("python3", "repeat.py", s.InstanceID, flow, fmt.Sprint(calls))
	environment := strings.Join(s.Environment(), "\n")
	command.Env = append(os.Environ(), strings.Split(strings.ReplaceAll(environment, s.URL, proxy.URL), "\n")...)
	text, err := command.CombinedOutput()
	if err != nil {
		t.Fatalf("repeat.py: %v\n%s", err, text)
	}
	twice := 0
	for request, answers := range proxy.kept {
		for _, answer := range answers[1:] {
			twice++
			if !bytes.Equal(answer, answers[0]) && strings.Contains(request, "ClientToken") {
				t.Errorf("%s was answered with %s and with %s", request, answers[0], answer)
			}
		}
	}
	if twice < calls {
		t.Errorf("boto3 repeated %d calls, want at least %d", twice, calls)
	}
	wantChats(t, s, 3)
}
