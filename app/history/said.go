package history

import (
	"context"
	"encoding/binary"
	"time"

	"golang.org/x/sync/errgroup"

	"parley/domain/record"
	"parley/domain/said"
	"parley/domain/session"
	"parley/domain/transcript"
	"parley/internal/fault"
	"parley/internal/loop"
	"parley/internal/token"
	"parley/store"
)

// Said asks for contacts that are over, in which words were said.
type Said struct {
	Instance string
	Text     string // as it was typed (said.Parse)
	store.ContactFilter
	From, Until time.Time
	Limit       int
	Next        string // the token of the page before, "" for the first page
	Fingerprint [16]byte
}

// Hit is a contact in which the words were said.
type Hit struct {
	Record record.Record
	// Item is the first message with one of the words, and Snippet the part of it that has them; nil if it is not among the first mostLooked.
	Item    *transcript.Item
	Snippet []said.Piece
}

// mostLooked is how many items of a contact are looked at for a snippet (our choice).
const mostLooked = 2_000

// Said returns a page of them, the latest first. What only the customer saw, or only its author, is never found.
func (s *Service) Said(ctx context.Context, q Said) (hits []Hit, next string, err error) {
	terms, err := said.Parse(q.Text)
	if err != nil {
		return nil, "", err
	}
	from, err := s.saidFrom(&q)
	if err != nil {
		return nil, "", err
	}
	found, err := s.store.Said(ctx, store.SaidQuery{
		Instance: q.Instance, From: q.From, Until: q.Until, Queues: q.Queues, Agents: q.Agents, Customer: q.Customer,
		Terms: terms, Before: from, Limit: q.Limit + 1,
	})
	if err != nil {
		return nil, "", err
	}
	if len(found) > q.Limit {
		found = found[:q.Limit]
		next = s.saidNext(&q, found[q.Limit-1].Place)
	}
	hits, err = s.hits(ctx, found, terms)
	return hits, next, err
}

// hitsAtOnce is how many hits of a page are read at the same time (our choice): a database elsewhere answers each read after a while.
const hitsAtOnce = 8

// hits reads what is shown of contacts, in their order.
func (s *Service) hits(ctx context.Context, found []store.Found, terms []said.Term) ([]Hit, error) {
	read := make([]*Hit, len(found))
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(hitsAtOnce)
	for i := range found {
		group.Go(func() error {
			return loop.Survive(func() (err error) {
				read[i], err = s.hit(ctx, &found[i], terms)
				return err
			})
		})
	}
	if err := group.Wait(); err != nil {
		return nil, err
	}
	var there []Hit
	for _, h := range read {
		if h != nil {
			there = append(there, *h)
		}
	}
	return there, nil
}

// hit reads what is shown of a contact, nil for one that was erased meanwhile.
func (s *Service) hit(ctx context.Context, f *store.Found, terms []said.Term) (*Hit, error) {
	chat, err := s.store.Session(ctx, f.Session)
	if fault.Is(err, fault.NotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	k := chat.Contact(f.Contact)
	if k == nil {
		return nil, nil
	}
	h := Hit{Record: record.Of(chat, k)}
	h.Item, h.Snippet, err = s.snippet(ctx, chat, k, terms)
	return &h, err
}

func (s *Service) snippet(ctx context.Context, chat *session.Session, k *session.Contact, terms []said.Term) (*transcript.Item, []said.Piece, error) {
	first, err := s.store.FirstAt(ctx, chat.ID, k.InitiatedAt)
	if err != nil {
		return nil, nil, err
	}
	for after, looked, size := first-1, 0, readFirst; looked < mostLooked; size = readAtOnce {
		items, err := s.store.Items(ctx, chat.ID, store.Page{After: after, Limit: size})
		if err != nil {
			return nil, nil, err
		}
		for i := range items {
			if items[i].ContactID != k.ID || !items[i].VisibleTo(transcript.Agent) {
				continue
			}
			if shown := said.Snippet(said.Text(&items[i]), terms); shown != nil {
				return &items[i], shown, nil
			}
		}
		if len(items) < size {
			break
		}
		looked, after = looked+len(items), items[len(items)-1].Position
	}
	return nil, nil, nil
}

// readFirst is how many items are read first for a snippet: most chats have no more.
const readFirst = 50

// saidFrom reads the place after which a page begins.
func (s *Service) saidFrom(q *Said) (int64, error) {
	if q.Next == "" {
		return 0, nil
	}
	c, err := s.tokens.Verify(token.Page, q.Next, s.clock.Now())
	if err != nil || c.Session != owner(q.Instance) || len(c.Extra) != 24 || [16]byte(c.Extra[:16]) != q.Fingerprint {
		return 0, errToken()
	}
	return int64(binary.BigEndian.Uint64(c.Extra[16:])), nil
}

func (s *Service) saidNext(q *Said, place int64) string {
	extra := binary.BigEndian.AppendUint64(append([]byte{}, q.Fingerprint[:]...), uint64(place))
	return s.tokens.Sign(token.Claims{Kind: token.Page, Session: owner(q.Instance), Extra: extra})
}
