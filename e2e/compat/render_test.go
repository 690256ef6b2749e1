package main

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestOnlyRecordedOperationsAreImplemented(t *testing.T) {
	called, err := readCalls(strings.NewReader("boto3\tconnect\tB\naws-cli\tconnect\tB\nboto3\tconnect\tB\nboto3\tother\tA\n"))
	if err != nil {
		t.Fatal(err)
	}
	var page strings.Builder
	if err := render(&page, []service{{"connect", "Connect", []string{"A", "B"}}}, called, "## Rulings\n"); err != nil {
		t.Fatal(err)
	}
	want := "## Connect\n\n| operation | state | proven with |\n|---|---|---|\n| B | implemented | aws-cli, boto3 |\n" +
		"\nNot implemented (1 of 2): A.\n\n## Rulings\n"
	if diff := cmp.Diff(want, strings.TrimPrefix(page.String(), opening)); diff != "" {
		t.Errorf("page (-want +got):\n%s", diff)
	}
}

func TestBrokenRecord(t *testing.T) {
	if _, err := readCalls(strings.NewReader("boto3 connect A\n")); err == nil {
		t.Error("a line without tabs is accepted")
	}
}
