package restjson

import (
	"errors"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"parley/internal/fault"
)

// person exercises every kind of value that generated code reads.
type person struct {
	Name   string
	Age    *int
	Big    *int64
	Score  *float64
	Alive  *bool
	Born   *time.Time
	Seen   *time.Time
	Nick   []string
	Tags   map[string]string
	Friend *person
}

func (v *person) decode(d *Decoder) {
	*v = person{}
	var seen uint64
	d.Begin()
	for d.Member() {
		switch string(d.Name()) {
		case "Name":
			seen |= 1
			v.Name = d.Length(d.String(), 1, 8)
		case "Age":
			v.Age = new(Range(d, d.Int(), 0, 150))
		case "Big":
			v.Big = new(d.Long())
		case "Score":
			v.Score = new(d.Float())
		case "Alive":
			v.Alive = new(d.Bool())
		case "Born":
			v.Born = new(d.EpochTime())
		case "Seen":
			v.Seen = new(d.ISOTime())
		case "Nick":
			v.Nick = []string{}
			d.Array()
			for d.Elem(3) {
				v.Nick = append(v.Nick, d.String())
			}
			d.Size(len(v.Nick), 1, 3)
		case "Tags":
			v.Tags = map[string]string{}
			d.Begin()
			for d.Entry(2) {
				k := d.Length(d.Key(), 1, 4)
				d.Value()
				v.Tags[k] = d.OneOf(d.String(), "RED|BLUE")
			}
			d.Size(len(v.Tags), 0, 2)
		case "Friend":
			v.Friend = new(person)
			v.Friend.decode(d)
		default:
			d.Skip()
		}
	}
	d.Require(seen, "Name")
}

func decode(body string) (person, error) {
	var p person
	var d Decoder
	d.Reset([]byte(body))
	p.decode(&d)
	return p, d.End()
}

func TestDecodeAccepts(t *testing.T) {
	tests := map[string]struct {
		body string
		want person
	}{
		"all kinds": {
			`{"Name":"Ada","Age":36,"Big":9007199254740993,"Score":-1.5e2,"Alive":true,"Born":1.25,"Seen":"2026-01-02T03:04:05.678+01:00","Nick":["a","b"],"Tags":{"k":"RED"},"Friend":{"Name":"Bob"}}`,
			person{
				Name: "Ada", Age: new(36), Big: new(int64(9007199254740993)), Score: new(-150.0), Alive: new(true),
				Born: new(time.UnixMilli(1250).UTC()), Seen: new(time.Date(2026, 1, 2, 2, 4, 5, 678e6, time.UTC)),
				Nick: []string{"a", "b"}, Tags: map[string]string{"k": "RED"}, Friend: &person{Name: "Bob"},
			},
		},
		"white space":            {" \t\r\n{ \"Name\" : \"A\" , \"Nick\" : [ \"x\" ] } \n", person{Name: "A", Nick: []string{"x"}}},
		"unknown members":        {`{"X":{"Y":[1,null,{"Z":true}],"\ud83d\ude00":"\n"},"Name":"A","Q":-0.0e+1}`, person{Name: "A"}},
		"null is absent":         {`{"Name":"A","Age":null,"Nick":null,"Friend":null}`, person{Name: "A"}},
		"last duplicate wins":    {`{"Name":"A","Name":"B","Friend":{"Name":"C","Age":1},"Friend":{"Name":"D"}}`, person{Name: "B", Friend: &person{Name: "D"}}},
		"escapes":                {`{"Name":"\"\\\/\b\f\n\r\t"}`, person{Name: "\"\\/\b\f\n\r\t"}},
		"surrogate pair":         {`{"Name":"a\uD83D\uDE00\u00e9"}`, person{Name: "a😀é"}},
		"escaped member name":    {`{"N\u0061me":"A"}`, person{Name: "A"}},
		"length in code points":  {`{"Name":"ééééé😀😀😀"}`, person{Name: "ééééé😀😀😀"}},
		"bounds are inclusive":   {`{"Name":"12345678","Age":150}`, person{Name: "12345678", Age: new(150)}},
		"the edge of an integer": {`{"Name":"A","Big":-9223372036854775808}`, person{Name: "A", Big: new(int64(math.MinInt64))}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			got, err := decode(tt.body)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestDecodeRefuses(t *testing.T) {
	deep := func(n int) string { return `{"Name":"A","X":` + strings.Repeat("[", n) + strings.Repeat("]", n) + `}` }
	tests := map[string]struct {
		body string
		kind fault.Kind
		text string // part of the message
	}{
		"empty body":             {"", fault.Invalid, "Missing required member Name"},
		"required null":          {`{"Name":null}`, fault.Invalid, "Missing required member Name"},
		"nested missing":         {`{"Name":"A","Friend":{}}`, fault.Invalid, "Missing required member Friend.Name"},
		"too short":              {`{"Name":""}`, fault.Invalid, "Name must have at least 1 character, got 0"},
		"too long":               {`{"Name":"123456789"}`, fault.Invalid, "Name must have at most 8 characters, got 9"},
		"nested too long":        {`{"Name":"A","Friend":{"Name":"123456789"}}`, fault.Invalid, "Friend.Name must have at most 8 characters, got 9"},
		"range":                  {`{"Name":"A","Age":151}`, fault.Invalid, "Age must be between 0 and 150, got 151"},
		"enumeration":            {`{"Name":"A","Tags":{"k":"GREEN"}}`, fault.Invalid, "Tags.value must be one of RED, BLUE"},
		"enumeration separator":  {`{"Name":"A","Tags":{"k":"RED|BLUE"}}`, fault.Invalid, "Tags.value must be one of"},
		"map key":                {`{"Name":"A","Tags":{"12345":"RED"}}`, fault.Invalid, "Tags.key must have at most 4 characters, got 5"},
		"list too long":          {`{"Name":"A","Nick":["a","b","c","d","e"]}`, fault.Invalid, "Nick must have at most 3 elements, got 5"},
		"list too short":         {`{"Name":"A","Nick":[]}`, fault.Invalid, "Nick must have at least 1 element, got 0"},
		"map too large":          {`{"Name":"A","Tags":{"a":"RED","b":"RED","c":"RED"}}`, fault.Invalid, "Tags must have at most 2 elements, got 3"},
		"U+0000":                 {`{"Name":"a\u0000"}`, fault.Invalid, "Name must not hold U+0000"},
		"U+0000 in a key":        {`{"Name":"a","Tags":{"\u0000":"RED"}}`, fault.Invalid, "must not hold U+0000"},
		"bad time":               {`{"Name":"a","Seen":"yesterday"}`, fault.Invalid, "Seen must be a time"},
		"form before constraint": {`{"Name":"123456789"`, fault.Malformed, "ends too early"},
		"string for integer":     {`{"Name":"A","Age":"1"}`, fault.Malformed, "Age must be an integer"},
		"fraction for integer":   {`{"Name":"A","Age":1.5}`, fault.Malformed, "Age must be an integer"},
		"exponent for integer":   {`{"Name":"A","Age":1e2}`, fault.Malformed, "Age must be an integer"},
		"integer of 33 bits":     {`{"Name":"A","Age":2147483648}`, fault.Malformed, "Age must be an integer of 32 bits"},
		"integer of 65 bits":     {`{"Name":"A","Big":9223372036854775808}`, fault.Malformed, "Big must be an integer of 64 bits"},
		"number out of range":    {`{"Name":"A","Score":1e999}`, fault.Malformed, "Score is out of a number's range"},
		"string for number":      {`{"Name":"A","Score":"NaN"}`, fault.Malformed, "Score must be a number"},
		"leading zero":           {`{"Name":"A","Age":01}`, fault.Malformed, "not well-formed"},
		"plus sign":              {`{"Name":"A","Age":+1}`, fault.Malformed, "Age must be an integer"},
		"bare fraction":          {`{"Name":"A","Score":1.}`, fault.Malformed, "not well-formed"},
		"string for boolean":     {`{"Name":"A","Alive":"true"}`, fault.Malformed, "Alive must be true or false"},
		"bad literal":            {`{"Name":"A","Alive":tru}`, fault.Malformed, "not well-formed"},
		"string for time":        {`{"Name":"A","Born":"2026-01-02T03:04:05Z"}`, fault.Malformed, "Born must be a number"},
		"time out of range":      {`{"Name":"A","Born":1e15}`, fault.Malformed, "Born must be a time"},
		"number for string":      {`{"Name":1}`, fault.Malformed, "Name must be a string"},
		"object for list":        {`{"Name":"A","Nick":{}}`, fault.Malformed, "Nick must be a list"},
		"list for map":           {`{"Name":"A","Tags":[]}`, fault.Malformed, "Tags must be an object"},
		"list for structure":     {`{"Name":"A","Friend":[]}`, fault.Malformed, "Friend must be an object"},
		"list for document":      {`[]`, fault.Malformed, "The body must be an object"},
		"null document":          {`null`, fault.Malformed, "The body must be an object"},
		"null in list":           {`{"Name":"A","Nick":["a",null]}`, fault.Malformed, "Nick[1] must not be null"},
		"null in map":            {`{"Name":"A","Tags":{"k":null}}`, fault.Malformed, "Tags.value must not be null"},
		"wrong type in list":     {`{"Name":"A","Nick":["a",1]}`, fault.Malformed, "Nick[1] must be a string"},
		"trailing bytes":         {`{"Name":"A"} x`, fault.Malformed, "offset 13"},
		"trailing NUL":           {"{\"Name\":\"A\"}\x00", fault.Malformed, "offset 12"},
		"second document":        {`{"Name":"A"}{}`, fault.Malformed, "after the JSON document"},
		"trailing comma":         {`{"Name":"A",}`, fault.Malformed, "not well-formed"},
		"trailing comma in list": {`{"Name":"A","Nick":["a",]}`, fault.Malformed, "not well-formed"},
		"missing comma":          {`{"Name":"A" "Age":1}`, fault.Malformed, "not well-formed"},
		"missing colon":          {`{"Name" "A"}`, fault.Malformed, "not well-formed"},
		"single quotes":          {`{'Name':'A'}`, fault.Malformed, "not well-formed"},
		"truncated":              {`{"Name":"A`, fault.Malformed, "ends too early"},
		"white space only":       {`  `, fault.Malformed, "ends too early"},
		"control character":      {"{\"Name\":\"a\nb\"}", fault.Malformed, "not well-formed"},
		"bad escape":             {`{"Name":"\x41"}`, fault.Malformed, "Name holds a bad escape"},
		"short escape":           {`{"Name":"\u12"}`, fault.Malformed, "Name holds a bad escape"},
		"lone high surrogate":    {`{"Name":"\ud800"}`, fault.Malformed, "lone surrogate"},
		"lone low surrogate":     {`{"Name":"\udc00abcdef"}`, fault.Malformed, "lone surrogate"},
		"two high surrogates":    {`{"Name":"\ud800\ud800"}`, fault.Malformed, "lone surrogate"},
		"surrogate when skipped": {`{"Name":"A","X":"\ud800"}`, fault.Malformed, "lone surrogate"},
		"bad form when skipped":  {`{"Name":"A","X":[1,}`, fault.Malformed, "not well-formed"},
		"invalid UTF-8":          {"{\"Name\":\"\xff\"}", fault.Malformed, "not valid UTF-8"},
		"raw surrogate":          {"{\"Name\":\"\xed\xa0\x80\"}", fault.Malformed, "not valid UTF-8"},
		"byte order mark":        {"\xef\xbb\xbf{}", fault.Malformed, "byte order mark"},
		"too deep":               {deep(MaxDepth), fault.Malformed, "nested more than 100 levels"},
		"depth bomb":             {`{"Name":"A","X":` + strings.Repeat("[", 10_000), fault.Malformed, "nested more than 100 levels"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			_, err := decode(tt.body)
			var f *fault.Error
			if !errors.As(err, &f) {
				t.Fatalf("got %v, want a fault", err)
			}
			if f.Kind != tt.kind || !strings.Contains(f.Message, tt.text) {
				t.Errorf("got kind %d %q, want kind %d with %q", f.Kind, f.Message, tt.kind, tt.text)
			}
		})
	}
	if _, err := decode(deep(MaxDepth - 1)); err != nil {
		t.Errorf("depth %d: %v", MaxDepth, err)
	}
}

func TestElementsAreBoundedPerDocument(t *testing.T) {
	var d Decoder
	d.Reset([]byte("[" + strings.Repeat("{},", MaxElements) + "{}]"))
	n := 0
	d.Array()
	for d.Elem(0) {
		n++
		d.Skip()
	}
	if err := d.End(); !fault.Is(err, fault.Malformed) || n != MaxElements {
		t.Errorf("got %d elements and %v, want %d and a Malformed fault", n, err, MaxElements)
	}
}

func TestLongStringsPass(t *testing.T) {
	long := strings.Repeat("x", 10<<20)
	var d Decoder
	d.Reset([]byte(`"` + long + `"`))
	if got := d.String(); got != long || d.End() != nil {
		t.Errorf("got %d bytes and %v", len(got), d.End())
	}
}

func TestMessagesHoldNoValues(t *testing.T) {
	const secret = "sesame"
	for _, body := range []string{
		`{"Name":"sesame sesame"}`, `{"Name":"A","Age":"sesame"}`, `{"Name":"A","sesame":nul}`, `{"Name":"A","sesame\ud800":1}`,
		`{"Name":"A","sesame\u0000":1}`, `{"Name":"A","Tags":{"sesame":"RED"}}`, `{"Name":"A","Tags":{"k":"sesame"}}`,
		`{"Name":"A","Tags":{"sesame":null}}`, `{"Name":"A","Seen":"sesame"}`, `{"Name":"A"}sesame`, `{"Name":"A","sesame":{"x":"\ud800"}}`,
		`{"Name":"A","Tags":{"sesame\ud800":"RED"}}`,
	} {
		if _, err := decode(body); err == nil || strings.Contains(err.Error(), secret) {
			t.Errorf("%s: got %v", body, err)
		}
	}
}

func TestUnion(t *testing.T) {
	for seen, ok := range map[uint64]bool{0: false, 1: true, 4: true, 5: false} {
		var d Decoder
		d.Reset(nil)
		d.Skip()
		d.Union(seen)
		if err := d.End(); (err == nil) != ok {
			t.Errorf("members %b: got %v", seen, err)
		}
	}
}

func TestPattern(t *testing.T) {
	p := LazyPattern("(?!aws:)[a-z:]+", []string{"^[a-z:]+$"}, []string{"^aws:"})()
	for text, ok := range map[string]bool{"abc": true, "aws:x": false, "x aws": false, "": false} {
		var d Decoder
		d.Reset(nil)
		d.Skip()
		d.Match(text, p)
		if err := d.End(); (err == nil) != ok {
			t.Errorf("%q: got %v", text, err)
		}
	}
}

func TestParams(t *testing.T) {
	read := map[string]func(*Decoder){
		"text": func(d *Decoder) { d.Length(d.Text(), 1, 3) },
		"int":  func(d *Decoder) { Range(d, d.TextInt(), 1, 9) },
		"long": func(d *Decoder) { AtLeast(d, d.TextLong(), 0) },
		"bool": func(d *Decoder) { d.TextBool() },
		"iso":  func(d *Decoder) { d.TextISOTime() },
		"http": func(d *Decoder) { d.TextHTTPTime() },
	}
	const ok = ""
	tests := []struct {
		kind, text, message string
		want                fault.Kind
	}{
		{"text", "abc", ok, 0}, {"text", "", "P must have at least 1 character, got 0", fault.Invalid}, {"text", "abcd", "P must have at most 3", fault.Invalid},
		{"text", "a\x00", "P must not hold U+0000", fault.Invalid}, {"text", "\xff", "P is not valid UTF-8", fault.Malformed},
		{"int", "9", ok, 0}, {"int", "10", "P must be between 1 and 9, got 10", fault.Invalid}, {"int", "x", "P must be an integer", fault.Malformed},
		{"int", "2147483648", "P must be an integer of 32 bits", fault.Malformed}, {"int", "", "P must be an integer", fault.Malformed},
		{"long", "9223372036854775807", ok, 0}, {"long", "-1", "P must be at least 0, got -1", fault.Invalid}, {"long", "1.0", "P must be an integer", fault.Malformed},
		{"bool", "true", ok, 0}, {"bool", "TRUE", "P must be true or false", fault.Malformed},
		{"iso", "2026-01-02T03:04:05Z", ok, 0}, {"iso", "2026-01-02", "P must be a time", fault.Invalid},
		{"http", "Mon, 02 Jan 2006 15:04:05 GMT", ok, 0}, {"http", "now", "P must be a time", fault.Invalid},
	}
	for _, tt := range tests {
		var d Decoder
		d.Reset(nil)
		d.Skip()
		if !d.Param("P", tt.text) {
			t.Fatalf("%s %q is absent", tt.kind, tt.text)
		}
		read[tt.kind](&d)
		err := d.End()
		if tt.message == ok && err != nil || tt.message != ok && (!fault.Is(err, tt.want) || !strings.Contains(err.Error(), tt.message)) {
			t.Errorf("%s %q: got %v, want kind %d %q", tt.kind, tt.text, err, tt.want, tt.message)
		}
	}
}

func TestMissingParam(t *testing.T) {
	var d Decoder
	d.Reset(nil)
	d.Skip()
	if d.Param("InstanceId") {
		t.Fatal("an absent parameter is present")
	}
	d.Missing()
	if err := d.End(); !fault.Is(err, fault.Invalid) || err.Error() != "Missing required member InstanceId" {
		t.Errorf("got %v", err)
	}
}

func TestDecodeKeepsNothingOfTheBody(t *testing.T) {
	body := []byte(`{"Name":"Ada","Nick":["x"],"Tags":{"k":"RED"}}`)
	var p person
	var d Decoder
	d.Reset(body)
	p.decode(&d)
	for i := range body {
		body[i] = '#'
	}
	want := person{Name: "Ada", Nick: []string{"x"}, Tags: map[string]string{"k": "RED"}}
	if diff := cmp.Diff(want, p); diff != "" || d.broken != nil {
		t.Error(diff, d.broken)
	}
}

// FuzzDecode checks that no bytes make the decoder panic or fail with anything
// but a fault of the two kinds.
func FuzzDecode(f *testing.F) {
	for _, seed := range []string{`{"Name":"A"}`, `{"Name":"\ud83d\ude00","Nick":["a"],"Tags":{"k":"RED"}}`, `[[`, `{"Born":1e9}`, ""} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		_, err := decode(string(body))
		if err == nil {
			return
		}
		kinds := []fault.Kind{fault.Malformed, fault.Invalid}
		if kind := fault.KindOf(err); !slices.Contains(kinds, kind) {
			t.Errorf("got kind %d: %v", kind, err)
		}
	})
}
