package pages_test

import (
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"sync/atomic"
	"testing"

	"parley/e2e/harness"
)

// console drives a script of the console on a server that tells two sinks of its chats: a file, and a webhook that refuses everything until the
// script asks for /take.
func console(t *testing.T, script string) {
	t.Helper()
	needed(t)
	var takes atomic.Bool
	crm := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/take" {
			takes.Store(true)
		}
		if !takes.Load() {
			w.WriteHeader(http.StatusBadRequest)
		}
	}))
	t.Cleanup(crm.Close)
	log := filepath.Join(t.TempDir(), "events.jsonl")
	s := harness.Start(t, harness.Flags("--allow-outbound", "127.0.0.1", "--contact-events", "crm="+crm.URL, "--contact-events", "log=file:"+log))
	ben := s.Agent("Ben", true, 1)
	ben.Online()
	given := worldOf(s, ben)
	given["crm"] = crm.URL
	run(t, script, given)
}

// TestConsole: flows built by mouse and by keyboard, chatted with, changed and gone back to; and each page's own work.
func TestConsole(t *testing.T) { console(t, "console.mjs") }

// TestConsoleLooks: axe has nothing against any page of the console.
func TestConsoleLooks(t *testing.T) { console(t, "consolelooks.mjs") }

// TestConsoleCare: nothing of what somebody made is replaced or left without a question, and what is gone or not there is said.
func TestConsoleCare(t *testing.T) { console(t, "consolecare.mjs") }
