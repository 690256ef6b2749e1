package accounts_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/connectparticipant"
	"github.com/aws/aws-sdk-go-v2/service/connectparticipant/types"

	"parley/e2e/harness"
)

// house is where a case is played: one server, or equal nodes that take turns.
type house []*harness.Server

func (h house) at(i int) *harness.Server { return h[i%len(h)] }

// advance moves the clocks of all of them, one after the other: whoever does something afterwards does it at the later time.
func (h house) advance(d time.Duration) {
	for _, s := range h {
		s.Advance(d)
	}
}

func TestCaseA2(t *testing.T) { t.Parallel(); caseA2(t, house{harness.Start(t)}) }
func TestCaseA5(t *testing.T) { t.Parallel(); caseA5(t, house{harness.Start(t)}) }
func TestCaseD2(t *testing.T) { t.Parallel(); caseD2(t, house{harness.Start(t)}) }
func TestCaseD4(t *testing.T) { t.Parallel(); caseD4(t, house{harness.Start(t)}) }

// wantOut fails unless somebody reads nothing more of a chat, on whatever node, on the socket that is open neither.
func (h house) wantOut(t *testing.T, what string, gone, chat *harness.Chat) {
	t.Helper()
	for i := range h {
		harness.Await(t, what+" is out", 10*time.Second, func() error {
			_, err := h[i].Participant().GetTranscript(t.Context(), &connectparticipant.GetTranscriptInput{ConnectionToken: &gone.ConnectionToken})
			if err == nil {
				return errors.New("the transcript can be read")
			}
			harness.WantRefusal(t, err, 403, "AccessDeniedException")
			return nil
		})
		_, err := h[i].Participant().CreateParticipantConnection(t.Context(), &connectparticipant.CreateParticipantConnectionInput{
			ParticipantToken: &gone.ParticipantToken, Type: []types.ConnectionType{types.ConnectionTypeWebsocket},
		})
		harness.WantRefusal(t, err, 403, "AccessDeniedException")
	}
	private := "not for " + what
	chat.Send(private)
	chat.Socket.AwaitText(private)
	gone.Socket.AwaitClose()
	for _, item := range gone.Socket.Items() {
		if item.Content == private {
			t.Errorf("%s reads on", what)
		}
	}
}

// caseA2: supervisors who watch or take part, and agents after a transfer or signing out, lose access at once.
func caseA2(t *testing.T, h house) {
	boss := admin(t, h.at(0))
	ben, nia := newDesk(t, h.at(0), "ben", "BasicAgentAccess", "TransferContact.Enabled"), newDesk(t, h.at(1), "nia", "BasicAgentAccess")
	ben.choose("Available")
	chat := h.at(2).Join()
	queue := ben.awaitContact(chat.ContactID, "CONNECTING").Queue.ID
	seat := ben.accept(chat.ContactID)
	at := "/api/supervise/contacts/" + chat.ContactID
	for i, one := range []struct {
		name  string
		barge bool
		end   func(b *browser, id, profile string)
	}{
		{"one-who-leaves", false, func(b *browser, _, _ string) { b.want(200, "POST", at+"/leave", nil) }},
		{"one-who-signs-out", false, func(b *browser, _, _ string) { b.want(200, "POST", "/api/logout", nil) }},
		{"one-whose-sign-ins-are-ended", true, func(_ *browser, id, _ string) { boss.want(200, "DELETE", "/api/users/"+id+"/sessions", nil) }},
		{"one-who-may-not-any-more", false, func(_ *browser, _, profile string) { h.grant(t, 2, profile, "BasicAgentAccess") }},
		{"one-in-the-chat-who-may-not-any-more", true, func(_ *browser, _, profile string) { h.grant(t, 0, profile) }},
		{"one-who-gets-a-password", false, func(_ *browser, id, _ string) {
			boss.want(200, "POST", "/api/users/"+id+"/password", map[string]string{"password": "another long secret"})
		}},
		{"one-who-is-deleted", true, func(_ *browser, id, _ string) {
			h.at(2).Signed("DELETE", "/users/"+h.at(2).InstanceID+"/"+id, "").Want(t, 200, "")
		}},
	} {
		granted := profile(t, h.at(i), one.name, "ManagerListenIn", "ManagerBargeIn")
		id := user(t, h.at(i), one.name, granted)
		signIn(t, h.at(i), one.name, secret) // another sign-in, which changes nothing
		b := signIn(t, h.at(i+1), one.name, secret)
		watching := watch(t, h.at(i+1), b, chat.ContactID)
		if one.barge {
			b.want(200, "POST", at+"/barge", map[string]bool{"in": true})
			watching.Send("here is " + one.name)
			chat.Socket.AwaitText("here is " + one.name)
		}
		one.end(b, id, granted)
		h.wantOut(t, one.name, watching, chat)
	}
	h.onlyWatches(t, chat)
	quick := toQueue(t, h.at(1), "Sales", queue)
	ben.choose("Offline") // next: it is nia's then
	ben.do(200, chat.ContactID, "transfer", map[string]string{"quick_connect_id": quick})
	h.wantOut(t, "the agent who sent the chat on", seat, chat)
	nia.choose("Available")
	next := nia.await("the chat", func(a agentState) bool { return len(a.Contacts) == 1 }).Contacts[0].ContactID
	seat = nia.accept(next)
	nia.want(200, "POST", "/api/logout", nil)
	h.wantOut(t, "the agent who signed out", seat, chat)
}

// grant gives a security profile other permissions, on a node.
func (h house) grant(t *testing.T, node int, profile string, permissions ...string) {
	t.Helper()
	if permissions == nil {
		permissions = []string{}
	}
	s := h.at(node)
	s.Signed("POST", "/security-profiles/"+s.InstanceID+"/"+profile, map[string]any{"Permissions": permissions}).Want(t, 200, "")
}

// onlyWatches: who loses the permission to take part watches again.
func (h house) onlyWatches(t *testing.T, chat *harness.Chat) {
	t.Helper()
	granted := profile(t, h.at(0), "one-who-watches-again", "ManagerListenIn", "ManagerBargeIn")
	user(t, h.at(0), "one-who-watches-again", granted)
	b := signIn(t, h.at(1), "one-who-watches-again", secret)
	watching := watch(t, h.at(1), b, chat.ContactID)
	b.want(200, "POST", "/api/supervise/contacts/"+chat.ContactID+"/barge", map[string]bool{"in": true})
	h.grant(t, 2, granted, "ManagerListenIn")
	harness.Await(t, "it watches", 10*time.Second, func() error {
		if _, err := watching.TrySend("text/plain", "may I?"); err == nil {
			return errors.New("it speaks")
		}
		return nil
	})
	chat.Send("still watched")
	watching.Socket.AwaitText("still watched")
}

// caseA5: what is not for the customer reaches no socket and no transcript of the customer, on whatever node and in whatever order it is read.
func caseA5(t *testing.T, h house) {
	s := h.at(0)
	private := []string{"a gold customer", "offer a refund", "an internal note", "4111"}
	ben := newDesk(t, h.at(0), "ada", "BasicAgentAccess")
	routing := s.Signed("GET", "/queues-summary/"+s.InstanceID+"?queueTypes=STANDARD", "").Want(t, 200, "").Members(t)
	queue := routing["QueueSummaryList"].([]any)[0].(map[string]any)["Id"].(string)
	whisper := s.FlowOf("AGENT_WHISPER", "To the agent", harness.Say("a gold customer"))
	mask := harness.Block{Type: "UpdateContactRecordingAndAnalyticsBehavior", Parameters: map[string]any{"ChatBehavior": map[string]any{"ChatAnalyticsBehavior": map[string]any{
		"Enabled": "True", "AnalyticsLanguage": "en-US", "AnalyticsModes": []string{"ContactLens"},
		"InFlightChatRedactionConfiguration": map[string]any{"Enabled": "True", "RedactionMaskMode": "EntityType", "DeliverUnprocessedMessages": "False"},
	}}}, Errors: map[string]string{"NoMatchingError": "failed", "ChannelMismatch": "failed", "InFlightRedactionConfigurationFailed": "failed"}}
	flow := s.Flow("Private", mask, harness.Hook("AgentWhisper", whisper), harness.Queue(queue), harness.Enqueue(), harness.End().Named("failed"))
	ben.choose("Available")
	chat := h.at(1).Join(harness.WithFlow(flow))
	ben.awaitContact(chat.ContactID, "CONNECTING")
	seat := ben.accept(chat.ContactID)
	seat.Socket.AwaitText("a gold customer")
	boss, _ := supervisor(t, h.at(2), "coach", "ManagerListenIn", "ManagerBargeIn")
	watching := watch(t, h.at(2), boss, chat.ContactID)
	boss.want(200, "POST", "/api/supervise/contacts/"+chat.ContactID+"/whisper", map[string]string{"text": "offer a refund"})
	seat.Socket.AwaitText("offer a refund")
	ben.want(200, "POST", "/api/agent/contacts/"+chat.ContactID+"/notes", map[string]string{"text": "an internal note"})
	chat.Send("My card is 4111 1111 1111 1111")
	seat.Socket.AwaitText("My card is [CREDIT_DEBIT_NUMBER]")
	seat.Send("that is all")
	for _, socket := range []*harness.Socket{chat.Socket, seat.Socket, watching.Socket} {
		socket.AwaitText("that is all")
	}
	_, again := h.at(2).ConnectParticipant(chat.ParticipantToken)
	chat.Send("I am back")
	again.AwaitText("I am back")
	for what, read := range map[string][]string{
		"the socket": heard(chat.Socket), "a second socket": heard(again), "the transcript": h.pages(t, chat, types.SortKeyAscending), "the transcript, backwards": h.pages(t, chat, types.SortKeyDescending),
	} {
		text := strings.Join(read, "\n")
		if !strings.Contains(text, "I am back") || strings.Contains(text, "SUPERVISOR") {
			t.Errorf("%s of the customer is %q", what, read)
		}
		for _, p := range private {
			if strings.Contains(text, p) {
				t.Errorf("%s of the customer has %q: %q", what, p, read)
			}
		}
	}
	seen := strings.Join(h.pages(t, seat, types.SortKeyAscending), "\n")
	if !strings.Contains(seen, private[0]) || !strings.Contains(seen, private[1]) || strings.Contains(seen, private[2]) || strings.Contains(seen, private[3]) {
		t.Errorf("the agent reads %s", seen)
	}
}

// pages reads a transcript, item by item, each from another node.
func (h house) pages(t *testing.T, c *harness.Chat, order types.SortKey) (list []string) {
	t.Helper()
	in := &connectparticipant.GetTranscriptInput{ConnectionToken: &c.ConnectionToken, MaxResults: aws.Int32(1), SortOrder: order}
	for i := 0; i < 100; i++ {
		out, err := h.at(i).Participant().GetTranscript(context.Background(), in)
		if err != nil {
			t.Fatal(err)
		}
		for _, item := range out.Transcript {
			list = append(list, fmt.Sprint(aws.ToString(item.Content), " ", item.ParticipantRole))
		}
		if in.NextToken = out.NextToken; in.NextToken == nil {
			return list
		}
	}
	t.Error("the transcript does not end")
	return list
}

// caseD2: guessing is slowed over all nodes together, and what is answered tells nothing; long passwords count to the last byte, common ones are refused.
func caseD2(t *testing.T, h house) {
	boss := admin(t, h.at(0))
	user(t, h.at(0), "guessed", profile(t, h.at(0), "guessed"))
	said := map[string][]string{}
	for _, name := range []string{"guessed", "no-such-user"} {
		for i := range 5 + len(h) {
			a := newBrowser(t, h.at(i)).call("POST", "/api/login", map[string]string{"username": name, "password": "wrong"})
			said[name] = append(said[name], fmt.Sprint(a.status, " ", strings.Split(string(a.body), ";")[0]))
			if want := map[bool]int{true: 401, false: 429}[i < 5]; a.status != want {
				t.Errorf("%s, attempt %d: %d, want %d", name, i+1, a.status, want)
			}
		}
		newBrowser(t, h.at(1)).want(429, "POST", "/api/login", map[string]string{"username": name, "password": secret})
	}
	if !slices.Equal(said["guessed"], said["no-such-user"]) {
		t.Errorf("the answers tell who exists: %q", said)
	}
	id := user(t, h.at(1), "long", profile(t, h.at(1), "long"))
	long := strings.Repeat("a long pass phrase ", 10)
	at := "/api/users/" + id + "/password"
	for _, bad := range []string{"Password1234", "long", "short1!", strings.Repeat("x", 2_000)} {
		boss.want(400, "POST", at, map[string]string{"password": bad})
	}
	boss.want(200, "POST", at, map[string]string{"password": long})
	newBrowser(t, h.at(2)).want(401, "POST", "/api/login", map[string]string{"username": "long", "password": long[:len(long)-1]})
	given := signIn(t, h.at(2), "long", long)
	given.want(403, "GET", "/api/sessions", nil) // it was given: first the user chooses one
	own := given.want(200, "POST", "/api/password", map[string]string{"old_password": long, "new_password": long + "x"})
	given.token, _ = own.member(t, "csrf_token").(string)
	given.want(200, "GET", "/api/sessions", nil)
	signIn(t, h.at(1), "long", long+"x").want(200, "GET", "/api/sessions", nil)
}

// caseD4: what a profile grants and takes away on one node holds on all; TestCaseD4EveryRoute has the matrix.
func caseD4(t *testing.T, h house) {
	granted := profile(t, h.at(0), "changing", "Users.View")
	user(t, h.at(1), "changing", granted)
	b := signIn(t, h.at(2), "changing", secret)
	target := "/api/users/" + h.at(0).Admin.UserID + "/sessions"
	holds := func(what string, view, end int) {
		for i := range h {
			b.next = h[i].Next
			harness.Await(t, what, 3*time.Second, func() error {
				if v, e := b.call("GET", target, nil).status, b.call("DELETE", "/api/users/none/sessions", nil).status; v != view || e != end {
					return fmt.Errorf("node %d answers %d and %d, want %d and %d", i, v, e, view, end)
				}
				return nil
			})
		}
	}
	holds("one permission", 200, 403)
	h.grant(t, 1, granted, "Users.Edit")
	holds("another one", 200, 404)
	h.grant(t, 2, granted)
	holds("none", 403, 403)
	b.token = ""
	b.want(403, "POST", "/api/password", map[string]string{"old_password": secret, "new_password": "another long secret"}) // without the token of the page
}
