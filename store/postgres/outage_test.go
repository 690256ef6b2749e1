package postgres

import (
	"bytes"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

func TestAnOutageIsToldOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var text bytes.Buffer
		o := &outage{log: slog.New(slog.NewTextHandler(&text, nil))}
		lines := func(when string, want int) {
			t.Helper()
			if n := strings.Count(text.String(), "\n"); n != want {
				t.Errorf("%s: %d lines, want %d:\n%s", when, n, want, &text)
			}
		}
		tries := func(n int) {
			for range n {
				o.note(errors.New("refused"))
				time.Sleep(500 * time.Millisecond)
			}
		}
		o.over()
		lines("before", 0)
		tries(60)
		lines("in half a minute", 1)
		tries(60)
		lines("in a minute", 2)
		o.over()
		o.over()
		lines("when it is back", 3)
		tries(1)
		lines("when it is away again", 4)
		for _, word := range []string{"refused", "since=30s", "tries=61", "answers again", "after=1m0s"} {
			if !strings.Contains(text.String(), word) {
				t.Errorf("the log lacks %s:\n%s", word, &text)
			}
		}
	})
}
