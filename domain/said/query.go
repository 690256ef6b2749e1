package said

import (
	"slices"
	"strings"

	"parley/internal/fault"
)

// Term is one thing that a contact must have: words that follow one another.
type Term struct {
	Words []string
	// Prefix: the last of them is only the beginning of a word.
	Prefix bool
}

// Bounds of a search (our choice).
const (
	MaxQuery = 256 // bytes of what is typed
	MaxTerms = 16
)

// Parse reads what somebody typed: words, all of which must have been said; "in quotes" those that follow one another; an asterisk
// at the end of one for all that begin so. fault.Invalid for what asks for nothing or too much.
func Parse(text string) (terms []Term, err error) {
	if len(text) > MaxQuery {
		return nil, fault.New(fault.Invalid, "text: at most %d bytes", MaxQuery)
	}
	for i, part := range strings.Split(text, `"`) {
		pieces := []string{part} // in quotes: one term
		if i%2 == 0 {
			pieces = strings.Fields(part)
		}
		for _, piece := range pieces {
			if words := Words(piece); len(words) > 0 {
				terms = append(terms, Term{words, strings.HasSuffix(strings.TrimSpace(piece), "*")})
			}
		}
	}
	if len(terms) == 0 || len(terms) > MaxTerms {
		return nil, fault.New(fault.Invalid, "text: one to %d words are needed", MaxTerms)
	}
	return terms, nil
}

// Piece is a part of a text that is shown.
type Piece struct {
	Text  string `json:"text"`
	Match bool   `json:"match,omitempty"`
}

// around is how many bytes of a text are shown before the first and after the last place of a snippet (our choice).
const around = 60

// Snippet is the part of a text around the first place that has one of the terms, nil if it has none. Terms that
// were found by words of several texts are shown by one of them.
func Snippet(text string, terms []Term) (pieces []Piece) {
	from := -1
	to, end := 0, 0 // of what is shown so far, of what may be shown
	each(text, func(word string, at, after int) bool {
		if from >= 0 && at >= end {
			return false
		}
		if !slices.ContainsFunc(terms, func(t Term) bool { return t.names(word) }) {
			return true
		}
		if from < 0 {
			from, end = start(text, at), after+around
			to = from
		}
		pieces = append(pieces, Piece{text[to:at], false}, Piece{text[at:after], true})
		to = after
		return true
	})
	if from < 0 {
		return nil
	}
	for end = max(to, min(end, len(text))); end < len(text) && text[end]&0xc0 == 0x80; {
		end++
	}
	pieces = append(pieces, Piece{text[to:end], false})
	return slices.DeleteFunc(pieces, func(p Piece) bool { return p.Text == "" })
}

// start is where a snippet begins that has a place.
func start(text string, at int) int {
	from := max(0, at-around)
	for from < at && text[from]&0xc0 == 0x80 {
		from++
	}
	return from
}

// names reports whether a word is one of the term's.
func (t Term) names(word string) bool {
	last := len(t.Words) - 1
	return slices.Contains(t.Words, word) || t.Prefix && strings.HasPrefix(word, t.Words[last])
}

// Met reports whether words have all the terms: what a store's answer amounts to.
func Met(words []string, terms []Term) bool {
	return !slices.ContainsFunc(terms, func(t Term) bool { return !t.in(words) })
}

func (t Term) in(words []string) bool {
	for i := 0; i+len(t.Words) <= len(words); i++ {
		if t.at(words[i:]) {
			return true
		}
	}
	return false
}

func (t Term) at(words []string) bool {
	for k, want := range t.Words {
		last := k == len(t.Words)-1
		if words[k] != want && (!last || !t.Prefix || !strings.HasPrefix(words[k], want)) {
			return false
		}
	}
	return true
}
