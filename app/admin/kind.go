package admin

import (
	"context"
	"encoding/json"
	"fmt"

	"parley/domain/change"
	"parley/internal/fault"
)

// kind is one kind of resource: a document of type T for each, under a name
// that is unique in its instance. All that resources of all kinds have in
// common is here; what a kind adds are its rules.
type kind[T any, P holder[T]] struct {
	name   string // in the store
	member string // of requests, that names one
	noun   string // in messages
}

// holder is a document that carries what every resource carries.
type holder[T any] interface {
	*T
	head() *Stored
}

// head returns what every resource carries.
func (s *Stored) head() *Stored { return s }

// decisions is how often a change is decided anew because another was faster (our choice).
const decisions = 20

// row makes the stored form of a document.
func (k kind[T, P]) row(doc *T) (change.Resource, error) {
	raw, err := json.Marshal(doc)
	if err != nil {
		return change.Resource{}, fmt.Errorf("encode %s: %w", k.name, err)
	}
	h := P(doc).head()
	return change.Resource{Instance: h.InstanceID, Kind: k.name, ID: h.ID, Name: h.Name, Version: h.Version, Document: raw}, nil
}

func (k kind[T, P]) read(r *change.Resource) (doc T, err error) {
	if err := json.Unmarshal(r.Document, &doc); err != nil {
		return doc, fmt.Errorf("decode %s %s: %w", k.name, r.ID, err)
	}
	h := P(&doc).head()
	h.ID, h.InstanceID, h.Version, h.Name = r.ID, r.Instance, r.Version, r.Name
	return doc, nil
}

// get reads one from the store, as every commit before left it; fault.NotFound.
func (k kind[T, P]) get(ctx context.Context, s *Service, instance, id string) (doc T, err error) {
	r, err := s.store.Resource(ctx, instance, k.name, id)
	if fault.Is(err, fault.NotFound) {
		return doc, k.missing()
	}
	if err != nil {
		return doc, err
	}
	return k.read(r)
}

func (k kind[T, P]) missing() error {
	return fault.New(fault.NotFound, "%s: the %s was not found", k.member, k.noun)
}

// list returns a page, by id, of those that keep wants; nil keep wants all.
func (k kind[T, P]) list(ctx context.Context, s *Service, instance string, page Page, keep func(*T) bool) (docs []T, next string, err error) {
	for after := page.After; ; {
		rows, err := s.store.Resources(ctx, instance, k.name, after, page.Limit+1)
		if err != nil {
			return nil, "", err
		}
		for i := range rows {
			doc, err := k.read(&rows[i])
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

// all returns all of an instance, by id.
func (k kind[T, P]) all(ctx context.Context, s *Service, instance string) (docs []T, err error) {
	rows, err := s.all(ctx, instance, k.name)
	if err != nil {
		return nil, err
	}
	docs = make([]T, len(rows))
	for i := range rows {
		if docs[i], err = k.read(&rows[i]); err != nil {
			return nil, err
		}
	}
	return docs, nil
}

// create stores a new one, under a new id if it has none, with what else
// belongs to it. The same token again returns the first answer's id instead.
func (k kind[T, P]) create(ctx context.Context, s *Service, doc *T, t Token, more ...change.Resource) (replayed bool, err error) {
	h := P(doc).head()
	h.ID, h.Modified = orNew(h.ID), s.clock.Now()
	row, err := k.row(doc)
	if err != nil {
		return false, err
	}
	first, err := s.put(ctx, h.InstanceID, t.answering(h.ID), append(more, row)...)
	if err != nil || first == "" {
		return false, k.named(err)
	}
	*doc, err = k.get(ctx, s, h.InstanceID, first)
	return true, err
}

// named says in a refusal what the name is taken from.
func (k kind[T, P]) named(err error) error {
	if fault.Is(err, fault.Duplicate) {
		return fault.New(fault.Duplicate, "Name: a %s with this name exists", k.noun)
	}
	return err
}

// update changes one as it stands: if another change is faster, what was
// decided is decided anew on what that left. decide may return more to be
// written with it.
func (k kind[T, P]) update(ctx context.Context, s *Service, instance, id string, decide func(*T) ([]change.Resource, error)) (doc T, err error) {
	for range decisions {
		if doc, err = k.get(ctx, s, instance, id); err != nil {
			return doc, err
		}
		more, err := decide(&doc)
		if err != nil {
			return doc, err
		}
		P(&doc).head().Modified = s.clock.Now()
		row, err := k.row(&doc)
		if err != nil {
			return doc, err
		}
		if _, err = s.put(ctx, instance, Token{}, append(more, row)...); !fault.Is(err, fault.Conflict) {
			return doc, k.named(err)
		}
	}
	return doc, fault.New(fault.Throttled, "%s: the %s is being changed by many: try again", k.member, k.noun)
}

// delete deletes one as it stands, unless allow refuses; it may return what
// else is written.
func (k kind[T, P]) delete(ctx context.Context, s *Service, instance, id string, allow func(*T) ([]change.Resource, error)) error {
	for range decisions {
		doc, err := k.get(ctx, s, instance, id)
		if err != nil {
			return err
		}
		more, err := allow(&doc)
		if err != nil {
			return err
		}
		gone := change.Resource{Instance: instance, Kind: k.name, ID: id, Version: P(&doc).head().Version, Delete: true}
		if _, err = s.put(ctx, instance, Token{}, append(more, gone)...); !fault.Is(err, fault.Conflict) {
			return err
		}
	}
	return fault.New(fault.Throttled, "%s: the %s is being changed by many: try again", k.member, k.noun)
}
