package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/alecthomas/kong"
)

// parse reads a command line as main does, with a configuration file of that content.
func parse(t *testing.T, file string, args ...string) (commands, error) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "parley.json")
	if err := os.WriteFile(path, []byte(file), 0o600); err != nil {
		t.Fatal(err)
	}
	var c commands
	k, err := kong.New(&c, kong.Configuration(readConfig))
	if err != nil {
		t.Fatal(err)
	}
	_, err = k.Parse(append([]string{"serve", "--config", path}, args...))
	return c, err
}

func TestConfigFile(t *testing.T) {
	c, err := parse(t, `{"listen":"127.0.0.1:1","test-controls":true,"limit":["active-chats=2"],"region":"eu-west-1"}`, "--region", "us-west-2")
	if err != nil {
		t.Fatal(err)
	}
	s := c.Serve
	if s.Listen != "127.0.0.1:1" || !s.TestControls || len(s.Limit) != 1 || s.Limit[0] != "active-chats=2" || s.Region != "us-west-2" {
		t.Errorf("%+v", s)
	}
}

func TestConfigFileIsRefused(t *testing.T) {
	for file, want := range map[string]string{
		`{"listn":"x"}`:           `"listn"`,
		`{"test_controls":true}`:  `"test_controls"`,
		`{"listen":1}`:            "listen",
		`{"listen":"127.0.0.1:1"`: "JSON object",
		`[]`:                      "JSON object",
	} {
		if c, err := parse(t, file); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, listening on %q", file, err, c.Serve.Listen)
		}
	}
}

// A URL with a password may come from a file.
func TestTheBusMayComeFromAFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "bus")
	if err := os.WriteFile(path, []byte("nats://u:p@one:4222\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PARLEY_BUS_FILE", path)
	for flag, want := range map[string]string{"memory": "nats://u:p@one:4222", "nats://two:4222": "nats://two:4222"} {
		cfg, err := serve{Bus: flag}.config()
		if err != nil || cfg.Bus != want {
			t.Errorf("--bus %s: %q, %v, want %q", flag, cfg.Bus, err, want)
		}
	}
	t.Setenv("PARLEY_BUS_FILE", filepath.Join(t.TempDir(), "none"))
	if _, err := (serve{Bus: "memory"}).config(); err == nil || !strings.Contains(err.Error(), "PARLEY_BUS_FILE") {
		t.Errorf("a file that is not there: %v", err)
	}
}
