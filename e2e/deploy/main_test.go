package deploy_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"parley/e2e/harness"
)

func TestMain(m *testing.M) { os.Exit(harness.Main(m)) }

// root returns a path in the repository; tests run in their package's directory.
func root(parts ...string) string {
	here, err := os.Getwd()
	if err != nil {
		panic(err)
	}
	return filepath.Join(append([]string{here, "..", ".."}, parts...)...)
}

func read(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// run runs a command in the repository and returns what it prints.
func run(t *testing.T, cmd *exec.Cmd) string {
	t.Helper()
	if cmd.Dir == "" {
		cmd.Dir = root()
	}
	out, err := cmd.Output()
	if err != nil {
		var said string
		if exit, ok := err.(*exec.ExitError); ok {
			said = string(exit.Stderr)
		}
		t.Fatalf("%v: %v\n%s%s", cmd.Args, err, out, said)
	}
	return string(out)
}
