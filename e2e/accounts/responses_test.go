package accounts_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/connect"
	"github.com/google/go-cmp/cmp"

	"parley/e2e/harness"
)

// quick is a quick response as the API has it; Missing only where an agent asks.
type quick struct {
	ID          string   `json:"id,omitempty"`
	Shortcut    string   `json:"shortcut"`
	Title       string   `json:"title"`
	Content     string   `json:"content"`
	ContentType string   `json:"content_type,omitempty"`
	Language    string   `json:"language,omitempty"`
	Queues      []string `json:"queues,omitempty"`
	Profiles    []string `json:"routing_profiles,omitempty"`
	Active      *bool    `json:"active,omitempty"`
	Missing     []string `json:"missing,omitempty"`
}

// list calls a list and returns the shortcuts of all its pages, of one each.
func list(t *testing.T, b *browser, path string) (shortcuts []string) {
	t.Helper()
	for after := ""; ; {
		var page struct {
			List []quick `json:"quick_responses"`
			Next string
		}
		decode(t, b.want(200, "GET", path+"&limit=1&after="+after, nil), &page)
		for _, r := range page.List {
			shortcuts = append(shortcuts, r.Shortcut)
		}
		if after = page.Next; after == "" {
			return shortcuts
		}
	}
}

func decode(t *testing.T, a answer, into any) {
	t.Helper()
	if err := json.Unmarshal(a.body, into); err != nil {
		t.Fatalf("%d %s: %v", a.status, a.body, err)
	}
}

// Quick responses are read back equal, found by what they are for, changed and deleted.
func TestQuickResponses(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	b, doc := admin(t, s), openAPI(t, s)
	routing := s.Signed("GET", "/routing-profiles-summary/"+s.InstanceID, "").Want(t, 200, "").Members(t)["RoutingProfileSummaryList"].([]any)[0].(map[string]any)["Id"].(string)
	queue := s.Signed("GET", "/queues-summary/"+s.InstanceID+"?queueTypes=STANDARD", "").Want(t, 200, "").Members(t)["QueueSummaryList"].([]any)[0].(map[string]any)["Id"].(string)
	on, off := true, false
	hello := quick{Shortcut: "hello", Title: "Greeting", Content: "Hello {{Contact.CustomerName}}", ContentType: "text/plain", Language: "en-US", Queues: []string{queue}, Profiles: []string{routing}, Active: &on}
	create := func(r quick) (made quick) {
		t.Helper()
		a := b.want(200, "POST", "/api/quick-responses", r)
		doc.described(t, doc.Paths["/api/quick-responses"]["post"], a)
		decode(t, a, &made)
		return made
	}
	made := create(hello)
	hello.ID = made.ID
	var got quick
	decode(t, b.want(200, "GET", "/api/quick-responses/"+made.ID, nil), &got)
	if diff := cmp.Diff(hello, got); diff != "" {
		t.Errorf("read back (-want +got):\n%s", diff)
	}
	bye := create(quick{Shortcut: "Bye", Title: "Farewell", Content: "Auf Wiedersehen", Language: "de"})
	if bye.Shortcut != "bye" || bye.ContentType != "text/plain" || !*bye.Active {
		t.Errorf("made is %+v", bye)
	}
	create(quick{Shortcut: "old", Title: "Old greeting", Content: "Good day", Active: &off})
	for search, want := range map[string][]string{
		"": {"hello", "bye", "old"}, "shortcut=HE": {"hello"}, "text=greeting": {"hello", "old"}, "text=wieder": {"bye"}, "language=de-CH": {"bye", "old"}, "language=en": {"hello", "old"},
		"queue=" + queue: {"hello", "bye", "old"}, "queue=other": {"bye", "old"}, "routing_profile=other": {"bye", "old"}, "text=nothing": nil,
	} {
		if diff := cmp.Diff(want, list(t, b, "/api/quick-responses?"+search)); diff != "" {
			t.Errorf("%q finds (-want +got):\n%s", search, diff)
		}
	}
	b.want(409, "POST", "/api/quick-responses", quick{Shortcut: "HELLO", Title: "t", Content: "c"})
	b.want(404, "POST", "/api/quick-responses", quick{Shortcut: "x", Title: "t", Content: "c", Queues: []string{"none"}})
	for _, bad := range []quick{{Shortcut: "a b", Title: "t", Content: "c"}, {Shortcut: "x", Content: "c"}, {Shortcut: "x", Title: "t"}, {Shortcut: "x", Title: "t", Content: "c", Language: "German!"}, {Shortcut: "x", Title: "t", Content: "c", ContentType: "text/html"}} {
		b.want(400, "POST", "/api/quick-responses", bad)
	}
	b.want(200, "PUT", "/api/quick-responses/"+bye.ID, quick{Shortcut: "ciao", Title: "Bye", Content: "Ciao", ContentType: "text/markdown"})
	b.want(409, "PUT", "/api/quick-responses/"+bye.ID, quick{Shortcut: "hello", Title: "Bye", Content: "Ciao"})
	decode(t, b.want(200, "GET", "/api/quick-responses/"+bye.ID, nil), &got)
	if got.Shortcut != "ciao" || got.ContentType != "text/markdown" || got.Content != "Ciao" {
		t.Errorf("changed is %+v", got)
	}
	b.want(200, "DELETE", "/api/quick-responses/"+bye.ID, nil)
	b.want(404, "GET", "/api/quick-responses/"+bye.ID, nil)
}

// A table is taken line by line.
func TestQuickResponsesFromATable(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	b, doc := admin(t, s), openAPI(t, s)
	b.want(200, "POST", "/api/quick-responses", quick{Shortcut: "hello", Title: "Old", Content: "Old"})
	table := "shortcut,title,content,active\nHello,Greeting,\"Hello,\nthere\",true\nbye,Farewell,Bye,false\nno good,t,c,true\nshort,of\nlast,Last,c,\n"
	a := b.want(200, "POST", "/api/quick-responses/import", map[string]string{"csv": table})
	doc.described(t, doc.Paths["/api/quick-responses/import"]["post"], a)
	var out struct {
		Created, Updated int
		Refused          []struct{ Line int }
	}
	decode(t, a, &out)
	if got, want := fmt.Sprint(out), "{2 1 [{5} {6}]}"; got != want {
		t.Errorf("imported %s, want %s: %s", got, want, a.body)
	}
	if diff := cmp.Diff([]string{"hello", "bye", "last"}, list(t, b, "/api/quick-responses?")); diff != "" {
		t.Error(diff)
	}
	b.want(400, "POST", "/api/quick-responses/import", map[string]string{"csv": "shortcut,title,content,colour\n"})
	b.want(400, "POST", "/api/quick-responses/import", map[string]string{"csv": "shortcut,title\n"})
	creator := signIn(t, s, "creator", secretOf(t, s, "creator", "ContentManagement.Create"))
	creator.want(403, "POST", "/api/quick-responses/import", map[string]string{"csv": "shortcut,title,content\nhello,t,c\n"})
}

// secretOf makes a user with permissions and returns its password.
func secretOf(t *testing.T, s *harness.Server, name string, permissions ...string) string {
	t.Helper()
	user(t, s, name, profile(t, s, name, permissions...))
	return secret
}

// An agent sees what is for its routing profile and for the queue of the chat, with the customer's name in it; only of a chat that it has.
func TestAnAgentSaysQuickResponses(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	b := admin(t, s)
	off := false
	for _, r := range []quick{
		{Shortcut: "hello", Title: "t", Content: "Hello {{Contact.CustomerName}}, {{ Agent.DisplayName }} here, about {{Attributes.order}} in {{Contact.Queue}} {{Attributes.none}} {{Attributes.none}} {{nonsense}}"},
		{Shortcut: "off", Title: "t", Content: "c", Active: &off},
	} {
		b.want(200, "POST", "/api/quick-responses", r)
	}
	hours := s.Signed("GET", "/hours-of-operations-summary/"+s.InstanceID, "").Want(t, 200, "").Members(t)["HoursOfOperationSummaryList"].([]any)[0].(map[string]any)["Id"]
	other := s.Signed("PUT", "/queues/"+s.InstanceID, map[string]any{"Name": "Other", "HoursOfOperationId": hours}).Want(t, 200, "").Members(t)["QueueId"].(string)
	b.want(200, "POST", "/api/quick-responses", quick{Shortcut: "elsewhere", Title: "t", Content: "c", Queues: []string{other}})
	d := newDesk(t, s, "grace", "BasicAgentAccess")
	for _, asked := range []string{"", "queue=none"} { // which queue is for the contact to say
		if diff := cmp.Diff([]string{"hello", "elsewhere"}, list(t, d.browser, "/api/agent/quick-responses?"+asked)); diff != "" {
			t.Errorf("without a contact, %q (-want +got):\n%s", asked, diff)
		}
	}
	d.choose("Available")
	chat := s.Join(harness.WithFlow(s.ContactFlowID), func(in *connect.StartChatContactInput) { in.Attributes = map[string]string{"order": "66"} })
	d.awaitContact(chat.ContactID, "CONNECTING")
	d.accept(chat.ContactID)
	a := d.want(200, "GET", "/api/agent/quick-responses?contact="+chat.ContactID, nil)
	d.doc.described(t, d.doc.Paths["/api/agent/quick-responses"]["get"], a)
	var page struct {
		List []quick `json:"quick_responses"`
	}
	decode(t, a, &page)
	if len(page.List) != 1 {
		t.Fatalf("offered are %s", a.body)
	}
	want := "Hello Customer, grace here, about 66 in BasicQueue {{Attributes.none}} {{Attributes.none}} {{nonsense}}"
	if got := page.List[0]; got.Content != want || len(got.Missing) != 1 || got.Missing[0] != "Attributes.none" {
		t.Errorf("filled in is %q, missing %v; want %q", got.Content, got.Missing, want)
	}
	if told := contact(t, d.browser, chat.ContactID); len(told.Attributes) != 1 || told.Attributes[0].Name != "order" || told.Attributes[0].Value != "66" {
		t.Errorf("the attributes of the contact are %+v", told.Attributes)
	}
	stranger := newDesk(t, s, "stranger", "BasicAgentAccess")
	stranger.want(404, "GET", "/api/agent/quick-responses?contact="+chat.ContactID, nil)
	stranger.want(400, "GET", "/api/agent/quick-responses?limit=0", nil)
}
