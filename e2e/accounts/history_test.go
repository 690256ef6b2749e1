package accounts_test

import (
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"parley/e2e/harness"
)

// past reads a whole transcript by pages of so many, and returns what was said in messages.
func past(t *testing.T, b *browser, contact string, limit int) (texts []string) {
	t.Helper()
	for after := int64(0); ; {
		var page struct {
			Items []struct{ Type, Content string }
			Next  int64
		}
		a := b.want(200, "GET", fmt.Sprintf("/api/history/%s/transcript?limit=%d&after=%d", contact, limit, after), nil)
		if err := json.Unmarshal(a.body, &page); err != nil || len(page.Items) > limit {
			t.Fatalf("%s: %v", a.body, err)
		}
		for _, i := range page.Items {
			if i.Type == "MESSAGE" {
				texts = append(texts, i.Content)
			}
		}
		if after = page.Next; after == 0 {
			return texts
		}
	}
}

// recent lists the contacts of the last hour, narrowed down by some parameters.
func recent(t *testing.T, b *browser, more string) (ids []string) {
	t.Helper()
	times := url.Values{"from": {time.Now().Add(-time.Hour).UTC().Format(time.RFC3339)}, "until": {time.Now().Add(time.Hour).UTC().Format(time.RFC3339)}}
	for next := ""; ; {
		var page struct {
			Contacts []struct {
				ID string `json:"contact_id"`
			}
			Next string
		}
		a := b.want(200, "GET", "/api/history?limit=1&"+times.Encode()+"&"+more+"&next="+next, nil)
		if err := json.Unmarshal(a.body, &page); err != nil {
			t.Fatalf("%s: %v", a.body, err)
		}
		for _, c := range page.Contacts {
			ids = append(ids, c.ID)
		}
		if next = page.Next; next == "" {
			return ids
		}
	}
}

// TestTheTranscriptOfAnEndedChat is read by its agent in after-contact work and by who may search, also after a restart, and by nobody else.
func TestTheTranscriptOfAnEndedChat(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	ben, eve := newDesk(t, s, "ben", "BasicAgentAccess"), newDesk(t, s, "eve", "BasicAgentAccess")
	boss, _ := supervisor(t, s, "boss", "ContactSearch.View")
	none, _ := supervisor(t, s, "none", "Users.View")
	ben.choose("Available")
	chat := s.Join()
	ben.awaitContact(chat.ContactID, "CONNECTING")
	seat := ben.accept(chat.ContactID)
	chat.Send("Where is my order?")
	seat.Send("On its way.")
	ben.do(200, chat.ContactID, "end", nil)
	ben.choose("Offline")
	other := s.Join()
	at := "/api/history/" + chat.ContactID + "/transcript"

	said := func(texts []string) []string {
		return slices.DeleteFunc(texts, func(text string) bool { return text != "Where is my order?" && text != "On its way." })
	}
	want := []string{"Where is my order?", "On its way."}
	for _, limit := range []int{1, 500} {
		if got := said(past(t, ben.browser, chat.ContactID, limit)); !slices.Equal(got, want) {
			t.Errorf("ben, pages of %d: %q", limit, got)
		}
	}
	if got := said(past(t, boss, chat.ContactID, 2)); !slices.Equal(got, want) {
		t.Errorf("boss: %q", got)
	}
	if log := string(admin(t, s).want(200, "GET", "/api/audit", nil).body); strings.Count(log, `"transcript.read"`) == 0 || !strings.Contains(log, chat.ContactID) {
		t.Errorf("the audit log does not say who read: %s", log)
	}
	eve.want(404, "GET", at, nil)
	none.want(403, "GET", at, nil)
	newBrowser(t, s).want(401, "GET", at, nil)
	boss.want(404, "GET", "/api/history/01a214b5-c5a9-72b6-be95-000000000000/transcript", nil)
	boss.want(400, "GET", at+"?limit=501", nil)
	boss.want(400, "GET", at+"?after=-1", nil)

	s.Kill()
	s.Boot()
	late, boss := signIn(t, s, "ben", secret), signIn(t, s, "boss", secret)
	if got := said(past(t, late, chat.ContactID, 500)); !slices.Equal(got, want) {
		t.Errorf("ben, after a crash: %q", got)
	}
	for who, c := range map[string]struct {
		b    *browser
		more string
		want []string
	}{
		"boss":                   {boss, "", []string{other.ContactID, chat.ContactID}},
		"boss of nobody's":       {boss, "agent=nobody", nil},
		"ben":                    {late, "", []string{chat.ContactID}},
		"ben of somebody else's": {late, "agent=nobody", []string{chat.ContactID}},
		"eve":                    {signIn(t, s, "eve", secret), "", nil},
	} {
		if got := recent(t, c.b, c.more); !slices.Equal(got, c.want) {
			t.Errorf("%s finds %q, want %q", who, got, c.want)
		}
	}
	boss.want(400, "GET", "/api/history", nil)
	boss.want(400, "GET", "/api/history?from=2026-01-01T00:00:00Z&until=2026-04-01T00:00:00Z", nil)
}
