package chaos_test

import (
	"context"
	"encoding/json"
	"fmt"
	"sync"
	"time"

	"parley/client"
	"parley/e2e/harness"
)

// starts is StartChatContact again and again: a client token makes one chat,
// on whichever node it is repeated, and every answer to it is the same.
type starts struct {
	w    *world
	flow string

	mu      sync.Mutex
	answers map[string]string // by client token; "" when none came
	problems
}

// Begin makes the flow.
func (l *starts) Begin(w *world) {
	l.w, l.answers = w, map[string]string{}
	l.flow = w.flow("Starts", harness.Wait(harness.Week))
}

// Run starts chats; every second failure is left for Check.
func (l *starts) Run(ctx context.Context) {
	var wait sync.WaitGroup
	for i := range 2 {
		wait.Go(func() {
			c := newCaller(l.w, i)
			for n := 0; ctx.Err() == nil; n++ {
				l.start(c, fmt.Sprint("start ", i, " ", n), n%2 == 0)
				<-time.After(150 * time.Millisecond)
			}
		})
	}
	wait.Wait()
}

func (l *starts) start(c *caller, token string, settle bool) {
	var answer string
	call := func(ctx context.Context, node int) (err error) {
		answer, err = l.call(ctx, node, token)
		return err
	}
	err := c.try(l.w.Context(), call)
	if err != nil && settle {
		err = c.until(call)
	}
	if err == nil {
		err = l.enter(c, answer)
	}
	if refused(err) {
		l.add("%s was refused: %v", token, err)
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.answers[token] = answer
}

// enter connects the customer: of a chat that nobody connects to, nothing is left after five minutes.
func (l *starts) enter(c *caller, answer string) error {
	var started struct{ ParticipantToken string }
	if err := json.Unmarshal([]byte(answer), &started); err != nil {
		return err
	}
	_, err := c.enter(started.ParticipantToken)
	return err
}

// call starts the chat of a client token and returns the answer as it came.
func (l *starts) call(ctx context.Context, node int, token string) (string, error) {
	in := map[string]any{
		"ClientToken": token, "InstanceId": l.w.instance, "ContactFlowId": l.flow,
		"ParticipantDetails": map[string]string{"DisplayName": "Customer"},
		"InitialMessage":     map[string]string{"ContentType": "text/plain", "Content": "first"},
	}
	var answer json.RawMessage
	err := l.w.signed[node].Call(ctx, "PUT", "/contact/chat", in, &answer)
	return string(answer), err
}

// Check makes every call again, at every node.
func (l *starts) Check() []string {
	contacts, c := map[string]string{}, newCaller(l.w, 0)
	for token, first := range l.answers {
		late := first == ""
		for node := range l.w.Nodes {
			var answer string
			ctx, cancel := context.WithTimeout(l.w.Context(), patience)
			err := client.Retry(ctx, func() (err error) {
				answer, err = l.call(ctx, node, token)
				return err
			})
			cancel()
			if first == "" {
				first = answer
			}
			if err != nil || answer != first {
				l.add("%s was answered with %s, and at node %d with %s (%v)", token, first, node, answer, err)
			}
		}
		var out struct{ ContactId string }
		if err := json.Unmarshal([]byte(first), &out); err != nil || out.ContactId == "" {
			l.add("%s: no contact in %q: %v", token, first, err)
		}
		if other := contacts[out.ContactId]; other != "" {
			l.add("%s and %s were both answered with contact %s", token, other, out.ContactId)
		}
		contacts[out.ContactId] = token
		if late && refused(l.enter(c, first)) {
			continue // it was left alone for five minutes
		}
		l.w.alive.Add(1)
	}
	l.w.Logf("starts: %d chats", len(l.answers))
	return l.all()
}
