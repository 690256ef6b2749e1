package batch

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"time"

	"parley/domain/said"
)

// What searches for words narrow by is kept as words of its own, which no text can have: each begins with a letter for what it is.
const (
	facetInstance = "i"
	facetQueue    = "q"
	facetAgent    = "a"
	facetCustomer = "c"
)

// Facets are those of a contact.
func Facets(c *said.Contact) (list []string) {
	for _, f := range [...][2]string{{facetInstance, c.InstanceID}, {facetQueue, c.Queue}, {facetAgent, c.Agent}, {facetCustomer, c.Customer}} {
		if f[1] != "" {
			list = append(list, facet(f[0], f[1]))
		}
	}
	return list
}

// facet is the word for an id of any form. What a customer is called cannot be read from it.
func facet(kind, id string) string {
	sum := sha256.Sum256([]byte(id))
	return kind + hex.EncodeToString(sum[:12])
}

// Narrowed is what a search asks of facets: one of each list.
func Narrowed(instance string, queues, agents []string, customer string) (all [][]string) {
	lists := []struct {
		kind string
		ids  []string
	}{{facetInstance, []string{instance}}, {facetQueue, queues}, {facetAgent, agents}, {facetCustomer, []string{customer}}}
	for _, l := range lists {
		var any []string
		for _, id := range l.ids {
			if id != "" {
				any = append(any, facet(l.kind, id))
			}
		}
		if len(any) > 0 {
			all = append(all, any)
		}
	}
	return all
}

// apart stands between texts where words are kept as one text: no search can ask for it.
const apart = "\u00a6"

// JoinWords makes one text of words.
func JoinWords(words []string) string {
	var b strings.Builder
	for i, word := range words {
		if i > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(cmp.Or(word, apart))
	}
	return b.String()
}

// SplitWords is the inverse of JoinWords.
func SplitWords(text string) []string {
	words := strings.Fields(text)
	for i, word := range words {
		if word == apart {
			words[i] = ""
		}
	}
	return words
}

// Lately is how many contacts a search looks at one by one, the latest first, before it asks an index for all that it has (our choice): what
// is said in one of forty fills a page from these, and an index is quick with what is said in fewer.
const Lately = 2_000

// Expression joins what all has to hold, and of each of the lists one, with a database's signs for it.
func Expression(lists [][]string, quote func(string) string, or, and string) string {
	var parts []string
	for _, l := range lists {
		var any []string
		for _, word := range l {
			any = append(any, quote(word))
		}
		parts = append(parts, "("+strings.Join(any, or)+")")
	}
	return strings.Join(parts, and)
}

// Places are the first and the last place that a search looks at; 0 and the highest where it has no bound.
func Places(from, until time.Time, before int64) (first, last int64) {
	last = 1<<63 - 1
	if !from.IsZero() {
		first = said.First(from.Add(time.Millisecond - time.Nanosecond)) // of a part of a millisecond, from the next one
	}
	if !until.IsZero() {
		last = said.First(until.Add(time.Millisecond)) - 1
	}
	if before > 0 {
		last = min(last, before-1)
	}
	return first, last
}
