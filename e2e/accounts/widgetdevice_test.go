package accounts_test

import (
	"maps"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/connectparticipant"

	"parley/e2e/harness"
)

// open asks which chat of the customer goes on.
func (w *site) open(status int, token string) map[string]any {
	w.t.Helper()
	return w.started(w.want(status, "POST", strings.TrimSuffix(w.path, "start")+"open", map[string]any{"CustomerToken": token}))
}

// begin starts a chat for a customer.
func (w *site) begin(token string, more map[string]any) map[string]any {
	w.t.Helper()
	body := says(map[string]any{"CustomerToken": token})
	maps.Copy(body, more)
	return w.started(w.start(200, body))
}

// newShop is a site with a widget and its key; a customer is named by what the site signs.
func newShop(t *testing.T, s *harness.Server, more map[string]any) (w *site, of func(customer string) string) {
	t.Helper()
	in := map[string]any{"starts_per_minute": 1000}
	maps.Copy(in, more)
	w = newSite(t, s, in)
	_, key := w.key(200)
	return w, func(customer string) string { return w.token(key, map[string]any{"customerId": customer}) }
}

// second is another widget of the same site, with a key of its own.
func (w *site) second() (other *site, of func(customer string) string) {
	w.t.Helper()
	made := w.admin.want(200, "POST", "/api/widgets", map[string]any{"name": "Other", "flow_id": w.server.ContactFlowID, "origins": []string{shop}})
	other = &site{browser: w.browser, admin: w.admin, server: w.server}
	other.id, other.path = made.member(w.t, "id").(string), made.member(w.t, "start_path").(string)
	_, key := other.key(200)
	return other, func(customer string) string { return other.token(key, map[string]any{"customerId": customer}) }
}

// TestAChatOnTheOtherDevice: a signed-in customer's other device gets the same seat in the chat that goes on, and none when it is over.
func TestAChatOnTheOtherDevice(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	w, of := newShop(t, s, nil)
	if got := w.open(200, of("ada")); got != nil {
		t.Errorf("before there is a chat: %v", got)
	}
	first := w.begin(of("ada"), nil)
	contact, token := first["ContactId"].(string), first["ParticipantToken"].(string)
	if got := w.open(200, of("ada")); got["ContactId"] != contact {
		t.Errorf("before it is connected: %v, want %s", got, contact)
	}
	here := s.Seat(contact, token)
	here.Send("from the telephone")
	there := s.Seat(contact, w.open(200, of("ada"))["ParticipantToken"].(string))
	there.Send("from the desk")
	for _, seat := range []*harness.Chat{here, there} {
		seat.Socket.AwaitText("from the desk")
		if got := strings.Join(summaryOf(seat), "|"); strings.Count(got, "from the telephone") != 1 || strings.Count(got, "from the desk") != 1 {
			t.Errorf("the transcript is %s", got)
		}
	}
	if joined := w.begin(of("ada"), map[string]any{"JoinOpen": true}); joined["ContactId"] != contact {
		t.Errorf("a start that joins: %v, want %s", joined, contact)
	}
	if again := w.begin(of("ada"), nil); again["ContactId"] == contact {
		t.Error("a start that does not join is answered with the chat that goes on")
	}
	if got := w.open(200, of("ada")); got["ContactId"] != contact {
		t.Errorf("the older one goes on: %v, want %s", got, contact)
	}
	w.start(400, says(map[string]any{"CustomerToken": of("ada"), "JoinOpen": true, "InitialMessage": map[string]string{"ContentType": "text/plain", "Content": "lost?"}}))
	here.Leave()
	if got := w.open(200, of("ada")); got != nil {
		t.Errorf("a chat that is over: %v", got)
	}
	if next := w.begin(of("ada"), map[string]any{"JoinOpen": true}); next["ContactId"] == contact || next["ContinuedFromContactId"] != nil {
		t.Errorf("the next chat is %v", next)
	}
}

// summaryOf are the texts that a seat reads, those of earlier chats too, the newest first.
func summaryOf(c *harness.Chat) (all []string) {
	for in := new(connectparticipant.GetTranscriptInput); ; {
		page, err := c.Page(in)
		if err != nil {
			return append(all, err.Error())
		}
		for _, item := range page.Transcript {
			if item.Content != nil {
				all = append(all, *item.Content)
			}
		}
		if in.NextToken = page.NextToken; in.NextToken == nil {
			return all
		}
	}
}

// TestNobodyElseFindsTheChat: another customer, who is not signed in or no longer, another widget, another site, and what an administrator turns off.
func TestNobodyElseFindsTheChat(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	w, of := newShop(t, s, nil)
	_, key := w.key(200)
	contact := w.begin(of("ada"), nil)["ContactId"]
	past := s.Now().Add(-20 * time.Minute).Unix()
	for name, token := range map[string]string{
		"nobody":            "",
		"no token":          "ada",
		"another key":       w.token("another key", map[string]any{"customerId": "ada"}),
		"no signature":      of("ada")[:strings.LastIndex(of("ada"), ".")+1],
		"expired":           w.token(key, map[string]any{"customerId": "ada", "iat": past, "exp": past + 300}),
		"of another widget": w.token(key, map[string]any{"customerId": "ada", "sub": s.InstanceID}),
		"no customer":       w.token(key, nil),
	} {
		if got := w.open(403, token); got != nil {
			t.Errorf("%s: %v", name, got)
		}
	}
	for _, other := range []string{"bob", "Ada", "ada ", "ad", "adá"} {
		if got := w.open(200, of(other)); got != nil {
			t.Errorf("customer %q: %v", other, got)
		}
		if got := w.begin(of(other), map[string]any{"JoinOpen": true}); got["ContactId"] == contact {
			t.Errorf("customer %q joins ada's chat", other)
		}
	}
	for _, origin := range []string{"https://evil.example", "https://shop.example.evil.example", "", "null"} {
		w.header.Set("Origin", origin)
		if got := w.open(403, of("ada")); got != nil {
			t.Errorf("from %q: %v", origin, got)
		}
	}
	w.header.Set("Origin", shop)
	if got := w.begin("", map[string]any{"JoinOpen": true}); got["ContactId"] == contact {
		t.Error("a visitor who is not signed in joins ada's chat")
	}

	other, named := w.second()
	ada := named("ada")
	if got := other.open(200, ada); got != nil {
		t.Errorf("another widget: %v", got)
	}
	other.open(403, of("ada"))
	w.open(403, ada)

	w.admin.want(200, "PATCH", "/api/widgets/"+w.id, map[string]any{"separate_devices": true})
	if got := w.open(200, of("ada")); got != nil {
		t.Errorf("with devices apart: %v", got)
	}
	if got := w.begin(of("ada"), map[string]any{"JoinOpen": true}); got["ContactId"] == contact {
		t.Error("with devices apart a start joins")
	}
	w.admin.want(200, "PATCH", "/api/widgets/"+w.id, map[string]any{"separate_devices": false, "starts_per_minute": 2})
	for range 2 {
		w.open(200, of("bob"))
	}
	w.open(429, of("ada"))
	w.begin(of("dora"), nil) // starts are counted by themselves
}

// TestAChatThatIsSomebodyElsesNow: a program has said that the customer is another one: the first one's devices no longer find the chat.
func TestAChatThatIsSomebodyElsesNow(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	flow := s.Flow("Another", harness.Block{Type: "UpdateContactData", Parameters: map[string]any{"CustomerId": "bob"}, Errors: map[string]string{"NoMatchingError": ""}}, harness.Say("Hello, Bob"), harness.Wait(600))
	w, of := newShop(t, s, map[string]any{"flow_id": flow})
	first := w.begin(of("ada"), nil)
	s.Seat(first["ContactId"].(string), first["ParticipantToken"].(string)).Socket.AwaitText("Hello, Bob")
	for _, who := range []string{"ada", "bob"} {
		if got := w.open(200, of(who)); got != nil {
			t.Errorf("%s finds %v", who, got)
		}
		got := w.begin(of(who), map[string]any{"JoinOpen": true})
		if got["ContactId"] == first["ContactId"] {
			t.Errorf("%s joins it", who)
		}
		s.Seat(got["ContactId"].(string), got["ParticipantToken"].(string)).Socket.AwaitText("Hello, Bob")
	}

	plain := s.Flow("Plain", harness.Say("Hello"), harness.Wait(600))
	w.admin.want(200, "PATCH", "/api/widgets/"+w.id, map[string]any{"flow_id": plain})
	next := w.begin(of("ada"), map[string]any{"JoinOpen": true})["ContactId"]
	if got := w.open(200, of("ada")); got["ContactId"] != next {
		t.Errorf("ada's next chat is %v, and on the other device %v", next, got)
	}
}

// TestDevicesThatStartAtOnce: one chat starts, and all of them are in it.
func TestDevicesThatStartAtOnce(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	w, of := newShop(t, s, nil)
	for round := range 5 {
		var mu sync.Mutex
		var all sync.WaitGroup
		found := map[any]int{}
		token := of("ada" + string(rune('0'+round)))
		for range 8 {
			all.Go(func() {
				got := w.begin(token, map[string]any{"JoinOpen": true})["ContactId"]
				mu.Lock()
				found[got]++
				mu.Unlock()
			})
		}
		all.Wait()
		if len(found) != 1 {
			t.Fatalf("the devices are in %v", found)
		}
	}
}

// TestTheNextChatShowsTheOneBefore: where the widget says so, and only of the same customer and the same widget.
func TestTheNextChatShowsTheOneBefore(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	w, of := newShop(t, s, nil)
	begin := func(customer string) (*harness.Chat, any) {
		got := w.begin(of(customer), map[string]any{"JoinOpen": true})
		return s.Seat(got["ContactId"].(string), got["ParticipantToken"].(string)), got["ContinuedFromContactId"]
	}
	first, _ := begin("ada")
	first.Send("my first order")
	first.Leave()
	second, from := begin("ada")
	if got := strings.Join(summaryOf(second), "|"); from != nil || strings.Contains(got, "my first order") {
		t.Errorf("the widget has not said so: %v, %s", from, got)
	}
	second.Send("my second order")
	second.Leave()
	other, named := w.second()
	elsewhere := other.begin(named("ada"), nil)
	seat := s.Seat(elsewhere["ContactId"].(string), elsewhere["ParticipantToken"].(string))
	seat.Send("my other order")
	seat.Leave()

	w.admin.want(200, "PATCH", "/api/widgets/"+w.id, map[string]any{"keep_history": true})
	bob, from := begin("bob")
	if from != nil {
		t.Errorf("bob's chat continues %v", from)
	}
	third, from := begin("ada")
	if got := strings.Join(summaryOf(third), "|"); from != second.ContactID || !strings.Contains(got, "my second order") {
		t.Errorf("continued from %v, want %s: %s", from, second.ContactID, got)
	}
	if got := strings.Join(summaryOf(bob), "|"); strings.Contains(got, "order") {
		t.Errorf("bob reads %s", got)
	}
}
