package contact_test

import (
	"strings"
	"testing"

	"parley/domain/contact"
	"parley/domain/transcript"
	"parley/internal/fault"
)

// quoted is a JSON text of n characters, quotes included, each but the quotes being char.
func quoted(n int, char string) string { return `"` + strings.Repeat(char, n-2) + `"` }

// sizes are the limits of messages, with one character that has one byte and
// one that has four.
func sizes() map[string]struct {
	m  contact.Message
	ok bool
} {
	type row = struct {
		m  contact.Message
		ok bool
	}
	rows := map[string]row{}
	for name, char := range map[string]string{"ascii": "x", "multi-byte": "𝄞"} {
		for _, text := range []string{transcript.Plain, transcript.Markdown} {
			rows[name+" "+text+" 1"] = row{contact.Message{ContentType: text, Content: char}, true}
			rows[name+" "+text+" 1,024"] = row{contact.Message{ContentType: text, Content: strings.Repeat(char, 1_024)}, true}
			rows[name+" "+text+" 1,025"] = row{contact.Message{ContentType: text, Content: strings.Repeat(char, 1_025)}, false}
		}
		for n, ok := range map[int]bool{12_000: true, 12_001: false} {
			rows[name+" json "+string(rune('a'+n%2))] = row{contact.Message{ContentType: transcript.JSON, Content: quoted(n, char)}, ok}
		}
		for n, ok := range map[int]bool{12_288: true, 12_289: false} {
			rows[name+" response "+string(rune('a'+n%2))] = row{contact.Message{ContentType: transcript.InteractiveResponse, Content: quoted(n, char)}, ok}
		}
	}
	for _, kind := range []string{transcript.JSON, transcript.InteractiveResponse} {
		rows["no JSON as "+kind] = row{contact.Message{ContentType: kind, Content: `{"a":`}, false}
		rows["two JSONs as "+kind] = row{contact.Message{ContentType: kind, Content: `{} {}`}, false}
	}
	rows["empty"] = row{contact.Message{ContentType: transcript.Plain}, false}
	rows["only spaces"] = row{contact.Message{ContentType: transcript.Plain, Content: " \n"}, true}
	return rows
}

func TestSizesOfMessages(t *testing.T) {
	all := []string{transcript.Plain, transcript.Markdown, transcript.JSON, transcript.Interactive, transcript.InteractiveResponse}
	for name, c := range sizes() {
		wantOutcome(t, "SendMessage, "+name, connected(t, all...).send(customer, c.m), c.ok, fault.Invalid)
		r := start()
		r.ContentTypes, r.Initial = all, &c.m
		wantOutcome(t, "InitialMessage, "+name, r.Check(contact.TextLimit{}), c.ok, fault.Invalid)
	}
}

func TestTheSettingForTextCountsBytes(t *testing.T) {
	lim := contact.TextLimit{Bytes: 16_384}
	for content, ok := range map[string]bool{
		strings.Repeat("x", 16_384): true, strings.Repeat("x", 16_385): false,
		strings.Repeat("𝄞", 4_096): true, strings.Repeat("𝄞", 4_096) + "x": false,
	} {
		r := start()
		r.Initial = &contact.Message{ContentType: transcript.Plain, Content: content}
		wantOutcome(t, "a long text", r.Check(lim), ok, fault.Invalid)
	}
}

func TestInteractiveMessagesComeFromWhoServes(t *testing.T) {
	menu := contact.Message{ContentType: transcript.Interactive, Content: menu}
	room := connected(t, transcript.Plain, transcript.Interactive)
	room.bot()
	wantKind(t, "the customer", room.send(customer, menu), fault.Invalid)
	if err := room.send(bot, menu); err != nil {
		t.Errorf("the bot: %v", err)
	}
	menu.Content = quoted(16_385, "x")
	wantKind(t, "the bot, too long", room.send(bot, menu), fault.Invalid)
	r := start()
	r.ContentTypes = []string{transcript.Plain, transcript.Interactive}
	r.Initial = &contact.Message{ContentType: transcript.Interactive, Content: `{}`}
	wantKind(t, "the initial message, which is the customer's", r.Check(contact.TextLimit{}), fault.Invalid)
}

func TestTheSessionsContentTypesBindEverySender(t *testing.T) {
	room := connected(t)
	room.bot()
	markdown := contact.Message{ContentType: transcript.Markdown, Content: "*hi*"}
	head := room.s.Head
	for _, sender := range []string{customer, bot} {
		wantKind(t, "an undeclared type", room.send(sender, markdown), fault.Invalid)
	}
	if room.s.Head != head {
		t.Errorf("a refused message is stored: %v", room.said())
	}
	room = connected(t, transcript.Markdown, transcript.Plain)
	room.bot()
	for _, sender := range []string{customer, bot} {
		if err := room.send(sender, markdown); err != nil {
			t.Errorf("a declared type: %v", err)
		}
	}
}

func TestSupportedMessagingContentTypes(t *testing.T) {
	plain, markdown := transcript.Plain, transcript.Markdown
	for name, c := range map[string]struct {
		types []string
		ok    bool
	}{
		"absent":             {nil, true},
		"empty":              {[]string{}, false},
		"plain":              {[]string{plain}, true},
		"the seed's example": {[]string{plain, markdown, transcript.JSON}, true},
		"in another order":   {[]string{transcript.JSON, markdown, plain}, true},
		"all five":           {[]string{transcript.InteractiveResponse, transcript.Interactive, transcript.JSON, markdown, plain}, true},
		"twice the same":     {[]string{plain, plain}, true},
		"without plain":      {[]string{markdown}, false},
		"an unknown one":     {[]string{plain, "text/html"}, false},
		"in upper case":      {[]string{"TEXT/PLAIN"}, false},
	} {
		r := start()
		r.ContentTypes = c.types
		wantOutcome(t, name, r.Check(contact.TextLimit{}), c.ok, fault.Invalid)
	}
}
