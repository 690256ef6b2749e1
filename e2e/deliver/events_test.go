package deliver_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	natsgo "github.com/nats-io/nats.go"

	gocmp "github.com/google/go-cmp/cmp"

	"parley/e2e/harness"
	"parley/internal/natstest"
)

// The whole life of a chat with an agent, as EventBridge would pass it on: signed, in order, each event once under an id of its own.
func TestContactEvents(t *testing.T) {
	t.Parallel()
	h := hear(t)
	s := harness.Start(t, calling("--contact-events", "crm="+h.URL), harness.Env("PARLEY_WEBHOOK_SECRET=secret"))
	agent := s.Agent("Grace", true, 0).Online()
	chat := s.Join(harness.WithFlow(s.ContactFlowID))
	chat.AwaitAgent()
	tag(t, s, chat.ContactID)
	chat.Leave()
	awaitTypes(t, chat.ContactID, h.events, "INITIATED", "CONNECTED_TO_SYSTEM", "QUEUED", "CONNECTED_TO_AGENT", "CONTACT_DATA_UPDATED", "DISCONNECTED")
	if err := agent.Clear(chat); err != nil {
		t.Fatal(err)
	}
	awaitTypes(t, chat.ContactID, h.events, "INITIATED", "CONNECTED_TO_SYSTEM", "QUEUED", "CONNECTED_TO_AGENT", "CONTACT_DATA_UPDATED", "DISCONNECTED", "COMPLETED")
	for _, r := range h.taken() {
		mac := hmac.New(sha256.New, []byte("secret"))
		fmt.Fprintf(mac, "%s.%s.%s", r.id, r.header.Get("Webhook-Timestamp"), r.raw)
		if want := "v1," + base64.StdEncoding.EncodeToString(mac.Sum(nil)); r.header.Get("Webhook-Signature") != want || r.body["id"] != r.id {
			t.Errorf("the signature is %q, want %q; the id %v, want %s", r.header.Get("Webhook-Signature"), want, r.body["id"], r.id)
		}
	}
	events := h.events()
	last := events[len(events)-1]
	for path, want := range map[string]any{
		"version": "0", "detail-type": "Amazon Connect Contact Event", "source": "aws.connect", "account": s.AccountID, "region": s.Region,
		"detail.channel": "CHAT", "detail.initiationMethod": "API", "detail.instanceArn": s.InstanceARN, "detail.contactId": chat.ContactID,
		"detail.disconnectReason": "CUSTOMER_DISCONNECT", "detail.queueInfo.queueType": "STANDARD", "detail.tags.team": "blue",
		"detail.agentInfo.agentArn": s.InstanceARN + "/agent/" + agent.UserID, "detail.segmentAttributes.connect:Subtype.valueString": "connect:Chat",
	} {
		if got := member(last, strings.Split(path, ".")...); got != want {
			t.Errorf("%s is %v, want %v", path, got, want)
		}
	}
	for _, path := range []string{"initiationTimestamp", "connectedToSystemTimestamp", "disconnectTimestamp", "queueInfo.enqueueTimestamp", "agentInfo.afterContactWorkEndTimestamp"} {
		text, _ := member(last["detail"], strings.Split(path, ".")...).(string)
		if _, err := time.Parse("2006-01-02T15:04:05.000Z", text); err != nil {
			t.Errorf("%s: %v", path, err)
		}
	}
	if got, _ := member(events[4], "detail", "updatedProperties").([]any); !slices.Equal(got, []any{"Tags"}) {
		t.Errorf("updatedProperties are %v", got)
	}
	if got := member(events[0], "detail", "disconnectTimestamp"); got != nil {
		t.Errorf("INITIATED knows of the end: %v", got)
	}
	if n := len(slices.Compact(ids(events))); n != len(events) || h.attempts() != n {
		t.Errorf("%d events have %d ids and came in %d messages", len(events), n, h.attempts())
	}
}

// A sink that is gone, one that hangs and one that refuses hold up neither the chats nor the sinks that work: a webhook, a file and a NATS subject.
func TestDeadSinksHoldUpNobody(t *testing.T) {
	t.Parallel()
	release := make(chan struct{})
	good, hangs, refuses := hear(t), hear(t), hear(t)
	hangs.answering(func(_ int, r *http.Request, _ map[string]any) int {
		select {
		case <-release:
		case <-r.Context().Done():
		}
		return http.StatusGatewayTimeout
	})
	t.Cleanup(func() { close(release) }) // before its server closes
	refuses.answering(func(int, *http.Request, map[string]any) int { return http.StatusUnauthorized })
	broker := natstest.Start(t, natstest.Config{})
	conn, err := natsgo.Connect(broker.URL())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(conn.Close)
	var mu sync.Mutex
	var heard []string
	if _, err := conn.Subscribe("crm.contacts", func(m *natsgo.Msg) {
		mu.Lock()
		defer mu.Unlock()
		heard = append(heard, m.Header.Get(natsgo.MsgIdHdr))
	}); err != nil || conn.Flush() != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "events.jsonl")
	s := harness.Start(t, calling("--contact-events", "good="+good.URL, "--contact-events", "hangs="+hangs.URL, "--contact-events", "refuses="+refuses.URL,
		"--contact-events", "gone=http://"+natstest.FreeAddress(t), "--contact-events", "bus="+broker.URL()+"/crm.contacts", "--contact-events", "file=file:"+path))
	flow := s.Flow("Quiet", harness.Wait(harness.Week))
	var chats []string
	for range 12 {
		chat := quiet(s, flow)
		chat.Send("hello")
		chat.Leave()
		chats = append(chats, chat.ContactID)
	}
	for _, chat := range chats {
		awaitTypes(t, chat, good.events, plain...)
		awaitTypes(t, chat, func() []map[string]any { return lines(t, path) }, plain...)
	}
	want := ids(good.events())
	if diff := gocmp.Diff(want, ids(lines(t, path))); diff != "" {
		t.Errorf("the file has other events (-webhook +file):\n%s", diff)
	}
	harness.Await(t, "events on the NATS subject", 20*time.Second, func() error {
		mu.Lock()
		defer mu.Unlock()
		got := slices.Clone(heard)
		slices.Sort(got)
		if diff := gocmp.Diff(want, got); diff != "" {
			return fmt.Errorf("(-webhook +NATS):\n%s", diff)
		}
		return nil
	})
}

// What happens while a test moves the clock is told once, as everything is where nothing crashed: to a webhook, a file and a topic.
func TestToldOnceWhileTheClockMoves(t *testing.T) {
	t.Parallel()
	h, f := hear(t), sns(t)
	path := filepath.Join(t.TempDir(), "events.jsonl")
	s := harness.Start(t, append(streaming("sns@"+f.URL), harness.Flags("--contact-events", "crm="+h.URL, "--contact-events", "file=file:"+path))...)
	flow := s.Flow("Quiet", harness.Wait(harness.Week))
	for range 4 {
		chat := quiet(s, flow)
		stream(t, s, chat.ContactID, "once")
		s.Advance(25*time.Hour + time.Second)
		awaitTypes(t, chat.ContactID, h.events, plain...)
		awaitTypes(t, chat.ContactID, func() []map[string]any { return lines(t, path) }, plain...)
	}
	if events := h.events(); h.attempts() != len(events) {
		t.Errorf("the webhook was told %d events in %d messages", len(events), h.attempts())
	}
	if diff := gocmp.Diff(ids(h.events()), ids(lines(t, path))); diff != "" {
		t.Errorf("the file has other events (-webhook +file):\n%s", diff)
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	seen := map[string]bool{}
	for _, form := range f.published {
		var item harness.Item
		if err := json.Unmarshal([]byte(form.Get("Message")), &item); err != nil || seen[item.ID] {
			t.Errorf("published again, or no item (%v): %s", err, form.Get("Message"))
		}
		seen[item.ID] = true
	}
	if len(seen) < 8 { // of each chat at least that the customer left and that it ended
		t.Errorf("%d items were published", len(seen))
	}
}

// A sink that answers 500 now and then gets everything, in the order of each chat; and what it gets again has the id that it had.
func TestAShakySinkGetsEverythingInOrder(t *testing.T) {
	t.Parallel()
	h := hear(t)
	h.answering(func(n int, _ *http.Request, _ map[string]any) int {
		if n%3 != 0 {
			return http.StatusInternalServerError
		}
		return http.StatusOK
	})
	s := harness.Start(t, calling("--contact-events", "crm="+h.URL))
	flow := s.Flow("Quiet", harness.Wait(harness.Week))
	var chats []string
	for range 5 {
		chat := quiet(s, flow)
		chat.Leave()
		chats = append(chats, chat.ContactID)
	}
	deadline := 60
	for _, chat := range chats {
		for i := 0; i < deadline && len(typesOf(h.events(), chat)) < len(plain); i++ {
			s.Advance(30 * time.Second)
		}
		awaitTypes(t, chat, h.events, plain...)
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	content := map[string]string{}
	for _, r := range h.all {
		if first, again := content[r.id]; again && first != string(r.raw) {
			t.Errorf("event %s came with another content", r.id)
		}
		content[r.id] = string(r.raw)
	}
}

// What was committed and not yet sent when the server was killed is sent by the next one.
func TestKilledBeforeItTold(t *testing.T) {
	t.Parallel()
	h := hear(t)
	h.answering(func(int, *http.Request, map[string]any) int { return http.StatusServiceUnavailable })
	s := harness.Start(t, calling("--contact-events", "crm="+h.URL))
	flow := s.Flow("Quiet", harness.Wait(harness.Week))
	var chats []string
	for range 8 {
		chat := quiet(s, flow)
		chat.Leave()
		chats = append(chats, chat.ContactID)
	}
	if len(h.taken()) > 0 {
		t.Fatal("the sink took something")
	}
	s.Kill()
	h.answering(nil)
	s.Boot()
	for _, chat := range chats {
		awaitTypes(t, chat, h.events, plain...)
	}
}

// A sink that is away for ten minutes loses nothing; one that is away for more than a day loses what happened before that.
func TestASinkComesBack(t *testing.T) {
	t.Parallel()
	h := hear(t)
	away := func(int, *http.Request, map[string]any) int { return http.StatusBadGateway }
	h.answering(away)
	s := harness.Start(t, calling("--contact-events", "crm="+h.URL))
	flow := s.Flow("Quiet", harness.Wait(harness.Week))
	early := quiet(s, flow)
	early.Leave()
	s.Advance(10 * time.Minute)
	h.answering(nil)
	s.Advance(10 * time.Minute)
	awaitTypes(t, early.ContactID, h.events, plain...)
	h.answering(away)
	lost := quiet(s, flow)
	s.Advance(25 * time.Hour) // the chat expires in this time: what it makes last is young enough
	h.answering(nil)
	s.Advance(20 * time.Minute)
	awaitTypes(t, lost.ContactID, h.events, "DISCONNECTED", "COMPLETED")
}
