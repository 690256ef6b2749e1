// Package contact holds the rules of a chat: what may happen to a session,
// when, and what it then leaves behind.
//
// Every rule is pure: from a session, a command and a time it makes a
// change.Set or a refusal (a *fault.Error). Nothing here does I/O. A session
// passed in is a shared snapshot and never changed. Numbers and names follow
// Amazon Connect's StartChatContact and its neighbours; where AWS is silent the comment says "our choice".
package contact

import (
	"slices"
	"strings"
	"time"

	"parley/domain/change"
	"parley/domain/contactdata"
	"parley/domain/session"
	"parley/domain/transcript"
)

// Kinds of deadlines that a session owns.
const (
	DueConnect = "connect" // the customer must have connected
	DueExpiry  = "expiry"  // the chat's whole duration
	DueFlow    = "flow"    // the running flow goes on
	DueProcess = "process" // a message waits for its processor
	DueForget  = "forget"  // the client tokens used in the ended session are forgotten
	DueOffer   = "offer"   // an offer to an agent is missed
	DueWork    = "work"    // after-contact work is over; its subject is the contact
	DueGuide   = "guide"   // a guide of the agent of a contact begins or ends (domain/guide); its subject is the contact
)

// Draft collects the writes of one decision on a session.
type Draft struct {
	before *session.Session // the state decided on, nil for a new session
	s      *session.Session // the next state
	now    time.Time
	set    change.Set
	parts  change.Parts
	shown  streamed
	agents map[string]*known // by user
	also   []change.Resource
	trees  contactdata.Trees
}

// streamed is a message that was shown while it was made.
type streamed struct{ id, beginning string }

// Decide begins a decision on a session at a time. id is the new Set's id.
func Decide(s *session.Session, id string, now time.Time) *Draft {
	return &Draft{
		before: s, s: s.Clone(), now: now, agents: map[string]*known{},
		set: change.Set{ID: id, At: now, Session: &change.Session{ID: s.ID, Version: s.Version}},
	}
}

// Changes returns the Set of what was decided; nothing can be decided any more.
func (d *Draft) Changes() *change.Set {
	d.timing()
	d.set.Resources = slices.Concat(d.documents(), d.agentDocuments(), d.also)
	if d.parts != 0 {
		d.set.Session.Next, d.set.Session.Parts = d.s, d.parts
	}
	return &d.set
}

// Session returns the state as decided so far. It is the draft's to change.
func (d *Draft) Session() *session.Session { return d.s }

// Now is when it is decided.
func (d *Draft) Now() time.Time { return d.now }

// Touch says which documents of the session are changed, for rules of other packages.
func (d *Draft) Touch(p change.Parts) { d.touch(p) }

// SetDue sets a deadline of the session.
func (d *Draft) SetDue(key change.DueKey, at time.Time) {
	d.set.Due = append(d.set.Due, change.Due{DueKey: key, At: at})
}

// DropDue takes a deadline of the session away, also one that the same decision has set.
func (d *Draft) DropDue(key change.DueKey) {
	d.set.Due = slices.DeleteFunc(d.set.Due, func(due change.Due) bool { return due.DueKey == key })
	d.set.Drop = append(d.set.Drop, key)
}

// Post shows an item that no flow hears, in its place: behind the messages that wait to be processed.
func (d *Draft) Post(item transcript.Item) { d.post(item, "") }

// Once makes the decision happen at most once for a client token.
func (d *Draft) Once(o *change.Once) { d.set.Once = o }

// Along writes a document together with the decision.
func (d *Draft) Along(r change.Resource) { d.also = append(d.also, r) }

// Handled says that the decision answers a deadline: it holds only if that
// generation still stands, and takes it away.
func (d *Draft) Handled(ref change.DueRef) { d.set.Done = append(d.set.Done, ref) }

func (d *Draft) touch(p change.Parts) { d.parts |= p }

func (d *Draft) at(kind string, t time.Time) {
	d.set.Due = append(d.set.Due, change.Due{DueKey: d.key(kind), At: t})
}

func (d *Draft) drop(kind string) { d.DropDue(d.key(kind)) }

func (d *Draft) key(kind string) change.DueKey {
	return change.DueKey{Owner: d.s.ID, Kind: kind, Subject: d.s.ID}
}

// event adds one; what is returned can be added to until the next item comes.
func (d *Draft) event(contentType string, who transcript.Author) *transcript.Item {
	d.set.Items = append(d.set.Items, transcript.Item{
		Type: transcript.Event, ContentType: contentType, ContactID: d.s.Current().ID, Author: who,
	})
	return &d.set.Items[len(d.set.Items)-1]
}

func (d *Draft) message(contentType, content string, who transcript.Author) {
	item := transcript.Item{
		Type: transcript.Message, ContentType: contentType, Content: content, ContactID: d.s.Current().ID, Author: who,
		Stream: d.streamID(content),
	}
	if who.Role == transcript.System {
		item.Visibility = d.audience()
	}
	d.post(item, content)
}

// Streamed says that the beginning of a message of the flow's bot was shown under that
// Id (transcript.StreamID) while the bot made it: the message will have it.
func (d *Draft) Streamed(id, beginning string) { d.shown = streamed{id, beginning} }

// streamID returns the Id under which a message was shown, "" if it was not; once.
func (d *Draft) streamID(content string) (id string) {
	if d.shown.id != "" && strings.HasPrefix(content, d.shown.beginning) {
		id, d.shown = d.shown.id, streamed{}
	}
	return id
}

// BotAuthor is the author of what the bots of flows say.
func BotAuthor() transcript.Author {
	author := system()
	author.DisplayName = botName
	return author
}

// system is the author of what a flow says (AWS transcript samples).
func system() transcript.Author {
	return transcript.Author{ParticipantID: SystemParticipant, DisplayName: "SYSTEM_MESSAGE", Role: transcript.System}
}

// SystemParticipant is the participant id of what flows say (our choice: one for all sessions).
const SystemParticipant = "00000000-0000-4000-8000-000000000000"
