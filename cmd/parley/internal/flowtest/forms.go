package flowtest

import (
	"fmt"
	"slices"
	"strings"
)

// form is one kind of line. Words in capitals stand for what the writer chooses.
type form struct {
	words  string
	value  valueKind
	given  func(args) (func(*setup) error, error)
	act    func(args) (func(*player) error, error)
	answer bool
	again  bool // another form, with the name of an agent in it
}

type valueKind uint8

const (
	noValue valueKind = iota
	optionalValue
	needsValue
)

// args are what a line says beside the words of its form.
type args struct {
	names []string // in the places of the words in capitals
	agent string   // whom the line names as its agent
	value string
}

// forms lists the kinds of lines; of two that fit, the first counts.
func forms() []form {
	return slices.Concat(givenForms(), answerForms(), actForms(), signInForms(), expectForms(), agentActForms())
}

// understand finds the form of a line among all of them, and reads its value.
func understand(all []form, l line) (Step, error) {
	for _, f := range all {
		names, ok := f.match(l.words)
		if !ok {
			continue
		}
		if f.words == "agent NAME" && !l.hasValue { // it is no name
			break
		}
		if err := f.checkValue(l); err != nil {
			return Step{}, err
		}
		a := args{names: names, value: l.value}
		if f.again {
			a.agent, a.names = names[0], names[1:]
		}
		return f.step(l, a)
	}
	return Step{}, fmt.Errorf("%q is no line that I know%s", l.text, suggestion(all, l.words))
}

func (f form) step(l line, a args) (_ Step, err error) {
	s := Step{Pos: l.Pos, Text: l.text, answer: f.answer}
	if f.given != nil {
		s.given, err = f.given(a)
	} else {
		s.act, err = f.act(a)
	}
	return s, err
}

func (f form) match(words []string) (names []string, ok bool) {
	if strings.Count(f.words, " ")+1 != len(words) {
		return nil, false
	}
	want := strings.Fields(f.words)
	for i, w := range want {
		switch {
		case w == strings.ToUpper(w) && w != "...":
			names = append(names, words[i])
		case w != words[i]:
			return nil, false
		}
	}
	return names, true
}

func (f form) checkValue(l line) error {
	switch {
	case f.value == needsValue && l.value == "":
		return fmt.Errorf("%q needs something after a colon: %s: …", l.text, f.words)
	case f.value == noValue && l.hasValue:
		return fmt.Errorf("%q takes nothing after it", f.words)
	}
	return nil
}

// suggestion names the forms that begin as the line does, or the one whose
// first word is nearest; of many, those that have more words in common with it.
func suggestion(all []form, words []string) string {
	if len(words) == 0 {
		return ""
	}
	var like, closer []string
	for _, f := range all {
		first, rest, _ := strings.Cut(f.words, " ")
		if !near(first, words[0]) || f.again {
			continue
		}
		like = append(like, f.spelled())
		if alike(strings.Fields(rest), words[1:]) {
			closer = append(closer, f.spelled())
		}
	}
	if len(closer) > 0 {
		like = closer
	}
	if len(like) == 0 {
		return "; docs/flow-test.md lists them"
	}
	return "; there is: " + strings.Join(like, ", ")
}

// alike reports whether a line has a word that is near to one of the fixed words of a form.
func alike(fixed, words []string) bool {
	return slices.ContainsFunc(fixed, func(f string) bool {
		return f != strings.ToUpper(f) && slices.ContainsFunc(words, func(w string) bool { return near(f, w) })
	})
}

func (f form) spelled() string {
	if f.value == needsValue {
		return f.words + ": …"
	}
	return f.words
}

// nearest is the word that is nearest to another one, "" where none is near.
func nearest(word string, words []string) string {
	best, least := "", 3
	for _, w := range words {
		if n := distance([]rune(strings.ToLower(word)), []rune(strings.ToLower(w))); n < least && n < len(w) {
			best, least = w, n
		}
	}
	return best
}

// near reports whether two words differ by at most two letters.
func near(a, b string) bool { return distance([]rune(a), []rune(b)) <= min(2, len(a)/2) }

// distance is the number of letters to add, drop or replace.
func distance(a, b []rune) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range a {
		last := row[0]
		row[0]++
		for j := range b {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			last, row[j+1] = row[j+1], min(last+cost, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
