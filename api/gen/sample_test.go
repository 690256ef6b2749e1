package main

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"parley/internal/fault"
	"parley/internal/restjson"
)

// matcher returns a predicate for a pattern of the model.
func matcher(t *testing.T, pattern string) func(string) bool {
	t.Helper()
	r := rewrites()[pattern]
	p := restjson.LazyPattern(pattern, r.all, r.none)
	return func(s string) bool {
		var d restjson.Decoder
		d.Reset(nil)
		d.Skip()
		d.Match(s, p())
		return !fault.Is(d.End(), fault.Invalid)
	}
}

// sampler makes values that satisfy a model's constraints.
type sampler struct {
	*testing.T
	*model
	overlay *overlay
	epoch   bool // times as numbers
	turn    int  // which member of a union, which name of an enumeration
	texts   map[string]string
}

const sampleTime = "2026-01-02T03:04:05.000Z"

func (s *sampler) value(name string, above ...string) any {
	sh := s.Shapes[name]
	switch sh.Type {
	case "structure":
		return s.structure(sh, append(above, name))
	case "list":
		return s.list(sh, append(above, name))
	case "map":
		return map[string]any{s.text(sh.Key.Shape): s.value(sh.Value.Shape, append(above, name)...)}
	case "integer", "long":
		return math.Ceil(s.number(sh))
	case "float", "double":
		return s.number(sh)
	case "boolean":
		return true
	case "timestamp":
		if s.epoch && sh.TimestampFormat != "iso8601" {
			return 1767323045.0
		}
		return sampleTime
	}
	return s.text(name)
}

// structure sets every member; of a union one; not those that would recur.
func (s *sampler) structure(sh *shape, above []string) any {
	v := map[string]any{}
	names := sh.members()
	if sh.Union && len(names) > 0 {
		names = names[s.turn%len(names):][:1]
	}
	for _, m := range names {
		if use := sh.Members[m]; !s.recurs(use.Shape, above) {
			v[m] = s.value(use.Shape, above...)
		}
	}
	return v
}

func (s *sampler) recurs(name string, above []string) bool {
	for _, a := range above {
		if a == name {
			return true
		}
	}
	sh := s.Shapes[name]
	for _, inner := range []*ref{sh.Member, sh.Value} {
		if inner != nil && s.recurs(inner.Shape, above) {
			return true
		}
	}
	return false
}

func (s *sampler) list(sh *shape, above []string) any {
	n := 1
	if sh.Min != nil {
		least, _ := sh.Min.Int64()
		n = max(n, int(least))
	}
	list := []any{}
	for range n {
		list = append(list, s.value(sh.Member.Shape, above...))
	}
	return list
}

func (s *sampler) number(sh *shape) float64 {
	n := 1.0
	if sh.Min != nil {
		least, _ := sh.Min.Float64()
		n = max(n, least)
	}
	if sh.Max != nil {
		most, _ := sh.Max.Float64()
		n = min(n, most)
	}
	return n
}

func (s *sampler) text(name string) string {
	sh := s.Shapes[name]
	if s.overlay.Replace[name] != nil {
		return sampleTime
	}
	if len(sh.Enum) > 0 {
		return sh.Enum[s.turn%len(sh.Enum)]
	}
	least, most := 0, math.MaxInt
	if sh.Min != nil {
		n, _ := sh.Min.Int64()
		least = int(n)
	}
	if sh.Max != nil {
		n, _ := sh.Max.Int64()
		most = int(n)
	}
	if text, ok := s.texts[name]; ok {
		return text
	}
	for _, c := range candidates(least) {
		if len(c) >= least && len(c) <= most && (sh.Pattern == "" || matcher(s.T, sh.Pattern)(c)) {
			s.texts[name] = c
			return c
		}
	}
	s.Fatalf("no sample for %s: %+v", name, sh)
	return ""
}

func candidates(least int) []string {
	const uuid = "0a1b2c3d-0000-4000-8000-0123456789ab"
	return []string{
		"Grüße 😀 / \"x\" \\ %2F?&=+", "a/b c", uuid, "name", "us-east-1", "2026-01-02", "d-0123456789", "Passw0rd!", "+12065550100", "s3://bucket/key", "x",
		fmt.Sprintf("arn:aws:connect:us-east-1:123456789012:instance/%s/queue/%s", uuid, uuid), strings.Repeat("a", max(least, 64)),
	}
}
