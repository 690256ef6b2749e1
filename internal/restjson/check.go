package restjson

import (
	"math/bits"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"unicode/utf8"
)

// Unbounded as an upper limit of Length and AtMost means that there is none.
const Unbounded = -1

// Length returns s and checks that it has between least and most characters
// (Unicode code points, as in the model).
func (d *Decoder) Length(s string, least, most int) string {
	if d.broken != nil || least <= 1 && len(s) >= least && len(s) <= most {
		return s
	}
	switch n := utf8.RuneCountInString(s); {
	case n < least:
		d.breach("must have at least %s, got %d", plural(least, "character"), n)
	case most != Unbounded && n > most:
		d.breach("must have at most %s, got %d", plural(most, "character"), n)
	}
	return s
}

// OneOf returns s and checks that it is one of the names in set, which are
// separated by "|".
func (d *Decoder) OneOf(s, set string) string {
	if d.broken != nil || inSet(s, set) {
		return s
	}
	if strings.Count(set, "|") < 24 {
		d.breach("must be one of %s", strings.ReplaceAll(set, "|", ", "))
	} else {
		d.breach("must be one of the names that the API defines")
	}
	return s
}

func inSet(s, set string) bool {
	for name := range strings.SplitSeq(set, "|") {
		if name == s {
			return true
		}
	}
	return false
}

// Range checks that a number is not below least or above most.
func Range[N int | int64 | float64](d *Decoder, n, least, most N) N {
	if d.broken == nil && (n < least || n > most) {
		d.breach("must be between %v and %v, got %v", least, most, n)
	}
	return n
}

// AtLeast checks that a number is not below least.
func AtLeast[N int | int64 | float64](d *Decoder, n, least N) N {
	if d.broken == nil && n < least {
		d.breach("must be at least %v, got %v", least, n)
	}
	return n
}

// AtMost checks that a number is not above most.
func AtMost[N int | int64 | float64](d *Decoder, n, most N) N {
	if d.broken == nil && n > most {
		d.breach("must be at most %v, got %v", most, n)
	}
	return n
}

// Size checks the number of elements of the list or map that was just read: n
// that were kept, and those beyond the limit that Elem or Entry was given.
func (d *Decoder) Size(n, least, most int) {
	if d.broken != nil {
		return
	}
	if d.param == "" {
		n = max(n, int(d.where[d.depth+1].index))
	}
	if n < least {
		d.breach("must have at least %s, got %d", plural(least, "element"), n)
	}
	if most != Unbounded && n > most {
		d.breach("must have at most %s, got %d", plural(most, "element"), n)
	}
}

// Require checks that the members with these names were seen: bit i of seen
// stands for names[i].
func (d *Decoder) Require(seen uint64, names ...string) {
	if d.broken != nil || d.invalid != nil {
		return
	}
	if missing := bits.TrailingZeros64(^seen); missing < len(names) {
		d.missing(names[missing])
	}
}

// Union checks that exactly one member was seen.
func (d *Decoder) Union(seen uint64) {
	if bits.OnesCount64(seen) != 1 {
		d.breach("must have exactly one member")
	}
}

// Pattern is a constraint that is made of regular expressions: every one of
// All must match somewhere in the text, and none of None.
type Pattern struct {
	Text      string // as messages show it
	All, None []*regexp.Regexp
}

// LazyPattern returns a function that compiles the expressions when it is
// first called. Without all, text itself is the expression.
func LazyPattern(text string, all, none []string) func() *Pattern {
	return sync.OnceValue(func() *Pattern {
		p := &Pattern{Text: text}
		if all == nil {
			all = []string{text}
		}
		for _, e := range all {
			p.All = append(p.All, regexp.MustCompile(e))
		}
		for _, e := range none {
			p.None = append(p.None, regexp.MustCompile(e))
		}
		return p
	})
}

// Match returns s and checks it against a pattern of the model.
func (d *Decoder) Match(s string, p *Pattern) string {
	if d.broken == nil && !p.match(s) {
		d.breach("must match the pattern %s", p.Text)
	}
	return s
}

func (p *Pattern) match(s string) bool {
	for _, e := range p.All {
		if !e.MatchString(s) {
			return false
		}
	}
	for _, e := range p.None {
		if e.MatchString(s) {
			return false
		}
	}
	return true
}

func plural(n int, unit string) string {
	s := strconv.Itoa(n) + " " + unit
	if n != 1 {
		s += "s"
	}
	return s
}
