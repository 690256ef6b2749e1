package chaos_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"parley/e2e/harness"
)

// agents is chats that people answer: each is offered to somebody, who accepts, says something, writes a note and sends it on to a queue, and
// whoever gets it there ends it. Each call may go to another node than the one before. Promised are: one agent for each contact, who
// stays who it is; no message lost or doubled; no note and no transfer lost; and in the end no slot lost: as many chats as before are offered at once.
type agents struct {
	chats int // at a time
	w     *world
	flow  string
	quick string // a quick connect to the queue
	desks []*agentDesk

	mu   sync.Mutex
	won  map[string]string // who accepted a contact
	next map[string]string // the contact that another one was sent on as
	note map[string]string // what was noted on a contact
	done int
	problems
}

// slotsEach is how many chats a user of the basic routing profile has at a time.
const slotsEach = 2

// agentDesk is a user who is signed in; it has no websocket, so that its presence never ends.
type agentDesk struct {
	id     string // the user's name
	userID string
	cookie string
	csrf   string
	calls  *caller
}

// heldNow is a contact of an agent, as the API tells it.
type heldNow struct {
	ContactID string `json:"contact_id"`
	State     string
	Customer  string
}

// Begin makes users, a flow and a quick connect, and signs the users in, each at another node.
func (l *agents) Begin(w *world) {
	l.w, l.won, l.next, l.note = w, map[string]string{}, map[string]string{}, map[string]string{}
	s := w.Nodes[0].At(w.Nodes[0].URL())
	queues := s.Signed("GET", "/queues-summary/"+w.instance+"?queueTypes=STANDARD", "").Want(w, 200, "").Members(w)
	queue := queues["QueueSummaryList"].([]any)[0].(map[string]any)["Id"].(string)
	l.flow = w.flow("For people", harness.Queue(queue), harness.Enqueue(), harness.End())
	on := s.FlowOf("QUEUE_TRANSFER", "On", harness.Enqueue(), harness.Disconnect())
	made := s.Signed("PUT", "/quick-connects/"+w.instance, map[string]any{"Name": "On", "QuickConnectConfig": map[string]any{
		"QuickConnectType": "QUEUE", "QueueConfig": map[string]string{"QueueId": queue, "ContactFlowId": on},
	}})
	l.quick = made.Want(w, 200, "").Members(w)["QuickConnectId"].(string)
	s.Signed("POST", "/queues/"+w.instance+"/"+queue+"/associate-quick-connects", map[string]any{"QuickConnectIds": []string{l.quick}}).Want(w, 200, "")
	profile := s.Signed("PUT", "/security-profiles/"+w.instance, map[string]any{
		"SecurityProfileName": "People", "Permissions": []string{"BasicAgentAccess", "TransferContact.Enabled"},
	}).Want(w, 200, "").Members(w)["SecurityProfileId"].(string)
	for i := range (l.chats + slotsEach - 1) / slotsEach {
		l.desks = append(l.desks, l.hire(s, fmt.Sprint("agent", i), profile, i))
	}
}

// hire makes a user who is available.
func (l *agents) hire(s *harness.Server, name, profile string, node int) *agentDesk {
	w := l.w
	routing := s.Signed("GET", "/routing-profiles-summary/"+w.instance, "").Want(w, 200, "").Members(w)
	made := s.Signed("PUT", "/users/"+w.instance, map[string]any{
		"Username": name, "Password": "Correct-horse-battery-7", "SecurityProfileIds": []string{profile}, "PhoneConfig": map[string]string{"PhoneType": "SOFT_PHONE"},
		"RoutingProfileId": routing["RoutingProfileSummaryList"].([]any)[0].(map[string]any)["Id"],
	}).Want(w, 200, "").Members(w)
	d := &agentDesk{id: name, userID: made["UserId"].(string), calls: newCaller(w, node)}
	var me struct {
		Token string `json:"csrf_token"`
	}
	if err := d.call("POST", "/api/login", fmt.Sprintf(`{"username":%q,"password":"Correct-horse-battery-7"}`, name), &me); err != nil {
		w.Fatalf("%s: %v", name, err)
	}
	d.csrf = me.Token
	var now struct{ Statuses []struct{ ID, Type string } }
	if err := d.call("GET", "/api/agent", "", &now); err != nil {
		w.Fatalf("%s: %v", name, err)
	}
	for _, st := range now.Statuses {
		if st.Type == "ROUTABLE" {
			if err := d.call("PUT", "/api/agent/status", fmt.Sprintf(`{"status_id":%q}`, st.ID), nil); err != nil {
				w.Fatalf("%s: %v", name, err)
			}
		}
	}
	return d
}

// at makes a call at one node.
func (d *agentDesk) at(ctx context.Context, node int, method, path, body string, into any) error {
	request, err := http.NewRequestWithContext(ctx, method, d.calls.w.Nodes[node].URL()+path, strings.NewReader(body))
	if err != nil {
		return err
	}
	request.Header = http.Header{"X-Csrf-Token": {d.csrf}, "Cookie": {d.cookie}}
	if body != "" {
		request.Header.Set("Content-Type", "application/json")
	}
	if path == "/api/login" {
		return d.login(request, into)
	}
	answer, err := d.calls.answer(request)
	if err != nil || into == nil {
		return err
	}
	return json.Unmarshal(answer, into)
}

// login keeps the cookie.
func (d *agentDesk) login(request *http.Request, into any) error {
	response, err := d.calls.http.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	for _, c := range response.Cookies() {
		d.cookie = c.Name + "=" + c.Value
	}
	return json.NewDecoder(response.Body).Decode(into)
}

// call makes a call until it is answered.
func (d *agentDesk) call(method, path, body string, into any) error {
	return d.calls.until(func(ctx context.Context, node int) error { return d.at(ctx, node, method, path, body, into) })
}

// contacts are those that the agent has.
func (d *agentDesk) contacts() ([]heldNow, error) {
	var now struct{ Contacts []heldNow }
	err := d.call("GET", "/api/agent", "", &now)
	return now.Contacts, err
}

// Run plays one story after the other, several at a time.
func (l *agents) Run(ctx context.Context) {
	var wait sync.WaitGroup
	for i := range l.chats {
		wait.Go(func() {
			for n := 0; ctx.Err() == nil; n++ {
				name := fmt.Sprintf("caller %d of %d", n, i)
				if err := l.story(name, i+n); err != nil {
					l.add("%s: %v", name, err)
					return
				}
			}
		})
	}
	wait.Wait()
}

// story is one chat: an agent takes it and sends it on, the next one ends it.
func (l *agents) story(name string, node int) error {
	c := &ticking{name: name, calls: newCaller(l.w, node)}
	if err := l.join(c); err != nil {
		return err
	}
	first, id, err := l.answered(c, "")
	if err != nil {
		return err
	}
	texts, err := l.talk(c, first, id)
	if err != nil {
		return err
	}
	if err := l.noted(c, first, id); err != nil {
		return err
	}
	second, next, err := l.sentOn(c, first, id)
	if err != nil {
		return err
	}
	l.mu.Lock()
	l.next[id] = next
	l.mu.Unlock()
	more, err := l.talk(c, second, next)
	if err != nil {
		return err
	}
	if err := l.read(c, append(texts, more...)); err != nil {
		return err
	}
	if err := second.call("POST", "/api/agent/contacts/"+next+"/end", "", nil); err != nil && !refused(err) {
		return fmt.Errorf("ending: %w", err)
	}
	l.w.alive.Add(-1)
	l.mu.Lock()
	defer l.mu.Unlock()
	l.done++
	return nil
}

// join starts a chat under the name of its customer.
func (l *agents) join(c *ticking) error {
	var started struct{ ContactID, ParticipantToken string }
	in := map[string]any{
		"ClientToken": c.name, "InstanceId": l.w.instance, "ContactFlowId": l.flow, "ParticipantDetails": map[string]string{"DisplayName": c.name},
	}
	err := c.calls.until(func(ctx context.Context, node int) error {
		return l.w.signed[node].Call(ctx, "PUT", "/contact/chat", in, &started)
	})
	if err != nil {
		return fmt.Errorf("starting: %w", err)
	}
	l.w.alive.Add(1)
	c.connection, err = c.calls.enter(started.ParticipantToken)
	return err
}

// answered waits until an agent has the chat of a customer with another contact than one, accepting whatever is offered. Contacts that are over, or
// were missed, are cleared on the way.
func (l *agents) answered(c *ticking, not string) (*agentDesk, string, error) {
	for end := time.Now().Add(2 * patience); time.Now().Before(end); <-time.After(50 * time.Millisecond) {
		for i, d := range l.desks {
			all, err := d.contacts()
			if err != nil {
				return nil, "", fmt.Errorf("%s's contacts: %w", d.id, err)
			}
			for _, k := range all {
				switch {
				case k.State == "ENDED" || k.State == "MISSED":
					_ = d.call("POST", "/api/agent/contacts/"+k.ContactID+"/clear", "", nil)
				case k.Customer != c.name || k.ContactID == not:
				case k.State == "CONNECTING":
					l.accept(d, l.desks[(i+1)%len(l.desks)], k.ContactID)
				case k.State == "CONNECTED":
					l.has(d, k.ContactID)
					return d, k.ContactID, nil
				}
			}
		}
	}
	return nil, "", errors.New("nobody takes the chat")
}

// accept has an agent click twice, at two nodes, while a colleague tries to take the same contact.
func (l *agents) accept(d, other *agentDesk, contact string) {
	var wait sync.WaitGroup
	for i, who := range []*agentDesk{d, d, other} {
		wait.Go(func() {
			ctx, cancel := context.WithTimeout(l.w.Context(), tryFor)
			defer cancel()
			node := (who.calls.node() + i) % len(l.w.Nodes)
			if who.at(ctx, node, "POST", "/api/agent/contacts/"+contact+"/accept", "", nil) == nil {
				l.has(who, contact)
			}
		})
	}
	wait.Wait()
}

// has notes who has a contact: nobody else ever had it.
func (l *agents) has(d *agentDesk, contact string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if was := l.won[contact]; was != "" && was != d.id {
		l.add("contact %s was given to %s and to %s", contact, was, d.id)
	}
	l.won[contact] = d.id
}

// talk has agent and customer say something in turn, and returns what was acknowledged.
func (l *agents) talk(c *ticking, d *agentDesk, contact string) (texts []string, err error) {
	var seat struct {
		Token string `json:"participant_token"`
	}
	if err := d.call("GET", "/api/agent/contacts/"+contact+"/token", "", &seat); err != nil {
		return nil, fmt.Errorf("%s's token: %w", d.id, err)
	}
	connection, err := d.calls.enter(seat.Token)
	if err != nil {
		return nil, fmt.Errorf("%s enters: %w", d.id, err)
	}
	for n := range 4 {
		who, from := c.name, c.connection
		if n%2 == 0 {
			who, from = d.id, connection
		}
		text := fmt.Sprintf("%s says %d in %s", who, n, contact)
		err := c.calls.until(func(ctx context.Context, node int) error {
			_, err := c.calls.post(ctx, node, from, "message", message(text))
			return err
		})
		if err != nil {
			return texts, fmt.Errorf("%q: %w", text, err)
		}
		texts = append(texts, text)
	}
	return texts, nil
}

// noted has an agent write a note on a contact.
func (l *agents) noted(c *ticking, d *agentDesk, contact string) error {
	text := fmt.Sprintf("%s, by %s", c.name, d.id)
	if err := d.call("POST", "/api/agent/contacts/"+contact+"/notes", fmt.Sprintf(`{"text":%q}`, text), nil); err != nil {
		return fmt.Errorf("a note: %w", err)
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.note[contact] = text
	return nil
}

// sentOn sends the chat to the queue and waits until somebody has it.
func (l *agents) sentOn(c *ticking, d *agentDesk, contact string) (*agentDesk, string, error) {
	var sent struct{ Transferred bool }
	err := d.call("POST", "/api/agent/contacts/"+contact+"/transfer", fmt.Sprintf(`{"quick_connect_id":%q}`, l.quick), &sent)
	if err == nil && !sent.Transferred {
		return nil, "", errors.New("the transfer failed")
	}
	if err != nil && !refused(err) { // refused: an earlier try was heard, and lost its answer
		return nil, "", fmt.Errorf("the transfer: %w", err)
	}
	return l.answered(c, contact)
}

// read holds the transcript to what was acknowledged, and each contact of it to one agent.
func (l *agents) read(c *ticking, acked []string) error {
	var out struct {
		Transcript []struct{ Type, ContentType, Content, ContactID, ParticipantRole string }
	}
	err := c.calls.until(func(ctx context.Context, node int) error {
		answer, err := c.calls.post(ctx, node, c.connection, "transcript", `{"MaxResults":100,"SortOrder":"ASCENDING"}`)
		if err != nil {
			return err
		}
		out.Transcript = nil
		return json.Unmarshal(answer, &out)
	})
	if err != nil {
		return fmt.Errorf("the transcript: %w", err)
	}
	var said []string
	joined := 0
	for _, item := range out.Transcript {
		if item.Type == "MESSAGE" {
			said = append(said, item.Content)
		}
		if item.ParticipantRole == "AGENT" && strings.HasSuffix(item.ContentType, "participant.joined") {
			joined++
		}
	}
	if !slices.Equal(said, acked) {
		l.add("%s: acknowledged was %q, the transcript has %q", c.name, acked, said)
	}
	if joined != 2 {
		l.add("%s: agents joined %d times, for two contacts", c.name, joined)
	}
	return nil
}

// Check reads what became of the contacts, clears all desks, and then wants every slot to take a chat at the same time.
func (l *agents) Check() []string {
	if len(l.all()) > 0 {
		return l.all()
	}
	for contact, who := range l.won {
		if err := l.stands(contact, who); err != nil {
			l.add("contact %s of %s: %v", contact, who, err)
		}
	}
	if err := l.cleared(); err != nil {
		l.add("%v", err)
		return l.all()
	}
	slots := slotsEach * len(l.desks)
	var chats []*ticking
	for i := range slots {
		c := &ticking{name: fmt.Sprint("last ", i), calls: newCaller(l.w, i)}
		if err := l.join(c); err != nil {
			l.add("%s: %v", c.name, err)
			return l.all()
		}
		chats = append(chats, c)
	}
	held := map[string]string{} // who has the chats, by contact: until all have one nobody lets go
	for _, c := range chats {
		d, contact, err := l.answered(c, "")
		if err != nil {
			l.add("%s: %v: %d of %d slots take a chat", c.name, err, len(held), slots)
			continue
		}
		held[contact] = d.id
		defer func() {
			if err := d.call("POST", "/api/agent/contacts/"+contact+"/end", "", nil); err == nil || refused(err) { // refused: an unanswered call had ended it
				l.w.alive.Add(-1)
			}
		}()
	}
	l.w.Logf("agents: %d chats from start to end, %d contacts, each with one agent; then %d slots of %d at once", l.done, len(l.won), len(held), slots)
	if l.done == 0 {
		l.add("no chat came to its end")
	}
	return l.all()
}

// cleared waits until no agent has anything.
func (l *agents) cleared() error {
	left := []heldNow{}
	for end := time.Now().Add(patience); time.Now().Before(end); <-time.After(100 * time.Millisecond) {
		left = nil
		for _, d := range l.desks {
			all, err := d.contacts()
			if err != nil {
				return err
			}
			for _, k := range all {
				_ = d.call("POST", "/api/agent/contacts/"+k.ContactID+"/clear", "", nil)
			}
			left = append(left, all...)
		}
		if len(left) == 0 {
			return nil
		}
	}
	return fmt.Errorf("agents have contacts that are over: %+v", left)
}

// stands holds a contact to what was acknowledged: who took it, what was noted on it, and what it went on as.
func (l *agents) stands(contact, who string) error {
	d := l.desks[slices.IndexFunc(l.desks, func(d *agentDesk) bool { return d.id == who })]
	if k, err := l.described(d, contact); err != nil || k.AgentInfo.ID != d.userID {
		return fmt.Errorf("user %s has it, not %s: %w", k.AgentInfo.ID, d.userID, err)
	}
	if want := l.note[contact]; want != "" {
		var own struct{ Notes []struct{ Text string } }
		if err := d.call("GET", "/api/agent/contacts/"+contact, "", &own); err != nil {
			return err
		}
		if len(own.Notes) == 0 || own.Notes[0].Text != want {
			return fmt.Errorf("the notes are %v, acknowledged was %q", own.Notes, want)
		}
	}
	if next := l.next[contact]; next != "" {
		if k, err := l.described(d, next); err != nil || k.PreviousContactID != contact {
			return fmt.Errorf("it was sent on as %s, which follows %q: %w", next, k.PreviousContactID, err)
		}
	}
	return nil
}

// describedContact is what DescribeContact tells of one.
type describedContact struct {
	AgentInfo         struct{ ID string }
	PreviousContactID string
}

func (l *agents) described(d *agentDesk, contact string) (describedContact, error) {
	var out struct{ Contact describedContact }
	err := d.calls.until(func(ctx context.Context, node int) error {
		return l.w.signed[node].Call(ctx, "GET", "/contacts/"+l.w.instance+"/"+contact, nil, &out)
	})
	return out.Contact, err
}
