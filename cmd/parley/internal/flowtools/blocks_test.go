package flowtools_test

import (
	"bytes"
	"encoding/json"
	"os"
	"testing"

	"parley/cmd/parley/internal/flowtools"
	"parley/domain/flow"
)

// The editor's table of blocks is what the language says today. To write it anew:
//
//	go run ./cmd/parley flow blocks >web/src/console/flow/blocks.json
func TestTheEditorKnowsTheLanguage(t *testing.T) {
	var now bytes.Buffer
	enc := json.NewEncoder(&now)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(flowtools.Blocks()); err != nil {
		t.Fatal(err)
	}
	kept, err := os.ReadFile("../../../../web/src/console/flow/blocks.json")
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(now.Bytes(), kept) {
		t.Error("web/src/console/flow/blocks.json is not current: go run ./cmd/parley flow blocks >web/src/console/flow/blocks.json")
	}
	if got, want := len(flowtools.Blocks()), len(flow.Specs()); got != want {
		t.Errorf("%d blocks, want %d", got, want)
	}
}
