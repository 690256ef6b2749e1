package clients_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/connect"
	"github.com/aws/aws-sdk-go-v2/service/connect/types"

	"parley/e2e/harness"
)

// TestTheBotThatIsAnAgent runs examples/bot-agent: it takes a chat, answers, leaves at "bye", and is free for the next one.
func TestTheBotThatIsAnAgent(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	startBot(t, s)
	for range 3 { // more than it has slots: it clears them
		chat := s.Join()
		chat.AwaitAgent()
		chat.Send("hello")
		chat.Send("and again")
		chat.Socket.AwaitText("You said: hello")
		chat.Socket.AwaitText("You said: and again")
		chat.Send("bye")
		chat.Socket.AwaitText("You said: bye")
		chat.Socket.AwaitEvent("chat.ended")
	}
}

// TestTheBotGetsATransferredChat: it answers what the customer wrote while it waited, and leaves alone, "bye" too, what another agent has answered.
func TestTheBotGetsATransferredChat(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	s.Agent("eve", false, 0)
	eve := &desk{t: t, url: s.URL}
	eve.call("POST", "/api/login", map[string]string{"username": "eve@example.com", "password": "Secret-Pass-1"})
	eve.status("ROUTABLE")
	chat := s.Join()
	var now state
	harness.Await(t, "a contact for eve", 10*time.Second, func() error {
		if now = eve.call("GET", "/api/agent", nil); len(now.Contacts) == 0 {
			return errors.New("not yet")
		}
		return nil
	})
	contact, queue := "/api/agent/contacts/"+chat.ContactID, now.Contacts[0].Queue.ID
	seat := s.Seat(chat.ContactID, eve.call("POST", contact+"/accept", nil).Token)
	chat.Send("bye")
	seat.Socket.AwaitText("bye")
	seat.Send("I hand you on")
	chat.Socket.AwaitText("I hand you on")
	made := s.Signed("PUT", "/quick-connects/"+s.InstanceID, map[string]any{"Name": "back", "QuickConnectConfig": map[string]any{
		"QuickConnectType": "QUEUE", "QueueConfig": map[string]string{"QueueId": queue,
			"ContactFlowId": s.FlowOf(types.ContactFlowTypeQueueTransfer, "back", harness.Enqueue(), harness.Disconnect())},
	}})
	quick, _ := made.Want(t, 200, "").Members(t)["QuickConnectId"].(string)
	s.Signed("POST", "/queues/"+s.InstanceID+"/"+queue+"/associate-quick-connects", map[string]any{"QuickConnectIds": []string{quick}}).Want(t, 200, "")
	eve.status("OFFLINE")
	eve.call("POST", contact+"/transfer", map[string]string{"quick_connect_id": quick})
	chat.Send("is somebody there?")
	startBot(t, s)
	chat.Socket.AwaitText("You said: is somebody there?")
	chat.Send("well")
	chat.Socket.AwaitText("You said: well")
	for _, item := range chat.Socket.Items() {
		if item.Content == "You said: bye" {
			t.Error("the bot answers what eve has answered")
		}
	}
}

// desk is an agent's own API.
type desk struct {
	t            *testing.T
	url          string
	cookie, csrf string
}

type state struct {
	CSRF     string `json:"csrf_token"`
	Token    string `json:"participant_token"`
	Statuses []struct{ ID, Type string }
	Contacts []struct{ Queue struct{ ID string } }
}

func (d *desk) status(kind string) {
	d.t.Helper()
	for _, status := range d.call("GET", "/api/agent", nil).Statuses {
		if status.Type == kind {
			d.call("PUT", "/api/agent/status", map[string]string{"status_id": status.ID})
			return
		}
	}
	d.t.Fatalf("there is no status of type %s", kind)
}

func (d *desk) call(method, path string, body any) (out state) {
	d.t.Helper()
	text, err := json.Marshal(body)
	if err != nil {
		d.t.Fatal(err)
	}
	if body == nil {
		text = nil
	}
	request, err := http.NewRequestWithContext(d.t.Context(), method, d.url+path, bytes.NewReader(text))
	if err != nil {
		d.t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Cookie", d.cookie)
	request.Header.Set("X-CSRF-Token", d.csrf)
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		d.t.Fatal(err)
	}
	defer answer.Body.Close()
	text, err = io.ReadAll(answer.Body)
	if err == nil && answer.StatusCode == 200 {
		err = json.Unmarshal(text, &out)
	}
	if err != nil || answer.StatusCode != 200 {
		d.t.Fatalf("%s %s: %s %s, %v", method, path, answer.Status, text, err)
	}
	if path == "/api/login" {
		d.csrf = out.CSRF
		d.cookie, _, _ = strings.Cut(answer.Header.Get("Set-Cookie"), ";")
	}
	return out
}

// TestABotThatDies: it counts as gone when its time is over, then it is offline and its chat goes to somebody else; started again it works on.
func TestABotThatDies(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	boss := &desk{t: t, url: s.URL}
	boss.call("POST", "/api/login", map[string]string{"username": s.Admin.Username, "password": s.Admin.Password})
	boss.call("PUT", "/api/settings", map[string]any{"give_back": true, "grace_seconds": 30})
	bot := startBot(t, s)
	chat := s.Join()
	chat.AwaitAgent()
	chat.Send("hello")
	chat.Socket.AwaitText("You said: hello")
	user := aws.ToString(chat.Describe().AgentInfo.Id)
	if err := bot.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	ben := s.Agent("Ben", true, 0).Online()
	chat.Send("are you there?")
	harness.Await(t, "the end of its status", 30*time.Second, func() error {
		s.Advance(5 * time.Second)
		out, err := s.Connect().GetCurrentUserData(t.Context(), &connect.GetCurrentUserDataInput{InstanceId: &s.InstanceID, Filters: &types.UserDataFilters{Agents: []string{user}}})
		if err == nil && len(out.UserDataList) > 0 { // who is offline is not told of
			err = fmt.Errorf("the bot is %+v", out.UserDataList[0].Status)
		}
		return err
	})
	harness.Await(t, "Ben", 10*time.Second, func() error {
		if got := ben.Data(); len(got.Contacts) != 1 {
			return fmt.Errorf("Ben has %d contacts", len(got.Contacts))
		}
		return nil
	})
	if reason := aws.ToString(chat.Describe().DisconnectReason); reason != "AGENT_NETWORK_DISCONNECT" {
		t.Errorf("the bot's contact is over for %q", reason)
	}
	ben.Status(types.AgentStatusTypeOffline)
	startBot(t, s)
	next := s.Join()
	next.AwaitAgent()
	next.Send("hello again")
	next.Socket.AwaitText("You said: hello again")
}

// startBot starts the bot as the first agent.
func startBot(t *testing.T, s *harness.Server) *exec.Cmd {
	t.Helper()
	bot := command(t, s, "python3", filepath.Join("..", "..", "examples", "bot-agent", "agent.py"))
	bot.Env = append(os.Environ(), "PARLEY_URL="+s.URL, "PARLEY_USER="+s.Agents[0].Username, "PARLEY_PASSWORD="+s.Agents[0].Password)
	if err := bot.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = bot.Process.Kill()
		_ = bot.Wait()
	})
	return bot
}
