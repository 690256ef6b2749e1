package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"parley/api"
	"parley/internal/fault"
)

// TestEveryConstraintOfABodyIsChecked breaks, one by one, every constraint of
// every member of a valid body, at any depth, and expects the fault that names
// the member.
func TestEveryConstraintOfABodyIsChecked(t *testing.T) {
	dir, _, ok := needBotocore(t)
	if !ok {
		return
	}
	broken := 0
	for _, svc := range services() {
		eachOperation(t, svc, dir, func(name string, op *operation, s *sampler) {
			s.epoch = true
			input := s.Shapes[op.Input.Shape]
			b := &breaker{sampler: s, input: input, params: s.value(op.Input.Shape).(map[string]any), decode: svc.decode[name], name: name}
			if err := b.try(); err != nil {
				t.Fatalf("%s: the unbroken body: %v", name, err)
			}
			b.structure(input, b.params, "")
			broken += b.broken
		})
	}
	if broken < 4_000 {
		t.Errorf("only %d constraints were broken", broken)
	}
}

// breaker breaks one constraint of a valid input at a time.
type breaker struct {
	*sampler
	name   string
	input  *shape
	params map[string]any
	decode func(*api.Request) (api.Input, error)
	broken int
}

// try decodes the current state of the input.
func (b *breaker) try() error {
	body := map[string]any{}
	r := &api.Request{Query: map[string][]string{}, Header: http.Header{}}
	r.PathValue = func(name string) string { return fmt.Sprint(b.params[name]) }
	for m, v := range b.params {
		use := b.input.Members[m]
		text := fmt.Sprint(v)
		if list, ok := v.([]any); ok && len(list) > 0 {
			text = fmt.Sprint(list[0])
		}
		switch location(use) {
		case api.Body:
			body[wireName(m, use)] = v
		case api.Query:
			r.Query.Set(wireName(m, use), strings.TrimSuffix(text, ".0"))
		case api.Header:
			r.Header.Set(wireName(m, use), text)
		}
	}
	if r.Header.Get("x-amz-last-modified-time") != "" {
		r.Header.Set("x-amz-last-modified-time", "Mon, 02 Jan 2006 15:04:05 GMT")
	}
	var err error
	if r.Body, err = json.Marshal(body); err != nil {
		b.Fatal(err)
	}
	_, err = b.decode(r)
	return err
}

func (b *breaker) expect(want string) {
	b.broken++
	if err := b.try(); !fault.Is(err, fault.Invalid) || !strings.HasPrefix(err.Error(), want) {
		b.Errorf("%s: got %v, want %q", b.name, err, want)
	}
}

func (b *breaker) structure(s *shape, v map[string]any, path string) {
	for _, m := range s.members() {
		old, set := v[m]
		use := s.Members[m]
		if !set || use.Location != "" {
			continue
		}
		if s.requires(m) {
			delete(v, m)
			b.expect("Missing required member " + path + m)
		}
		if !b.relaxed(s, m) {
			b.value(use.Shape, old, path+m, func(x any) { v[m] = x })
		}
		v[m] = old
	}
}

// relaxed says that the overlay departs from the model here.
func (b *breaker) relaxed(s *shape, member string) bool {
	for _, r := range b.overlay.Relax {
		if b.Shapes[r.Shape] == s && r.Member == member {
			return true
		}
	}
	return false
}

// value breaks what a value of a shape must satisfy; set puts it in its place.
func (b *breaker) value(name string, old any, path string, set func(any)) {
	s := b.Shapes[name]
	defer set(old)
	set(old)
	switch old := old.(type) {
	case map[string]any:
		if s.Type == "structure" {
			b.structure(s, old, path+".")
			return
		}
		for k, v := range old {
			b.value(s.Value.Shape, v, path+".value", func(x any) { old[k] = x })
		}
	case []any:
		b.value(s.Member.Shape, old[0], path+"[0]", func(x any) { old[0] = x })
		b.size(s, old, path, set)
	case string:
		b.text(name, path, set)
	case float64:
		b.number(s, path, set)
	}
}

func (b *breaker) size(s *shape, old []any, path string, set func(any)) {
	if s.Max != nil {
		most, _ := s.Max.Int64()
		if most > 1000 {
			return
		}
		many := make([]any, most+1)
		for i := range many {
			many[i] = old[0]
		}
		set(many)
		b.expect(path + " must have at most ")
	}
	if s.Min != nil && s.Min.String() != "0" {
		set([]any{})
		b.expect(path + " must have at least ")
	}
}

func (b *breaker) text(name, path string, set func(any)) {
	s := b.Shapes[name]
	if b.overlay.Replace[name] != nil {
		set("noon")
		b.expect(path + " must be a time")
		return
	}
	if len(s.Enum) > 0 {
		set("NO_SUCH_NAME")
		b.expect(path + " must be one of ")
		return
	}
	if s.Max != nil {
		most, _ := s.Max.Int64()
		set(strings.Repeat("é", int(most)+1))
		b.expect(path + " must have at most ")
	}
	if s.Min != nil && s.Min.String() != "0" {
		set("")
		b.expect(path + " must have at least ")
	}
}

func (b *breaker) number(s *shape, path string, set func(any)) {
	if s.Max != nil && s.Type == "integer" {
		most, _ := s.Max.Float64()
		set(most + 1)
		b.expect(path + " must be ")
	}
	if s.Min != nil {
		least, _ := s.Min.Float64()
		set(least - 1)
		b.expect(path + " must be ")
	}
}
