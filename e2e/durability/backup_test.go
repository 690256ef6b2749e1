package durability_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"parley/client"
	"parley/e2e/harness"
)

// TestBackupUnderLoad (P17): a backup of a server under load holds everything
// that was acknowledged before it began, and what it holds is one moment: of
// two messages that one writer sent one after the other it never has the second alone, in whichever chats they are.
func TestBackupUnderLoad(t *testing.T) {
	s := harness.Start(t)
	signed := newAPI(t, s, s.URL).signed
	flow := s.Flow("Backup", harness.Wait(harness.Week))
	var writers []*writer
	for range 4 {
		writers = append(writers, newWriter(t, signed, flow))
	}
	ctx, stop := context.WithCancel(t.Context())
	var wait sync.WaitGroup
	for _, w := range writers {
		wait.Go(func() { w.write(ctx) })
	}
	rounds := count(3, 20)
	for round := range rounds {
		for _, w := range writers {
			w.await(int64(200 * (round + 1)))
		}
		file := filepath.Join(t.TempDir(), "backup")
		var before []int64
		for _, w := range writers {
			before = append(before, w.acked.Load())
		}
		run(t, "backup", "--data", s.DataDir(), file)
		data := filepath.Join(t.TempDir(), "data")
		run(t, "restore", file, "--data", data)
		restored := harness.Start(t, harness.Data(data))
		for i, w := range writers {
			w.check(restored, before[i])
		}
		restored.Stop()
	}
	stop()
	wait.Wait()
}

func run(t testing.TB, args ...string) {
	t.Helper()
	if text, err := harness.Tool(t, args...).CombinedOutput(); err != nil {
		t.Fatalf("parley %s: %v\n%s", strings.Join(args, " "), err, text)
	}
}

// writer sends numbered messages, one after the other, in turn to several chats.
type writer struct {
	testing.TB
	tokens []string // of its participants
	chats  []*client.Chat
	acked  atomic.Int64
}

func newWriter(t testing.TB, signed *client.Client, flow string) *writer {
	t.Helper()
	w := &writer{TB: t}
	for range 3 {
		started, err := signed.StartChat(t.Context(), client.Start{FlowID: flow, DisplayName: "Customer"})
		if err != nil {
			t.Fatal(err)
		}
		chat, err := signed.Join(t.Context(), started.ParticipantToken, client.Events{})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(chat.Close)
		w.chats, w.tokens = append(w.chats, chat), append(w.tokens, started.ParticipantToken)
	}
	return w
}

func (w *writer) write(ctx context.Context) {
	for n := int64(0); ctx.Err() == nil; n++ {
		m := client.Message{ContentType: client.TextPlain, Content: fmt.Sprint(n)}
		if _, err := w.chats[n%int64(len(w.chats))].SendMessage(w.Context(), m); err != nil {
			w.Errorf("message %d: %v", n, err)
			return
		}
		w.acked.Store(n + 1)
	}
}

func (w *writer) await(n int64) {
	w.Helper()
	harness.Await(w, "messages", patience, func() error {
		if have := w.acked.Load(); have < n {
			return fmt.Errorf("%d of %d", have, n)
		}
		return nil
	})
}

// check reads the writer's chats from a restored server, with its old tokens.
func (w *writer) check(s *harness.Server, atLeast int64) {
	w.Helper()
	var kept []string
	for _, token := range w.tokens {
		p := newPeer(newAPI(w, s, s.URL), "writer", token)
		if _, err := p.connect(w.Context()); err != nil {
			w.Fatal(err)
		}
		items, err := p.transcript(w.Context(), newest)
		if err != nil {
			w.Fatal(err)
		}
		for _, item := range items {
			if item.Text != "" {
				kept = append(kept, item.Text)
			}
		}
	}
	slices.SortFunc(kept, func(a, b string) int { return len(a)*2 - len(b)*2 + strings.Compare(a, b) })
	for n, text := range kept {
		if text != fmt.Sprint(n) {
			w.Errorf("of %d messages, number %d is %s", len(kept), n, text)
			break
		}
	}
	if int64(len(kept)) < atLeast {
		w.Errorf("%d messages are in the backup; %d were acknowledged before it began", len(kept), atLeast)
	}
}

// TestBackupCommand: what the commands refuse and say.
func TestBackupCommand(t *testing.T) {
	s := harness.Start(t)
	file := filepath.Join(t.TempDir(), "backup")
	run(t, "backup", "--without-key", "--data", s.DataDir(), file)
	data := filepath.Join(t.TempDir(), "data")
	for name, c := range map[string]struct {
		args []string
		says string
		code bool // whether it succeeds
	}{
		"a file that is there":   {[]string{"backup", "--data", s.DataDir(), file}, "is there already", false},
		"a directory in use":     {[]string{"restore", file, "--force", "--data", s.DataDir()}, "in use by another server", false},
		"a directory with files": {[]string{"restore", file, "--data", s.DataDir()}, "--force", false},
		"without the key":        {[]string{"restore", file, "--data", data}, "copy yours to", true},
	} {
		text, err := harness.Tool(t, c.args...).CombinedOutput()
		if (err == nil) != c.code || !strings.Contains(string(text), c.says) {
			t.Errorf("%s: %v: %s, want %q", name, err, text, c.says)
		}
	}
	key, err := os.ReadFile(filepath.Join(s.DataDir(), "master.key"))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(data, "master.key"), key, 0o600); err != nil {
		t.Fatal(err)
	}
	restored := harness.Start(t, harness.Data(data))
	if restored.AccessKeyID != s.AccessKeyID || restored.SecretAccessKey != s.SecretAccessKey || restored.InstanceID != s.InstanceID {
		t.Error("the restored server has other keys or another instance")
	}
}
