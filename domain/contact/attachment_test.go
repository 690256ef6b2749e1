package contact_test

import (
	"fmt"
	"testing"
	"time"

	"parley/domain/attachment"
	"parley/domain/change"
	"parley/domain/contact"
	"parley/domain/processing"
	"parley/domain/session"
	"parley/domain/transcript"
	"parley/internal/fault"
)

func files(d *contact.Draft) attachment.Draft { return attachment.Draft{Draft: d} }

// upload starts the upload of a file by somebody.
func (r *room) upload(id, who string) error {
	return r.decide(func(d *contact.Draft) error {
		f := session.File{ID: id, Participant: who, Name: "a.txt", ContentType: "text/plain", Size: 5, UploadBy: r.now.Add(time.Minute)}
		if who == "" {
			f.ContactID = chatID
		}
		return files(d).StartUpload(f, attachment.Limits{Size: 10, Count: 3})
	})
}

func (r *room) uploaded(id string) {
	r.must(func(d *contact.Draft) error { return files(d).Uploaded(id, "key-"+id, []byte("sum")) })
}

func (r *room) complete(id, who string, scan bool) error {
	return r.decide(func(d *contact.Draft) error { return files(d).CompleteUpload(id, who, scan) })
}

func (r *room) verdict(id string, clean bool) {
	r.must(func(d *contact.Draft) error { files(d).Verdict(id, clean); return nil })
}

// attachments are the statuses of the files that the transcript shows.
func (r *room) attachments() (found []string) {
	for i := range r.items {
		if a, ok := r.items[i].Attached(); ok {
			found = append(found, a.AttachmentID+" "+a.Status)
		}
	}
	return found
}

func (r *room) wantFile(id string, want session.FileStatus, shown ...string) {
	r.t.Helper()
	got := session.FileStatus("")
	if f := r.s.File(id); f != nil {
		got = f.Status
	}
	if got != want || fmt.Sprint(r.attachments()) != fmt.Sprint(shown) {
		r.t.Fatalf("the file is %q, the chat shows %v; want %q and %v", got, r.attachments(), want, shown)
	}
}

func TestAFileIsShownOnceItIsThere(t *testing.T) {
	r := connected(t)
	r.now = r.now.Add(time.Second)
	if err := r.upload("f", customer); err != nil {
		t.Fatal(err)
	}
	r.wantFile("f", session.FileAwaited)
	wantOutcome(t, "too early", r.complete("f", customer, false), false, fault.Rule)
	r.must(func(d *contact.Draft) error { files(d).RefuseUpload("f", "it is no text"); return nil })
	if err := r.complete("f", customer, false); err == nil || err.Error() != "it is no text" {
		t.Errorf("after a refusal: %v", err)
	}
	r.uploaded("f")
	wantOutcome(t, "a second upload", r.decide(func(d *contact.Draft) error { return files(d).Uploaded("f", "other", nil) }), false, fault.Denied)
	wantOutcome(t, "by a stranger", r.complete("f", bot, false), false, fault.Denied)
	wantOutcome(t, "from outside", r.complete("f", "", false), false, fault.NotFound)
	if err := r.complete("f", customer, false); err != nil {
		t.Fatal(err)
	}
	r.wantFile("f", session.FileApproved, "f APPROVED")
	wantOutcome(t, "again", r.complete("f", customer, false), false, fault.Conflict)
	last := r.items[len(r.items)-1]
	if last.Author.ParticipantID != customer || last.ContactID != chatID || last.Stream != "" {
		t.Errorf("the item is %+v", last)
	}
}

func TestAScannedFileIsShownWithItsVerdict(t *testing.T) {
	for _, clean := range []bool{true, false} {
		r := connected(t)
		r.mustUpload("f")
		if err := r.complete("f", customer, true); err != nil {
			t.Fatal(err)
		}
		r.wantFile("f", session.FileInProgress)
		early, ok := attachment.Scanning(r.s, "f")
		if !ok {
			t.Fatal("nothing to show while it is scanned")
		}
		r.now = r.now.Add(time.Minute)
		r.verdict("f", clean)
		want := map[bool]session.FileStatus{true: session.FileApproved, false: session.FileRejected}[clean]
		r.wantFile("f", want, "f "+string(want))
		if last := r.items[len(r.items)-1]; last.Stream != early.ID {
			t.Errorf("the item's Id is %s, and was %s", last.Stream, early.ID)
		}
		r.verdict("f", !clean) // too late
		r.wantFile("f", want, "f "+string(want))
		d := contact.Decide(r.s, setID, r.now)
		if got := files(d).Needed("f"); (got == "key-f") != clean {
			t.Errorf("clean %v: the key that is needed is %q", clean, got)
		}
	}
}

func (r *room) mustUpload(id string) {
	r.t.Helper()
	if err := r.upload(id, customer); err != nil {
		r.t.Fatalf("%v", err)
	}
	r.uploaded(id)
}

func TestWhatNobodyScans(t *testing.T) {
	r := connected(t)
	r.mustUpload("f")
	if err := r.complete("f", customer, true); err != nil {
		t.Fatal(err)
	}
	ref := change.DueRef{DueKey: change.DueKey{Owner: chatID, Kind: attachment.DueScan, Subject: "f"}, Generation: 1}
	again := func() (scan bool) {
		r.must(func(d *contact.Draft) error { scan = files(d).ScanAgain(ref); return nil })
		return scan
	}
	r.now = r.now.Add(attachment.ScanUntil - time.Millisecond)
	if !again() {
		t.Error("it is not scanned again")
	}
	r.wantFile("f", session.FileInProgress)
	r.now = r.now.Add(2 * time.Millisecond)
	if again() {
		t.Error("it is scanned for ever")
	}
	r.wantFile("f", session.FileRejected, "f REJECTED")
}

func TestHowManyFiles(t *testing.T) {
	r := connected(t)
	for i := range 3 {
		r.mustUpload(fmt.Sprint("f", i))
		if err := r.upload(fmt.Sprint("o", i), ""); err != nil {
			t.Fatal(err)
		}
	}
	wantOutcome(t, "a fourth", r.upload("f3", customer), false, fault.Quota)
	wantOutcome(t, "a fourth from outside", r.upload("o3", ""), false, fault.Quota)
	r.must(func(d *contact.Draft) error { files(d).Abandon("f0"); return nil })
	r.wantFile("f0", session.FileDiscarded)
	if err := r.upload("f3", customer); err != nil {
		t.Errorf("in the place of one that was discarded: %v", err)
	}
	ref := change.DueRef{DueKey: change.DueKey{Owner: chatID, Kind: attachment.DueFile, Subject: "f0"}, Generation: 1}
	r.must(func(d *contact.Draft) error { files(d).Swept(ref); return nil })
	r.wantFile("f0", "")
	r.must(func(d *contact.Draft) error { files(d).Abandon("f1"); return nil })
	wantOutcome(t, "a discarded file", r.complete("f1", customer, false), false, fault.Denied)
	wantOutcome(t, "discarded twice", r.decide(func(d *contact.Draft) error { return files(d).Discard("f1") }), false, fault.NotFound)
}

func TestFilesAndTheEndOfAChat(t *testing.T) {
	r := connected(t)
	r.mustUpload("f")
	r.mustUpload("g")
	if err := r.complete("g", customer, true); err != nil {
		t.Fatal(err)
	}
	if err := r.upload("o", ""); err != nil {
		t.Fatal(err)
	}
	r.must((*contact.Draft).Stop)
	last := len(r.items)
	wantOutcome(t, "a start", r.upload("h", customer), false, fault.Denied)
	wantOutcome(t, "a completion", r.complete("f", customer, false), false, fault.Denied)
	r.verdict("g", true)
	r.wantFile("g", session.FileApproved)
	r.uploaded("o")
	if err := r.complete("o", "", false); err != nil {
		t.Errorf("from outside: %v", err)
	}
	if len(r.items) != last || r.items[last-1].ContentType != transcript.Ended {
		t.Error("something follows the end of the chat")
	}
}

func TestBotsHaveNoFiles(t *testing.T) {
	r := withFlow(connected(t))
	r.bot()
	wantOutcome(t, "a bot's upload", r.upload("f", bot), false, fault.Denied)
	_, err := attachment.Reads(r.s, bot, r.now)
	wantOutcome(t, "a bot's reading", err, false, fault.Denied)
}

// A file keeps its place behind what was said before it and still waits for its processor.
func TestAFileOvertakesNoMessage(t *testing.T) {
	r := connected(t)
	r.must(func(d *contact.Draft) error { return d.StartProcessing("arn:f", true) })
	r.says(customer)
	if err := r.upload("f", customer); err != nil {
		t.Fatal(err)
	}
	r.uploaded("f")
	if err := r.complete("f", customer, false); err != nil {
		t.Fatal(err)
	}
	r.wantFile("f", session.FileApproved)
	first := r.s.State.Processing.Waiting[0].ID
	r.must(func(d *contact.Draft) error {
		d.Processed(first, processing.Result{Status: processing.Approved})
		return nil
	})
	r.wantFile("f", session.FileApproved, "f APPROVED")
	if n := len(r.items); r.items[n-2].Content != "here" || r.items[n-1].Type != transcript.Attachment {
		t.Errorf("said %+v", r.items[n-2:])
	}
}

// A supervisor who only watches attaches nothing: nobody knows that it is there.
func TestWhoOnlyWatchesAttachesNothing(t *testing.T) {
	r := served(t)
	r.s.State.Participants = append(r.s.State.Participants, session.Participant{ID: "mia", Role: transcript.Supervisor, Silent: true, JoinedAt: t0})
	wantKind(t, "an upload", r.upload("f", "mia"), fault.Denied)
	r.s.Participant("mia").Silent = false
	if err := r.upload("f", "mia"); err != nil {
		t.Fatal(err)
	}
	r.uploaded("f")
	r.s.Participant("mia").Silent = true
	wantKind(t, "the end of an upload", r.complete("f", "mia", false), fault.Denied)
}
