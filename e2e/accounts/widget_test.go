package accounts_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/connect"
	"github.com/aws/aws-sdk-go-v2/service/connect/types"
	"github.com/google/go-cmp/cmp"

	"parley/e2e/harness"
)

const shop = "https://shop.example"

// site is a site with a widget.
type site struct {
	*browser // of a visitor
	admin    *browser
	server   *harness.Server
	id       string
	path     string
}

// newSite makes a widget and gives a visitor of its site.
func newSite(t *testing.T, s *harness.Server, more map[string]any) *site {
	t.Helper()
	a := admin(t, s)
	in := map[string]any{"name": "Shop", "flow_id": s.ContactFlowID, "origins": []string{shop}}
	for name, value := range more {
		in[name] = value
	}
	made := a.want(200, "POST", "/api/widgets", in)
	if err := openAPI(t, s).holds(schema{Ref: "#/components/schemas/Widget"}, decoded(t, made), "the widget"); err != nil {
		t.Error(err)
	}
	w := &site{browser: newBrowser(t, s), admin: a, server: s}
	w.id, w.path = made.member(t, "id").(string), made.member(t, "start_path").(string)
	w.header.Set("Origin", shop)
	w.header.Set("Content-Type", "text/plain;charset=UTF-8") // as the official widget does
	return w
}

func decoded(t *testing.T, a answer) (v any) {
	t.Helper()
	if err := json.Unmarshal(a.body, &v); err != nil {
		t.Fatalf("%s: %v", a.body, err)
	}
	return v
}

// start starts a chat; body is in the form of the official widget.
func (w *site) start(status int, body map[string]any) answer {
	w.t.Helper()
	return w.want(status, "POST", w.path, body)
}

// started is the startChatResult of an answer.
func (w *site) started(a answer) map[string]any {
	w.t.Helper()
	data, _ := a.member(w.t, "data").(map[string]any)
	result, _ := data["startChatResult"].(map[string]any)
	return result
}

func (w *site) attributes(contact string) map[string]string {
	w.t.Helper()
	out, err := w.server.Connect().GetContactAttributes(w.t.Context(), &connect.GetContactAttributesInput{InstanceId: &w.server.InstanceID, InitialContactId: &contact})
	if err != nil {
		w.t.Fatal(err)
	}
	return out.Attributes
}

// says is what the official widget sends, with what a page can add.
func says(more map[string]any) map[string]any {
	body := map[string]any{
		"InstanceId": "another", "ContactFlowId": "another", "Username": "Ada", "ParticipantDetails": map[string]string{"DisplayName": "Ada"},
		"Attributes": map[string]string{"page": "cart"}, "SupportedMessagingContentTypes": []string{"text/plain", "text/markdown"},
	}
	for name, value := range more {
		body[name] = value
	}
	return body
}

// TestAVisitorStartsAChat: without a key, with the widget's flow, and with attributes that are marked as the visitor's own.
func TestAVisitorStartsAChat(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	w := newSite(t, s, nil)
	a := w.start(200, says(nil))
	if a.header.Get("Access-Control-Allow-Origin") == "" || a.header.Get("Content-Type") != "application/json" {
		t.Errorf("the headers are %v", a.header)
	}
	features := a.member(t, "data").(map[string]any)["featurePermissions"]
	if diff := cmp.Diff(map[string]any{"ATTACHMENTS": true, "MESSAGING_MARKDOWN": true}, features); diff != "" {
		t.Errorf("featurePermissions (-want +got):\n%s", diff)
	}
	result := w.started(a)
	contact, _ := result["ContactId"].(string)
	chat := s.Seat(contact, result["ParticipantToken"].(string))
	chat.Socket.AwaitText("Hello! Thanks for getting in touch.")
	if diff := cmp.Diff(map[string]string{"HostedWidget-page": "cart"}, w.attributes(contact)); diff != "" {
		t.Errorf("attributes (-want +got):\n%s", diff)
	}
}

// TestWhoStartsNothing: other sites, who is too fast, who asks for too much. Every refusal is JSON.
func TestWhoStartsNothing(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	w := newSite(t, s, map[string]any{"starts_per_minute": 4})
	for name, c := range map[string]struct {
		path, origin string
		body         map[string]any
		status       int
	}{
		"another site":       {w.path, "https://evil.example", says(nil), 403},
		"a part of the site": {w.path, "https://shop.example.evil.example", says(nil), 403},
		"no site":            {w.path, "", says(nil), 403},
		"no widget":          {strings.ReplaceAll(w.path, w.id, s.InstanceID), shop, says(nil), 404},
		"another instance":   {strings.ReplaceAll(w.path, s.InstanceID, w.id), shop, says(nil), 404},
		"no id":              {"/widgets/x/y/start", shop, says(nil), 404},
		"a past of others":   {w.path, shop, says(map[string]any{"PersistentChat": map[string]string{"SourceContactId": s.InstanceID, "RehydrationType": "FROM_SEGMENT"}}), 403},
		"no name":            {w.path, shop, says(map[string]any{"ParticipantDetails": map[string]string{}}), 400},
		"attributes":         {w.path, shop, says(map[string]any{"Attributes": map[string]any{"a": 1}}), 400},
	} {
		w.header.Set("Origin", c.origin)
		if a := w.call("POST", c.path, c.body); a.status != c.status || !json.Valid(a.body) {
			t.Errorf("%s: %d %s, want %d", name, a.status, a.body, c.status)
		}
	}
	w.header.Set("Origin", shop)
	for range 2 { // the other two of the four were refused for what they asked
		w.start(200, says(nil))
	}
	w.start(429, says(nil))
	s.Advance(15 * time.Second)
	w.start(200, says(nil))
	w.admin.want(200, "DELETE", "/api/widgets/"+w.id, nil)
	w.start(404, says(nil))
}

// token signs what the site says about its customer.
func (w *site) token(key string, claims map[string]any) string {
	w.t.Helper()
	now := w.server.Now().Unix()
	all := map[string]any{"sub": w.id, "iat": now, "exp": now + 300}
	for name, value := range claims {
		all[name] = value
	}
	raw, err := json.Marshal(all)
	if err != nil {
		w.t.Fatal(err)
	}
	text := base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"HS256","typ":"JWT"}`)) + "." + base64.RawURLEncoding.EncodeToString(raw)
	mac := hmac.New(sha256.New, []byte(key))
	mac.Write([]byte(text))
	return text + "." + base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}

// key makes a key of the widget.
func (w *site) key(status int) (id, secret string) {
	w.t.Helper()
	a := w.admin.want(status, "POST", "/api/widgets/"+w.id+"/keys", nil)
	id, _ = a.member(w.t, "id").(string)
	secret, _ = a.member(w.t, "secret").(string)
	return id, secret
}

// TestASignedCustomer: what the site has signed counts as its own word, and opens the customer's past; a key that is
// deleted signs nothing any more, and the keys are sealed anew with another master key.
func TestASignedCustomer(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := harness.Start(t, harness.Flags("--data", dir))
	w := newSite(t, s, map[string]any{"signed_only": true})
	w.start(403, says(nil))
	first, key := w.key(200)
	if len(key) != 44 {
		t.Errorf("the key has %d characters", len(key))
	}
	signed := func(key string, claims, more map[string]any) map[string]any {
		body := says(more)
		body["CustomerToken"] = w.token(key, claims)
		return body
	}
	gold := map[string]any{"customerId": "c7", "attributes": map[string]string{"plan": "gold"}}
	result := w.started(w.start(200, signed(key, gold, nil)))
	contact, _ := result["ContactId"].(string)
	if diff := cmp.Diff(map[string]string{"HostedWidget-page": "cart", "plan": "gold"}, w.attributes(contact)); diff != "" {
		t.Errorf("attributes (-want +got):\n%s", diff)
	}
	chat := s.Seat(contact, result["ParticipantToken"].(string))
	if k := chat.Describe(); aws.ToString(k.CustomerId) != "c7" {
		t.Errorf("the customer is %q", aws.ToString(k.CustomerId))
	}
	chat.Send("my order")
	chat.Leave()
	past := map[string]any{"PersistentChat": map[string]string{"SourceContactId": contact, "RehydrationType": "ENTIRE_PAST_SESSION"}}
	w.start(400, signed(key, map[string]any{"customerId": "c8"}, past))
	w.start(403, signed(key, nil, past))
	again := w.started(w.start(200, signed(key, gold, past)))
	if again["ContinuedFromContactId"] != contact {
		t.Errorf("continued from %v", again["ContinuedFromContactId"])
	}
	w.start(403, signed("another key", gold, nil))
	w.header.Set("Authorization", "Bearer "+w.token(key, gold))
	w.start(200, says(nil))
	w.header.Del("Authorization")

	_, second := w.key(200)
	w.key(429)
	w.start(200, signed(second, gold, nil))
	w.admin.want(200, "DELETE", "/api/widgets/"+w.id+"/keys/"+first, nil)
	w.admin.want(404, "DELETE", "/api/widgets/"+w.id+"/keys/"+first, nil)
	w.start(403, signed(key, gold, nil))

	if text, err := exec.Command(harness.Binary(t), "secret", "rotate", "--data", dir).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, text)
	}
	for range 2 { // the old master key is gone after the first
		s.Restart()
	}
	w.url = s.URL
	w.start(200, signed(second, gold, nil))
}

// TestAClientTokenIsItsOwnersAlone: a visitor's repeated start is one chat, and nobody who guesses the client token of another program
// or customer is answered with that one's chat.
func TestAClientTokenIsItsOwnersAlone(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	w := newSite(t, s, nil)
	_, key := w.key(200)
	program, err := s.Connect().StartChatContact(t.Context(), &connect.StartChatContactInput{
		InstanceId: &s.InstanceID, ContactFlowId: &s.ContactFlowID, ClientToken: aws.String("order-7"),
		ParticipantDetails: &types.ParticipantDetails{DisplayName: aws.String("Ann")},
	})
	if err != nil {
		t.Fatal(err)
	}
	owner := map[any]string{*program.ContactId: "a program"}
	token := map[string]any{"ClientToken": "order-7"}
	for _, who := range []string{"", "c7", "c8"} {
		if who != "" {
			token["CustomerToken"] = w.token(key, map[string]any{"customerId": who})
		}
		first, again := w.started(w.start(200, says(token))), w.started(w.start(200, says(token)))
		if first["ContactId"] != again["ContactId"] {
			t.Errorf("customer %q: the chats %v and %v for one client token", who, first["ContactId"], again["ContactId"])
		}
		if other, taken := owner[first["ContactId"]]; taken {
			t.Errorf("customer %q is answered with the chat of %s", who, other)
		}
		owner[first["ContactId"]] = "customer " + who
	}
}

// TestWidgetsAreManaged: read back, changed, listed, and held to limits; by who may.
func TestWidgetsAreManaged(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	w := newSite(t, s, nil)
	for name, in := range map[string]map[string]any{
		"a path":            {"origins": []string{"https://shop.example/cart"}},
		"no scheme":         {"origins": []string{"shop.example"}},
		"upper case":        {"origins": []string{"https://Shop.example"}},
		"any":               {"origins": []string{"*"}},
		"no start":          {"starts_per_minute": 0},
		"no name":           {"name": ""},
		"an unknown member": {"colour": "red"},
	} {
		if a := w.admin.call("PATCH", "/api/widgets/"+w.id, in); a.status != 400 {
			t.Errorf("%s: %d %s", name, a.status, a.body)
		}
	}
	w.admin.want(404, "PATCH", "/api/widgets/"+w.id, map[string]any{"flow_id": s.InstanceID})
	w.admin.want(409, "POST", "/api/widgets", map[string]any{"name": "Shop", "flow_id": s.ContactFlowID})
	changed := w.admin.want(200, "PATCH", "/api/widgets/"+w.id, map[string]any{"name": "Store", "origins": []string{"http://127.0.0.1:8080"}})
	if diff := cmp.Diff(decoded(t, changed), decoded(t, w.admin.want(200, "GET", "/api/widgets/"+w.id, nil))); diff != "" {
		t.Errorf("read back:\n%s", diff)
	}
	listed := w.admin.want(200, "GET", "/api/widgets", nil)
	if err := openAPI(t, s).holds(schema{Ref: "#/components/schemas/Widgets"}, decoded(t, listed), "the list"); err != nil || !strings.Contains(string(listed.body), "Store") {
		t.Errorf("%v: %s", err, listed.body)
	}
	w.start(403, says(nil)) // the site is another one now
	flow := s.Flow("Of the widget", harness.Say("hi"))
	w.admin.want(200, "PATCH", "/api/widgets/"+w.id, map[string]any{"flow_id": flow})
	remove := func() error {
		_, err := s.Connect().DeleteContactFlow(t.Context(), &connect.DeleteContactFlowInput{InstanceId: &s.InstanceID, ContactFlowId: &flow})
		return err
	}
	harness.WantRefusal(t, remove(), 400, "InvalidRequestException")
	w.admin.want(200, "DELETE", "/api/widgets/"+w.id, nil)
	if err := remove(); err != nil {
		t.Error(err)
	}
}

// TestASurveyForWhoEndsAWidgetsChat: the agent leaves, and the flow that asks how it was reaches the customer; ending once more is the end.
func TestASurveyForWhoEndsAWidgetsChat(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	ben := newDesk(t, s, "ben", "BasicAgentAccess")
	ben.choose("Available")
	survey := s.Flow("Survey", harness.Say("How was it?"), harness.Wait(harness.Week))
	queues := s.Signed("GET", "/queues-summary/"+s.InstanceID+"?queueTypes=STANDARD", "").Want(t, 200, "").Members(t)["QueueSummaryList"].([]any)
	flow := s.Flow("Shop", harness.Hook("CustomerRemaining", survey), harness.Queue(queues[0].(map[string]any)["Id"].(string)), harness.Enqueue(), harness.End())
	w := newSite(t, s, map[string]any{"flow_id": flow})
	result := w.started(w.start(200, says(nil)))
	contact := result["ContactId"].(string)
	chat := s.Seat(contact, result["ParticipantToken"].(string))
	ben.awaitContact(contact, "CONNECTING")
	ben.accept(contact)
	chat.Leave()
	ben.awaitContact(contact, "ENDED")
	chat.Socket.AwaitText("How was it?")
	chat.Leave()
	chat.Socket.AwaitEvent("chat.ended")
}
