// Package said holds the words of what people say, for searches: how a text becomes words, and what a search asks for.
//
// It guarantees: the words of a text are the same on every store and in every release that has the same rules, because no database
// takes texts apart; a text that a search shows was found by these rules too. It is pure.
package said

import (
	"encoding/json"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"parley/domain/transcript"
)

// Bounds of what is found (our choice).
const (
	MaxWord  = 64     // bytes of a word; the rest of a longer one is not looked at
	MaxWords = 16_000 // of a contact; what was said after so many is not found. PostgreSQL knows the places of 16,383
)

// Words are the words of a text in their order: letters, digits and marks in lower case. Scripts that put no
// spaces between words give a word for each sign.
func Words(text string) (words []string) {
	each(text, func(word string, _, _ int) bool {
		words = append(words, word)
		return true
	})
	return words
}

// each calls do with every word of a text, and where it begins and ends there, until do is false.
func each(text string, do func(word string, from, to int) bool) {
	begin := -1
	for at, r := range text {
		switch sign := signs(r); {
		case sign || !partOf(r):
			if begin >= 0 && !do(spelled(text[begin:at]), begin, at) {
				return
			}
			begin = -1
			if end := at + utf8.RuneLen(r); sign && !do(string(r), at, end) {
				return
			}
		case begin < 0:
			begin = at
		}
	}
	if begin >= 0 {
		do(spelled(text[begin:]), begin, len(text))
	}
}

func partOf(r rune) bool {
	return r != utf8.RuneError && (unicode.IsLetter(r) || unicode.IsNumber(r) || unicode.IsMark(r))
}

// signs reports whether a character is of a script without spaces between words.
func signs(r rune) bool {
	return r >= 0x0e00 && unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar) && partOf(r)
}

// spelled is a word as it is looked for.
func spelled(word string) string {
	word = strings.ToLower(word)
	if len(word) <= MaxWord {
		return word
	}
	end := MaxWord
	for !utf8.RuneStart(word[end]) {
		end--
	}
	return word[:end]
}

// Text is what people read in a message, "" for what is none: of JSON its texts, without the names of its members.
func Text(item *transcript.Item) string {
	switch {
	case item.Type != transcript.Message || item.Passing():
		return ""
	case item.ContentType == transcript.Plain || item.ContentType == transcript.Markdown:
		return item.Content
	}
	var value any
	if json.Unmarshal([]byte(item.Content), &value) != nil {
		return ""
	}
	var texts []string
	gather(value, &texts)
	return strings.Join(texts, "\n")
}

// gather collects the texts of a JSON value; members come by their names.
func gather(value any, texts *[]string) {
	switch v := value.(type) {
	case string:
		*texts = append(*texts, v)
	case []any:
		for _, one := range v {
			gather(one, texts)
		}
	case map[string]any:
		names := make([]string, 0, len(v))
		for name := range v {
			names = append(names, name)
		}
		slices.Sort(names)
		for _, name := range names {
			gather(v[name], texts)
		}
	}
}

// Add adds the words of a text to those of a contact. An empty word keeps two texts apart: no phrase reaches over it.
func Add(words []string, text string) []string {
	more := Words(text)
	if len(words) > 0 && len(more) > 0 {
		words = append(words, "")
	}
	words = append(words, more...)
	return words[:min(len(words), MaxWords)]
}
