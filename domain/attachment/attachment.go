// Package attachment holds the rules of the files that are attached to chats: what may be, and how one comes from
// its upload to the transcript, or goes.
//
// It guarantees: a participant's file is shown once, when its bytes are safe and nobody objects to them, in its place among
// the messages; nobody is shown that a supervisor who only watches was there.
package attachment

import (
	"slices"
	"strings"
	"time"

	"parley/domain/change"
	"parley/domain/contact"
	"parley/domain/filetype"
	"parley/domain/session"
	"parley/domain/transcript"
	"parley/internal/fault"
)

// Kinds of deadlines of files; the subject is the file.
const (
	DueFile = "file" // an upload is over: what it left behind and is not needed goes
	DueScan = "scan" // a scanner should have answered
)

// Times of files (our choice).
const (
	// UploadWithin is how long one upload may take once its bytes have begun to come.
	UploadWithin = 10 * time.Minute
	// sweepAfter is how long after the end of an upload URL no upload can be under way any more.
	sweepAfter = UploadWithin + 5*time.Minute
	// ScanWithin is how long a scanner may take with one file (Amazon Connect: 60 seconds), and how
	// often a file is given to one again; after ScanUntil a file that nobody judged is rejected.
	ScanWithin = time.Minute
	scanAgain  = ScanWithin + 15*time.Second
	ScanUntil  = 5 * time.Minute
)

// Draft decides about the files of a session.
type Draft struct{ *contact.Draft }

// Limits bound the files of one chat.
type Limits struct {
	Size  int64 // bytes of one file
	Count int   // files of a chat's participants, and as many again from outside
	// Extensions are the ends of names that files may have, of those that chats can carry; nil = all of them.
	Extensions []string
}

// Bounds of what can be allowed: Amazon Connect takes files of 1 to 100 MB; the count is our choice, since
// what is known of each file lies in the session.
const (
	MaxSize  = 100 << 20
	MaxCount = 100
)

// Defaults returns the limits of Amazon Connect: 20 MB, and 35 attachments in a conversation.
func Defaults() Limits { return Limits{Size: 20 << 20, Count: 35} }

// StartUpload notes that a file is to be uploaded (StartAttachmentUpload,
// StartAttachedFileUpload). f has what the caller said, an id and UploadBy; a file of a participant
// belongs to the contact that is going on. The caller may act in the chat, or is outside.
func (d Draft) StartUpload(f session.File, lim Limits) error {
	if f.Participant != "" {
		if _, err := d.attaches(f.Participant); err != nil {
			return err
		}
		f.ContactID = d.Session().Current().ID
	}
	kind, err := filetype.Of(f.Name, f.ContentType)
	if err != nil {
		return err
	}
	if lim.Extensions != nil && !slices.Contains(lim.Extensions, kind.Ext) {
		return fault.New(fault.Rule, "Files of this type cannot be attached here. Allowed are %s", strings.Join(lim.Extensions, ", "))
	}
	if f.Size > lim.Size {
		return fault.New(fault.Rule, "The file is too large: at most %d bytes can be attached", lim.Size)
	}
	if d.countFiles(f.Participant != "") >= lim.Count {
		return fault.New(fault.Quota, "At most %d files can be attached to a chat", lim.Count)
	}
	f.Status, f.CreatedAt = session.FileAwaited, d.Now()
	d.Session().State.Files = append(d.Session().State.Files, f)
	d.Touch(change.State)
	d.fileDue(DueFile, f.ID, f.UploadBy.Add(sweepAfter))
	return nil
}

// attaches returns the participant if it may attach files: who reads them may, but for a supervisor of whom nobody knows.
func (d Draft) attaches(participant string) (*session.Participant, error) {
	p, err := Reads(d.Session(), participant, d.Now())
	if err == nil && p.Silent {
		err = fault.New(fault.Denied, "Access denied: a supervisor who only watches attaches nothing")
	}
	return p, err
}

// Reads is contact.Here for who reads files: custom participants may not (Amazon Connect, GetAttachment).
func Reads(s *session.Session, participant string, now time.Time) (*session.Participant, error) {
	p, err := contact.Here(s, participant, now)
	if err == nil && p.Role == transcript.CustomBot {
		err = fault.New(fault.Denied, "Access denied: a custom participant has no attachments")
	}
	return p, err
}

func (d Draft) countFiles(inside bool) (n int) {
	for i := range d.Session().State.Files {
		if f := &d.Session().State.Files[i]; f.Status != session.FileDiscarded && (f.Participant != "") == inside {
			n++
		}
	}
	return n
}

// MayUpload refuses bytes that are not awaited: an upload URL is good for one upload, and
// that of a participant as long as the chat lasts.
func MayUpload(s *session.Session, id string) (*session.File, error) {
	f := s.File(id)
	switch {
	case f == nil || f.Status == session.FileDiscarded:
		return nil, fault.New(fault.Denied, "Access denied: the upload is over")
	case f.Status != session.FileAwaited:
		return nil, fault.New(fault.Denied, "Access denied: the upload URL was used before")
	case f.Participant != "" && s.Status == session.Ended:
		return nil, fault.New(fault.Denied, "Access denied: the chat has ended")
	}
	return f, nil
}

// Uploaded notes that a file's bytes are safe, and where. Bytes that came twice at once: the first win.
func (d Draft) Uploaded(id, key string, sum []byte) error {
	f, err := MayUpload(d.Session(), id)
	if err != nil {
		return err
	}
	f.Status, f.Key, f.SHA256, f.Refused = session.FileUploaded, key, sum, ""
	d.Touch(change.State)
	return nil
}

// RefuseUpload notes why bytes were not taken, for who completes the upload all the same.
func (d Draft) RefuseUpload(id, why string) {
	if f, err := MayUpload(d.Session(), id); err == nil && f.Refused != why {
		f.Refused = why
		d.Touch(change.State)
	}
}

// MayComplete refuses to complete a file that is not the participant's ("" = of nobody in the chat), or has no bytes.
func MayComplete(s *session.Session, id, participant string) (*session.File, error) {
	f := s.File(id)
	if f == nil || f.Participant != participant || f.Status == session.FileDiscarded {
		if participant == "" {
			return nil, fault.New(fault.NotFound, "FileId: the resource was not found")
		}
		return nil, fault.New(fault.Denied, "Access denied: AttachmentIds names no upload of yours")
	}
	switch {
	case f.Status == session.FileAwaited && f.Refused != "":
		return nil, fault.New(fault.Rule, "%s", f.Refused)
	case f.Status == session.FileAwaited:
		return nil, fault.New(fault.Rule, "The file has not been uploaded: its bytes did not arrive")
	case f.Status != session.FileUploaded:
		return nil, fault.New(fault.Conflict, "The upload of the file is complete already")
	}
	return f, nil
}

// CompleteUpload says that a file's bytes are there and sound. With scan it waits for
// a verdict; without it is approved, and a participant's is shown to the chat.
func (d Draft) CompleteUpload(id, participant string, scan bool) error {
	var p *session.Participant
	if participant != "" {
		var err error
		if p, err = d.attaches(participant); err != nil {
			return err
		}
	}
	f, err := MayComplete(d.Session(), id, participant)
	if err != nil {
		return err
	}
	if p != nil {
		d.Returned(p)
	}
	f.CompletedAt = d.Now().Truncate(time.Millisecond)
	d.Touch(change.State)
	if scan {
		f.Status = session.FileInProgress
		d.fileDue(DueScan, id, d.Now().Add(scanAgain))
		return nil
	}
	f.Status = session.FileApproved
	d.show(f, false)
	return nil
}

// Verdict says what a scanner found. A file that is not being scanned is left as it is.
func (d Draft) Verdict(id string, clean bool) {
	f := d.Session().File(id)
	if f == nil || f.Status != session.FileInProgress {
		return
	}
	f.Status = session.FileRejected
	if clean {
		f.Status = session.FileApproved
	} else {
		d.fileDue(DueFile, id, d.Now()) // its bytes go
	}
	d.DropDue(d.fileKey(DueScan, id))
	d.Touch(change.State)
	d.show(f, true)
}

// ScanAgain asks for another look at a file that nobody has judged, and rejects it where that took too long:
// what cannot be scanned is not let through. It answers the deadline ref.
func (d Draft) ScanAgain(ref change.DueRef) (scan bool) {
	d.Handled(ref)
	f := d.Session().File(ref.Subject)
	switch {
	case f == nil || f.Status != session.FileInProgress:
		return false
	case d.Now().Sub(f.CompletedAt) >= ScanUntil:
		d.Verdict(f.ID, false)
		return false
	}
	d.fileDue(DueScan, f.ID, d.Now().Add(scanAgain))
	return true
}

// show puts a participant's file into the transcript of a chat that goes on.
func (d Draft) show(f *session.File, scanned bool) {
	p := d.Session().Participant(f.Participant)
	if p == nil || p.Silent || d.Session().Status == session.Ended {
		return
	}
	item := shown(f, p)
	if scanned {
		item.Stream = scanID(d.Session(), f)
	}
	d.Post(item)
	d.Returned(p)
}

func shown(f *session.File, p *session.Participant) transcript.Item {
	return transcript.AttachmentItem(transcript.Attached{
		AttachmentID: f.ID, AttachmentName: f.Name, ContentType: f.ContentType, Status: string(f.Status),
	}, f.ContactID, p.Author())
}

// Scanning is what the chat is shown of a participant's file until the scanner has judged
// it: it is only pushed, and has the Id that the file's item will have. False for every other file.
func Scanning(s *session.Session, id string) (item transcript.Item, ok bool) {
	f := s.File(id)
	if f == nil || f.Status != session.FileInProgress || s.Participant(f.Participant) == nil {
		return item, false
	}
	item = shown(f, s.Participant(f.Participant))
	item.ID, item.Time = scanID(s, f), f.CompletedAt
	return item, true
}

// scanID is the Id of a file that is scanned before its place in the transcript is known.
func scanID(s *session.Session, f *session.File) string {
	return transcript.StreamID(s.ID, "file "+f.ID, f.CompletedAt)
}

// Discard begins the end of a file: nobody gets at it any more, and then its bytes go.
func (d Draft) Discard(id string) error {
	f := d.Session().File(id)
	if f == nil || f.Status == session.FileDiscarded {
		return fault.New(fault.NotFound, "FileId: the resource was not found")
	}
	f.Status = session.FileDiscarded
	d.Touch(change.State)
	d.DropDue(d.fileKey(DueScan, id))
	d.fileDue(DueFile, id, d.Now())
	return nil
}

// Abandon discards a file whose upload was never completed; the deadline that
// found it stands until its bytes are gone.
func (d Draft) Abandon(id string) {
	if f := d.Session().File(id); f != nil && (f.Status == session.FileAwaited || f.Status == session.FileUploaded) {
		f.Status = session.FileDiscarded
		d.Touch(change.State)
	}
}

// Swept says that nothing is left of a file but what is needed: one that was
// discarded is forgotten. It answers the deadline ref.
func (d Draft) Swept(ref change.DueRef) {
	d.Handled(ref)
	if f := d.Session().File(ref.Subject); f != nil && f.Status == session.FileDiscarded {
		d.Session().State.Files = slices.DeleteFunc(d.Session().State.Files, func(f session.File) bool { return f.ID == ref.Subject })
		d.Touch(change.State)
	}
}

func (d Draft) fileDue(kind, id string, at time.Time) {
	d.SetDue(d.fileKey(kind, id), at)
}

func (d Draft) fileKey(kind, id string) change.DueKey {
	return change.DueKey{Owner: d.Session().ID, Kind: kind, Subject: id}
}

// Later puts a file's deadline off: whoever handled ref has no access to the bytes.
func (d Draft) Later(ref change.DueRef) {
	d.Handled(ref)
	d.fileDue(ref.Kind, ref.Subject, d.Now().Add(time.Hour))
}

// Needed returns the key of a file's bytes, "" if they are not needed any more.
func (d Draft) Needed(id string) string {
	f := d.Session().File(id)
	if f == nil || f.Status == session.FileDiscarded || f.Status == session.FileRejected {
		return ""
	}
	return f.Key
}
