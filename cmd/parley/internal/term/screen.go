package term

import (
	"fmt"
	"io"
	"strings"
	"sync"
	"time"
	"unicode"

	"parley/client"
)

// typingShown is how long a typing signal stands, as in the chat widget.
const typingShown = 12 * time.Second

const (
	clearLine = "\r\x1b[K"
	dim       = "\x1b[2m"
	normal    = "\x1b[0m"
	prompt    = "> "
)

// screen prints a chat, one line or paragraph at a time. It is safe for
// concurrent use.
type screen struct {
	out  io.Writer
	ansi bool   // out is a terminal
	self bool   // print one's own messages: nobody saw them typed
	me   string // the customer's participant id; set before the first item

	mu     sync.Mutex
	typing map[string]time.Time // when a participant's typing was printed
	lost   bool                 // a connection loss was printed
	end    string               // when the chat ended, as it is printed
	over   bool                 // the end was printed
}

// prompt shows at a terminal that a line can be typed.
func (s *screen) prompt() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ansi {
		fmt.Fprint(s.out, prompt)
	}
}

// close leaves a terminal on an empty line.
func (s *screen) close() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ansi {
		fmt.Fprint(s.out, clearLine)
	}
}

// note prints something that this program says.
func (s *screen) note(format string, args ...any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.print(true, fmt.Sprintf(format, args...))
}

// reconnecting says that the connection is lost.
func (s *screen) reconnecting() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.lost = true
	s.print(true, "The connection is lost; connecting again …")
}

// connected says that a lost connection is back.
func (s *screen) connected() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.lost {
		s.print(true, "Connected again.")
	}
	s.lost = false
}

// ended says once that the chat has ended, and how.
func (s *screen) ended(how string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.over {
		s.print(true, s.end+how)
	}
	s.over = true
}

// item prints what happened in the chat, if it is for the customer's eyes.
func (s *screen) item(item client.Item) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case item.ContentType == client.Typing:
		s.showTyping(item)
	case item.ContentType == client.ChatEnded:
		s.end = clock(item)
	case item.ContentType == client.ParticipantLeft && item.ParticipantID == s.me: // however the chat ended: that is said next
	case item.Type == "EVENT":
		s.print(true, clock(item)+eventText(item, s.name(item)))
	case item.Type == "MESSAGE" || item.Type == "ATTACHMENT":
		delete(s.typing, item.ParticipantID)
		if item.ParticipantID != s.me || s.self {
			s.print(false, clock(item)+s.name(item)+": "+indented(content(item)))
		}
	}
}

func (s *screen) showTyping(item client.Item) {
	shown, ok := s.typing[item.ParticipantID]
	if item.ParticipantID == s.me || ok && time.Since(shown) < typingShown {
		return
	}
	if s.typing == nil {
		s.typing = make(map[string]time.Time)
	}
	s.typing[item.ParticipantID] = time.Now()
	s.print(true, clock(item)+s.name(item)+" is typing …")
}

// print writes a paragraph; on a terminal it takes the place of the prompt and
// what the program says is dim.
func (s *screen) print(quiet bool, text string) {
	text = harmless(text)
	if !s.ansi {
		fmt.Fprintln(s.out, text)
		return
	}
	if quiet {
		text = dim + text + normal
	}
	fmt.Fprint(s.out, clearLine, text, "\n", prompt)
}

// name says who an item is from.
func (s *screen) name(item client.Item) string {
	switch {
	case item.ParticipantID != "" && item.ParticipantID == s.me:
		return "You"
	case item.ParticipantRole == "SYSTEM":
		return "System"
	case item.DisplayName != "":
		return strings.ReplaceAll(item.DisplayName, "\n", " ")
	}
	return "Somebody"
}

// clock is an item's local time with the blanks behind it.
func clock(item client.Item) string {
	t := item.Time()
	if t.IsZero() {
		t = time.Now()
	}
	return t.Local().Format("15:04:05") + "  "
}

// indented puts the lines after the first under the text of the first.
func indented(text string) string {
	return strings.ReplaceAll(strings.ReplaceAll(text, "\r\n", "\n"), "\n", "\n          ")
}

// harmless keeps what others wrote from steering the terminal: control
// characters become blanks.
func harmless(text string) string {
	return strings.Map(func(r rune) rune {
		if r != '\n' && unicode.IsControl(r) {
			return ' '
		}
		return r
	}, text)
}
