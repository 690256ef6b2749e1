package contact_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"parley/domain/catalog"
	"parley/domain/contact"
	"parley/domain/flow"
	"parley/domain/flow/interp"
	"parley/domain/transcript"
	"parley/internal/fault"
)

const pool = "arn:aws:cognito-idp:us-east-1:123456789012:userpool/us-east-1_Shop"

func poolConfig() catalog.Config {
	cfg := config()
	cfg.Pools = map[string]bool{"us-east-1_Shop": true}
	return cfg
}

// signing is a chat whose flow asks the customer to sign in.
func signing(t failer) (*room, *flow.Document) {
	doc := document(t,
		block("sign", "AuthenticateParticipant", fmt.Sprintf(`{"CognitoConfiguration":{"UserPoolArn":%q,"AppClientId":"shop"},"CustomerProfilesConfiguration":{"ObjectTypeName":"o"}}`, pool),
			"ok", "OptedOut=out", "NoMatchingError!=bad", "TimeLimitExceeded!=late"),
		say("ok", "hello $.CustomerId $.SegmentAttributes['connect:CustomerAuthentication'].ValueMap.Status.ValueString", "end"), say("out", "opted out", "end"), say("bad", "failed", "end"), say("late", "late", "end"), hangUp)
	r := begun(t, start())
	r.must(func(d *contact.Draft) error { return d.Connect(customer, true) })
	r.run(doc, poolConfig())
	if r.s.State.Authentication == nil {
		t.Fatalf("nobody is asked to sign in: %v", r.said())
	}
	return r, doc
}

// events are the short names of the transcript's events about signing in, each with who sees it.
func (r *room) events() (list []string) {
	for _, item := range r.items {
		name := item.ContentType[strings.LastIndex(item.ContentType, "event.")+len("event."):]
		if strings.HasPrefix(name, "authentication.") || item.ContentType == transcript.NameUpdated {
			list = append(list, fmt.Sprint(name, " ", item.Visibility))
		}
	}
	return list
}

func (r *room) asks(back string) error {
	return r.decide(func(d *contact.Draft) error {
		return d.SignInURL(customer, r.s.State.Authentication.ID, back, "nonce", "verifier")
	})
}

func (r *room) comesBack(attempt int, code string) error {
	id := r.s.State.Authentication.ID
	return r.decide(func(d *contact.Draft) error { return d.SignedIn(customer, id, attempt, code) })
}

func TestACustomerSignsIn(t *testing.T) {
	r, doc := signing(t)
	item := r.items[len(r.items)-1]
	if want := fmt.Sprintf(`{"SessionId":%q}`, r.s.State.Authentication.ID); item.Content != want || len(r.s.State.Authentication.ID) != 36 || item.Author.Role != transcript.Customer {
		t.Errorf("the event is %+v", item)
	}
	if err := r.asks("https://shop.example/back"); err != nil {
		t.Fatal(err)
	}
	if err := r.comesBack(1, "code-1"); err != nil {
		t.Fatal(err)
	}
	step := r.run(doc, poolConfig())
	call := step.Outcome.Call
	if call == nil || call.Kind != interp.KindSignIn || call.Target != pool {
		t.Fatalf("%+v", step.Outcome)
	}
	want := `{"client":"shop","redirect":"https://shop.example/back","nonce":"nonce","verifier":"verifier","code":"code-1"}`
	if string(call.Payload) != want {
		t.Errorf("the provider is asked with %s", call.Payload)
	}
	r.tell(interp.Result{Key: call.Key, Payload: json.RawMessage(`{"issuer":"https://id.example","subject":"7","name":" Ada "}`)}, doc)
	if diff := cmp.Diff([]string{"authentication.initiated 1", "authentication.succeeded 1", "participant.displayname.updated 0"}, r.events()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if r.s.Customer().DisplayName != "Ada" || r.s.State.Authentication != nil || !slices.Contains(r.said(), "hello 7 AUTHENTICATED") {
		t.Errorf("%+v %v", r.s.Customer(), r.said())
	}
}

// An outcome that the flow comes to, the event about it, and what the contact says.
func TestHowASignInEnds(t *testing.T) {
	for name, c := range map[string]struct {
		do          func(t *testing.T, r *room)
		event, says string
	}{
		"opted out": {func(t *testing.T, r *room) {
			r.must(func(d *contact.Draft) error { return d.OptOut(customer, r.s.State.Authentication.ID) })
		}, "authentication.cancelled 1", "opted out"},
		"an error": {func(t *testing.T, r *room) {
			if err := r.asks("app:back"); err != nil {
				t.Error(err)
			}
			if err := r.comesBack(1, ""); err != nil {
				t.Error(err)
			}
		}, "authentication.failed 1", "failed"},
		"never begun": {func(_ *testing.T, r *room) { r.now = r.now.Add(3 * time.Minute) }, "authentication.expired 1", "late"},
		"begun, not finished": {func(t *testing.T, r *room) {
			if err := r.asks("https://shop.example/back"); err != nil {
				t.Error(err)
			}
			r.now = r.now.Add(3 * time.Minute)
		}, "authentication.timeout 1", "late"},
	} {
		t.Run(name, func(t *testing.T) {
			r, doc := signing(t)
			c.do(t, r)
			r.run(doc, poolConfig())
			if got := r.events(); got[len(got)-1] != c.event || !slices.Contains(r.said(), c.says) || r.s.State.Authentication != nil {
				t.Errorf("events %v, said %v", got, r.said())
			}
			if r.s.Customer().DisplayName != "Ann" || r.s.Current().CustomerID != "" {
				t.Errorf("the customer is %+v", r.s.Customer())
			}
		})
	}
}

func TestWhoMaySignIn(t *testing.T) {
	r, _ := signing(t)
	const back = "https://shop.example/back"
	ask := func(who, id, back string) error {
		return r.decide(func(d *contact.Draft) error { return d.SignInURL(who, id, back, "n", "v") })
	}
	id := r.s.State.Authentication.ID
	for name, c := range map[string]struct {
		got  error
		want fault.Kind
	}{
		"another session":       {ask(customer, chatID, back), fault.Denied},
		"somebody else":         {ask(bot, id, back), fault.Denied},
		"a relative URI":        {ask(customer, id, "/back"), fault.Invalid},
		"a fragment":            {ask(customer, id, back+"#x"), fault.Invalid},
		"a script":              {ask(customer, id, "javascript:alert(1)"), fault.Invalid},
		"an answer unasked for": {r.comesBack(1, "code"), fault.Conflict},
	} {
		if !fault.Is(c.got, c.want) {
			t.Errorf("%s: %v", name, c.got)
		}
	}
	for _, there := range []string{back, back, "https://shop.example/other"} {
		if err := r.asks(there); err != nil {
			t.Errorf("%s: %v", there, err)
		}
	}
	if err := r.comesBack(1, "code"); !fault.Is(err, fault.Conflict) {
		t.Errorf("an answer to the attempt before the last: %v", err)
	}
	r.now = r.now.Add(time.Minute)
	if err := r.asks(back); err != nil {
		t.Errorf("after a minute: %v", err)
	}
	r.now = r.now.Add(time.Millisecond)
	if err := r.asks(back); !fault.Is(err, fault.Invalid) {
		t.Errorf("after more than a minute: %v", err)
	}
	if err := r.comesBack(3, "code"); err != nil {
		t.Errorf("an answer: %v", err)
	}
	if err := r.comesBack(3, "code"); !fault.Is(err, fault.Conflict) {
		t.Errorf("the same answer again: %v", err)
	}
	if err := r.decide(func(d *contact.Draft) error { return d.OptOut(customer, id) }); !fault.Is(err, fault.Invalid) {
		t.Errorf("opting out after the answer: %v", err)
	}
}

// What ends the flow ends the request, and the chat's end takes it away.
func TestASignInEndsWithItsFlow(t *testing.T) {
	r, _ := signing(t)
	id := r.s.State.Authentication.ID
	r.must(func(d *contact.Draft) error { return d.Stop() })
	if r.s.State.Authentication != nil {
		t.Error("an ended chat waits for a sign-in")
	}
	if err := r.decide(func(d *contact.Draft) error { return d.SignedIn(customer, id, 1, "code") }); !fault.Is(err, fault.Conflict) {
		t.Errorf("an answer after the end: %v", err)
	}
}
