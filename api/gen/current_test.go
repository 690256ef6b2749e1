package main

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// needBotocore returns the data directory of the botocore that the committed
// files were generated from. Without it the caller has nothing to compare
// with: an error where CI=true, a loud remark elsewhere.
func needBotocore(t *testing.T) (dir, version string, ok bool) {
	t.Helper()
	dir, version, err := botocore()
	if err == nil {
		header, readErr := os.ReadFile("../connect/zz_types.go")
		if readErr != nil {
			t.Fatal(readErr)
		}
		if bytes.Contains(header, []byte("botocore "+version+" ")) {
			return dir, version, true
		}
	}
	report := t.Logf
	if os.Getenv("CI") == "true" {
		report = t.Errorf
	}
	report("NOT CHECKED: the generated code was not compared with its model, because python3 has another botocore or none (version %q, error %v)", version, err)
	return "", "", false
}

func TestGeneratedCodeIsCurrent(t *testing.T) {
	dir, version, ok := needBotocore(t)
	if !ok {
		return
	}
	for service := range modelPaths {
		files, err := generate(dir, version, "..", service)
		if err != nil {
			t.Fatal(err)
		}
		committed, err := filepath.Glob(filepath.Join("..", service, "zz_*.go"))
		if err != nil || len(committed) != len(files) {
			t.Errorf("%s: %d generated files are committed, want %d (%v)", service, len(committed), len(files), err)
		}
		for name, want := range files {
			got, err := os.ReadFile(filepath.Join("..", service, name))
			if err != nil || !bytes.Equal(got, want) {
				t.Errorf("%s/%s is not what the generator writes (run make generate): %v", service, name, err)
			}
		}
	}
}

func TestOverlayDeparturesMustFindTheirMembers(t *testing.T) {
	m := func() *model {
		return &model{
			Operations: map[string]*operation{},
			Shapes:     map[string]*shape{"In": {Type: "structure", Members: map[string]*ref{"A": {Shape: "String"}}}},
		}
	}
	bad := map[string]overlay{
		"relax":   {Relax: []relaxation{{Shape: "In", Member: "B"}}},
		"promise": {Promise: []promise{{Shape: "Out", Members: []string{"A"}}}},
		"replace": {Replace: map[string]*replacement{"Out": {}}},
	}
	for name, o := range bad {
		if err := o.apply(m()); err == nil {
			t.Errorf("%s of what the model lacks is accepted", name)
		}
	}
	good := overlay{
		Shapes: map[string]*shape{"In": {Members: map[string]*ref{"A": {Shape: "Other"}, "B": {Shape: "String"}}}},
		Relax:  []relaxation{{Shape: "In", Member: "B"}},
	}
	got := m()
	if err := good.apply(got); err != nil {
		t.Fatal(err)
	}
	want := map[string]*ref{"A": {Shape: "String"}, "B": {Shape: "String", emptyIsAbsent: true}}
	if diff := cmp.Diff(want, got.Shapes["In"].Members, cmp.AllowUnexported(ref{})); diff != "" {
		t.Error(diff)
	}
}

func TestRewritesSayWhatThePatternsMean(t *testing.T) {
	tests := []struct {
		pattern  string
		yes, not []string
	}{
		{`^(?!aws:)[\p{L}\p{Z}\p{N}_.:/=+\-@]*$`, []string{"Kosten stelle", "aws", ""}, []string{"aws:x", "a#"}},
		{`^(?!aws:)[a-zA-Z+-=._:/]+$`, []string{"a:b"}, []string{"aws:x", "a b", ""}},
		{`^(?!d-)([\da-zA-Z]+)([-]*[\da-zA-Z])*$`, []string{"a-b", "d"}, []string{"d-1", "a-"}},
		{`/^(?=.*[a-z])(?=.*[A-Z])(?=.*\d)[a-zA-Z\d\S]{8,64}$/`, []string{"Passw0rd!"}, []string{"passw0rd", "PASSW0RD", "Password", "Pw0", "Pass w0rd"}},
		{`\\+[1-9]\\d{1,14}$`, []string{"+12065550100"}, []string{"+0", "12065550100"}},
		{`(?!aws:|connect:)[\u0009\u000A\u000D\u0020-\u007E\u00A1-\u00FF]+$`, []string{"team é"}, []string{"aws:x", "connect:x", "名"}},
	}
	for _, tt := range tests {
		match := matcher(t, tt.pattern)
		for _, s := range tt.yes {
			if !match(s) {
				t.Errorf("%s refuses %q", tt.pattern, s)
			}
		}
		for _, s := range tt.not {
			if match(s) {
				t.Errorf("%s accepts %q", tt.pattern, s)
			}
		}
	}
}
