package contact

import (
	"cmp"
	"fmt"
	"time"

	"parley/domain/change"
	"parley/domain/processing"
	"parley/domain/redact"
	"parley/domain/session"
	"parley/domain/transcript"
	"parley/internal/fault"
)

// Messages that are processed on their way (Amazon Connect, StartContactMediaProcessing). Personal data is masked in
// the decision itself. What goes to a processor waits, in order, in the session: it is acknowledged under the Id that it will have,
// and is said by the decision that takes the processor's answer. Nothing else waits in its place but what was said behind it.

// Our choices.
const (
	maxWaiting = 32 // messages of a session that wait; a participant who says more is throttled, a flow's block takes its error branch
	// processLease is after which time a call counts as lost, and is made again.
	processLease = processing.Timeout + 5*time.Second
	maxProcess   = 2 // calls for one message of which nothing was heard
)

// StartProcessing gives every later text to a function. deliver says what becomes of those that it fails at: they are
// said as they are, or only their author sees them.
func (d *Draft) StartProcessing(function string, deliver bool) error {
	if d.s.Status == session.Ended {
		return fault.New(fault.Rule, "The contact has ended")
	}
	p := d.processing()
	p.Processor, p.Deliver = function, deliver
	return nil
}

// StopProcessing ends that. What waits is still processed.
func (d *Draft) StopProcessing() error {
	if d.s.Status == session.Ended {
		return fault.New(fault.Rule, "The contact has ended")
	}
	d.processing().Processor = ""
	d.idle()
	return nil
}

// SetRedaction masks personal data in every later text; nil masks nothing.
func (d *Draft) SetRedaction(r *session.Redaction) {
	d.processing().Redaction = r
	d.idle()
}

func (d *Draft) processing() *session.Processing {
	if d.s.State.Processing == nil {
		d.s.State.Processing = &session.Processing{}
	}
	d.touch(change.State)
	return d.s.State.Processing
}

// idle forgets processing that does nothing, so that messages cost what they cost without.
func (d *Draft) idle() {
	if p := d.s.State.Processing; p.Processor == "" && p.Redaction == nil && len(p.Waiting) == 0 {
		d.s.State.Processing = nil
	}
}

// waits counts the messages that wait.
func (d *Draft) waits() int {
	if p := d.s.State.Processing; p != nil {
		return len(p.Waiting)
	}
	return 0
}

// mayWait refuses a message, of a participant or a flow, where too many wait.
func (d *Draft) mayWait() error {
	if d.waits() >= maxWaiting {
		return fault.New(fault.Throttled, "%d messages of this chat wait to be processed; try again", maxWaiting)
	}
	return nil
}

// post says a message, or puts it behind those that wait. heard is what a flow hears of it.
func (d *Draft) post(item transcript.Item, heard string) {
	p := d.s.State.Processing
	if p == nil {
		d.say(item, heard)
		return
	}
	takes := processing.Takes(item.ContentType)
	if p.Redaction != nil && takes {
		item.Content = masked(p.Redaction, item)
		heard = item.Content
	}
	w := session.Waiting{
		ID: item.Stream, At: d.now, Type: item.Type, ContentType: item.ContentType, Content: item.Content, ContactID: item.ContactID, Author: item.Author,
		Visibility: item.Visibility,
	}
	if heard != item.Content {
		w.Heard = heard
	}
	if takes {
		w.Processor, w.Deliver = p.Processor, p.Deliver
	}
	if w.Processor == "" && len(p.Waiting) == 0 {
		d.say(item, heard)
		return
	}
	if w.ID == "" {
		w.ID = transcript.StreamID(d.s.ID, fmt.Sprint(d.set.ID, len(p.Waiting)), d.now)
	}
	d.wait(w)
}

func masked(r *session.Redaction, item transcript.Item) string {
	rule := redact.Rule{Entities: r.Entities, Generic: r.Generic}
	if item.ContentType == transcript.JSON {
		return rule.JSON(item.Content)
	}
	return rule.Text(item.Content)
}

func (d *Draft) wait(w session.Waiting) {
	p := d.processing()
	if p.Waiting = append(p.Waiting, w); len(p.Waiting) == 1 {
		d.at(DueProcess, d.now)
	}
}

// Acknowledged returns the message that a Send put among those that wait, nil if it was said.
func Acknowledged(set *change.Set) *session.Waiting {
	if set.Session == nil || set.Session.Next == nil {
		return nil
	}
	if p := set.Session.Next.State.Processing; len(set.Items) == 0 && p != nil && len(p.Waiting) > 0 {
		return &p.Waiting[len(p.Waiting)-1]
	}
	return nil
}

// say appends a message, and tells the flow that listens.
func (d *Draft) say(item transcript.Item, heard string) {
	d.set.Items = append(d.set.Items, item)
	if item.Type == transcript.Message && item.Visibility != transcript.AuthorOnly && listens(d.s, item.Author.Role, heard) {
		d.tellFlow(session.Input{Kind: InputMessage, ContentType: item.ContentType, Content: heard})
	}
}

// ProcessAt leaves what waits to the deadline, without having asked anybody about it.
func (d *Draft) ProcessAt(at time.Time) {
	if d.s.Status == session.Ended || d.waits() == 0 {
		d.drop(DueProcess)
		return
	}
	d.at(DueProcess, at)
}

// NextToProcess gives the first of those that wait to its processor: the answer is for Processed. What was given
// to it too often has failed. It is nil where nothing waits; then there is no deadline any more.
func (d *Draft) NextToProcess() *session.Waiting {
	for {
		p := d.s.State.Processing
		if d.s.Status == session.Ended || p == nil || len(p.Waiting) == 0 {
			d.drop(DueProcess)
			return nil
		}
		if first := &p.Waiting[0]; first.Attempt < maxProcess {
			first.Attempt++
			d.touch(change.State)
			d.at(DueProcess, d.now.Add(processLease))
			return first
		}
		d.Processed(p.Waiting[0].ID, processing.Result{Status: processing.Failed})
	}
}

// Processed says the first of those that wait as its processor decided, and what only waited behind it. It reports
// false, and changes nothing, if the message does not wait any more. NextToProcess or ProcessAt is to follow.
func (d *Draft) Processed(id string, r processing.Result) bool {
	p := d.s.State.Processing
	if d.s.Status == session.Ended || p == nil || len(p.Waiting) == 0 || p.Waiting[0].ID != id {
		return false
	}
	d.touch(change.State)
	d.letGo(r)
	for len(p.Waiting) > 0 && p.Waiting[0].Processor == "" {
		ending := p.Waiting[0].Ending
		if ending == "" {
			d.letGo(processing.Result{Status: processing.Approved})
			continue
		}
		p.Waiting = p.Waiting[1:]
		d.end(ending, "")
		return true
	}
	d.idle()
	return true
}

// letGo takes the first of those that wait and says it.
func (d *Draft) letGo(r processing.Result) {
	p := d.s.State.Processing
	w := p.Waiting[0]
	p.Waiting = p.Waiting[1:]
	item := transcript.Item{
		Type: cmp.Or(w.Type, transcript.Message), ContentType: w.ContentType, Content: w.Content, ContactID: w.ContactID, Author: w.Author,
		Visibility: w.Visibility, Stream: w.ID, Processing: transcript.Processed,
	}
	heard := w.Heard
	if heard == "" {
		heard = w.Content
	}
	switch {
	case r.Status == processing.Processed && !allows(d.s.State.ContentTypes, r.ContentType):
		r.Status = processing.Failed // the client does not show what the processor made
	case r.Status == processing.Processed:
		item.ContentType, item.Content, heard = r.ContentType, r.Content, r.Content
	}
	switch r.Status {
	case processing.Rejected:
		item.Processing, item.Visibility = transcript.Rejected, transcript.AuthorOnly
	case processing.Failed:
		item.Processing = transcript.Failed
		if !w.Deliver {
			item.Visibility = transcript.AuthorOnly
		}
	}
	d.say(item, heard)
}

// flush lets nothing wait in a chat that ends: what no processor has answered for has failed.
func (d *Draft) flush() {
	p := d.s.State.Processing
	if p == nil {
		return
	}
	for len(p.Waiting) > 0 {
		switch w := p.Waiting[0]; {
		case w.Ending != "":
			p.Waiting = p.Waiting[1:]
		case w.Processor == "":
			d.letGo(processing.Result{Status: processing.Approved})
		default:
			d.letGo(processing.Result{Status: processing.Failed})
		}
		d.touch(change.State)
	}
}

// endAfterAll ends a chat once what waits was said: what a flow says before it ends the chat is heard.
func (d *Draft) endAfterAll(reason string) {
	if d.waits() > 0 {
		d.wait(session.Waiting{Ending: reason})
		d.dequeue(d.s.Current()) // nobody is to come any more
		return
	}
	d.end(reason, "")
}
