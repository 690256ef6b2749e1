package privacy_test

import (
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/connectparticipant"
	"github.com/aws/aws-sdk-go-v2/service/connectparticipant/types"

	"parley/e2e/harness"
)

// TestNothingIsLeftOfACustomer: what an erased customer said, was called and sent was all in an export, and is in no file, no row and no
// log, while what others said between is all there.
func TestNothingIsLeftOfACustomer(t *testing.T) {
	s := harness.Start(t, harness.Flags("--attachments", "disk", "--contact-events", "dead=http://127.0.0.1:1/", "--allow-outbound", "127.0.0.1"))
	quiet := s.Quiet()
	const ada, ben = "canaryada", "keepsben"
	var kept *harness.Chat
	for i := range 6 { // so that pages have something of both
		over(t, s, talk(t, s, ada, ada, quiet, 15))
		kept = talk(t, s, ben, ben, quiet, 15)
		if i < 5 {
			over(t, s, kept)
		}
	}
	live := talk(t, s, ada, ada, quiet, 3)
	subscribe(t, s, live, "https://push.example/"+ada+"-push")
	before := places(t, s, ada)
	if len(before) < 3 {
		t.Fatalf("the test looks in wrong places: it is in %v", before)
	}

	files := exported(t, s, "--customer", ada)
	if got := chats(files); len(got) != 7 || !has(got, live.ContactID) || has(got, kept.ContactID) {
		t.Errorf("the export has the chats %v", got)
	}
	for _, chat := range chats(files) {
		words := []string{ada + "-name", ada + "-attribute", `"` + ada + `"`, ada + "-file.txt", ada + "-bytes", ada + "-message0,", ada + "-message2,"}
		if chat != live.ContactID {
			words = append(words, ada+"-message14,")
		} else {
			words = append(words, ada+"-push")
		}
		for _, word := range words {
			if len(within(files, "chats/"+chat+"/", word)) == 0 {
				t.Errorf("%s is not in the export of the chat %s", word, chat)
			}
		}
	}
	if got := within(files, "", ben); len(got) > 0 {
		t.Errorf("what somebody else said is exported, in %v", got)
	}

	out, refused := parley(t, s, "erase", "--customer", ada)
	if !refused || !strings.Contains(out, live.ContactID) || !strings.Contains(out, "--end") {
		t.Errorf("a customer whose chat goes on was erased: %s", out)
	}
	if got := live.Transcript(); len(got) < 3 {
		t.Errorf("a refused erasure left %d items", len(got))
	}
	out, failed := parley(t, s, "erase", "--customer", ada, "--end")
	if failed || !strings.Contains(out, "is done. Erased: 7 chats.") {
		t.Fatalf("erase: %s", out)
	}
	live.Socket.AwaitClose()
	if left := places(t, s, ada); len(left) > 0 {
		t.Errorf("after the erasure it is in %v", left)
	}
	to := filepath.Join(t.TempDir(), "nothing.zip")
	if out, failed := parley(t, s, "held", "--customer", ada, "--to", to); !failed || !strings.Contains(out, "nothing is held of this customer") {
		t.Errorf("after the erasure an export says: %s", out)
	}
	if _, err := os.Stat(to); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("an export of nothing left a file: %v", err)
	}
	if texts := kept.Transcript(); len(texts) < 15 {
		t.Errorf("of somebody else's chat %d items are left", len(texts))
	}
	for _, want := range []string{"export asked for: of a CustomerId", "exported: 7 chats", "erasure asked for: of a CustomerId", "erased: 7 chats", "exported: 0 chats"} {
		if events := audited(t, s); !has(events, want) {
			t.Errorf("the audit log has no %q: %q", want, events)
		}
	}
	if out, failed := parley(t, s, "erase", "--customer", ada); failed || !strings.Contains(out, "is done. Erased: 0 chats.") {
		t.Errorf("once more: %s", out)
	}
	s.Crash()
	if left := places(t, s, ada); len(left) > 0 {
		t.Errorf("after a restart it is in %v", left)
	}
	contact := kept.ContactID
	over(t, s, kept.Connect())
	if out, failed := parley(t, s, "erase", "--contact", contact); failed || !strings.Contains(out, "is done. Erased: 1 chat.") {
		t.Errorf("a contact: %s", out)
	}
	if out, failed := parley(t, s, "erase", "--contact", contact); !failed || !strings.Contains(out, "not found") {
		t.Errorf("a contact that is not there: %s", out)
	}
}

// TestRulesOfRetention: what is older than the rules say goes by itself, each rule its own.
func TestRulesOfRetention(t *testing.T) {
	s := harness.Start(t, harness.Flags("--attachments", "disk"))
	quiet := s.Quiet()
	for _, c := range []struct{ given, says string }{
		{"--attachments 900 --transcripts 0 --records 730", "records      are kept for 730 days after the end of a chat.\n" +
			"transcripts  are kept for 730 days after the end of a chat: they go with its records.\nattachments  are kept for 730 days after the end of a chat: they go with its records.\n"},
		{"--attachments 900 --transcripts 90 --records 0", "records      are kept for ever.\n" +
			"transcripts  are kept for 90 days after the end of a chat.\nattachments  are kept for 90 days after the end of a chat: they go with its transcripts.\n"},
	} {
		if out, failed := parley(t, s, append([]string{"retention"}, strings.Fields(c.given)...)...); failed || out != c.says {
			t.Errorf("retention %s: %s", c.given, out)
		}
	}
	if out, failed := parley(t, s, "retention", "--attachments", "2", "--transcripts", "4", "--records", "9"); failed || !strings.Contains(out, "for 4 days") {
		t.Fatalf("retention: %s", out)
	}
	chat := talk(t, s, "ada", "canary", quiet, 3)
	over(t, s, chat)
	young := talk(t, s, "ada", "young", quiet, 3)
	over(t, s, young)
	for _, day := range []struct {
		advance                   time.Duration
		bytes, messages, everyone bool // are left
	}{{24 * time.Hour, true, true, true}, {25 * time.Hour, false, true, true}, {48 * time.Hour, false, false, true}, {5 * 24 * time.Hour, false, false, false}} {
		s.Advance(day.advance)
		for text, want := range map[string]bool{"canary-bytes": day.bytes, "canary-message1": day.messages, "canary-attribute": day.everyone} {
			if got := len(places(t, s, text)) > 0; got != want {
				t.Errorf("%v later %s is there: %v, want %v (%v)", day.advance, text, got, want, places(t, s, text))
			}
		}
	}
	if events := audited(t, s); !has(events, "retention: 2 chats") {
		t.Errorf("the audit log: %q", events)
	}
}

// TestAMessageIsRedacted: its text is gone from where it was, and clients get another one in its place; so is a file.
func TestAMessageIsRedacted(t *testing.T) {
	s := harness.Start(t, harness.Flags("--attachments", "disk"))
	chat := s.Join(s.Quiet())
	chat.Send("before")
	id := chat.Send("my password is canarysecret")
	chat.Send("after")
	if len(places(t, s, "canarysecret")) == 0 {
		t.Fatal("the test looks in wrong places")
	}
	if out, failed := parley(t, s, "redact", chat.ContactID, id); failed {
		t.Fatalf("redact: %s", out)
	}
	if left := places(t, s, "canarysecret"); len(left) > 0 {
		t.Errorf("it is in %v", left)
	}
	var texts []string
	for _, item := range chat.Transcript() {
		if item.Content != nil {
			texts = append(texts, *item.ContentType+" "+*item.Content)
		}
		if *item.Id == id && *item.Content != "[REDACTED]" {
			t.Errorf("in its place is %q", *item.Content)
		}
	}
	if got := strings.Join(texts, "|"); got != "text/plain before|text/plain [REDACTED]|text/plain after" {
		t.Errorf("the transcript is %s", got)
	}
	if out, failed := parley(t, s, "redact", chat.ContactID, chat.ContactID); !failed || !strings.Contains(out, "not found") {
		t.Errorf("a message that is not there: %s", out)
	}
	if events := audited(t, s); !has(events, "message redacted: "+id) {
		t.Errorf("the audit log: %q", events)
	}

	attach(t, s, chat, "canaryname.txt", "canarybytes")
	file := shown(t, chat)
	link, err := s.Participant().GetAttachment(ctx(), &connectparticipant.GetAttachmentInput{ConnectionToken: &chat.ConnectionToken, AttachmentId: file.AttachmentId})
	if err != nil {
		t.Fatal(err)
	}
	if out, failed := parley(t, s, "redact", chat.ContactID, *file.AttachmentId, "--name"); failed {
		t.Fatalf("redact: %s", out)
	}
	for _, word := range []string{"canaryname", "canarybytes"} {
		harness.Await(t, word+" is nowhere", 10*time.Second, func() error { // the chat forgets the file right after its bytes are gone
			if left := places(t, s, word); len(left) > 0 {
				return fmt.Errorf("it is in %v", left)
			}
			return nil
		})
	}
	if got := shown(t, chat); *got.AttachmentName != "[REDACTED].txt" || got.Status != "REJECTED" {
		t.Errorf("the file is shown as %s, %s", *got.AttachmentName, got.Status)
	}
	if _, err := s.Participant().GetAttachment(ctx(), &connectparticipant.GetAttachmentInput{ConnectionToken: &chat.ConnectionToken, AttachmentId: file.AttachmentId}); err == nil {
		t.Error("the file is still to be had")
	}
	if res, err := http.Get(*link.Url); err != nil || res.StatusCode != http.StatusForbidden {
		t.Errorf("the link that was given out answers %v, %v", res, err)
	}
	if events := audited(t, s); !has(events, "attachment redacted: "+*file.AttachmentId+" and its name") {
		t.Errorf("the audit log: %q", events)
	}
}

// shown is the file that the transcript shows.
func shown(t *testing.T, chat *harness.Chat) types.AttachmentItem {
	t.Helper()
	for _, item := range chat.Transcript() {
		if len(item.Attachments) > 0 {
			return item.Attachments[0]
		}
	}
	t.Fatal("the transcript shows no file")
	return types.AttachmentItem{}
}
