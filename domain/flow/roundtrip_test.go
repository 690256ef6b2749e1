package flow_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"parley/domain/flow"
)

// corpus reads the flows of testdata and, where PARLEY_FLOWS names a directory,
// those in it.
func corpus(t testing.TB) map[string][]byte {
	t.Helper()
	flows := map[string][]byte{}
	for _, dir := range []string{"testdata/flows", os.Getenv("PARLEY_FLOWS")} {
		files, err := filepath.Glob(filepath.Join(dir, "*.json"))
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			content, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			flows[file] = content
		}
	}
	if len(flows) < 4 {
		t.Fatalf("the corpus has only %d flows", len(flows))
	}
	return flows
}

func TestPrintLosesNothing(t *testing.T) {
	for file, content := range corpus(t) {
		d, err := flow.Parse(content)
		if err != nil {
			t.Errorf("%s: %v", file, err)
			continue
		}
		checkRoundTrip(t, d, content)
	}
}

// checkRoundTrip prints a document and compares it with its source as JSON, in
// which numbers are what was written, and with the print of its print.
func checkRoundTrip(t *testing.T, d *flow.Document, content []byte) {
	t.Helper()
	printed := d.Print()
	if diff := cmp.Diff(decode(t, content), decode(t, printed)); diff != "" {
		t.Errorf("Print changed the document (-source +printed):\n%s", diff)
	}
	again, err := flow.Parse(printed)
	if err != nil {
		t.Fatalf("Parse refuses what Print wrote: %v", err)
	}
	if twice := again.Print(); !bytes.Equal(printed, twice) {
		t.Errorf("Print is not canonical:\n%s", cmp.Diff(string(printed), string(twice)))
	}
}

func decode(t *testing.T, content []byte) any {
	t.Helper()
	dec := json.NewDecoder(bytes.NewReader(content))
	dec.UseNumber()
	var v any
	if err := dec.Decode(&v); err != nil {
		t.Fatal(err)
	}
	return v
}

func TestPrintIsCanonical(t *testing.T) {
	a := `{"Actions":[{"Type":"EndFlowExecution","b":[ 1.0 ,"x"],"Transitions":{},"a":1,"Identifier":"e"}],"x":{"z":1,"a":2},"StartAction":"e","Metadata":{},"Version":"2019-10-30","B":[]}`
	want := `{
  "Version": "2019-10-30",
  "StartAction": "e",
  "Metadata": {},
  "Actions": [
    {
      "Identifier": "e",
      "Type": "EndFlowExecution",
      "Transitions": {},
      "a": 1,
      "b": [
        1.0,
        "x"
      ]
    }
  ],
  "B": [],
  "x": {
    "z": 1,
    "a": 2
  }
}
`
	if got := string(parse(t, a).Print()); got != want {
		t.Errorf("Print (-want +got):\n%s", cmp.Diff(want, got))
	}
}

func FuzzParse(f *testing.F) {
	for _, content := range corpus(f) {
		f.Add(content)
	}
	f.Add([]byte(`{"Version":"2019-10-30","StartAction":"a","Actions":[{"Identifier":"a","Type":"Wait","Parameters":{"Events":["$.A.['b']",1]}}]}`))
	f.Fuzz(func(t *testing.T, content []byte) {
		d, err := flow.Parse(content)
		if err != nil {
			return
		}
		checkRoundTrip(t, d, content)
		problems := flow.Validate(d, flow.ContactFlow)
		if len(problems) > 50 {
			t.Errorf("%d problems, want at most 50", len(problems))
		}
		for _, p := range problems {
			if n := len([]rune(p.Message)); n < 1 || n > 256 {
				t.Errorf("a problem of %d characters: %s", n, p.Message)
			}
		}
	})
}
