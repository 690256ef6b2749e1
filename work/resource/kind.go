package resource

import (
	"context"
	"encoding/json"
	"fmt"

	"parley/domain/change"
	"parley/internal/article"
	"parley/internal/fault"
)

// Kind is one kind of resource: a document of type T for each, under a name
// that is unique in its instance. All that resources of all kinds have in
// common is here; what a kind adds are its rules.
type Kind[T any, P Holder[T]] struct {
	Name   string // in the store
	Member string // of requests, that names one
	Noun   string // in messages
}

// Of returns the kind whose documents are T.
func Of[T any, P Holder[T]](name, member, noun string) Kind[T, P] {
	return Kind[T, P]{Name: name, Member: member, Noun: noun}
}

// Holder is a document that carries what every resource carries: it embeds Stored.
type Holder[T any] interface {
	*T
	head() *Stored
}

// head returns what every resource carries.
func (s *Stored) head() *Stored { return s }

// namer is a document whose Stored.Uses are worked out whenever it is written.
type namer interface {
	Names() []string
}

// Row makes the stored form of a document.
func (k Kind[T, P]) Row(doc *T) (change.Resource, error) {
	h := P(doc).head()
	if n, ok := any(doc).(namer); ok {
		h.Uses = Sorted(n.Names())
	}
	raw, err := json.Marshal(doc)
	if err != nil {
		return change.Resource{}, fmt.Errorf("encode %s: %w", k.Name, err)
	}
	return change.Resource{Instance: h.InstanceID, Kind: k.Name, ID: h.ID, Name: h.Name, Version: h.Version, Document: raw}, nil
}

// Read makes a document of its stored form.
func (k Kind[T, P]) Read(r *change.Resource) (doc T, err error) {
	if err := json.Unmarshal(r.Document, &doc); err != nil {
		return doc, fmt.Errorf("decode %s %s: %w", k.Name, r.ID, err)
	}
	h := P(&doc).head()
	h.ID, h.InstanceID, h.Version, h.Name = r.ID, r.Instance, r.Version, r.Name
	return doc, nil
}

// Get reads one from the store, as every commit before left it; fault.NotFound.
func (k Kind[T, P]) Get(ctx context.Context, s *Store, instance, id string) (doc T, err error) {
	r, err := s.Rows.Resource(ctx, instance, k.Name, id)
	if fault.Is(err, fault.NotFound) {
		return doc, k.Missing()
	}
	if err != nil {
		return doc, err
	}
	return k.Read(r)
}

// Missing says that there is none, fault.NotFound.
func (k Kind[T, P]) Missing() error {
	return fault.New(fault.NotFound, "%s: the %s was not found", k.Member, k.Noun)
}

// List returns a page, by id, of those that keep wants; nil keep wants all.
func (k Kind[T, P]) List(ctx context.Context, s *Store, instance string, page Page, keep func(*T) bool) (docs []T, next string, err error) {
	for after := page.After; ; {
		rows, err := s.Rows.Resources(ctx, instance, k.Name, after, page.Limit+1)
		if err != nil {
			return nil, "", err
		}
		for i := range rows {
			doc, err := k.Read(&rows[i])
			switch {
			case err != nil:
				return nil, "", err
			case keep != nil && !keep(&doc):
			case len(docs) == page.Limit:
				return docs, P(&docs[page.Limit-1]).head().ID, nil
			default:
				docs = append(docs, doc)
			}
		}
		if len(rows) <= page.Limit {
			return docs, "", nil
		}
		after = rows[len(rows)-1].ID
	}
}

// All returns all of an instance, by id.
func (k Kind[T, P]) All(ctx context.Context, s *Store, instance string) (docs []T, err error) {
	rows, err := s.All(ctx, instance, k.Name)
	if err != nil {
		return nil, err
	}
	docs = make([]T, len(rows))
	for i := range rows {
		if docs[i], err = k.Read(&rows[i]); err != nil {
			return nil, err
		}
	}
	return docs, nil
}

// First returns what the first that has a property carries, nil if none has.
func (k Kind[T, P]) First(ctx context.Context, s *Store, instance string, has func(*T) bool) (*Stored, error) {
	all, err := k.All(ctx, s, instance)
	for i := range all {
		if has(&all[i]) {
			return P(&all[i]).head(), err
		}
	}
	return nil, err
}

// Create stores a new one, under a new id if it has none, with what else
// belongs to it. The same token again returns the first answer's id instead.
func (k Kind[T, P]) Create(ctx context.Context, s *Store, doc *T, t Token, more ...change.Resource) (replayed bool, err error) {
	h := P(doc).head()
	h.ID, h.Modified = OrNew(h.ID), s.Clock.Now()
	row, err := k.Row(doc)
	if err != nil {
		return false, err
	}
	first, err := s.Put(ctx, h.InstanceID, t.Answering(h.ID), append(more, row)...)
	if err != nil || first == "" {
		return false, k.Named(err)
	}
	made, err := k.Get(ctx, s, h.InstanceID, first)
	if fault.Is(err, fault.NotFound) { // it was deleted since: the answer is the same
		h.ID = first
		return true, nil
	}
	*doc = made
	return true, err
}

// Named says in a refusal what the name is taken from.
func (k Kind[T, P]) Named(err error) error {
	if fault.Is(err, fault.Duplicate) {
		return fault.New(fault.Duplicate, "Name: the name is taken by %s", article.A(k.Noun))
	}
	return err
}

// Update changes one as it stands: if another change is faster, what was
// decided is decided anew on what that left. decide may return more to be
// written with it.
func (k Kind[T, P]) Update(ctx context.Context, s *Store, instance, id string, decide func(*T) ([]change.Resource, error)) (doc T, err error) {
	err = k.decided(ctx, func() error {
		if doc, err = k.Get(ctx, s, instance, id); err != nil {
			return err
		}
		more, err := decide(&doc)
		if err != nil {
			return err
		}
		P(&doc).head().Modified = s.Clock.Now()
		row, err := k.Row(&doc)
		if err != nil {
			return err
		}
		_, err = s.Put(ctx, instance, Token{}, append(more, row)...)
		return k.Named(err)
	})
	return doc, err
}

// UpdateBy is Edit in a commit of the caller's own, who writes more with it: commit is given the rows of the document and of the
// instance, and is called again on what a faster change left.
func (k Kind[T, P]) UpdateBy(ctx context.Context, s *Store, instance, id string, decide func(*T), commit func(rows []change.Resource) error) error {
	return k.decided(ctx, func() error {
		doc, err := k.Get(ctx, s, instance, id)
		if err != nil {
			return err
		}
		decide(&doc)
		P(&doc).head().Modified = s.Clock.Now()
		row, err := k.Row(&doc)
		if err != nil {
			return err
		}
		in, err := s.InstanceRow(ctx, instance)
		if err != nil {
			return err
		}
		err = commit([]change.Resource{row, *in})
		s.tell(ctx, instance, err)
		return err
	})
}

// Edit is Update where nothing else is looked at.
func (k Kind[T, P]) Edit(ctx context.Context, s *Store, instance, id string, decide func(*T)) error {
	_, err := k.Update(ctx, s, instance, id, func(doc *T) ([]change.Resource, error) {
		decide(doc)
		return nil, nil
	})
	return err
}

// Delete deletes one as it stands, unless allow refuses; it may return what
// else is written.
func (k Kind[T, P]) Delete(ctx context.Context, s *Store, instance, id string, allow func(*T) ([]change.Resource, error)) error {
	return k.decided(ctx, func() error {
		doc, err := k.Get(ctx, s, instance, id)
		if err != nil {
			return err
		}
		more, err := allow(&doc)
		if err != nil {
			return err
		}
		gone := change.Resource{Instance: instance, Kind: k.Name, ID: id, Version: P(&doc).head().Version, Delete: true}
		_, err = s.Put(ctx, instance, Token{}, append(more, gone)...)
		return err
	})
}

func (k Kind[T, P]) decided(ctx context.Context, try func() error) error {
	return Decided(ctx, k.Member+": the "+k.Noun, try)
}
