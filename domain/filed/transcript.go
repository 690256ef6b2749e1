package filed

import (
	"encoding/json"
	"io"

	"parley/domain/transcript"
)

// Head says of what a transcript file is.
type Head struct {
	Account, Instance, Initial, Contact string
}

// participant is somebody who has said something.
type participant struct {
	ID   string `json:"ParticipantId"`
	Name string `json:"DisplayName,omitempty"`
}

// Transcript writes the transcript file of a contact (version 2019-08-26). Its participants, those who have said something, come last,
// for only then they are known.
type Transcript struct {
	w     io.Writer
	head  Head
	items int
	seen  map[string]bool
	who   []participant
}

// NewTranscript begins a file.
func NewTranscript(w io.Writer, h Head) *Transcript {
	return &Transcript{w: w, head: h, seen: map[string]bool{}, who: []participant{}}
}

// Add writes an item.
func (t *Transcript) Add(item *transcript.Item) error {
	if err := t.begin(); err != nil {
		return err
	}
	if who := item.Author; who.ParticipantID != "" && !t.seen[who.ParticipantID] {
		t.seen[who.ParticipantID] = true
		t.who = append(t.who, participant{who.ParticipantID, who.DisplayName})
	}
	separator := ","
	if t.items == 0 {
		separator = ""
	}
	t.items++
	return put(t.w, separator, ItemOf(item), "")
}

// begin writes what stands before the first item.
func (t *Transcript) begin() error {
	if t.items > 0 {
		return nil
	}
	for _, m := range []struct{ name, value string }{
		{`{"Version":`, "2019-08-26"}, {`,"AWSAccountId":`, t.head.Account}, {`,"InstanceId":`, t.head.Instance},
		{`,"InitialContactId":`, t.head.Initial}, {`,"ContactId":`, t.head.Contact},
	} {
		if err := put(t.w, m.name, m.value, ""); err != nil {
			return err
		}
	}
	_, err := io.WriteString(t.w, `,"Transcript":[`)
	return err
}

// End writes the end of the file.
func (t *Transcript) End() error {
	if err := t.begin(); err != nil {
		return err
	}
	return put(t.w, `],"Participants":`, t.who, "}")
}

// put writes a value as JSON, with texts around it.
func put(w io.Writer, before string, value any, after string) error {
	raw, err := json.Marshal(value)
	if err != nil {
		return err
	}
	_, err = io.WriteString(w, before+string(raw)+after)
	return err
}
