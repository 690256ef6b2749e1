package interactive_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"parley/domain/interactive"
	"parley/internal/fault"
)

// of is a message of a template with this content.
func of(template, content string) string {
	return `{"templateType":"` + template + `","version":"1.0","data":{"content":` + content + `}}`
}

// titles are n elements.
func titles(n int) string {
	return "[" + strings.TrimSuffix(strings.Repeat(`{"title":"Tea"},`, n), ",") + "]"
}

func slots(n int) string {
	return "[" + strings.TrimSuffix(strings.Repeat(`{"date":"2020-10-31T17:00+00:00","duration":60},`, n), ",") + "]"
}

// cards are n cards of a carousel.
func cards(n int, template, elements string) string {
	var all []string
	for i := range n {
		all = append(all, fmt.Sprintf(`{"templateIdentifier":"card%d","templateType":%q,"version":"1.0","data":{"content":{"title":"Card","elements":%s}}}`, i, template, elements))
	}
	return "[" + strings.Join(all, ",") + "]"
}

func list(elements string) string { return `{"title":"Which one?","elements":` + elements + `}` }

const full = `{"templateType":"ListPicker","version":"1.0","data":{
 "replyMessage":{"title":"Thanks","subtitle":"Chosen","imageType":"URL","imageData":"https://shop.example/a.jpg","imageDescription":"A cup"},
 "content":{"title":"Which tea?","subtitle":"Tap","imageType":"URL","imageData":"https://shop.example/b.jpg","imageDescription":"A pot",
  "elements":[{"title":"Green","subtitle":"$1","imageType":"URL","imageData":"https://shop.example/c.jpg"},{"title":"More","type":"hyperlink","url":"https://shop.example"},
   {"title":"Next","actionDetail":"SHOW_MORE"}],"listId":"l","preIndex":-1,"nextIndex":5}}}`

func TestTemplates(t *testing.T) {
	picker := of("ListPicker", list(titles(1)))
	for name, c := range map[string]struct{ content, fault string }{
		"all of a list picker":                 {full, ""},
		"a list picker":                        {picker, ""},
		"ten choices":                          {of("ListPicker", list(titles(10))), ""},
		"eleven choices":                       {of("ListPicker", list(titles(11))), "data.content.elements must have 1 to 10 elements, got 11"},
		"no choices":                           {of("ListPicker", list("[]")), "data.content.elements must have 1 to 10 elements, got 0"},
		"no list of choices":                   {of("Panel", `{"title":"a"}`), "data.content.elements is required"},
		"choices that are no list":             {of("Panel", list(`{}`)), "data.content.elements must be a list"},
		"a choice that is no object":           {of("Panel", list(`["a"]`)), "data.content.elements[0] must be an object"},
		"a choice without a title":             {of("Panel", list(`[{"title":"a"},{"Title":"b"}]`)), "data.content.elements[1].title is required"},
		"a title that is no text":              {of("Panel", list(`[{"title":1}]`)), "data.content.elements[0].title must be a text"},
		"an empty title":                       {of("Panel", `{"title":"","elements":`+titles(1)+`}`), "data.content.title must be a text that is not empty"},
		"a very long title":                    {of("Panel", list(`[{"title":"`+strings.Repeat("x", 5000)+`"}]`)), ""},
		"an image of another type":             {of("ListPicker", list(`[{"title":"a","imageType":"PNG"}]`)), `data.content.elements[0].imageType must be "URL"`},
		"a panel shows no images of its own":   {of("Panel", list(`[{"title":"a","imageType":"PNG"}]`)), ""},
		"a link without an address":            {of("Panel", list(`[{"title":"a","type":"hyperlink"}]`)), "data.content.elements[0].url is required"},
		"a link into a script":                 {of("Panel", list(`[{"title":"a","type":"hyperlink","url":"javascript:alert(1)"}]`)), "data.content.elements[0].url must be a URL"},
		"a button of another kind":             {of("Panel", list(`[{"title":"a","actionDetail":"JUMP"}]`)), "data.content.elements[0].actionDetail must be one of"},
		"a button without its list":            {of("Panel", list(`[{"title":"a"},{"title":"b","actionDetail":"SHOW_MORE"}]`)), "data.content.listId is required"},
		"no version":                           {`{"templateType":"Panel","data":{"content":` + list(titles(1)) + `}}`, "version is required"},
		"another version":                      {strings.Replace(picker, "1.0", "2.0", 1), `version must be "1.0"`},
		"no data":                              {`{"templateType":"Panel","version":"1.0"}`, "data is required"},
		"no content":                           {`{"templateType":"Panel","version":"1.0","data":{}}`, "data.content is required"},
		"no template":                          {`{"version":"1.0","data":{"content":{}}}`, "templateType is required"},
		"an unknown template":                  {of("Table", `{}`), "templateType must be one of"},
		"a template in other letters":          {of("listpicker", list(titles(1))), "templateType must be one of"},
		"a reply without a title":              {strings.Replace(picker, `"data":{`, `"data":{"replyMessage":{"subtitle":"x"},`, 1), "data.replyMessage.title is required"},
		"a reference that is no text":          {of("Panel", `{"referenceId":7,"title":"a","elements":`+titles(1)+`}`), "data.content.referenceId must be a text"},
		"a time picker":                        {of("TimePicker", `{"title":"When?","timeZoneOffset":-450,"location":{"latitude":47.6,"longitude":-122.4,"title":"Shop","radius":1},"timeslots":`+slots(40)+`}`), ""},
		"41 times":                             {of("TimePicker", `{"title":"When?","timeslots":`+slots(41)+`}`), "data.content.timeslots must have 1 to 40 elements, got 41"},
		"a time that is none":                  {of("TimePicker", `{"title":"When?","timeslots":[{"date":"tomorrow","duration":1}]}`), "data.content.timeslots[0].date must be a time"},
		"a time without a duration":            {of("TimePicker", `{"title":"When?","timeslots":[{"date":"2020-10-31T17:00:00Z"}]}`), "data.content.timeslots[0].duration is required"},
		"a place without a name":               {of("TimePicker", `{"title":"When?","location":{"latitude":1,"longitude":1},"timeslots":`+slots(1)+`}`), "data.content.location.title is required"},
		"quick replies":                        {of("QuickReply", list(titles(10))), ""},
		"a single quick reply":                 {of("QuickReply", list(titles(1))), "data.content.elements must have 2 to 10 elements, got 1"},
		"a carousel":                           {of("Carousel", list(cards(5, "ListPicker", titles(10)))), ""},
		"six cards":                            {of("Carousel", list(cards(6, "Panel", titles(1)))), "data.content.elements must have 2 to 5 elements, got 6"},
		"a card with too many choices":         {of("Carousel", list(cards(2, "Panel", titles(11)))), "data.content.elements[0].data.content.elements must have 1 to 10 elements"},
		"a carousel in a carousel":             {of("Carousel", list(cards(2, "Carousel", titles(2)))), "data.content.elements[0].templateType must be one of"},
		"two cards of a name":                  {of("Carousel", list(strings.ReplaceAll(cards(2, "Panel", titles(1)), "card1", "card0"))), "data.content.elements[1].templateIdentifier must differ"},
		"a card without a name":                {of("Carousel", list(strings.ReplaceAll(cards(2, "Panel", titles(1)), "templateIdentifier", "x"))), "data.content.elements[0].templateIdentifier is required"},
		"a view":                               {of("ViewResource", `{"viewId":"form","viewToken":"t","viewData":{"a":[1]}}`), ""},
		"a view without its token":             {of("ViewResource", `{"viewId":"form"}`), "data.content.viewToken is required"},
		"another channel's":                    {of("WhatsAppInteractiveList", `{"body":{"text":"x"}}`), ""},
		"no JSON":                              {`{"a":`, "it must be JSON"},
		"two":                                  {picker + picker, "it must be JSON"},
		"no object":                            {`[]`, "it must be an object"},
		"null":                                 {`null`, "it must be an object"},
		"a member that is there twice":         {`{"data":{"content":{}},"templateType":"Panel","version":"1.0","data":{"content":` + list(titles(1)) + `}}`, "a member is there twice"},
		"an empty one of another channel":      {of("ApplePay", `{}`), ""},
		"a list picker that is no list at all": {of("ListPicker", `"x"`), "data.content must be an object"},
	} {
		_, err := interactive.Prepare(c.content, "ref")
		switch {
		case c.fault == "" && err != nil:
			t.Errorf("%s: %v", name, err)
		case c.fault != "" && (!fault.Is(err, fault.Invalid) || !strings.Contains(err.Error(), c.fault)):
			t.Errorf("%s: %v, want %s", name, err, c.fault)
		}
	}
}

func TestAReferenceIsFilledIn(t *testing.T) {
	given := of("QuickReply", `{ "title":"é\u00e9", "elements":`+titles(2)+`}`)
	want := of("QuickReply", `{"referenceId":"r\"1", "title":"é\u00e9", "elements":`+titles(2)+`}`)
	if got, err := interactive.Prepare(given, `r"1`); err != nil || got != want {
		t.Errorf("%s (%v)\nwant %s", got, err, want)
	}
	if got, err := interactive.Prepare(want, "r2"); err != nil || got != want {
		t.Errorf("one of its own becomes %s (%v)", got, err)
	}
	if got := interactive.Reference(want); got != `r"1` {
		t.Errorf("the reference is %q", got)
	}
	view := of("ViewResource", `{"viewId":"form","viewToken":"t"}`)
	if got, err := interactive.Prepare(view, "r"); err != nil || got != view {
		t.Errorf("a view becomes %s (%v)", got, err)
	}
}

func TestAMessageAsText(t *testing.T) {
	for content, want := range map[string]string{
		of("Panel", `{"title":"Tea?","elements":[{"title":"Green"},{"title":"Black"}]}`): "Tea?\n1. Green\n2. Black",
		of("TimePicker", `{"title":"When?","timeslots":`+slots(1)+`}`):                   "When?\n1. 2020-10-31T17:00+00:00",
		of("Carousel", list(cards(2, "Panel", titles(1)))):                               "Which one?\n1. Card\n2. Card",
		of("ViewResource", `{"viewId":"form","viewToken":"t"}`):                          "",
		`{}`: "",
	} {
		if got := interactive.Text(content); got != want {
			t.Errorf("%s reads %q, want %q", content, got, want)
		}
	}
}

func TestResponses(t *testing.T) {
	more := `{"version":"1.0","data":{"actionName":"SHOW_MORE","preIndex":-1,"nextIndex":5,"listId":"l","templateType":"ListPicker","referenceId":"r7"},"action":"SHOW_MORE"}`
	for content, want := range map[string]string{
		more: "r7", `{"templateType":"ViewResource","version":"1.0","action":" ","data":{"content":"x"}}`: "", `"x"`: "", `{}`: "", `{"data":[1]}`: "",
	} {
		if got, err := interactive.ReadResponse(content); err != nil || got.Reference != want {
			t.Errorf("%s names %q (%v), want %q", content, got.Reference, err, want)
		}
	}
	for content, problem := range map[string]string{
		`yes`: "it must be JSON", `{"action":7}`: "action must be a text", `{"data":{"referenceId":[]}}`: "data.referenceId must be a text", `{"version":1.0}`: "version must be a text",
	} {
		if _, err := interactive.ReadResponse(content); !fault.Is(err, fault.Invalid) || !strings.Contains(err.Error(), problem) {
			t.Errorf("%s: %v, want %s", content, err, problem)
		}
	}
}

// FuzzPrepare: nothing breaks the reader; what is accepted is the given JSON but for its
// reference, and is accepted again as it is.
func FuzzPrepare(f *testing.F) {
	for _, seed := range []string{full, of("Carousel", list(cards(2, "Panel", titles(1)))), of("TimePicker", `{"title":"When?","timeslots":`+slots(1)+`}`),
		of("QuickReply", list(titles(2))), of("ViewResource", `{"viewId":"a","viewToken":"b"}`), `{"data":{"content":{}}}`, `[[[[`} {
		f.Add(seed, "ref")
	}
	f.Fuzz(func(t *testing.T, content, reference string) {
		_ = interactive.Text(content)
		_, _ = interactive.ReadResponse(content)
		if reference = strings.ToValidUTF8(reference, "x"); reference == "" {
			return
		}
		prepared, err := interactive.Prepare(content, reference)
		if err != nil {
			if !fault.Is(err, fault.Invalid) {
				t.Errorf("%v", err)
			}
			return
		}
		if !json.Valid([]byte(prepared)) || len(prepared) < len(content) {
			t.Errorf("%q became %q", content, prepared)
		}
		again, err := interactive.Prepare(prepared, "other")
		if err != nil || again != prepared {
			t.Errorf("%q is prepared again as %q (%v)", prepared, again, err)
		}
		if prepared != content && strings.Replace(prepared, `"referenceId":`, "", 1) == prepared {
			t.Errorf("%q became %q", content, prepared)
		}
	})
}
