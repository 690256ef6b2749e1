// Package deliver_test lets the real program tell others of its chats: webhooks, files and a NATS server of the test, which
// take, refuse, hang and are gone.
package deliver_test

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/connect"
	gocmp "github.com/google/go-cmp/cmp"

	"parley/e2e/cluster"
	"parley/e2e/harness"
)

func TestMain(m *testing.M) { os.Exit(cluster.Main(m)) }

func ctx() context.Context { return context.Background() }

// calling lets the server call the test's own servers.
func calling(flags ...string) harness.Option {
	return harness.Flags(append([]string{"--allow-outbound", "127.0.0.1"}, flags...)...)
}

// received is one attempt that a hearer saw.
type received struct {
	id     string
	header http.Header
	raw    []byte
	body   map[string]any
	took   bool
	at     time.Time
}

// hearer is a webhook. It keeps what it saw and answers as it is told.
type hearer struct {
	URL string

	mu     sync.Mutex
	all    []received
	answer func(n int, r *http.Request, body map[string]any) int // a status; n counts attempts from 1
}

// hear starts a webhook that takes everything.
func hear(t *testing.T) *hearer {
	t.Helper()
	h := &hearer{}
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	h.URL = s.URL
	return h
}

// answering changes what the webhook answers from now on; nil = it takes everything.
func (h *hearer) answering(f func(n int, r *http.Request, body map[string]any) int) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.answer = f
}

func (h *hearer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	raw, _ := io.ReadAll(r.Body)
	got := received{id: cmp.Or(r.Header.Get("Webhook-Id"), r.Header.Get("Idempotency-Key")), header: r.Header, raw: raw, at: time.Now()}
	_ = json.Unmarshal(raw, &got.body)
	h.mu.Lock()
	status, n := http.StatusNoContent, len(h.all)+1
	answer := h.answer
	h.mu.Unlock()
	if answer != nil {
		status = answer(n, r, got.body)
	}
	h.mu.Lock()
	got.took = status/100 == 2
	h.all = append(h.all, got)
	h.mu.Unlock()
	w.WriteHeader(status)
}

// taken are the first deliveries that the webhook took, each id once, in their order.
func (h *hearer) taken() (list []received) {
	h.mu.Lock()
	defer h.mu.Unlock()
	seen := map[string]bool{}
	for _, r := range h.all {
		if r.took && !seen[r.id] {
			seen[r.id] = true
			list = append(list, r)
		}
	}
	return list
}

// attempts is how often the webhook was called.
func (h *hearer) attempts() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return len(h.all)
}

// member walks into an object.
func member(v any, path ...string) any {
	for _, name := range path {
		m, _ := v.(map[string]any)
		v = m[name]
	}
	return v
}

// chatOf is the chat that a contact event is about.
func chatOf(body map[string]any) string {
	initial, _ := member(body, "detail", "initialContactId").(string)
	contact, _ := member(body, "detail", "contactId").(string)
	return cmp.Or(initial, contact)
}

// typesOf are the types of the contact events of a chat, in the order in which they were taken.
func typesOf(list []map[string]any, chat string) (names []string) {
	for _, body := range list {
		if chatOf(body) == chat {
			name, _ := member(body, "detail", "eventType").(string)
			names = append(names, name)
		}
	}
	return names
}

func bodies(list []received) (all []map[string]any) {
	for _, r := range list {
		all = append(all, r.body)
	}
	return all
}

// awaitTypes waits until the contact events of a chat have come, and checks that their numbers grow.
func awaitTypes(t *testing.T, chat string, events func() []map[string]any, want ...string) {
	t.Helper()
	harness.Await(t, "contact events", 40*time.Second, func() error {
		if diff := gocmp.Diff(want, typesOf(events(), chat)); diff != "" {
			return errors.New(diff)
		}
		return nil
	})
	checkOrder(t, events())
}

// checkOrder fails where the events of a chat were taken in another order than that in which they happened.
func checkOrder(t *testing.T, events []map[string]any) {
	t.Helper()
	last := map[string]float64{}
	for _, body := range events {
		n, _ := member(body, "detail", "sequence").(float64)
		if chat := chatOf(body); n <= last[chat] {
			t.Errorf("event %v of the chat %s came after %v", n, chat, last[chat])
		} else {
			last[chat] = n
		}
	}
}

func (h *hearer) events() []map[string]any { return bodies(h.taken()) }

// plain is the life of a chat that no agent sees.
var plain = []string{"INITIATED", "CONNECTED_TO_SYSTEM", "DISCONNECTED", "COMPLETED"}

// quiet starts a chat that only waits.
func quiet(s *harness.Server, flow string) *harness.Chat { return s.Join(harness.WithFlow(flow)) }

func tag(t *testing.T, s *harness.Server, contact string) {
	t.Helper()
	_, err := s.Connect().TagContact(ctx(), &connect.TagContactInput{InstanceId: &s.InstanceID, ContactId: &contact, Tags: map[string]string{"team": "blue"}})
	if err != nil {
		t.Fatal(err)
	}
}

// lines reads a file of JSON lines.
func lines(t *testing.T, path string) (all []map[string]any) {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		return nil
	}
	defer f.Close()
	for d := json.NewDecoder(f); ; {
		var body map[string]any
		if err := d.Decode(&body); err != nil {
			return all
		}
		all = append(all, body)
	}
}

func ids(events []map[string]any) (all []string) {
	for _, e := range events {
		id, _ := e["id"].(string)
		all = append(all, id)
	}
	slices.Sort(all)
	return all
}
