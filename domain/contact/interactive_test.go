package contact_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/uuid"

	"parley/domain/change"
	"parley/domain/contact"
	"parley/domain/interactive"
	"parley/domain/transcript"
	"parley/internal/fault"
)

// menu is an interactive message without a reference of its own.
const menu = `{"templateType":"ListPicker","version":"1.0","data":{"content":{"title":"Which tea?","elements":[{"title":"Green"},{"title":"Black"}]}}}`

// answerTo is an answer that names a message.
func answerTo(reference string) contact.Message {
	return contact.Message{ContentType: transcript.InteractiveResponse, Content: fmt.Sprintf(`{"action":"SHOW_MORE","version":"1.0","data":{"referenceId":%q}}`, reference)}
}

func all() []string {
	return []string{transcript.Plain, transcript.Interactive, transcript.InteractiveResponse}
}

func TestAnAnswerNamesAMessageOfTheChat(t *testing.T) {
	room := connected(t, all()...)
	room.bot()
	wantKind(t, "before there is one", room.send(customer, answerTo("r")), fault.Invalid)
	if err := room.send(bot, contact.Message{ContentType: transcript.Interactive, Content: menu}); err != nil {
		t.Fatal(err)
	}
	reference := interactive.Reference(room.said()[len(room.items)-1])
	if _, err := uuid.Parse(reference); err != nil {
		t.Errorf("the reference is %q", reference)
	}
	if err := room.send(customer, answerTo(reference)); err != nil {
		t.Errorf("an answer to it: %v", err)
	}
	wantKind(t, "to another", room.send(customer, answerTo("r")), fault.Invalid)
	for i := range 70 {
		next := strings.Replace(menu, `"title"`, fmt.Sprintf(`"referenceId":"r%d","title"`, i), 1)
		if err := room.send(bot, contact.Message{ContentType: transcript.Interactive, Content: next}); err != nil {
			t.Fatal(err)
		}
	}
	if err := room.send(customer, answerTo(reference)); err != nil || len(room.s.State.References) != 64 {
		t.Errorf("to one that is forgotten: %v, %d are kept", err, len(room.s.State.References))
	}
}

func TestABrokenTemplateIsRefused(t *testing.T) {
	room := connected(t, all()...)
	room.bot()
	head := room.s.Head
	err := room.send(bot, contact.Message{ContentType: transcript.Interactive, Content: strings.Replace(menu, "title", "titel", 1)})
	wantKind(t, "a message without a title", err, fault.Invalid)
	if err == nil || !strings.Contains(err.Error(), "data.content.title is required") || room.s.Head != head {
		t.Errorf("%v", err)
	}
}

// A chat that takes no interactive messages gets their text.
func TestAFlowsBotShowsAMenu(t *testing.T) {
	for name, c := range map[string]struct {
		types   []string
		want    string
		content string
	}{
		"as it is":         {all(), transcript.Interactive, menu},
		"as a text":        {nil, transcript.Plain, menu},
		"almost too large": {all(), transcript.Interactive, strings.Replace(menu, "Which tea?", strings.Repeat("x", 20_000), 1)},
	} {
		room := connected(t, c.types...)
		d := contact.Decide(room.s, setID, t0)
		if err := contact.SayBot(d, transcript.Interactive, c.content); err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		item := d.Changes().Items[0]
		if item.ContentType != c.want || item.Author != contact.BotAuthor() {
			t.Errorf("%s: %+v", name, item)
		}
		if c.want == transcript.Plain && item.Content != "Which tea?\n1. Green\n2. Black" {
			t.Errorf("%s: %q", name, item.Content)
		}
	}
	d := contact.Decide(connected(t, all()...).s, setID, t0)
	for name, content := range map[string]string{
		"broken": `{"templateType":"ListPicker"}`, "too large": strings.Replace(menu, "Which tea?", strings.Repeat("x", 21_000), 1),
	} {
		wantKind(t, name, contact.SayBot(d, transcript.Interactive, content), fault.Invalid)
	}
	if set := d.Changes(); len(set.Items) > 0 || set.Session.Parts&change.State != 0 {
		t.Errorf("a refusal left %+v", set)
	}
}
