package accounts_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/connect/types"
	"github.com/google/go-cmp/cmp"
	"github.com/lxzan/gws"

	"parley/e2e/cluster"
	"parley/e2e/harness"
)

// desk is an agent with an open workspace, as a program of anybody has it: the API and its websocket.
type desk struct {
	*browser
	gws.BuiltinEventHandler
	server *harness.Server
	id     string
	conn   *gws.Conn
	doc    document

	mu    sync.Mutex
	state agentState // as the socket brought it last
	bad   []error
}

// agentState is what the API tells of an agent.
type agentState struct {
	Type      string `json:"type"`
	Status    named
	Next      *named `json:"next_status"`
	Statuses  []named
	Connected bool
	Contacts  []held
	Mentions  []mention
}

type mention struct {
	ContactID string `json:"contact_id"`
	NoteID    string `json:"note_id"`
	By        named
}

type named struct {
	ID, Name, Type string
	Own            bool `json:"agent_queue"`
}

type held struct {
	ContactID string `json:"contact_id"`
	State     string
	Expires   time.Time `json:"expires_at"`
	Queue     named
	Customer  string
	Method    string   `json:"initiation_method"`
	Codes     []string `json:"disposition_codes"`
	Disposed  string   `json:"disposition"`
	Guide     string   `json:"guide_contact_id"`
}

// OnMessage keeps what the socket brings, and holds it to openapi.json.
func (d *desk) OnMessage(_ *gws.Conn, m *gws.Message) {
	d.mu.Lock()
	defer d.mu.Unlock()
	var got agentState
	var members map[string]any
	if err := errors.Join(json.Unmarshal(m.Bytes(), &got), json.Unmarshal(m.Bytes(), &members)); err != nil || got.Type != "agent" {
		return // open
	}
	d.state = got
	delete(members, "type")
	if err := d.doc.holds(schema{Ref: "#/components/schemas/Agent"}, members, "the frame"); err != nil {
		d.bad = append(d.bad, err)
	}
}

func (d *desk) OnPing(c *gws.Conn, p []byte) { _ = c.WritePong(p) }

// newDesk makes a user with permissions, signs it in and opens its workspace.
func newDesk(t *testing.T, s *harness.Server, name string, permissions ...string) *desk {
	t.Helper()
	d := &desk{server: s, id: user(t, s, name, profile(t, s, plain(name), permissions...)), doc: openAPI(t, s)}
	d.browser = signIn(t, s, name, secret)
	return d.open()
}

func (d *desk) open() *desk {
	d.t.Helper()
	header := http.Header{"Cookie": {"__Host-parley=" + d.cookies["__Host-parley"]}}
	conn, _, err := gws.NewClient(d, &gws.ClientOption{Addr: "ws" + strings.TrimPrefix(d.url, "http") + "/api/socket", RequestHeader: header})
	if err != nil {
		d.t.Fatal(err)
	}
	d.conn = conn
	go conn.ReadLoop()
	d.t.Cleanup(func() { conn.NetConn().Close() })
	d.await("the first state", func(a agentState) bool { return a.Connected })
	return d
}

// await waits for a state on the socket.
func (d *desk) await(what string, want func(agentState) bool) (got agentState) {
	d.t.Helper()
	harness.Await(d.t, what, 10*time.Second, func() error {
		d.mu.Lock()
		defer d.mu.Unlock()
		for _, err := range d.bad {
			d.t.Error(err)
		}
		if got = d.state; !want(got) {
			return fmt.Errorf("the agent is %+v", got)
		}
		return nil
	})
	return got
}

// awaitContact waits until a contact is in a state for the agent, "" = not there.
func (d *desk) awaitContact(id, state string) (found held) {
	d.t.Helper()
	d.await(id+" "+state, func(a agentState) bool {
		found = held{}
		for _, c := range a.Contacts {
			if c.ContactID == id {
				found = c
			}
		}
		return found.State == state
	})
	return found
}

// choose chooses the status of a name.
func (d *desk) choose(name string) {
	d.t.Helper()
	for _, s := range d.await("the statuses", func(a agentState) bool { return len(a.Statuses) > 0 }).Statuses {
		if s.Name == name {
			d.want(200, "PUT", "/api/agent/status", map[string]string{"status_id": s.ID})
			return
		}
	}
	d.t.Fatalf("no status %s", name)
}

// do does something with a contact.
func (d *desk) do(status int, contact, verb string, body any) answer {
	d.t.Helper()
	return d.want(status, "POST", "/api/agent/contacts/"+contact+"/"+verb, body)
}

// accept takes an offer and connects to the chat.
func (d *desk) accept(contact string) *harness.Chat {
	d.t.Helper()
	token, _ := d.do(200, contact, "accept", nil).member(d.t, "participant_token").(string)
	return d.server.Seat(contact, token)
}

// toQueue makes a quick connect to a queue.
func toQueue(t *testing.T, s *harness.Server, name, queue string) string {
	t.Helper()
	flow := s.FlowOf(types.ContactFlowTypeQueueTransfer, name, harness.Enqueue(), harness.Disconnect())
	made := s.Signed("PUT", "/quick-connects/"+s.InstanceID, map[string]any{"Name": name, "QuickConnectConfig": map[string]any{
		"QuickConnectType": "QUEUE", "QueueConfig": map[string]string{"QueueId": queue, "ContactFlowId": flow},
	}})
	id := made.Want(t, 200, "").Members(t)["QuickConnectId"].(string)
	s.Signed("POST", "/queues/"+s.InstanceID+"/"+queue+"/associate-quick-connects", map[string]any{"QuickConnectIds": []string{id}}).Want(t, 200, "")
	return id
}

// TestAgentsTransferAChat: a customer waits, an agent hears of the offer on its websocket, accepts and talks, sends the chat on to a
// queue, and a second agent ends it.
func TestAgentsTransferAChat(t *testing.T) {
	t.Parallel()
	agentsTransferAChat(t, house{harness.Start(t)})
}

func agentsTransferAChat(t *testing.T, h house) {
	s := h.at(2)
	ben, eve := newDesk(t, h.at(0), "ben", "BasicAgentAccess", "TransferContact.Enabled"), newDesk(t, h.at(1), "eve", "BasicAgentAccess", "TransferContact.Enabled")
	chat := s.Join()
	chat.Socket.AwaitText("Hello! Thanks for getting in touch.")
	ben.choose("Available")
	offer := ben.awaitContact(chat.ContactID, "CONNECTING")
	if offer.Customer != "Customer" || offer.Queue.Name == "" || offer.Expires.IsZero() || offer.Method != "API" {
		t.Errorf("the offer is %+v", offer)
	}
	first := ben.accept(chat.ContactID)
	ben.awaitContact(chat.ContactID, "CONNECTED")
	chat.Send("hi")
	first.Socket.AwaitText("hi")
	first.Send("I ask a colleague")
	chat.Socket.AwaitText("I ask a colleague")
	othersAreRefused(t, eve, chat.ContactID)
	again := ben.want(200, "GET", "/api/agent/contacts/"+chat.ContactID+"/token", nil)
	s.ConnectParticipant(again.member(t, "participant_token").(string))

	quick := toQueue(t, s, "Sales", offer.Queue.ID)
	if listed := ben.want(200, "GET", "/api/agent/contacts/"+chat.ContactID+"/quick-connects", nil); !strings.Contains(string(listed.body), `{"id":"`+quick+`","name":"Sales","type":"QUEUE","description":""}`) {
		t.Errorf("the quick connects are %s", listed.body)
	}
	ben.choose("Offline")
	ben.await("offline comes next", func(a agentState) bool {
		return a.Status.Type == "ROUTABLE" && a.Next != nil && a.Next.Type == "OFFLINE"
	})
	ben.do(404, chat.ContactID, "transfer", map[string]string{"quick_connect_id": "no-such"})
	if sent := ben.do(200, chat.ContactID, "transfer", map[string]string{"quick_connect_id": quick}); sent.member(t, "transferred") != true {
		t.Fatalf("the transfer: %s", sent.body)
	}
	ben.awaitContact(chat.ContactID, "ENDED")
	eve.choose("Available")
	next := eve.await("the transferred chat", func(a agentState) bool { return len(a.Contacts) == 1 }).Contacts[0]
	if next.ContactID == chat.ContactID || next.Method != "TRANSFER" {
		t.Errorf("the second offer is %+v", next)
	}
	second := eve.accept(next.ContactID)
	second.Send("now I help")
	chat.Socket.AwaitText("now I help")
	wantTalk(t, second)
	eve.do(200, next.ContactID, "end", nil)
	chat.Socket.AwaitEvent("chat.ended")
	eve.awaitContact(next.ContactID, "ENDED")
	eve.do(200, next.ContactID, "clear", nil)
	eve.awaitContact(next.ContactID, "")
	ben.do(200, chat.ContactID, "clear", nil)
	ben.await("offline", func(a agentState) bool { return a.Status.Type == "OFFLINE" && a.Next == nil })
	wantTransferred(t, chat, second, next.ContactID, ben.id, eve.id)
	wantNext(t, chat, made{next.ContactID, quick, "Sales", types.QuickConnectTypeQueue})
	wantNext(t, second)
}

// made is a contact that an agent made by a quick connect.
type made struct {
	contact, quick, name string
	kind                 types.QuickConnectType
}

// wantNext holds what DescribeContact tells of the contacts that were made by quick connects from one, and that each began after it.
func wantNext(t *testing.T, of *harness.Chat, want ...made) {
	t.Helper()
	k := of.Describe()
	var got []made
	for _, entry := range k.NextContacts {
		m, ok := entry.NextContactMetadata.(*types.NextContactMetadataMemberQuickConnectContactData)
		if !ok || entry.Type != types.NextContactTypeQuickConnect {
			t.Fatalf("%s: a next contact is %+v", of.ContactID, entry)
		}
		if m.Value.InitiationTimestamp == nil || !m.Value.InitiationTimestamp.After(*k.InitiationTimestamp) {
			t.Errorf("%s: begun %v, its next contact %v", of.ContactID, k.InitiationTimestamp, m.Value.InitiationTimestamp)
		}
		got = append(got, made{aws.ToString(m.Value.ContactId), aws.ToString(m.Value.QuickConnectId), aws.ToString(m.Value.QuickConnectName), m.Value.QuickConnectType})
	}
	if !slices.Equal(got, want) {
		t.Errorf("the next contacts of %s: %v, want %v", of.ContactID, got, want)
	}
}

// othersAreRefused holds every verb to contacts of one's own.
func othersAreRefused(t *testing.T, d *desk, contact string) {
	t.Helper()
	for _, verb := range []string{"accept", "reject", "clear", "end"} {
		for of, id := range map[string]string{"somebody else": contact, "nobody": "01a214b5-c5a9-72b6-be95-000000000000"} {
			if a := d.call("POST", "/api/agent/contacts/"+id+"/"+verb, nil); a.status != 404 && a.status != 409 {
				t.Errorf("%s the contact of %s: %d %s", verb, of, a.status, a.body)
			}
		}
	}
	d.want(404, "GET", "/api/agent/contacts/"+contact+"/token", nil)
}

// wantTalk holds what the second agent reads to what was said before and after the transfer.
func wantTalk(t *testing.T, second *harness.Chat) {
	t.Helper()
	got := []string{}
	for _, item := range second.Transcript() {
		what := strings.TrimPrefix(aws.ToString(item.ContentType), "application/vnd.amazonaws.connect.event.")
		switch {
		case item.Type == "MESSAGE":
			what = aws.ToString(item.Content)
		case what == "transfer.succeeded":
			what += " " + aws.ToString(item.Content)
		}
		got = append(got, what+" "+string(item.ParticipantRole))
	}
	want := []string{
		"participant.joined CUSTOMER", "Hello! Thanks for getting in touch. SYSTEM", "participant.joined AGENT", "hi CUSTOMER", "I ask a colleague AGENT",
		`transfer.succeeded {"target":"Sales","outcome":"SUCCEEDED"} AGENT`, "participant.left AGENT", "participant.joined AGENT", "now I help AGENT",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("the transcript (-want +got):\n%s", diff)
	}
}

// wantTransferred holds what a transfer leaves in DescribeContact.
func wantTransferred(t *testing.T, chat, second *harness.Chat, next, ben, eve string) {
	t.Helper()
	before, after := chat.Describe(), second.Describe()
	if aws.ToString(after.Id) != next || aws.ToString(after.PreviousContactId) != chat.ContactID || aws.ToString(after.InitialContactId) != chat.ContactID {
		t.Errorf("the contacts: %v, previous %v, initial %v", aws.ToString(after.Id), aws.ToString(after.PreviousContactId), aws.ToString(after.InitialContactId))
	}
	if after.InitiationMethod != "TRANSFER" || aws.ToString(before.AgentInfo.Id) != ben || aws.ToString(after.AgentInfo.Id) != eve {
		t.Errorf("the agents: %+v, then %+v by %s", before.AgentInfo, after.AgentInfo, after.InitiationMethod)
	}
	if before.DisconnectTimestamp == nil || aws.ToString(after.DisconnectReason) != "AGENT_DISCONNECT" {
		t.Errorf("the ends: %v, %v", aws.ToString(before.DisconnectReason), aws.ToString(after.DisconnectReason))
	}
}

// TestTheSocketIsThePresence: with the last socket the agent is gone, and nothing is offered until it is back; who signs out is offline.
func TestTheSocketIsThePresence(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	d := newDesk(t, s, "ben", "BasicAgentAccess")
	d.choose("Available")
	first := d.conn
	d.open() // a second tab
	first.NetConn().Close()
	if got := d.shown(); !got.Connected {
		t.Errorf("one of two tabs is gone: %+v", got)
	}
	d.conn.NetConn().Close()
	harness.Await(t, "the agent is gone", 10*time.Second, func() error {
		if d.shown().Connected {
			return errors.New("connected")
		}
		return nil
	})
	chat := s.Join()
	chat.Socket.AwaitText("Hello! Thanks for getting in touch.")
	if got := d.shown(); len(got.Contacts) > 0 {
		t.Errorf("offered to somebody who is not there: %+v", got)
	}
	d.mu.Lock()
	d.state = agentState{}
	d.mu.Unlock()
	d.open().awaitContact(chat.ContactID, "CONNECTING")
	d.want(200, "POST", "/api/logout", nil)
	back := signIn(t, s, "ben", secret)
	d.browser = back
	if got := d.shown(); got.Status.Type != "OFFLINE" || len(got.Contacts) > 0 {
		t.Errorf("after signing out: %+v", got)
	}
	eve := newDesk(t, s, "eve", "BasicAgentAccess")
	eve.choose("Available")
	eve.awaitContact(chat.ContactID, "CONNECTING")
}

// TestAProgramIsPresentWhileItCalls: an agent without a socket is there for as long as it said, from the latest call on; a socket outlives that; a
// server that stops notes it as gone.
func TestAProgramIsPresentWhileItCalls(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	d := newDesk(t, s, "ben", "BasicAgentAccess")
	d.choose("Available")
	const path = "/api/agent/presence"
	for _, seconds := range []any{4, 301, "5", nil} {
		d.want(400, "PUT", path, map[string]any{"seconds": seconds})
	}
	stay := func(seconds int) {
		t.Helper()
		if got := d.want(200, "PUT", path, map[string]int{"seconds": seconds}); got.member(t, "connected") != true {
			t.Errorf("who says that it is there is not connected: %s", got.body)
		}
	}
	gone := func() {
		t.Helper()
		harness.Await(t, "the agent is gone", 10*time.Second, func() error {
			if d.shown().Connected {
				return errors.New("connected")
			}
			return nil
		})
	}
	stay(5)
	d.conn.NetConn().Close()
	<-time.After(3 * time.Second)
	stay(5)
	<-time.After(3 * time.Second)
	if got := d.shown(); !got.Connected {
		t.Errorf("it said three seconds ago that it is there for five: %+v", got)
	}
	gone()
	chat := s.Join()
	chat.Socket.AwaitText("Hello! Thanks for getting in touch.")
	if got := d.shown(); len(got.Contacts) > 0 {
		t.Errorf("offered to somebody who is not there: %+v", got)
	}
	stay(5)
	d.open().awaitContact(chat.ContactID, "CONNECTING")
	<-time.After(6 * time.Second)
	if got := d.shown(); !got.Connected {
		t.Errorf("it has a socket: %+v", got)
	}
	stay(300)
	d.conn.NetConn().Close()
	s.Restart()
	if got := d.shown(); got.Connected {
		t.Errorf("the server that it called stopped: %+v", got)
	}
	d.want(200, "POST", "/api/logout", nil)
	d.want(401, "PUT", path, map[string]int{"seconds": 5})
}

// shown is what GET /api/agent tells.
func (d *desk) shown() (a agentState) {
	d.t.Helper()
	if err := json.Unmarshal(d.want(200, "GET", "/api/agent", nil).body, &a); err != nil {
		d.t.Fatal(err)
	}
	return a
}

// TestThreeNodesKeepAProgramPresent: who calls another node in time is there, though its time at the first one is over.
func TestThreeNodesKeepAProgramPresent(t *testing.T) {
	t.Parallel()
	c := cluster.Start(t, cluster.Config{})
	first, second := c.Nodes[0].Server, c.Nodes[1].Server
	d := newDesk(t, first, "ben", "BasicAgentAccess")
	d.choose("Available")
	there := signIn(t, second, "ben", secret)
	const path = "/api/agent/presence"
	d.want(200, "PUT", path, map[string]int{"seconds": 5})
	over := time.Now().Add(5 * time.Second)
	d.conn.NetConn().Close()
	there.want(200, "PUT", path, map[string]int{"seconds": 300})
	harness.Await(t, "the first node notes the end", 10*time.Second, func() error {
		if time.Now().Before(over.Add(time.Second)) {
			return errors.New("it is not over")
		}
		return nil
	})
	harness.Await(t, "the second node takes that back", 5*time.Second, func() error {
		if !d.shown().Connected {
			return errors.New("it is gone")
		}
		return nil
	})
	there.want(200, "POST", "/api/logout", nil)
	d.want(200, "POST", "/api/logout", nil)
	harness.Await(t, "the sign-in is over", 10*time.Second, func() error {
		d.browser = signIn(t, first, "ben", secret)
		if d.shown().Connected {
			return errors.New("it is there")
		}
		return nil
	})
}
