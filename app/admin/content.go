package admin

import (
	"context"
	"encoding/json"
	"slices"
	"time"

	"parley/domain/change"
	"parley/domain/flow"
	"parley/internal/fault"
	"parley/work/resource"
)

// body is a content as stored: immutable under its id.
type body struct {
	resource.Stored
	Text     string   `json:"text"`               // a flow, a module, or a view's template
	Settings string   `json:"settings,omitempty"` // of a module
	Schema   string   `json:"schema,omitempty"`   // of a view
	Actions  []string `json:"actions,omitempty"`  // of a view
}

func bodies() resource.Kind[body, *body] {
	return resource.Of[body](resource.KindContent, "Content", "content")
}

// newBody gives a content its id and makes its row.
func newBody(instance string, b body) (id string, row change.Resource, err error) {
	b.ID, b.InstanceID = resource.NewID(), instance
	row, err = bodies().Row(&b)
	return b.ID, row, err
}

// FlowContent returns a parsed content; fault.NotFound.
func (s *Service) FlowContent(ctx context.Context, instance, id string) (*flow.Document, error) {
	if doc, ok := s.contents.Get(id); ok {
		return doc, nil
	}
	b, err := bodies().Get(ctx, s.docs, instance, id)
	if err != nil {
		return nil, err
	}
	doc, err := flow.Parse([]byte(b.Text))
	if err == nil {
		s.contents.Add(id, doc)
	}
	return doc, err
}

// retired is a content that nothing configured names any more. Chats that
// began before may still run it.
type retired struct {
	resource.Stored
	ContentID string    `json:"content"`
	At        time.Time `json:"at"`
}

func retirements() resource.Kind[retired, *retired] {
	return resource.Of[retired](resource.KindRetired, "Content", "retired content")
}

// keepRetired is how long a retired content is kept: longer than the longest
// chat (7 days) lasts.
const keepRetired = 8 * 24 * time.Hour

// retire returns the rows that retire those of the contents before that are not among those after.
func (s *Service) retire(instance string, before, after []string) (rows []change.Resource, err error) {
	for _, id := range before {
		if slices.Contains(after, id) {
			continue
		}
		r := retired{ContentID: id, At: s.clock.Now()}
		r.ID, r.InstanceID = resource.NewID(), instance
		row, err := retirements().Row(&r)
		if err != nil {
			return nil, err
		}
		rows = append(rows, row)
	}
	return rows, nil
}

// sweepAtOnce is how many retired contents one change deletes at most (our choice).
const sweepAtOnce = 20

// sweep returns the rows that delete contents which were retired long ago.
// What this misses, the next change deletes.
func (s *Service) sweep(ctx context.Context, instance string) (rows []change.Resource, err error) {
	old, _, err := retirements().List(ctx, s.docs, instance, resource.Page{Limit: sweepAtOnce}, nil)
	if err != nil {
		return nil, err
	}
	for _, r := range old {
		if s.clock.Now().Sub(r.At) < keepRetired {
			break // ids are in the order of time
		}
		rows = append(rows, change.Resource{Instance: instance, Kind: resource.KindRetired, ID: r.ID, Version: r.Version, Delete: true})
		if b, err := s.docs.Rows.Resource(ctx, instance, resource.KindContent, r.ContentID); err == nil {
			rows = append(rows, change.Resource{Instance: instance, Kind: resource.KindContent, ID: b.ID, Version: b.Version, Delete: true})
		} else if !fault.Is(err, fault.NotFound) {
			return nil, err
		}
	}
	return rows, nil
}

// turn waits until nothing that needs its instance to stand still is changed by this node:
// many who want that at once would make each other decide again and again.
func (s *Service) turn(ctx context.Context) (done func(), err error) {
	select {
	case s.turns <- struct{}{}:
		return func() { <-s.turns }, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// createWith makes what has revisions, with its contents, on an instance that stands
// still meanwhile: what it names is there when it is written, and it is not one too many. most 0 is no limit.
func createWith[T any, P reviser[T]](ctx context.Context, s *Service, k resource.Kind[T, P], instance string, doc T, t resource.Token, most int, contents func(*T) ([]change.Resource, error)) (made T, err error) {
	done, err := s.turn(ctx)
	if err != nil {
		return doc, err
	}
	defer done()
	err = resource.Decided(ctx, "InstanceId: the instance", func() error {
		made = doc
		rows, err := s.docs.Still(ctx, instance)
		if err != nil {
			return err
		}
		first, err := s.docs.Used(ctx, instance, t)
		if err == nil && first == "" && most > 0 { // what was answered before is answered again
			err = k.Room(ctx, s.docs, instance, most)
		}
		if err != nil {
			return err
		}
		more, err := contents(&made)
		if err != nil {
			return err
		}
		_, err = k.Create(ctx, s.docs, &made, t, append(rows, more...)...)
		return err
	})
	return made, err
}

// revise changes what has revisions and writes new contents with it; contents
// that are no longer named are retired.
//
// The instance stands still meanwhile, so that what the new content names is there when it is written.
func revise[T any, P reviser[T]](ctx context.Context, s *Service, k resource.Kind[T, P], instance, id string, decide func(*T) ([]change.Resource, error)) (T, error) {
	done, err := s.turn(ctx)
	if err != nil {
		var none T
		return none, err
	}
	defer done()
	return k.Update(ctx, s.docs, instance, id, func(doc *T) ([]change.Resource, error) {
		still, err := s.docs.Still(ctx, instance)
		if err != nil {
			return nil, err
		}
		before := P(doc).revisions().contents()
		rows, err := decide(doc)
		if err != nil {
			return nil, err
		}
		gone, err := s.retire(instance, before, P(doc).revisions().contents())
		if err != nil {
			return nil, err
		}
		old, err := s.sweep(ctx, instance)
		return slices.Concat(still, rows, gone, old), err
	})
}

// remove deletes what has revisions, on an instance that stands still; its contents are retired.
func remove[T any, P reviser[T]](ctx context.Context, s *Service, k resource.Kind[T, P], instance, id string, allow func(*T) error) error {
	return k.Delete(ctx, s.docs, instance, id, func(doc *T) ([]change.Resource, error) {
		rows, err := s.docs.Still(ctx, instance)
		if err != nil {
			return nil, err
		}
		if err := allow(doc); err != nil {
			return nil, err
		}
		gone, err := s.retire(instance, P(doc).revisions().contents(), nil)
		return append(rows, gone...), err
	})
}

// reviser is a resource that has revisions.
type reviser[T any] interface {
	resource.Holder[T]
	revisions() *Revisions
}

func (r *Revisions) revisions() *Revisions { return r }

// validJSON refuses text that is no JSON object.
func validJSON(member, text string) error {
	var object map[string]json.RawMessage
	if err := json.Unmarshal([]byte(text), &object); err != nil || object == nil {
		return fault.New(fault.Invalid, "%s must be a JSON object", member)
	}
	return nil
}
