package accounts_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"parley/e2e/harness"
)

// sink is a webhook that keeps what it takes.
type sink struct {
	URL string

	mu     sync.Mutex
	took   []http.Header
	bodies []map[string]any
	status int // that it answers
}

func newSink(t *testing.T) *sink {
	t.Helper()
	k := &sink{status: http.StatusNoContent}
	s := httptest.NewServer(k)
	t.Cleanup(s.Close)
	k.URL = s.URL
	return k
}

func (k *sink) answering(status int) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.status = status
}

func (k *sink) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	raw, _ := io.ReadAll(r.Body)
	var body map[string]any
	_ = json.Unmarshal(raw, &body)
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.status == http.StatusNoContent {
		k.took, k.bodies = append(k.took, r.Header), append(k.bodies, body)
	}
	w.WriteHeader(k.status)
}

// told are the events that the sink took, as "TYPE" or "TYPE again", each id with one content but for the mark.
func (k *sink) told(t *testing.T) (all []string) {
	t.Helper()
	k.mu.Lock()
	defer k.mu.Unlock()
	ids := map[string]any{}
	for i, body := range k.bodies {
		detail, _ := body["detail"].(map[string]any)
		kind := fmt.Sprint(detail["eventType"])
		if name := k.took[i].Get("Parley-Replay"); name != "" {
			kind += " again"
			if body["replay-name"] != name {
				t.Errorf("the replay is %v in the event, and %s in the header", body["replay-name"], name)
			}
		}
		id := k.took[i].Get("Idempotency-Key")
		if before, known := ids[id]; known && before != detail["sequence"] {
			t.Errorf("%s is two events", id)
		}
		ids[id] = detail["sequence"]
		all = append(all, kind)
	}
	return all
}

// TestTheDeliveryLog: who may see it reads what sinks were told and what they did not take, and who may edit it has it sent again, which the audit log
// notes; the command does the same; the story of a contact tells of it.
func TestTheDeliveryLog(t *testing.T) {
	t.Parallel()
	crm := newSink(t)
	crm.answering(http.StatusBadRequest)
	s := harness.Start(t, harness.Flags("--allow-outbound", "127.0.0.1", "--contact-events", "crm="+crm.URL))
	doc, boss := openAPI(t, s), admin(t, s)
	user(t, s, "reader", profile(t, s, "reader", "Deliveries.View"))
	reader := signIn(t, s, "reader", secret)
	chat := s.Join(s.Quiet())
	log := "/api/contacts/" + chat.ContactID + "/deliveries"
	harness.Await(t, "a try", 20*time.Second, func() error {
		if text := string(reader.want(200, "GET", "/api/deliveries?state=waiting&sink=events/crm", nil).body); !strings.Contains(text, "it answered 400") {
			return fmt.Errorf("undelivered is %s", text)
		}
		return nil
	})
	if told := string(boss.want(200, "GET", "/api/contacts/"+chat.ContactID+"/story", nil).body); !strings.Contains(told, "Sink events/crm does not take INITIATED") {
		t.Errorf("the story is %s", told)
	}
	s.Advance(25 * time.Hour)                                  // the chat expires meanwhile
	reader, boss = signIn(t, s, "reader", secret), admin(t, s) // their sign-ins are over, too
	lost := s.Join(s.Quiet())                                  // its events are young
	check := func(b *browser, status int, method, path string, body any, operation string) string {
		a := b.want(status, method, path, body)
		doc.described(t, placedAt(doc, operation), a)
		return string(a.body)
	}
	harness.Await(t, "what was given up", 20*time.Second, func() error {
		if text := check(reader, 200, "GET", "/api/deliveries?state=given_up&contact="+chat.ContactID, nil, "ListUndelivered"); strings.Count(text, "given_up") != 2 {
			return fmt.Errorf("given up is %s", text)
		}
		return nil
	})
	if text := check(reader, 200, "GET", "/api/deliveries/sinks", nil, "ListSinks"); !strings.Contains(text, `"sink":"events/crm"`) || !strings.Contains(text, `"given_up":2`) {
		t.Errorf("the sinks are %s", text)
	}
	crm.answering(http.StatusNoContent)
	check(reader, 403, "POST", "/api/deliveries/retry", map[string]any{"sink": "events/crm"}, "RetryDeliveries")
	check(boss, 404, "POST", "/api/deliveries/retry", map[string]any{"sink": "events/none"}, "RetryDeliveries")
	check(boss, 400, "POST", "/api/deliveries/replay", map[string]any{"sink": "events/crm"}, "ReplayDeliveries")
	check(boss, 404, "GET", "/api/contacts/00000000-0000-4000-8000-000000000000/deliveries", nil, "ListDeliveries")
	check(boss, 200, "POST", "/api/deliveries/retry", map[string]any{"sink": "events/crm", "contact_id": chat.ContactID, "number": 1}, "RetryDeliveries")
	retried := 3
	if a := boss.call("POST", "/api/deliveries/retry", map[string]any{"sink": "events/crm", "contact_id": lost.ContactID}); a.status == 404 {
		retried-- // its events are young: they have been told by now
	} else if a.status != 200 {
		t.Errorf("to try the young ones again: %d %s", a.status, a.body)
	}
	harness.Await(t, "all but one", 30*time.Second, func() error {
		if n := len(crm.told(t)); n != 5 { // INITIATED, DISCONNECTED and COMPLETED of the one, both of the other
			return fmt.Errorf("%q", crm.told(t))
		}
		return nil
	})
	if out, err := s.Command("deliveries", "retry", "events/crm").CombinedOutput(); err != nil || !strings.Contains(string(out), "goes through all chats") {
		t.Fatalf("%s, %v", out, err)
	}
	harness.Await(t, "everything", 30*time.Second, func() error {
		text := check(reader, 200, "GET", log+"?limit=2", nil, "ListDeliveries")
		if len(crm.told(t)) != 6 || strings.Count(text, `"delivered"`) != 2 || !strings.Contains(text, `"next":2`) {
			return fmt.Errorf("%q, %s", crm.told(t), text)
		}
		return nil
	})
	before := len(crm.told(t))
	if text := check(boss, 200, "POST", "/api/deliveries/replay", map[string]any{"sink": "events/crm", "contact_id": chat.ContactID}, "ReplayDeliveries"); !strings.Contains(text, `"deliveries":4`) {
		t.Errorf("the replay is %s", text)
	}
	harness.Await(t, "the replay", 30*time.Second, func() error {
		if got := strings.Join(crm.told(t)[before:], " "); got != "INITIATED again CONNECTED_TO_SYSTEM again DISCONNECTED again COMPLETED again" {
			return fmt.Errorf("the sink got %s", got)
		}
		return nil
	})
	if text := check(reader, 200, "GET", "/api/deliveries/jobs", nil, "ListDeliveryJobs"); !strings.Contains(text, `"ended_at"`) {
		t.Errorf("the jobs are %s", text)
	}
	out, err := s.Command("deliveries", "list", "--contact", chat.ContactID).CombinedOutput()
	if err != nil || strings.Count(string(out), " delivered ") != 4 {
		t.Errorf("the command prints %s, %v", out, err)
	}
	harness.Await(t, "nothing waits", 30*time.Second, func() error {
		if out, err := s.Command("deliveries", "sinks").CombinedOutput(); err != nil || !strings.Contains(string(out), "events/crm  up  0              0") {
			return fmt.Errorf("the command prints %s, %v", out, err)
		}
		return nil
	})
	if text := string(boss.want(200, "GET", "/api/audit", nil).body); strings.Count(text, `"deliveries.retried"`) != retried || strings.Count(text, `"deliveries.replayed"`) != 1 {
		t.Errorf("the audit log is %s", text)
	}
}

// placedAt is the operation of the document with that id.
func placedAt(doc document, id string) operation {
	for _, op := range operations(doc) {
		if op.OperationID == id {
			return op.operation
		}
	}
	return operation{}
}
