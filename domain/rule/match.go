package rule

import (
	"path"
	"slices"
	"strings"
	"time"
	"unicode"

	"parley/domain/session"
	"parley/domain/transcript"
)

// value is what a condition compares.
type value uint8

const (
	transcripts value = iota + 1
	agents
	queues
	attributes
	segments // user-defined segment attributes
	beginnings
	endings
)

// Operators of comparisons.
const (
	equals      = "EQUALS"
	containsAny = "CONTAINS_ANY"
)

// anyone is the role of customers and agents alike.
const anyone = "ANY"

// shape is what may be said about a value.
type shape struct {
	operators   []string
	emptyEquals bool // EQUALS without operands asks for none at all
	phrases     bool // operands are words to look for
	filtered    bool // a FilterClause is allowed
	postOnly    bool
}

// read finds the value behind a path, and what may be said about it; false if it is not known.
func (c *condition) read(p string) (shape, bool) {
	const attribute, segment = "ContactAttribute.", "SegmentAttributes.UserDefined."
	switch {
	case p == "ExactMatch.Transcript":
		c.what = transcripts
		return shape{operators: []string{containsAny}, phrases: true, filtered: true}, true
	case p == "Agent.AgentId":
		c.what = agents
		return shape{operators: []string{containsAny}}, true
	case p == "Queue.QueueId":
		c.what = queues
		return shape{operators: []string{containsAny, equals}, emptyEquals: true}, true
	case p == "InitiationMethod":
		c.what = beginnings
		return shape{operators: []string{containsAny}, postOnly: true}, true
	case p == "DisconnectReason":
		c.what = endings
		return shape{operators: []string{containsAny}, postOnly: true}, true
	}
	if key, ok := strings.CutPrefix(p, attribute); ok && key != "" {
		c.what, c.key = attributes, key
		return shape{operators: []string{equals}}, true
	}
	if key, ok := strings.CutPrefix(p, segment); ok && key != "" {
		c.what, c.key = segments, key
		return shape{operators: []string{containsAny}}, true
	}
	return shape{}, false
}

// Facts are what a function looks at: a contact, and what was said in it.
type Facts struct {
	Attributes map[string]string
	Contact    *session.Contact
	Items      []transcript.Item
}

// Matches reports whether a contact meets the function.
func (f Function) Matches(facts *Facts) bool { return f.top.operator != "" && f.top.holds(facts) }

func (c *condition) holds(f *Facts) bool {
	switch {
	case c.operator == "AND":
		return c.negate != !slices.ContainsFunc(c.of, func(one condition) bool { return !one.holds(f) })
	case c.operator == "OR":
		return c.negate != slices.ContainsFunc(c.of, func(one condition) bool { return one.holds(f) })
	case c.what == transcripts:
		return c.negate != c.heardIn(f)
	}
	have := c.have(f)
	if c.operator == equals && len(c.texts) == 0 {
		return c.negate != (have == "")
	}
	return c.negate != slices.ContainsFunc(c.texts, func(want string) bool { return have != "" && have == c.plain(want) })
}

// have is the contact's own value, "" for none.
func (c *condition) have(f *Facts) string {
	switch k := f.Contact; c.what {
	case agents:
		if k.Agent != nil {
			return k.Agent.UserID
		}
	case queues:
		return k.QueueID
	case beginnings:
		return k.InitiationMethod
	case endings:
		return k.DisconnectReason
	case attributes:
		return f.Attributes[c.key]
	case segments:
		if text := k.SegmentAttributes[c.key].String; text != nil {
			return *text
		}
	}
	return ""
}

// plain is what an operand means: an ARN of an agent or queue means its id.
func (c *condition) plain(operand string) string {
	if (c.what == agents || c.what == queues) && strings.HasPrefix(operand, "arn:") {
		return path.Base(operand)
	}
	return operand
}

// Named are the queues and the agents (users) that a function names, by id.
func (f Function) Named() (queue, user []string) {
	var walk func(c *condition)
	walk = func(c *condition) {
		for i := range c.of {
			walk(&c.of[i])
		}
		for _, text := range c.texts {
			switch c.what {
			case queues:
				queue = append(queue, c.plain(text))
			case agents:
				user = append(user, c.plain(text))
			}
		}
	}
	walk(&f.top)
	return queue, user
}

// heardIn reports whether one of the phrases was said by whom the filter means.
func (c *condition) heardIn(f *Facts) bool {
	return slices.ContainsFunc(f.Items, func(item transcript.Item) bool {
		if !c.heard.includes(&item, f.Contact) {
			return false
		}
		said := words(item.Content)
		return slices.ContainsFunc(c.texts, func(phrase string) bool { return has(said, words(phrase)) })
	})
}

// Spoken reports whether an item is something that a customer or an agent said to the other.
func Spoken(item *transcript.Item) bool {
	text := item.ContentType == "text/plain" || item.ContentType == "text/markdown"
	by := item.Author.Role == transcript.Customer || item.Author.Role == transcript.Agent
	return item.Type == transcript.Message && text && by && item.Visibility != transcript.AuthorOnly
}

func (h filter) includes(item *transcript.Item, k *session.Contact) bool {
	if !Spoken(item) || h.role != "" && h.role != anyone && h.role != string(item.Author.Role) {
		return false
	}
	if h.first > 0 && item.Time.Sub(k.InitiatedAt) > time.Duration(h.first)*time.Second {
		return false
	}
	return h.last == 0 || k.DisconnectedAt.Sub(item.Time) <= time.Duration(h.last)*time.Second
}

// words takes a text apart, in lower case. Where a script writes no spaces each letter is a word.
func words(text string) (all []string) {
	var word strings.Builder
	flush := func() {
		if word.Len() > 0 {
			all = append(all, word.String())
			word.Reset()
		}
	}
	for _, r := range strings.ToLower(text) {
		switch {
		case unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar):
			flush()
			all = append(all, string(r))
		case unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r):
			word.WriteRune(r)
		case r == '\'' || r == '’': // don't is one word
		default:
			flush()
		}
	}
	flush()
	return all
}

// has reports whether a phrase is said, word by word.
func has(said, phrase []string) bool {
	for i := 0; i+len(phrase) <= len(said); i++ {
		if slices.Equal(said[i:i+len(phrase)], phrase) {
			return true
		}
	}
	return false
}
