package redact

import (
	"net/netip"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// The forms. Each is bounded by what is no letter or digit; see bounded. The letters of e-mail addresses are those of scripts that put
// spaces between words.
var (
	urlForm    = regexp.MustCompile(`(?i)(?:https?://|www\.)[^\s<>"']*[^\s<>"'.,;:!?)\]]`)
	emailForm  = regexp.MustCompile(strings.ReplaceAll(`[L0-9.!#$%&*+/=?^_{|}~\-]+@[L0-9](?:[L0-9\-]*[L0-9])?(?:\.[L0-9](?:[L0-9\-]*[L0-9])?)+`, "L", letters))
	keyForm    = regexp.MustCompile(`(?:AKIA|ASIA)[A-Z0-9]{16}`)
	macForm    = regexp.MustCompile(`(?:[0-9A-Fa-f]{2}[:\-]){5}[0-9A-Fa-f]{2}`)
	ipForm     = regexp.MustCompile(`\d{1,3}(?:\.\d{1,3}){3}|(?:[0-9A-Fa-f]{0,4}:){2,7}(?:[0-9A-Fa-f]{1,4}|(?:\d{1,3}\.){3}\d{1,3})?`)
	ibanForm   = regexp.MustCompile(`[A-Za-z]{2}\d{2}`) // its beginning
	ibanRest   = regexp.MustCompile(`^(?:[\s\p{Zs}\-]{0,2}[A-Za-z0-9]){11,30}`)
	digitsForm = regexp.MustCompile(`\d+(?:[\s\p{Zs}\-.]{1,2}\d+)*`)
	ssnForm    = regexp.MustCompile(`\d{3}[ \p{Zs}\-]\d{2}[ \p{Zs}\-]\d{4}`)
	phoneForm  = regexp.MustCompile(`(?:\+|00)?(?:\(\+?\d+\)|\d)(?:[ \t\p{Zs}.\-/()]{0,2}\d)+`)
)

// ibanMost bounds the bytes after the beginning of an IBAN: 30 characters, two separators of at most three bytes before each.
const ibanMost = 30 * 7

const letters = `\p{Latin}\p{Greek}\p{Cyrillic}\p{Armenian}\p{Hebrew}\p{Arabic}\p{Devanagari}\p{Bengali}\p{Georgian}\p{M}`

// bounded returns the matches of a form that no letter or digit touches and that are what they look like.
func bounded(text string, form *regexp.Regexp, is func(string) bool) (places [][2]int) {
	edge := 0
	for _, at := range form.FindAllStringIndex(text, -1) {
		if free(text, at[0], at[1], edge) && (is == nil || is(text[at[0]:at[1]])) {
			places, edge = append(places, [2]int{at[0], at[1]}), at[1]
		}
	}
	return places
}

// parts returns what a row of groups of digits contains: what follows a number, or goes before it, may look like a part of it. From each
// group on the longest part is taken that is what it looks like. It has at most so many digits.
func parts(text string, form *regexp.Regexp, most int, is func(string) bool) (places [][2]int) {
	edge := 0
	for _, run := range form.FindAllStringIndex(text, -1) {
		groups := groupsOf(text, run[0], run[1])
		for first := 0; first < len(groups); first++ {
			for last := min(len(groups), first+most) - 1; last >= first; last-- {
				from, to := groups[first][0], groups[last][1]
				if free(text, from, to, edge) && is(text[from:to]) {
					places, first, edge = append(places, [2]int{from, to}), last, to
					break
				}
			}
		}
	}
	return places
}

// groupsOf lists the groups of digits in a run; a plus and a parenthesis before one belong to it.
func groupsOf(text string, from, to int) (groups [][2]int) {
	digit := false
	for i := from; i < to; i++ {
		switch c := text[i]; {
		case c >= '0' && c <= '9' && digit:
			groups[len(groups)-1][1] = i + 1
		case c >= '0' && c <= '9':
			begin := i
			for begin > from && strings.IndexByte("(+", text[begin-1]) >= 0 {
				begin--
			}
			groups, digit = append(groups, [2]int{begin, i + 1}), true
		default:
			digit = false
		}
	}
	return groups
}

// free reports whether no letter or digit touches a place; edge is where the place before it ends, of which nothing will be left.
func free(text string, from, to, edge int) bool {
	before, _ := utf8.DecodeLastRuneInString(text[edge:from])
	after, _ := utf8.DecodeRuneInString(text[to:])
	return !word(before) && !word(after)
}

// word: the scripts that put no space between words do not bound anything.
func word(r rune) bool {
	return (unicode.IsLetter(r) || unicode.IsDigit(r)) && r != kanaLength &&
		!unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul, unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar)
}

const kanaLength = '\u30fc' // of no script, or of two

func urls(text string) [][2]int { return bounded(text, urlForm, nil) }
func emails(text string) [][2]int {
	if !strings.Contains(text, "@") { // of the forms this is the one that costs most
		return nil
	}
	return bounded(text, emailForm, nil)
}

func accessKeys(text string) [][2]int { return bounded(text, keyForm, nil) }
func macs(text string) [][2]int       { return bounded(text, macForm, nil) }

func ips(text string) [][2]int {
	return bounded(text, ipForm, func(s string) bool {
		_, err := netip.ParseAddr(s)
		return err == nil && len(s) > 2
	})
}

// ssns: US social security numbers; those that are never given out are none.
func ssns(text string) [][2]int {
	return bounded(text, ssnForm, func(s string) bool {
		s = digits(s)
		return s[:3] != "000" && s[:3] != "666" && s[0] != '9' && s[3:5] != "00" && s[5:] != "0000"
	})
}

// phones: 8 to 15 digits after + or 00, else 9 to 11.
func phones(text string) [][2]int {
	return parts(text, phoneForm, 17, func(s string) bool {
		n := len(digits(s))
		if strings.HasPrefix(s, "+") || strings.HasPrefix(s, "00") || strings.HasPrefix(s, "(+") {
			return n >= 8 && n <= 17
		}
		return n >= 9 && n <= 11
	})
}

func digits(s string) string {
	return strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, s)
}

// ibans: what follows a number may look like a part of it, so every end at a word's is tried, the longest first.
func ibans(text string) (places [][2]int) {
	edge := 0
	for _, at := range ibanForm.FindAllStringIndex(text, -1) {
		if at[0] < edge {
			continue
		}
		rest := ibanRest.FindStringIndex(text[at[1]:min(len(text), at[1]+ibanMost)])
		if rest == nil {
			continue
		}
		for end := at[1] + rest[1]; end-at[0] >= 15; end-- {
			if alphanumeric(rune(text[end-1])) && free(text, at[0], end, edge) && iban(text[at[0]:end]) {
				places, edge = append(places, [2]int{at[0], end}), end
				break
			}
		}
	}
	return places
}

func alphanumeric(r rune) bool {
	return r >= '0' && r <= '9' || r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z'
}

// iban holds a number against its check digits (ISO 13616: modulo 97).
func iban(s string) bool {
	s = strings.ToUpper(strings.Map(func(r rune) rune {
		if alphanumeric(r) {
			return r
		}
		return -1
	}, s))
	if len(s) < 15 || len(s) > 34 {
		return false
	}
	rest := 0
	for _, r := range s[4:] + s[:4] {
		if r >= 'A' {
			rest = (rest*100 + int(r-'A') + 10) % 97
			continue
		}
		rest = (rest*10 + int(r-'0')) % 97
	}
	return rest == 1
}

// cards: numbers of 13 to 19 digits that fulfil Luhn's check, in one group of digits or in several next to one another.
func cards(text string) [][2]int {
	return parts(text, digitsForm, 19, func(s string) bool { return luhn(digits(s)) })
}

func luhn(s string) bool {
	if len(s) < 13 || len(s) > 19 || strings.Trim(s, "0") == "" {
		return false
	}
	sum := 0
	for i := range len(s) {
		d := int(s[len(s)-1-i] - '0')
		if i%2 == 1 {
			if d *= 2; d > 9 {
				d -= 9
			}
		}
		sum += d
	}
	return sum%10 == 0
}
