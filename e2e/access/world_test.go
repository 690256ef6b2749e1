package access_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/connect"
	"github.com/aws/aws-sdk-go-v2/service/connect/types"
	"github.com/google/go-cmp/cmp"

	"parley/e2e/harness"
	"parley/internal/oidctest"
)

// canary is in everything of the other instance; no answer may hold it.
const canary = "canary-of-the-other-instance"

const unknownID = "00000000-0000-4000-8000-000000000000"

// objects are one instance's things, by the kind of id.
type objects struct {
	instance, arn       string
	contact, ended      string
	flow, queue, hours  string
	module, alias       string
	view, prompt        string
	testCase, execution string
	override, storage   string
	key, integration    string
	security, routing   string // profiles
	status, user        string
	quick, group, rule  string
	viewer, viewToken   string // the connection of a chat that shows a view, and its token
	token, connection   string // of the contact's customer
	endedToken, endedBy string // of the ended one's: participant and connection token
	item, nextToken     string // of the contact's transcript
	list                string // NextToken of ListQueues
	file, pending       string // attachments of the contact's customer: approved, and only begun
	attached            string // a file of the contact from outside
	signs               string // a flow that asks the customer to sign in
	toQueue, toUser     string // flows of quick connects
}

// world is two instances on one server, and a key that may only enter one.
type world struct {
	t *testing.T
	*harness.Server
	own, other objects
	limited    key
}

type key struct{ id, secret string }

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{t: t, Server: harness.Start(t, harness.Flags("--customer-login", userPool+"="+oidctest.New(t, oidctest.Client{ID: "shop"}).URL, "--allow-outbound", "127.0.0.1", "--function", processor+"=https://processor.example/", "--streaming", topic+"=dir:"+t.TempDir()))}
	w.own = w.fill(t, w.newInstance(t, "own", w.InstanceID), "own")
	w.other = w.fill(t, w.newInstance(t, "other", ""), canary)
	w.limited = w.newKey(t, w.own.instance)
	return w
}

// newInstance returns the objects of a new instance, or of the one named.
func (w *world) newInstance(t *testing.T, alias, id string) objects {
	t.Helper()
	if id == "" {
		made, err := w.Connect().CreateInstance(context.Background(), &connect.CreateInstanceInput{
			IdentityManagementType: types.DirectoryTypeConnectManaged, InstanceAlias: &alias,
			InboundCallsEnabled: aws.Bool(true), OutboundCallsEnabled: aws.Bool(false),
		})
		if err != nil {
			t.Fatal(err)
		}
		return objects{instance: aws.ToString(made.Id), arn: aws.ToString(made.Arn)}
	}
	return objects{instance: id, arn: w.InstanceARN}
}

// fill makes one object of each kind in an instance.
func (w *world) fill(t *testing.T, made objects, name string) objects {
	t.Helper()
	client, ctx := w.Connect(), context.Background()
	flow, err := client.CreateContactFlow(ctx, &connect.CreateContactFlowInput{
		InstanceId: &made.instance, Name: &name, Type: types.ContactFlowTypeContactFlow,
		Content: aws.String(harness.Document(t, harness.Wait(harness.Week))),
	})
	if err != nil {
		t.Fatal(err)
	}
	made.flow = aws.ToString(flow.ContactFlowId)
	for kind, id := range map[string]*string{"QUEUE_TRANSFER": &made.toQueue, "AGENT_TRANSFER": &made.toUser} {
		*id = w.made("PUT", "/contact-flows/"+made.instance, members{"Name": name + " " + kind, "Type": kind, "Content": harness.Document(t, harness.Wait(harness.Week))})["ContactFlowId"].(string)
	}
	hours, err := client.CreateHoursOfOperation(ctx, &connect.CreateHoursOfOperationInput{
		InstanceId: &made.instance, Name: &name, TimeZone: aws.String("UTC"), Config: []types.HoursOfOperationConfig{},
	})
	if err != nil {
		t.Fatal(err)
	}
	made.hours = aws.ToString(hours.HoursOfOperationId)
	queue, err := client.CreateQueue(ctx, &connect.CreateQueueInput{InstanceId: &made.instance, Name: &name, HoursOfOperationId: &made.hours})
	if err != nil {
		t.Fatal(err)
	}
	made.queue = aws.ToString(queue.QueueId)
	made.list = w.Signed("GET", "/queues-summary/"+made.instance+"?maxResults=1", "").Members(t)["NextToken"].(string)
	w.talk(t, &made, name)
	w.attach(&made, name)
	w.resources(&made, name)
	w.show(t, &made, name)
	return made
}

// talk starts one chat that goes on and one that is over.
func (w *world) talk(t *testing.T, made *objects, name string) {
	t.Helper()
	made.contact, made.token, made.connection = w.start(t, *made, name)
	made.item = w.say(t, made.connection, name)
	w.say(t, made.connection, name)
	page := w.Bearer(made.connection, "/participant/transcript", `{"MaxResults":1}`).Want(t, 200, "").Members(t)
	made.nextToken = page["NextToken"].(string)
	made.ended, made.endedToken, made.endedBy = w.start(t, *made, name)
	w.Bearer(made.endedBy, "/participant/disconnect", "{}").Want(t, 200, "")
	harness.Await(t, "the metrics of the ended contact, which are computed after its end", 30*time.Second, func() error {
		if body := w.Signed("GET", "/contacts/"+made.instance+"/"+made.ended, "").Want(t, 200, "").Body; !bytes.Contains(body, []byte("ChatMetrics")) {
			return fmt.Errorf("%s", body)
		}
		return nil
	})
}

// start starts a chat and connects its customer.
func (w *world) start(t testing.TB, in objects, name string) (contact, token, connection string) {
	t.Helper()
	chat, err := w.Connect().StartChatContact(context.Background(), &connect.StartChatContactInput{
		InstanceId: &in.instance, ContactFlowId: &in.flow, Attributes: map[string]string{"name": name},
		ParticipantDetails: &types.ParticipantDetails{DisplayName: &name},
	})
	if err != nil {
		t.Fatal(err)
	}
	return aws.ToString(chat.ContactId), aws.ToString(chat.ParticipantToken), w.connect(t, *chat.ParticipantToken)
}

// connect connects a customer, who is there from then on without a socket: whoever has none is taken out after five minutes.
func (w *world) connect(t testing.TB, token string) string {
	t.Helper()
	answer := w.Bearer(token, "/participant/connection", `{"Type":["CONNECTION_CREDENTIALS"],"ConnectParticipant":true}`)
	return answer.Want(t, 200, "").Members(t)["ConnectionCredentials"].(map[string]any)["ConnectionToken"].(string)
}

// fresh starts a chat in the own instance for one call; nobody joins it.
func (w *world) fresh() string {
	chat, err := w.TryStart(harness.WithFlow(w.own.flow))
	if err != nil {
		return "no contact: " + err.Error()
	}
	return chat.ContactID
}

// show starts a chat whose flow shows a view.
func (w *world) show(t *testing.T, made *objects, name string) {
	t.Helper()
	client, ctx := w.Connect(), context.Background()
	signs, err := client.CreateContactFlow(ctx, &connect.CreateContactFlowInput{
		InstanceId: &made.instance, Name: aws.String(name + " signs in"), Type: types.ContactFlowTypeContactFlow, Content: aws.String(harness.Document(t, signInFlow()...)),
	})
	if err != nil {
		t.Fatal(err)
	}
	made.signs = aws.ToString(signs.ContactFlowId)
	flow, err := client.CreateContactFlow(ctx, &connect.CreateContactFlowInput{
		InstanceId: &made.instance, Name: aws.String(name + " shows"), Type: types.ContactFlowTypeContactFlow,
		Content: aws.String(harness.Document(t, harness.ShowView("form", map[string]any{"Heading": name}, nil), harness.Wait(harness.Week))),
	})
	if err != nil {
		t.Fatal(err)
	}
	chat, err := client.StartChatContact(ctx, &connect.StartChatContactInput{
		InstanceId: &made.instance, ContactFlowId: flow.ContactFlowId, ParticipantDetails: &types.ParticipantDetails{DisplayName: &name},
		SupportedMessagingContentTypes: []string{"text/plain", harness.Interactive, harness.InteractiveResponse},
	})
	if err != nil {
		t.Fatal(err)
	}
	made.viewer = w.connect(t, *chat.ParticipantToken)
	harness.Await(t, "the view", 10*time.Second, func() error {
		page := w.Bearer(made.viewer, "/participant/transcript", `{}`).Want(t, 200, "").Members(t)
		for _, item := range page["Transcript"].([]any) {
			if item := item.(map[string]any); item["ContentType"] == harness.Interactive {
				made.viewToken = harness.ViewOf(t, item["Content"].(string)).ViewToken
				return nil
			}
		}
		return errors.New("not shown")
	})
}

// say sends a message and returns its id.
func (w *world) say(t *testing.T, connection, text string) string {
	t.Helper()
	sent := w.Bearer(connection, "/participant/message", map[string]string{"ContentType": "text/plain", "Content": text})
	return sent.Want(t, 200, "").Members(t)["Id"].(string)
}

// newKey makes an access key for one instance.
func (w *world) newKey(t *testing.T, instance string) key {
	t.Helper()
	made := w.Signed("POST", "/parley/keys", map[string]any{"instances": []string{instance}}).Want(t, 200, "").Members(t)
	return key{made["access_key_id"].(string), made["secret_access_key"].(string)}
}

// as returns the world as seen with another key; the zero key is the first one.
func (w *world) as(k key) *world {
	if k == (key{}) {
		return w
	}
	server := *w.Server
	server.AccessKeyID, server.SecretAccessKey = k.id, k.secret
	view := *w
	view.Server = &server
	return &view
}

// in returns the world for a subtest.
func (w *world) in(t *testing.T) *world {
	view := *w
	view.t, view.Server = t, w.Server.With(t)
	return &view
}

// state is all that can be read of both instances, by what was asked.
func (w *world) state(t *testing.T) state {
	t.Helper()
	seen := state{}
	note := func(what string, answer harness.Response) { seen[what] = string(answer.Want(t, 200, "").Body) }
	for name, o := range map[string]objects{"own": w.own, "other": w.other} {
		note(name+" instance", w.Signed("GET", "/instance/"+o.instance, ""))
		note(name+" contact", w.Signed("GET", "/contacts/"+o.instance+"/"+o.contact, ""))
		note(name+" ended contact", w.Signed("GET", "/contacts/"+o.instance+"/"+o.ended, ""))
		note(name+" attributes", w.Signed("GET", "/contact/attributes/"+o.instance+"/"+o.contact, ""))
		note(name+" flows", w.Signed("GET", "/contact-flows-summary/"+o.instance, ""))
		note(name+" modules", w.Signed("GET", "/contact-flow-modules-summary/"+o.instance, ""))
		note(name+" views", w.Signed("GET", "/views/"+o.instance, ""))
		note(name+" rules", w.Signed("GET", "/rules/"+o.instance, ""))
		note(name+" prompts", w.Signed("GET", "/prompts-summary/"+o.instance, ""))
		note(name+" functions", w.Signed("GET", "/instance/"+o.instance+"/lambda-functions", ""))
		note(name+" flow", w.Signed("GET", "/contact-flows/"+o.instance+"/"+o.flow, ""))
		note(name+" module", w.Signed("GET", "/contact-flow-modules/"+o.instance+"/"+o.module, ""))
		note(name+" view", w.Signed("GET", "/views/"+o.instance+"/"+o.view, ""))
		note(name+" queues", w.Signed("GET", "/queues-summary/"+o.instance, ""))
		note(name+" security profiles", w.Signed("POST", "/search-security-profiles", members{"InstanceId": o.instance}))
		note(name+" routing profiles", w.Signed("POST", "/search-routing-profiles", members{"InstanceId": o.instance}))
		note(name+" users", w.Signed("POST", "/search-users", members{"InstanceId": o.instance}))
		note(name+" statuses", w.Signed("POST", "/search-agent-statuses", members{"InstanceId": o.instance}))
		note(name+" transcript", w.Bearer(o.connection, "/participant/transcript", `{"MaxResults":100}`))
	}
	return seen
}

// state is answers by what was asked.
type state map[string]string

// diff tells what of another state differs. Nearly always nothing does: then nothing is decoded.
func (s state) diff(other state) string {
	if maps.Equal(s, other) {
		return ""
	}
	decoded := func(s state) map[string]any {
		all := map[string]any{}
		for what, text := range s {
			var body any
			if err := json.Unmarshal([]byte(text), &body); err != nil {
				body = text
			}
			all[what] = body
		}
		return all
	}
	return cmp.Diff(decoded(s), decoded(other))
}
