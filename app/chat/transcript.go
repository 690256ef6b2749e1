package chat

import (
	"context"
	"encoding/binary"
	"slices"
	"time"

	"parley/domain/session"
	"parley/domain/transcript"
	"parley/internal/fault"
	"parley/internal/token"
	"parley/store"
	"parley/work"
)

// Transcript is a GetTranscript. Zero members mean that they were absent.
type Transcript struct {
	ContactID  string // only items of this contact
	MaxResults int    // 0 = DefaultResults
	NextToken  string
	Forward    *bool // ScanDirection; nil = by whether there is a start
	Ascending  bool  // SortOrder
	Start      StartPosition
}

// StartPosition is where a scan begins; at most one member is set.
type StartPosition struct {
	ID         string
	At         *time.Time
	MostRecent int // the n-th item from the end
}

// DefaultResults is the size of a page (GetTranscript).
const DefaultResults = 10

// Page answers a GetTranscript.
type Page struct {
	InitialContactID string
	Items            []Entry
	NextToken        string // "" = there is no more
}

// Entry is an item with what became of it.
type Entry struct {
	transcript.Item
	Past     bool // of an earlier session
	Receipts []transcript.Receipt
}

// cursor is where the next page begins: in the current session (past 0) or in State.Past[past-1].
type cursor struct {
	forward bool
	past    int
	edge    int64 // exclusive: items before it, or after it when scanning forward
}

// Transcript reads a page of what the caller may see of its chat.
func (s *Service) Transcript(ctx context.Context, bearer string, r Transcript) (Page, error) {
	who, err := s.caller(bearer)
	if err != nil {
		return Page{}, err
	}
	snap, p, err := s.present(ctx, who)
	if err != nil {
		return Page{}, err
	}
	from, err := s.beginning(ctx, snap, who, r)
	if err != nil {
		return Page{}, err
	}
	if r.ContactID != "" && snap.Contact(r.ContactID) == nil {
		return Page{InitialContactID: snap.ID}, nil
	}
	return s.page(ctx, snap, p, who, r, from)
}

func (s *Service) page(ctx context.Context, snap *session.Session, p *session.Participant, who Caller, r Transcript, from cursor) (Page, error) {
	scan := scan{store: s.store, snap: snap, who: p.ID, role: p.Role, contact: r.ContactID, limit: r.MaxResults}
	if scan.limit == 0 {
		scan.limit = DefaultResults
	}
	entries, next, err := scan.read(ctx, from)
	if err != nil {
		return Page{}, err
	}
	if from.past == 0 {
		if err := s.addReceipts(ctx, snap.ID, entries); err != nil {
			return Page{}, err
		}
	}
	if from.forward != r.Ascending {
		slices.Reverse(entries)
	}
	page := Page{InitialContactID: snap.ID, Items: entries}
	if next != nil {
		page.NextToken = s.sealCursor(who, *next)
	}
	return page, nil
}

// beginning finds where the scan begins.
func (s *Service) beginning(ctx context.Context, snap *session.Session, who Caller, r Transcript) (cursor, error) {
	if r.NextToken != "" {
		return s.openCursor(who, r.NextToken)
	}
	started := r.Start != StartPosition{}
	forward := started
	if r.Forward != nil {
		forward = *r.Forward
	}
	if forward && !started {
		return cursor{}, fault.New(fault.Invalid, "ScanDirection FORWARD needs a StartPosition")
	}
	if !started {
		return cursor{edge: snap.Head + 1}, nil
	}
	first, err := s.position(ctx, snap, r.Start, forward)
	if forward {
		return cursor{forward: true, edge: first - 1}, err
	}
	return cursor{edge: first + 1}, err
}

// position returns the position of the item that a scan begins with, inclusive.
func (s *Service) position(ctx context.Context, snap *session.Session, start StartPosition, forward bool) (int64, error) {
	switch {
	case start.ID != "":
		at, err := work.Locate(ctx, s.store, snap, start.ID, s.clock.Now())
		if err == nil && at.Position == 0 {
			err = fault.New(fault.Invalid, "StartPosition.Id names no item of this chat")
		}
		return at.Position, err
	case start.At != nil && forward:
		return s.store.FirstAt(ctx, snap.ID, *start.At)
	case start.At != nil:
		after, err := s.store.FirstAt(ctx, snap.ID, start.At.Add(time.Millisecond))
		return after - 1, err
	default:
		return max(snap.Head-int64(start.MostRecent)+1, 1), nil
	}
}

// scan reads items of one session, or of the past that it continues.
type scan struct {
	store   store.Store
	snap    *session.Session
	who     string
	role    transcript.Role
	contact string
	limit   int
}

// leastRead is how many items are read at once, however small the page, when the
// first read was not enough: those that are not shown must not cost a read each.
const leastRead = 100

// read returns up to limit entries in scan order, and where the next page begins, nil if there is none.
func (c scan) read(ctx context.Context, from cursor) ([]Entry, *cursor, error) {
	entries := []Entry{}
	for some := c.limit + 1; ; some = max(c.limit+1, leastRead) {
		items, err := c.store.Items(ctx, c.session(from), from.page(some))
		if err != nil {
			return nil, nil, err
		}
		for i := range items {
			if !c.shows(&items[i], from.past) {
				continue
			}
			if len(entries) == c.limit {
				return entries, &from, nil
			}
			from.edge = items[i].Position
			entries = append(entries, Entry{Item: items[i], Past: from.past > 0})
		}
		if len(items) < some {
			return entries, c.beyond(from), nil
		}
		from.edge = items[len(items)-1].Position
	}
}

func (c scan) session(at cursor) string {
	if at.past == 0 {
		return c.snap.ID
	}
	return c.snap.State.Past[at.past-1].Session
}

func (at cursor) page(limit int) store.Page {
	if at.forward {
		return store.Page{After: at.edge, Limit: limit}
	}
	return store.Page{Before: at.edge, Limit: limit, Descending: true}
}

func (c scan) shows(item *transcript.Item, past int) bool {
	if item.Passing() || !item.SeenBy(c.who, c.role) {
		return false
	}
	if past > 0 {
		return slices.Contains(c.snap.State.Past[past-1].Contacts, item.ContactID)
	}
	return c.contact == "" || item.ContactID == c.contact
}

// beyond is where a scan goes on that has read a whole session: backwards, into the past.
func (c scan) beyond(at cursor) *cursor {
	if at.forward || c.contact != "" || at.past >= len(c.snap.State.Past) {
		return nil
	}
	return &cursor{past: at.past + 1}
}

func (s *Service) addReceipts(ctx context.Context, session string, entries []Entry) error {
	marks, err := s.store.Marks(ctx, session)
	if err != nil {
		return err
	}
	for i := range entries {
		for _, m := range marks {
			if r, ok := m.On(&entries[i].Item); ok {
				entries[i].Receipts = append(entries[i].Receipts, r)
			}
		}
	}
	return nil
}

// sealCursor signs a cursor for its reader; it holds as long as the session.
func (s *Service) sealCursor(who Caller, at cursor) string {
	extra := make([]byte, 0, 13)
	if at.forward {
		extra = append(extra, 1)
	} else {
		extra = append(extra, 0)
	}
	extra = binary.BigEndian.AppendUint32(extra, uint32(at.past))
	extra = binary.BigEndian.AppendUint64(extra, uint64(at.edge))
	return s.tokens.Sign(token.Claims{
		Kind: token.Page, Session: uuidOf(who.Session), Participant: uuidOf(who.Participant), Extra: extra,
	})
}

func (s *Service) openCursor(who Caller, next string) (cursor, error) {
	c, err := s.tokens.Verify(token.Page, next, s.clock.Now())
	if err != nil || len(c.Extra) != 13 || c.Session != uuidOf(who.Session) || c.Participant != uuidOf(who.Participant) {
		return cursor{}, fault.New(fault.Invalid, "NextToken is not valid for this chat")
	}
	return cursor{
		forward: c.Extra[0] == 1,
		past:    int(binary.BigEndian.Uint32(c.Extra[1:5])),
		edge:    int64(binary.BigEndian.Uint64(c.Extra[5:])),
	}, nil
}
