package said_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"parley/domain/said"
	"parley/domain/transcript"
	"parley/internal/fault"
)

func TestWords(t *testing.T) {
	for text, want := range map[string][]string{
		"":                              nil,
		"Hello, World! It's 3.50 €":     {"hello", "world", "it", "s", "3", "50"},
		"Grüße aus İzmir":               {"grüße", "aus", "izmir"},
		"東京 tower":                      {"東", "京", "tower"},
		"a\xffb":                        {"a", "b"},
		"x" + strings.Repeat("é", 40):   {"x" + strings.Repeat("é", 31)},
		"order-No.4711/b\u00a0c\u200bd": {"order", "no", "4711", "b", "c", "d"},
	} {
		if diff := cmp.Diff(want, said.Words(text)); diff != "" {
			t.Errorf("%q (-want +got):\n%s", text, diff)
		}
	}
}

func TestTextOfAnItem(t *testing.T) {
	for _, c := range []struct {
		item transcript.Item
		want string
	}{
		{transcript.Item{Type: transcript.Message, ContentType: transcript.Plain, Content: "hi"}, "hi"},
		{transcript.Item{Type: transcript.Message, ContentType: transcript.Interactive, Content: `{"b":{"title":"Pick"},"a":["one",2,{"x":"two"}]}`}, "one\ntwo\nPick"},
		{transcript.Item{Type: transcript.Message, ContentType: transcript.JSON, Content: `{`}, ""},
		{transcript.Item{Type: transcript.Event, ContentType: transcript.Joined}, ""},
		{transcript.Item{Type: transcript.Attachment, Content: `{"AttachmentName":"x"}`}, ""},
	} {
		if got := said.Text(&c.item); got != c.want {
			t.Errorf("%+v: %q, want %q", c.item, got, c.want)
		}
	}
}

func TestParse(t *testing.T) {
	got, err := said.Parse(`Refund "lost parcel" par* "never clo*"`)
	want := []said.Term{{Words: []string{"refund"}}, {Words: []string{"lost", "parcel"}}, {Words: []string{"par"}, Prefix: true}, {Words: []string{"never", "clo"}, Prefix: true}}
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
	for _, text := range []string{"", ` "" !`, strings.Repeat("x", 257), strings.Repeat("x ", 17)} {
		if _, err := said.Parse(text); !fault.Is(err, fault.Invalid) {
			t.Errorf("%q: %v, want Invalid", text, err)
		}
	}
}

func TestMet(t *testing.T) {
	words := said.Add(said.Add(nil, "my parcel is lost"), "Never mind")
	for query, want := range map[string]bool{
		"parcel lost": true, `"is lost"`: true, `"lost never"`: false, "par* MIND": true, `"is lo*"`: true, "arcel": false, `"parcel lost"`: false, "never*": true,
	} {
		terms, err := said.Parse(query)
		if err != nil {
			t.Fatal(err)
		}
		if got := said.Met(words, terms); got != want {
			t.Errorf("%s: %v, want %v", query, got, want)
		}
	}
}

func TestSnippet(t *testing.T) {
	terms, err := said.Parse("parcel lo*")
	if err != nil {
		t.Fatal(err)
	}
	text := strings.Repeat("é", 100) + " my Parcel is long lost " + strings.Repeat("ö", 100)
	var b strings.Builder
	for _, p := range said.Snippet(text, terms) {
		if p.Match {
			b.WriteString("[" + p.Text + "]")
		} else {
			b.WriteString(p.Text)
		}
	}
	want := strings.Repeat("é", 28) + " my [Parcel] is [long] [lost] " + strings.Repeat("ö", 23)
	if b.String() != want {
		t.Errorf("got  %s\nwant %s", b.String(), want)
	}
	if got := said.Snippet("nothing here", terms); got != nil {
		t.Errorf("got %v of a text without the words", got)
	}
	for end := range len(text) { // every cut is at a character, whatever is found where
		for _, p := range said.Snippet(text[end:], terms) {
			if p.Text != strings.ToValidUTF8(p.Text, "") && end == 0 {
				t.Fatalf("%q is cut in a character", p.Text)
			}
		}
	}
}
