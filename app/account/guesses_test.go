package account

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"parley/internal/clock"
	"parley/internal/fault"
)

// Whoever is refused leaves nothing behind, and a long name takes no more than a short one.
func TestWhoIsRefusedTakesNoMemory(t *testing.T) {
	g := newGuesses(&clock.Clock{})
	for i := range 60 {
		_, _ = g.begin("i", fmt.Sprint("first", i), "192.0.2.1")
	}
	before := len(g.by)
	for i := range 100 {
		if _, err := g.begin("i", fmt.Sprint(i, strings.Repeat("x", 60_000)), "192.0.2.1"); !fault.Is(err, fault.Throttled) {
			t.Fatalf("attempt %d of a slowed address: %v", i, err)
		}
	}
	if len(g.by) != before {
		t.Errorf("100 refused attempts are remembered as %d more buckets", len(g.by)-before)
	}
}

// An IPv6 network guesses as often as an IPv4 address, whatever addresses it takes.
func TestAnIPv6NetworkIsOneGuesser(t *testing.T) {
	for name, nth := range map[string]func(int) string{
		"IPv4":           func(int) string { return "192.0.2.1" },
		"IPv4 in IPv6":   func(i int) string { return []string{"192.0.2.1", "::ffff:192.0.2.1"}[i%2] },
		"IPv6":           func(i int) string { return fmt.Sprintf("2001:db8::%x", i+1) },
		"IPv6 of a link": func(i int) string { return fmt.Sprintf("fe80::%x%%eth%d", i+1, i) },
	} {
		g, let := newGuesses(&clock.Clock{}), 0
		for i := range 200 {
			if _, err := g.begin("i", fmt.Sprint("user", i), nth(i)); err == nil {
				let++
			}
		}
		if let != 50 {
			t.Errorf("%s: %d attempts are let through, want 50", name, let)
		}
	}
}

// The audit log is told of a user or an address that is refused once a minute, not at every attempt.
func TestTheAuditLogIsToldOnceAMinute(t *testing.T) {
	c := &clock.Clock{}
	g, told := newGuesses(c), 0
	attempt := func() {
		if this, _ := g.begin("i", "ada", "192.0.2.1"); this.tell {
			told++
		}
	}
	for range 40 {
		attempt()
	}
	if told != 1 {
		t.Errorf("told %d times of one minute", told)
	}
	c.SetOffset(61 * time.Second)
	for range 40 {
		attempt()
	}
	if told != 2 {
		t.Errorf("told %d times of two minutes", told)
	}
}
