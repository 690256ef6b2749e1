package accounts_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/connect"
	"github.com/aws/aws-sdk-go-v2/service/connect/types"
	"github.com/google/go-cmp/cmp"
	"github.com/lxzan/gws"

	"parley/e2e/cluster"
	"parley/e2e/harness"
)

// alerted keeps the alerts that a workspace's socket brings.
type alerted struct {
	gws.BuiltinEventHandler
	t   *testing.T
	doc document

	mu     sync.Mutex
	frames [][]queueAlert
	bad    []error
}

type queueAlert struct {
	ID      string  `json:"alert_id"`
	Queue   string  `json:"queue_id"`
	Kind    string  `json:"kind"`
	Value   float64 `json:"value"`
	Limit   float64 `json:"limit"`
	Cleared string  `json:"cleared_at"`
}

func (a *alerted) OnMessage(_ *gws.Conn, m *gws.Message) {
	a.mu.Lock()
	defer a.mu.Unlock()
	var frame struct {
		Type   string
		Alerts []queueAlert
	}
	var members map[string]any
	if json.Unmarshal(m.Bytes(), &frame) != nil || frame.Type != "alerts" || json.Unmarshal(m.Bytes(), &members) != nil {
		return
	}
	delete(members, "type")
	if err := a.doc.holds(schema{Ref: "#/components/schemas/Alerts"}, members, "the frame"); err != nil {
		a.bad = append(a.bad, err)
	}
	a.frames = append(a.frames, frame.Alerts)
}

func (a *alerted) OnPing(c *gws.Conn, p []byte) { _ = c.WritePong(p) }

// alertsOf opens the socket of somebody.
func alertsOf(t *testing.T, s *harness.Server, b *browser) *alerted {
	t.Helper()
	a := &alerted{t: t, doc: openAPI(t, s)}
	conn, _, err := gws.NewClient(a, &gws.ClientOption{
		Addr: "ws" + strings.TrimPrefix(b.url, "http") + "/api/socket", RequestHeader: http.Header{"Cookie": {"__Host-parley=" + b.cookies["__Host-parley"]}},
	})
	if err != nil {
		t.Fatal(err)
	}
	go conn.ReadLoop()
	t.Cleanup(func() { conn.NetConn().Close() })
	return a
}

// await waits until so many alerts stand, as the socket brought them last, and returns them.
func (a *alerted) await(n int) (last []queueAlert) {
	a.t.Helper()
	harness.Await(a.t, fmt.Sprint(n, " alerts on the socket"), 30*time.Second, func() error {
		a.mu.Lock()
		defer a.mu.Unlock()
		for _, err := range a.bad {
			a.t.Error(err)
		}
		if len(a.frames) == 0 {
			return fmt.Errorf("no frame")
		}
		if last = a.frames[len(a.frames)-1]; len(last) != n {
			return fmt.Errorf("%+v", last)
		}
		return nil
	})
	return last
}

// listed are the alerts that the API lists.
func listed(t *testing.T, b *browser) (all []queueAlert) {
	t.Helper()
	var out struct{ Alerts []queueAlert }
	if err := json.Unmarshal(b.want(200, "GET", "/api/alerts", nil).body, &out); err != nil {
		t.Fatal(err)
	}
	return out.Alerts
}

// standardQueue is the queue that an instance comes with.
func standardQueue(t *testing.T, s *harness.Server) string {
	t.Helper()
	list := s.Signed("GET", "/queues-summary/"+s.InstanceID+"?queueTypes=STANDARD", "").Want(t, 200, "").Members(t)
	return list["QueueSummaryList"].([]any)[0].(map[string]any)["Id"].(string)
}

func limits(queue string, alerts map[string]any) map[string]any {
	return map[string]any{"queues": []any{map[string]any{"queue_id": queue, "alerts": alerts}}}
}

// TestALongWaitRaisesAnAlert: who may see metrics hears of it once on the websocket, and once that it is over; so does the webhook.
func TestALongWaitRaisesAnAlert(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	var events []string
	sink := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		var e struct {
			Source string
			Detail struct{ State, Kind, QueueARN string }
		}
		if json.NewDecoder(r.Body).Decode(&e) == nil && r.Header.Get("Webhook-Signature") != "" {
			events = append(events, e.Source+" "+e.Detail.State+" "+e.Detail.Kind)
		}
	}))
	t.Cleanup(sink.Close)
	s := harness.Start(t, harness.Flags("--allow-outbound", "127.0.0.1", "--rule-events", sink.URL), harness.Env("PARLEY_WEBHOOK_SECRET=secret"))
	queue := standardQueue(t, s)
	configure(t, admin(t, s), limits(queue, map[string]any{"wait_seconds": 30}))
	boss, _ := supervisor(t, s, "boss", "AccessMetrics")
	eve, _ := supervisor(t, s, "eve", "ManagerListenIn")
	seen, unseen := alertsOf(t, s, boss), alertsOf(t, s, eve)
	seen.await(0)
	chat := s.Join()
	harness.Await(t, "the chat waits", 10*time.Second, func() error { return inQueue(s, queue, 1) })
	s.Advance(31 * time.Second)
	one := seen.await(1)[0]
	if one.Queue != queue || one.Kind != "LONGEST_WAIT" || one.Limit != 30 || one.Value <= 30 || one.Cleared != "" {
		t.Errorf("the alert is %+v", one)
	}
	if diff := cmp.Diff([]queueAlert{one}, listed(t, boss)); diff != "" {
		t.Errorf("listed (-socket +api):\n%s", diff)
	}
	eve.want(403, "GET", "/api/alerts", nil)
	chat.Leave()
	seen.await(0)
	if all := listed(t, boss); len(all) != 1 || all[0].ID != one.ID || all[0].Cleared == "" {
		t.Errorf("listed after it: %+v", all)
	}
	if n := s.Metric("parley_alerts_total"); n != 2 {
		t.Errorf("raised and cleared %v times, want once each", n)
	}
	harness.Await(t, "the events", 30*time.Second, func() error {
		mu.Lock()
		defer mu.Unlock()
		if !slices.Equal(events, []string{"parley RAISED LONGEST_WAIT", "parley CLEARED LONGEST_WAIT"}) {
			return fmt.Errorf("%q", events)
		}
		return nil
	})
	if len(unseen.frames) != 0 {
		t.Errorf("who may not see metrics was told %+v", unseen.frames)
	}
	b := admin(t, s)
	for name, bad := range map[string]map[string]any{
		"no wait": {"wait_seconds": 0}, "101 percent": {"service_level": map[string]int{"percent": 101, "within_seconds": 20, "over_minutes": 5}},
		"over a day":           {"service_level": map[string]int{"percent": 80, "within_seconds": 20, "over_minutes": 1440}},
		"cleared while broken": {"wait_seconds": 30, "wait_clear_seconds": 31}, "cleared without a limit": {"wait_clear_seconds": 5},
		"cleared below": {"service_level": map[string]int{"percent": 80, "within_seconds": 20, "over_minutes": 5, "clear_percent": 79}},
	} {
		t.Log(name)
		b.want(400, "PUT", "/api/settings", map[string]any{"give_back": false, "grace_seconds": 60, "queues": []any{map[string]any{"queue_id": queue, "alerts": bad}}})
	}
}

// inQueue holds what a node tells of a queue against how many should wait there.
func inQueue(s *harness.Server, queue string, want float64) error {
	in := map[string]any{"Filters": map[string]any{"Queues": []string{queue}}, "CurrentMetrics": []any{map[string]any{"Name": "CONTACTS_IN_QUEUE"}}}
	var out struct {
		MetricResults []struct{ Collections []struct{ Value float64 } }
	}
	answer := s.Signed("POST", "/metrics/current/"+s.InstanceID, in)
	if err := json.Unmarshal(answer.Body, &out); err != nil || len(out.MetricResults) != 1 || out.MetricResults[0].Collections[0].Value != want {
		return fmt.Errorf("%s, %v", answer.Body, err)
	}
	return nil
}

// TestAServiceLevelRaisesAnAlert: too few of the latest chats were answered in time; later those are no more among the latest.
func TestAServiceLevelRaisesAnAlert(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	queue := standardQueue(t, s)
	configure(t, admin(t, s), limits(queue, map[string]any{"service_level": map[string]any{"percent": 80, "within_seconds": 20, "over_minutes": 5}}))
	boss, _ := supervisor(t, s, "boss", "AccessMetrics")
	seen := alertsOf(t, s, boss)
	chat := s.Join()
	harness.Await(t, "the chat waits", 10*time.Second, func() error { return inQueue(s, queue, 1) })
	seen.await(0)
	s.Advance(21 * time.Second)
	seen.await(1)
	s.Agent("Ann", true, 1).Online()
	chat.AwaitAgent()
	if one := seen.await(1)[0]; one.Kind != "SERVICE_LEVEL" || one.Limit != 80 || one.Value != 0 {
		t.Errorf("the alert is %+v", one)
	}
	s.Advance(6 * time.Minute)
	seen.await(0)
}

// TestThreeNodesRaiseOneAlert: whoever watches on any node hears of the same alert; and what waits is told alike by all nodes, at once.
func TestThreeNodesRaiseOneAlert(t *testing.T) {
	c := cluster.Start(t, cluster.Config{})
	var nodes []*harness.Server
	var seen []*alerted
	for i, n := range c.Nodes {
		nodes = append(nodes, n.Server)
		boss, _ := supervisor(t, n.Server, fmt.Sprint("boss-", i), "AccessMetrics")
		seen = append(seen, alertsOf(t, n.Server, boss))
	}
	queue := standardQueue(t, nodes[0])
	configure(t, admin(t, nodes[0]), limits(queue, map[string]any{"wait_seconds": 1}))
	chat := nodes[2].Join()
	harness.Await(t, "the chat waits", 10*time.Second, func() error {
		out, err := nodes[0].Connect().DescribeContact(t.Context(), &connect.DescribeContactInput{InstanceId: &nodes[0].InstanceID, ContactId: &chat.ContactID})
		if err != nil || out.Contact.QueueInfo == nil {
			return fmt.Errorf("%+v, %v", out, err)
		}
		return nil
	})
	for i, n := range nodes {
		if err := inQueue(n, queue, 1); err != nil {
			t.Errorf("node %d tells something else: %v", i, err)
		}
	}
	ids := map[string]bool{}
	for _, a := range seen {
		ids[a.await(1)[0].ID] = true
	}
	if len(ids) != 1 {
		t.Errorf("the nodes tell of %d alerts", len(ids))
	}
	chat.Leave()
	for i, n := range nodes {
		if err := inQueue(n, queue, 0); err != nil {
			t.Errorf("when it has left, node %d tells something else: %v", i, err)
		}
	}
	raised := 0.0
	for i, a := range seen {
		a.await(0)
		raised += nodes[i].Metric("parley_alerts_total")
	}
	if raised != 2 {
		t.Errorf("raised and cleared %v times, want once each", raised)
	}
}

// TestRatings: a survey after the agent's leave; the rating is the agent's and its queue's.
func TestRatings(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	queue, doc := standardQueue(t, s), openAPI(t, s)
	lead, _ := supervisor(t, s, "lead", "ManagerListenIn")
	for _, name := range []string{"4", "5"} {
		survey := s.Flow("Survey "+name, harness.Say("How was it?"), harness.Set(map[string]string{"rating": name}, "end"), harness.Say("Thank you for "+name))
		ben := s.Agent("Ben "+name, true, 1).Online()
		chat := s.Join(harness.WithFlow(s.Flow("To an agent "+name, harness.Hook("CustomerRemaining", survey), harness.Queue(queue), harness.Enqueue())))
		chat.AwaitAgent()
		ben.Take(chat).Leave()
		chat.Socket.AwaitText("Thank you for " + name)
		chat.Socket.AwaitEvent("chat.ended")
		shown := lead.want(200, "GET", "/api/agent/contacts/"+chat.ContactID, nil)
		doc.described(t, doc.Paths["/api/agent/contacts/{contact}"]["get"], shown)
		if got := fmt.Sprint(shown.member(t, "rating")); got != name {
			t.Errorf("the contact's rating is %s, want %s: %s", got, name, shown.body)
		}
		ben.Status(types.AgentStatusTypeOffline)
	}
	boss, _ := supervisor(t, s, "boss", "AccessMetrics")
	rows := func(query string) (spelled []string) {
		t.Helper()
		body := boss.want(200, "GET", "/api/ratings"+query, nil).body
		var out struct {
			Ratings []struct {
				Queue   string `json:"queue_id"`
				User    string `json:"user_id"`
				Count   int
				Average float64
			}
		}
		var members map[string]any
		if err := json.Unmarshal(body, &out); err != nil || json.Unmarshal(body, &members) != nil {
			t.Fatal(err)
		}
		if err := doc.holds(schema{Ref: "#/components/schemas/Ratings"}, members, "the answer"); err != nil {
			t.Error(err)
		}
		for _, r := range out.Ratings {
			spelled = append(spelled, fmt.Sprintf("%v %v %d %v", r.Queue == queue, r.User != "", r.Count, r.Average))
		}
		slices.Sort(spelled)
		return spelled
	}
	end := s.Now().Add(time.Minute).Format(time.RFC3339)
	for query, want := range map[string][]string{
		"":                          {"false false 2 4.5"},
		"?by=queue":                 {"true false 2 4.5"},
		"?by=agent&end=" + end:      {"false true 1 4", "false true 1 5"},
		"?by=queue&by=agent":        {"true true 1 4", "true true 1 5"},
		"?end=2026-01-02T00:00:00Z": nil,
	} {
		if diff := cmp.Diff(want, rows(query)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", query, diff)
		}
	}
	for _, query := range []string{"?by=flow", "?by=queue&by=queue", "?end=noon", "?start=" + end + "&end=" + end, "?start=2026-01-01T00:00:00Z&end=2026-03-01T00:00:00Z"} {
		boss.want(400, "GET", "/api/ratings"+query, nil)
	}
	out, err := s.Connect().GetMetricDataV2(t.Context(), &connect.GetMetricDataV2Input{
		ResourceArn: &s.InstanceARN, StartTime: aws.Time(s.Now().Add(-time.Hour)), EndTime: aws.Time(s.Now()),
		Filters: []types.FilterV2{{FilterKey: aws.String("QUEUE"), FilterValues: []string{queue}}}, Metrics: []types.MetricV2{{Name: aws.String("CONTACTS_HANDLED")}},
	})
	if err != nil || len(out.MetricResults) != 1 || aws.ToFloat64(out.MetricResults[0].Collections[0].Value) != 2 {
		t.Errorf("handled: %+v, %v", out, err)
	}
}
