package harness

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"

	"parley/store/postgres/pgtest"
)

// binary builds the program once per test process. PARLEY_E2E_BINARY names a
// ready-made one instead (make test builds one for all test packages).
var binary = sync.OnceValues(buildBinary)

func buildBinary() (string, error) {
	if ready := os.Getenv("PARLEY_E2E_BINARY"); ready != "" {
		return filepath.Abs(ready)
	}
	dir, err := os.MkdirTemp("", "parley-e2e-bin-")
	if err != nil {
		return "", err
	}
	out := filepath.Join(dir, "parley")
	build := exec.Command("go", "build", "-o", out, "parley/cmd/parley")
	if text, err := build.CombinedOutput(); err != nil {
		os.RemoveAll(dir)
		return "", fmt.Errorf("go build parley/cmd/parley: %w\n%s", err, text)
	}
	return out, nil
}

// Main runs a package's tests and removes the program that they built.
// Call it from TestMain.
func Main(m *testing.M) int {
	code := m.Run()
	if err := pgtest.Close(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = max(code, 1)
	}
	if os.Getenv("PARLEY_E2E_BINARY") == "" {
		if path, err := binary(); err == nil {
			os.RemoveAll(filepath.Dir(path))
		}
	}
	return code
}
