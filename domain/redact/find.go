package redact

import (
	"net/netip"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// The forms. Each is bounded by what is no letter or digit; see bounded.
var (
	urlForm    = regexp.MustCompile(`(?i)(?:https?://|www\.)[^\s<>"']*[^\s<>"'.,;:!?)\]]`)
	emailForm  = regexp.MustCompile(`(?i)[a-z0-9.!#$%&*+/=?^_{|}~\-]+@[a-z0-9](?:[a-z0-9\-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9\-]*[a-z0-9])?)+`)
	keyForm    = regexp.MustCompile(`(?:AKIA|ASIA)[A-Z0-9]{16}`)
	macForm    = regexp.MustCompile(`(?i)(?:[0-9a-f]{2}[:\-]){5}[0-9a-f]{2}`)
	ipForm     = regexp.MustCompile(`(?i)\d{1,3}(?:\.\d{1,3}){3}|(?:[0-9a-f]{0,4}:){2,7}(?:[0-9a-f]{1,4}|(?:\d{1,3}\.){3}\d{1,3})?`)
	ibanForm   = regexp.MustCompile(`(?i)[a-z]{2}\d{2}(?:[ \-]?[a-z0-9]){11,30}`)
	digitsForm = regexp.MustCompile(`\d+(?:[ \-.]\d+)*`)
	ssnForm    = regexp.MustCompile(`\d{3}[ \-]\d{2}[ \-]\d{4}`)
	phoneForm  = regexp.MustCompile(`(?:\+|00)?(?:\(\+?\d+\)|\d)(?:[ .\-/()]{0,2}\d)+`)
)

// bounded returns the matches of a form that no letter or digit touches and that are what they look like.
func bounded(text string, form *regexp.Regexp, is func(string) bool) (places [][2]int) {
	for _, at := range form.FindAllStringIndex(text, -1) {
		if free(text, at[0], at[1]) && (is == nil || is(text[at[0]:at[1]])) {
			places = append(places, [2]int{at[0], at[1]})
		}
	}
	return places
}

func free(text string, from, to int) bool {
	before, _ := utf8.DecodeLastRuneInString(text[:from])
	after, _ := utf8.DecodeRuneInString(text[to:])
	return !word(before) && !word(after)
}

func word(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }

func urls(text string) [][2]int       { return bounded(text, urlForm, nil) }
func emails(text string) [][2]int     { return bounded(text, emailForm, nil) }
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
		return s[:3] != "000" && s[:3] != "666" && s[0] != '9' && s[4:6] != "00" && s[7:] != "0000"
	})
}

// phones: 8 to 15 digits after + or 00, else 9 to 11.
func phones(text string) [][2]int {
	return bounded(text, phoneForm, func(s string) bool {
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
	for _, at := range ibanForm.FindAllStringIndex(text, -1) {
		for end := at[1]; end-at[0] >= 15; end-- {
			if free(text, at[0], end) && iban(text[at[0]:end]) {
				places = append(places, [2]int{at[0], end})
				break
			}
		}
	}
	return places
}

// iban holds a number against its check digits (ISO 13616: modulo 97).
func iban(s string) bool {
	s = strings.ToUpper(strings.NewReplacer(" ", "", "-", "").Replace(s))
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
func cards(text string) (places [][2]int) {
	for _, run := range bounded(text, digitsForm, nil) {
		groups := groupsOf(text, run)
		for first := 0; first < len(groups); first++ {
			if last, ok := cardFrom(text, groups, first); ok {
				places = append(places, [2]int{groups[first][0], groups[last][1]})
				first = last
			}
		}
	}
	return places
}

func groupsOf(text string, run [2]int) (groups [][2]int) {
	for i := run[0]; i < run[1]; i++ {
		switch c := text[i]; {
		case c < '0' || c > '9':
		case len(groups) > 0 && groups[len(groups)-1][1] == i:
			groups[len(groups)-1][1] = i + 1
		default:
			groups = append(groups, [2]int{i, i + 1})
		}
	}
	return groups
}

// cardFrom finds the longest card that begins with a group.
func cardFrom(text string, groups [][2]int, first int) (last int, ok bool) {
	for last = min(len(groups), first+8) - 1; last >= first; last-- {
		if luhn(digits(text[groups[first][0]:groups[last][1]])) {
			return last, true
		}
	}
	return 0, false
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
