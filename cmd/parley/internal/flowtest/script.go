package flowtest

import (
	"fmt"
	"os"
	"strings"
)

// Pos is a place in a file.
type Pos struct {
	File string
	Line int
}

// String spells the place as FILE:LINE.
func (p Pos) String() string { return fmt.Sprintf("%s:%d", p.File, p.Line) }

// Script is one file: what holds for all its conversations, and these.
type Script struct {
	Path          string
	Given         []Step
	Conversations []*Conversation
}

// Conversation is one test.
type Conversation struct {
	Pos
	Name  string
	Given []Step // of its script and its own, in order; of answers only its script's
	Steps []Step
}

// Step is one line of a script.
type Step struct {
	Pos
	Text   string // as it was written
	given  func(*setup) error
	act    func(*player) error
	answer bool // says what a call comes to, and is known before the chat starts where no step stands before it
}

// problem is what is wrong with a script.
type problem struct {
	Pos
	message string
}

func (p problem) Error() string { return p.Pos.String() + ": " + p.message }

// ReadScript reads a file of conversations.
func ReadScript(path string) (*Script, error) {
	content, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("read the script: %w", err)
	}
	return ParseScript(path, string(content))
}

// ParseScript reads the text of a script; path is for messages.
func ParseScript(path, text string) (*Script, error) {
	s := &Script{Path: path}
	lines, err := logical(path, text)
	if err != nil {
		return nil, err
	}
	all := forms()
	for _, l := range lines {
		if err := s.line(all, l); err != nil {
			return nil, err
		}
	}
	for _, c := range s.Conversations {
		if len(c.Steps) == 0 {
			return nil, problem{c.Pos, "the conversation has no steps"}
		}
	}
	return s, nil
}

// line is one logical line: its words before the colon, and the value after it.
type line struct {
	Pos
	text     string
	words    []string
	value    string
	hasValue bool
}

// logical joins continuation lines ("| more text") and drops comments.
func logical(path, text string) ([]line, error) {
	var lines []line
	n := 0
	for raw := range strings.Lines(text) {
		n++
		trimmed := strings.TrimSpace(raw)
		pos := Pos{path, n}
		more, continues := strings.CutPrefix(trimmed, "|")
		switch {
		case trimmed == "" || trimmed[0] == '#':
		case continues && len(lines) == 0:
			return nil, problem{pos, `a line that begins with "|" goes on with the text of the line before it, and there is none`}
		case continues:
			last := &lines[len(lines)-1]
			last.value += "\n" + strings.TrimPrefix(more, " ")
			last.hasValue = true
		default:
			l, err := split(pos, trimmed)
			if err != nil {
				return nil, err
			}
			lines = append(lines, l)
		}
	}
	return lines, nil
}

// split cuts a line at its first colon outside quotes.
func split(pos Pos, text string) (line, error) {
	l := line{Pos: pos, text: text}
	var word strings.Builder
	quoted, inWord := false, false
	end := func() {
		if inWord {
			l.words = append(l.words, word.String())
		}
		word.Reset()
		inWord = false
	}
	for i, r := range text {
		switch {
		case r == '"':
			quoted, inWord = !quoted, true
		case r == ':' && !quoted:
			end()
			l.value, l.hasValue = strings.TrimSpace(text[i+1:]), true
			return l, nil
		case (r == ' ' || r == '\t') && !quoted:
			end()
		default:
			word.WriteRune(r)
			inWord = true
		}
	}
	if quoted {
		return l, problem{pos, "a quotation mark is missing"}
	}
	end()
	return l, nil
}

func (s *Script) line(all []form, l line) error {
	if len(l.words) == 1 && l.words[0] == "conversation" {
		if l.value == "" {
			return problem{l.Pos, "a conversation needs a name: conversation: NAME"}
		}
		c := &Conversation{Pos: l.Pos, Name: l.value}
		c.Given = append(c.Given, s.Given...)
		s.Conversations = append(s.Conversations, c)
		return nil
	}
	step, err := understand(all, l)
	if err != nil {
		return problem{l.Pos, err.Error()}
	}
	if len(s.Conversations) == 0 {
		if step.given == nil && !step.answer {
			return problem{l.Pos, "a step needs a conversation: write “conversation: NAME” above it"}
		}
		s.Given = append(s.Given, step)
		return nil
	}
	c := s.Conversations[len(s.Conversations)-1]
	switch {
	case step.given == nil:
		c.Steps = append(c.Steps, step)
	case len(c.Steps) > 0:
		return problem{l.Pos, fmt.Sprintf("%q says how the chat begins: write it before the first step", l.text)}
	default:
		c.Given = append(c.Given, step)
	}
	return nil
}
