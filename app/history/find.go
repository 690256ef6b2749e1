package history

import (
	"context"
	"encoding/binary"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"parley/domain/record"
	"parley/internal/fault"
	"parley/internal/token"
	"parley/store"
)

// Search asks for contacts of an instance.
type Search struct {
	Instance string
	// Nothing: a condition was asked for that no chat meets.
	Nothing bool
	// Range is the time that is asked about.
	Range store.Within
	store.ContactFilter
	Criteria   Criteria
	Order      Order
	Descending bool
	Limit      int
	Next       string // the token of the page before, "" for the first page
	// Fingerprint tells this search from others: a hash of all that is asked, but for the page.
	Fingerprint [16]byte
}

// Order is what a search is sorted by: a moment, or, before that, how the contact was initiated.
type Order struct {
	Moment   store.Moment
	ByMethod bool
}

// Found is a page of a search.
type Found struct {
	Records []record.Record
	Next    string // "" = there are no more
	// Total is how many there are in all, up to MostCounted; nil where more records than that would have to be read to know.
	Total *int
}

const (
	// MostCounted bounds how far the contacts of a search are counted (our choice).
	MostCounted = 10_000
	// mostRead bounds how many records one page looks at for conditions that only records tell (our choice: about 100 ms).
	mostRead = 10_000
	// readAtOnce is how many of them are read at a time.
	readAtOnce = 500
)

// Find returns a page of a search.
func (s *Service) Find(ctx context.Context, q Search) (found Found, err error) {
	from, err := s.from(&q)
	if err != nil {
		return found, err
	}
	if q.Nothing {
		return Found{Total: new(0)}, nil
	}
	p := page{service: s, search: &q, parts: q.parts(), at: from}
	if err := p.fill(ctx); err != nil {
		return found, err
	}
	found.Records = p.records
	if p.done && q.Next == "" { // that is all there is
		found.Total = new(len(p.records))
		return found, nil
	}
	if !p.done {
		found.Next = s.next(&q, p.at)
	}
	found.Total, err = s.total(ctx, &q)
	return found, err
}

// page is a page that is being filled.
type page struct {
	service *Service
	search  *Search
	parts   []store.ContactQuery
	at      position // the last contact that was looked at
	records []record.Record
	read    int
	done    bool
}

// position is where a search has got to.
type position struct {
	part int
	store.ContactPlace
}

// fill reads until the page is full, enough was looked at, or there is no more.
func (p *page) fill(ctx context.Context) error {
	for ; p.at.part < len(p.parts); p.at = (position{part: p.at.part + 1}) {
		if more, err := p.take(ctx, p.parts[p.at.part]); more || err != nil {
			return err
		}
	}
	p.done = true
	return nil
}

// take reads from one part of the search; more tells that it has further contacts.
func (p *page) take(ctx context.Context, q store.ContactQuery) (more bool, err error) {
	for {
		q.After, q.Limit = p.at.ContactPlace, p.search.Limit-len(p.records)+1
		if !p.search.Criteria.empty() {
			q.Limit = readAtOnce
		}
		list, err := p.service.store.Contacts(ctx, q)
		if err != nil {
			return false, err
		}
		for i := range list {
			if len(p.records) == p.search.Limit || p.read == mostRead {
				return true, nil
			}
			p.read++
			p.at.ContactPlace = store.ContactPlace{At: q.Order.Of(&list[i]), ID: list[i].ID}
			if p.search.Criteria.meets(&list[i]) {
				p.records = append(p.records, list[i])
			}
		}
		if len(list) < q.Limit {
			return false, nil
		}
	}
}

// slack is how far the moments of one contact lie apart at most (our choice: a chat lasts seven days at most, and its
// end is noted late only if the server was down). It bounds a search that is sorted by another time than it asks about.
const slack = 30 * 24 * time.Hour

// parts are the queries that give the contacts one after another in the order of the search. What has not reached the
// moment that it is sorted by comes last.
func (q *Search) parts() (parts []store.ContactQuery) {
	base := store.ContactQuery{
		Instance: q.Instance, Order: q.Range.Moment, From: q.Range.From, Until: q.Range.Until, Descending: q.Descending, ContactFilter: q.ContactFilter,
	}
	switch {
	case q.Order.ByMethod:
		return q.byMethod(base)
	case q.Order.Moment == q.Range.Moment:
		return []store.ContactQuery{base}
	}
	sorted, missing := base, base
	sorted.Order, sorted.From, sorted.Until = q.Order.Moment, q.Range.From.Add(-slack), q.Range.Until.Add(slack)
	sorted.Within = append(slices.Clip(base.Within), q.Range)
	missing.Within = append(slices.Clip(base.Within), store.Within{Moment: q.Order.Moment, Missing: true})
	return []store.ContactQuery{sorted, missing}
}

// methods are how contacts of chats are initiated, by name.
func methods() []string {
	return []string{"API", "DISCONNECT", "MONITOR", "QUEUE_TRANSFER", "TRANSFER"}
}

func (q *Search) byMethod(base store.ContactQuery) (parts []store.ContactQuery) {
	all := methods()
	if q.Descending {
		slices.Reverse(all)
	}
	for _, m := range all {
		if len(q.Methods) == 0 || slices.Contains(q.Methods, m) {
			base.Methods = []string{m}
			parts = append(parts, base)
		}
	}
	return parts
}

// total counts all that a search finds.
func (s *Service) total(ctx context.Context, q *Search) (*int, error) {
	base := store.ContactQuery{
		Instance: q.Instance, Order: q.Range.Moment, From: q.Range.From, Until: q.Range.Until, ContactFilter: q.ContactFilter,
	}
	n, err := s.store.CountContacts(ctx, base, MostCounted)
	if err != nil || q.Criteria.empty() {
		return &n, err
	}
	if n == MostCounted {
		return nil, nil
	}
	all := *q
	all.Limit, all.Order, all.Descending = mostRead, Order{Moment: q.Range.Moment}, false
	p := page{service: s, search: &all, parts: []store.ContactQuery{base}}
	err = p.fill(ctx)
	n = len(p.records)
	return &n, err
}

// tokenLen is how long the data of a page token is: the fingerprint, the part, the time, and then the id.
const tokenLen = 16 + 1 + 8

func (s *Service) next(q *Search, at position) string {
	extra := append(append([]byte{}, q.Fingerprint[:]...), byte(at.part))
	extra = binary.BigEndian.AppendUint64(extra, uint64(at.At.UnixMilli()))
	extra = append(extra, at.ID...)
	return s.tokens.Sign(token.Claims{Kind: token.Page, Session: owner(q.Instance), Extra: extra})
}

// from reads where a search goes on.
func (s *Service) from(q *Search) (position, error) {
	if q.Next == "" {
		return position{}, nil
	}
	c, err := s.tokens.Verify(token.Page, q.Next, s.clock.Now())
	if err != nil || c.Session != owner(q.Instance) || len(c.Extra) < tokenLen || [16]byte(c.Extra[:16]) != q.Fingerprint {
		return position{}, errToken()
	}
	at := position{part: int(c.Extra[16])}
	at.At, at.ID = time.UnixMilli(int64(binary.BigEndian.Uint64(c.Extra[17:]))).UTC(), string(c.Extra[tokenLen:])
	return at, nil
}

func errToken() error { return fault.New(fault.Invalid, "NextToken is not valid") }

// owner is an instance as it stands in tokens.
func owner(instance string) [16]byte { return uuid.NewSHA1(uuid.NameSpaceOID, []byte(instance)) }

// Associated returns the contacts of the tree that a contact belongs to, oldest first; fault.NotFound.
func (s *Service) Associated(ctx context.Context, instance, contact string, limit int, next string) (Found, error) {
	id, err := s.store.SessionOf(ctx, instance, contact)
	if err != nil {
		return Found{}, err
	}
	chat, err := s.store.Session(ctx, id)
	if err != nil {
		return Found{}, err
	}
	q := Search{Instance: instance, Limit: limit, Next: next, Fingerprint: Fingerprint("associated", contact)}
	q.Association = chat.Current().AssociationID // that of all contacts of a chat
	q.Range = store.Within{Moment: store.Initiated}
	return s.Find(ctx, q)
}

// Fingerprint tells a search from others by all that is asked.
func Fingerprint(asked ...string) [16]byte {
	return [16]byte(uuid.NewSHA1(uuid.NameSpaceOID, []byte(strings.Join(asked, "\x00"))))
}
