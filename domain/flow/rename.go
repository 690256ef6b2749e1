package flow

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
)

// namePrefix begins a reference by name.
const namePrefix = "name:"

// NameReference spells a reference by name, which means the same on every
// instance: "name:queue/Sales", and with a version or alias "name:module/Login:prod".
// In the name, "%", ":" and "$" are written %25, %3A and %24.
func NameReference(kind RefKind, name, qualifier string) string {
	s := namePrefix + string(kind) + "/" + nameEscapes.Replace(name)
	if qualifier != "" {
		s += ":" + qualifier
	}
	return s
}

var (
	nameEscapes   = strings.NewReplacer("%", "%25", ":", "%3A", "$", "%24")
	nameUnescapes = strings.NewReplacer("%25", "%", "%3A", ":", "%3a", ":", "%24", "$")
)

// CutNameReference reads what NameReference spells. Others than flows name more
// kinds of things in this way, so the kind may be one that no flow names.
func CutNameReference(value string) (kind RefKind, name, qualifier string, ok bool) {
	rest, ok := strings.CutPrefix(value, namePrefix)
	if !ok {
		return "", "", "", false
	}
	word, rest, ok := strings.Cut(rest, "/")
	name, qualifier = cutQualifier(rest)
	return RefKind(word), nameUnescapes.Replace(name), qualifier, ok && word != "" && name != ""
}

func parseName(value string) (Reference, bool) {
	kind, name, qualifier, ok := CutNameReference(value)
	r := Reference{Kind: kind, Value: value, Name: name, Qualifier: qualifier, ByName: true}
	if !ok || !slices.Contains(RefKinds(), kind) {
		return Reference{}, false
	}
	return r, true
}

// RefKinds returns all kinds of references.
func RefKinds() []RefKind {
	return []RefKind{QueueRef, AgentRef, FlowRef, ModuleRef, HoursRef, PromptRef, ViewRef, FunctionRef, BotRef, TemplateRef}
}

// Resolve replaces every reference by name by what lookup returns for it (see
// Lookup). It also returns the references by name that lookup does not know; they
// stay as they are.
func Resolve(d *Document, lookup func(kind RefKind, name string) (string, bool)) (*Document, []Reference, error) {
	var unknown []Reference
	out, err := Rewrite(d, func(r Reference) (string, bool) {
		if !r.ByName {
			return "", false
		}
		id, ok := Lookup(r, lookup)
		if !ok {
			unknown = append(unknown, r)
		}
		return id, ok
	})
	return out, unknown, err
}

// Lookup returns the ARN or id that a reference by name stands for. What lookup
// knows with the version or alias ("lookup:prod") is taken as it is; else lookup
// returns an ARN or id without, to which it is added.
func Lookup(r Reference, lookup func(kind RefKind, name string) (string, bool)) (string, bool) {
	if r.Qualifier == "" {
		return lookup(r.Kind, r.Name)
	}
	if id, ok := lookup(r.Kind, r.Name+":"+r.Qualifier); ok {
		return id, true
	}
	id, ok := lookup(r.Kind, r.Name)
	return id + ":" + r.Qualifier, ok
}

// Rewrite returns the document with references replaced: with what replace
// returns, where it reports true. Everything else stays byte for byte. It fails
// with fault.FlowInvalid where the result would be larger than MaxBytes.
func Rewrite(d *Document, replace func(Reference) (string, bool)) (*Document, error) {
	splices := map[[2]int]string{}
	for _, r := range References(d) {
		if value, ok := replace(r); ok && value != r.Value {
			splices[[2]int{r.action, r.leaf}] = value
		}
	}
	if len(splices) == 0 {
		return d, nil
	}
	s := &splicer{source: d.source, dec: json.NewDecoder(bytes.NewReader(d.source)), new: splices}
	s.document()
	s.out.Write(s.source[s.done:])
	return Parse(s.out.Bytes())
}

// splicer copies a document and replaces scalars on the way. The document was
// parsed before, so no token fails.
type splicer struct {
	source []byte
	dec    *json.Decoder
	new    map[[2]int]string
	out    bytes.Buffer
	done   int64 // how much of source is in out
	action int
	leaf   int
}

func (s *splicer) document() {
	s.members(func(name string) {
		if name != "Actions" {
			s.skip()
			return
		}
		s.elements(func(i int) {
			s.members(func(name string) {
				if name != "Parameters" {
					s.skip()
					return
				}
				s.action, s.leaf = i, 0
				s.param()
			})
		})
	})
}

// members visits the members of the object that comes next.
func (s *splicer) members(visit func(name string)) {
	if t, _ := s.dec.Token(); t != json.Delim('{') { // a null
		return
	}
	for s.dec.More() {
		t, _ := s.dec.Token()
		name, _ := t.(string)
		visit(name)
	}
	_, _ = s.dec.Token()
}

func (s *splicer) elements(visit func(i int)) {
	_, _ = s.dec.Token()
	for i := 0; s.dec.More(); i++ {
		visit(i)
	}
	_, _ = s.dec.Token()
}

func (s *splicer) skip() {
	var raw json.RawMessage
	_ = s.dec.Decode(&raw)
}

// param visits the value that comes next and counts its scalars.
func (s *splicer) param() {
	before := s.next()
	t, _ := s.dec.Token()
	switch t {
	case json.Delim('{'):
		for s.dec.More() {
			_, _ = s.dec.Token() // the name
			s.param()
		}
		_, _ = s.dec.Token()
	case json.Delim('['):
		for s.dec.More() {
			s.param()
		}
		_, _ = s.dec.Token()
	default:
		if value, ok := s.new[[2]int{s.action, s.leaf}]; ok {
			s.splice(before, value)
		}
		s.leaf++
	}
}

// next is where the value that comes next begins: at the first byte that
// separates nothing.
func (s *splicer) next() int64 {
	start := s.dec.InputOffset()
	for bytes.IndexByte([]byte(" \t\r\n:,"), s.source[start]) >= 0 {
		start++
	}
	return start
}

// splice replaces the token that was just read and began at start.
func (s *splicer) splice(start int64, value string) {
	end := s.dec.InputOffset()
	s.out.Write(s.source[s.done:start])
	s.out.Write(quote(value))
	s.done = end
}

// quote writes a JSON string, leaving <, > and & as they are.
func quote(value string) []byte {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	_ = enc.Encode(value) // a string always encodes
	return bytes.TrimSuffix(b.Bytes(), []byte("\n"))
}
