package bot

import (
	"strings"
	"unicode/utf8"

	"parley/outbound/egress"
)

// maxText is the longest text of a bot in code points: that of a flow (interp.MaxText).
const maxText = 6000

// marker begins the line with which a model ends the conversation.
const marker = "INTENT:"

// sieve parts a model's text, as it comes, into what is said and the line of the
// intent. What might still become that line, and blanks that may be the last, are held back.
type sieve struct {
	said func(string)

	text   string // what is said
	held   string // not decided yet
	intent string
	ended  bool // everything from here on is the line of the intent
	shown  bool // said has heard something
}

// add takes more of the text.
func (s *sieve) add(more string) error {
	if s.ended {
		s.intent += more
		return nil
	}
	s.held += more
	if before, line, ok := s.line(); ok {
		s.intent, s.ended, s.held = line, true, ""
		s.release(strings.TrimRight(before, " \t\r\n"))
		return nil
	}
	keep := s.open()
	s.release(s.held[:keep])
	s.held = s.held[keep:]
	if utf8.RuneCountInString(s.text) >= maxText {
		return egress.Enough
	}
	return nil
}

// line finds the marker at the beginning of a line of what is held, and returns what
// is before that line and what follows the marker.
func (s *sieve) line() (before, rest string, ok bool) {
	for i := 0; ; i += len(marker) {
		n := strings.Index(s.held[i:], marker)
		if n < 0 {
			return "", "", false
		}
		i += n
		before = strings.TrimRight(s.held[:i], " \t*`")
		if before == "" && s.fresh() || strings.HasSuffix(before, "\n") {
			return before, s.held[i+len(marker):], true
		}
	}
}

// fresh: what is held begins a line.
func (s *sieve) fresh() bool { return s.text == "" || strings.HasSuffix(s.text, "\n") }

// open returns where that part of what is held begins which cannot be said yet: blanks at the
// end, and a last line that may become the marker.
func (s *sieve) open() int {
	trimmed := len(strings.TrimRight(s.held, " \t\r\n"))
	begin := strings.LastIndexByte(s.held[:trimmed], '\n') + 1
	line := strings.TrimLeft(s.held[begin:trimmed], " \t*`")
	if (begin > 0 || s.fresh()) && strings.HasPrefix(marker, line) {
		return len(strings.TrimRight(s.held[:begin], " \t\r\n"))
	}
	return trimmed
}

// release says a part of the text, up to what there is room for.
func (s *sieve) release(part string) {
	if s.text == "" {
		part = strings.TrimLeft(part, " \t\r\n")
	}
	part = clip(part, maxText-utf8.RuneCountInString(s.text))
	if part == "" {
		return
	}
	s.text += part
	if s.said != nil {
		s.said(part)
		s.shown = true
	}
}

// finish takes the end of the text.
func (s *sieve) finish() {
	s.release(strings.TrimRight(s.held, " \t\r\n"))
	s.held = ""
	s.intent, _, _ = strings.Cut(strings.TrimSpace(s.intent), "\n")
}

// clip returns the first code points of a text.
func clip(text string, most int) string {
	for i := range text {
		if most--; most < 0 {
			return text[:i]
		}
	}
	return text
}
