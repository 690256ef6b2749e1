package agent

import (
	"slices"
	"time"
)

// Mention tells an agent of a note in which somebody named it.
type Mention struct {
	ContactID string
	NoteID    string
	By        string // the user who wrote it
	At        time.Time
}

// MaxUnseen is how many mentions an agent keeps that it has not seen; the oldest go first (our choice).
const MaxUnseen = 50

// Mention notes a mention, which stays until it is seen.
func (a Agent) Mention(m Mention) Agent {
	list := append(slices.Clone(a.Mentions), m)
	a.Mentions = list[max(0, len(list)-MaxUnseen):]
	return a
}

// See forgets the mention in a note; one that is not there is seen already.
func (a Agent) See(note string) Agent {
	a.Mentions = slices.DeleteFunc(slices.Clone(a.Mentions), func(m Mention) bool { return m.NoteID == note })
	return a
}
