package accounts_test

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"parley/app/privacy"
	"parley/e2e/harness"
)

// searched finds contacts by words, by pages of one; snippets have the matches in brackets.
func searched(t *testing.T, b *browser, text, more string) (ids, snippets []string) {
	t.Helper()
	q := url.Values{
		"text": {text}, "from": {time.Now().Add(-time.Hour).UTC().Format(time.RFC3339)}, "until": {time.Now().Add(time.Hour).UTC().Format(time.RFC3339)},
	}
	for next := ""; ; {
		var page struct {
			Contacts []struct {
				ID      string `json:"contact_id"`
				Snippet []struct {
					Text  string
					Match bool
				}
			}
			Next string
		}
		a := b.want(200, "GET", "/api/history/search?limit=1&"+q.Encode()+"&"+more+"&next="+next, nil)
		if err := json.Unmarshal(a.body, &page); err != nil || len(page.Contacts) > 1 {
			t.Fatalf("%s: %v", a.body, err)
		}
		for _, c := range page.Contacts {
			ids = append(ids, c.ID)
			shown := ""
			for _, p := range c.Snippet {
				if p.Match {
					p.Text = "[" + p.Text + "]"
				}
				shown += p.Text
			}
			snippets = append(snippets, shown)
		}
		if next = page.Next; next == "" {
			return ids, snippets
		}
	}
}

// TestTranscriptsAreSearched: by words, by who may search all and by agents their own; what is redacted is found no more.
func TestTranscriptsAreSearched(t *testing.T) {
	s := harness.Start(t)
	ben, eve := newDesk(t, s, "ben", "BasicAgentAccess"), newDesk(t, s, "eve", "BasicAgentAccess")
	boss, _ := supervisor(t, s, "boss", "ContactSearch.View", "Transcripts.Redact", "CustomerData.Export")
	none, _ := supervisor(t, s, "none", "Users.View")
	ben.choose("Available")
	chat := s.Join()
	ben.awaitContact(chat.ContactID, "CONNECTING")
	seat := ben.accept(chat.ContactID)
	chat.Send("Where is my lost parcel?")
	answer := seat.Send("The parcel is at the depot.")
	ben.do(200, chat.ContactID, "end", nil)
	ben.choose("Offline")
	other := s.Join(s.Quiet())
	other.Send("a parcel, too")
	other.Leave()

	harness.Await(t, "both are found", 20*time.Second, func() error {
		if ids, _ := searched(t, boss, "parcel", ""); len(ids) != 2 || !slices.Equal(ids, []string{other.ContactID, chat.ContactID}) {
			return fmt.Errorf("found %v", ids)
		}
		return nil
	})
	for _, c := range []struct {
		who        *browser
		text, more string
		want       []string
	}{
		{boss, `"lost parcel"`, "", []string{chat.ContactID}},
		{boss, "dep* WHERE", "", []string{chat.ContactID}},
		{boss, "parcel", "agent=" + ben.id, []string{chat.ContactID}},
		{boss, "parcel", "customer=nobody", nil},
		{ben.browser, "parcel", "", []string{chat.ContactID}},
		{ben.browser, "parcel", "agent=" + eve.id, []string{chat.ContactID}},
		{eve.browser, "parcel", "agent=" + ben.id, nil},
	} {
		if ids, _ := searched(t, c.who, c.text, c.more); !slices.Equal(ids, c.want) {
			t.Errorf("%s %s: found %v, want %v", c.text, c.more, ids, c.want)
		}
	}
	if _, shown := searched(t, boss, "lost depot", ""); !slices.Equal(shown, []string{"Where is my [lost] parcel?"}) {
		t.Errorf("the snippet is %q", shown)
	}
	none.want(403, "GET", "/api/history/search?text=parcel", nil)
	boss.want(400, "GET", "/api/history/search?text=parcel", nil)

	ben.want(403, "POST", "/api/history/"+chat.ContactID+"/redactions", map[string]string{"message_id": answer})
	boss.want(200, "POST", "/api/history/"+chat.ContactID+"/redactions", map[string]string{"message_id": answer})
	harness.Await(t, "what is redacted is found no more", 20*time.Second, func() error {
		if ids, _ := searched(t, boss, "depot", ""); len(ids) > 0 {
			return errors.New("it is found")
		}
		return nil
	})
	if ids, _ := searched(t, boss, "lost", ""); len(ids) != 1 {
		t.Errorf("what else was said is found in %v", ids)
	}
	boss.want(404, "POST", "/api/exports", map[string]string{"contact_id": "another"})
	none.want(403, "POST", "/api/exports", map[string]string{"contact_id": chat.ContactID})
	link, _ := boss.want(200, "POST", "/api/exports", map[string]string{"contact_id": chat.ContactID}).member(t, "link").(string)
	newBrowser(t, s).want(401, "GET", link, nil)
	none.want(403, "GET", link, nil)
	signIn(t, s, "boss", secret).want(404, "GET", link, nil) // it is of the other sign-in
	boss.want(404, "GET", link[:len(link)-8]+"AAAAAAAA", nil)
	if strings.Contains(link, chat.ContactID) {
		t.Errorf("the link says of whom it is: %s", link)
	}
	boss.token = "" // a browser that follows a link has the cookie alone
	if head := boss.want(200, "HEAD", link, nil); head.header.Get("Content-Type") != "application/zip" {
		t.Errorf("the headers alone are %v", head.header)
	}
	exported := func() int {
		return strings.Count(string(admin(t, s).want(200, "GET", "/api/audit", nil).body), `"`+privacy.EventExported+`"`)
	}
	if exported() != 0 {
		t.Error("who asked for the headers is told to have it all")
	}
	held := boss.want(200, "GET", link, nil)
	if exported() != 1 {
		t.Error("the audit log does not say that it was exported")
	}
	if z, err := zip.NewReader(bytes.NewReader(held.body), int64(len(held.body))); err != nil || !slices.ContainsFunc(z.File, func(f *zip.File) bool {
		return f.Name == "chats/"+chat.ContactID+"/transcripts/"+chat.ContactID+".json"
	}) || held.header.Get("Content-Type") != "application/zip" || held.header.Get("Cross-Origin-Resource-Policy") != "same-origin" ||
		!strings.HasPrefix(held.header.Get("Content-Disposition"), "attachment; ") {
		t.Errorf("what is held comes as %v: %v", held.header, err)
	}
	s.Advance(59 * time.Second)
	boss.want(200, "HEAD", link, nil)
	s.Advance(2 * time.Second)
	boss.want(404, "HEAD", link, nil)                                                       // its minute is over, by the clock that tests move
	boss.want(403, "POST", "/api/exports", map[string]string{"contact_id": chat.ContactID}) // nor does a page of others have the token
	boss.want(403, "POST", "/api/erasures", map[string]string{"contact_id": chat.ContactID})
	boss.want(403, "GET", "/api/retention", nil)
}

// TestWhatIsRedactedIsNotFound: as soon as a redaction is answered, no search finds the contact by what was said.
func TestWhatIsRedactedIsNotFound(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	boss, _ := supervisor(t, s, "boss", "ContactSearch.View")
	for i := range 10 {
		chat := s.Join(s.Quiet())
		word := fmt.Sprint("secretword", i)
		id := chat.Send("my password is " + word)
		chat.Leave()
		harness.Await(t, "it is found", 20*time.Second, func() error {
			if ids, _ := searched(t, boss, word, ""); len(ids) != 1 {
				return fmt.Errorf("found %v", ids)
			}
			return nil
		})
		s.Signed("POST", "/parley/privacy/redact", map[string]any{"instance": s.InstanceID, "contact": chat.ContactID, "id": id}).Want(t, 200, "")
		if ids, _ := searched(t, boss, word, ""); len(ids) != 0 {
			t.Fatalf("chat %d is found by what was redacted", i)
		}
	}
}
