// Package testload tells tests how much of the time on the clock this machine had for its work.
//
// A promise in seconds is one of a machine that is not overloaded. A test that measures such a promise beside much else
// would fail now and then for no fault of the program: it takes off what somebody had to wait for a processor, as Linux
// counts it. On an idle machine, and where nobody counts, nothing is taken off.
package testload

import (
	"os"
	"strings"
	"time"
)

// Starved is how long, since the machine started, somebody has been waiting for a processor; 0 where nobody counts.
func Starved() time.Duration {
	text, err := os.ReadFile("/proc/pressure/cpu")
	if err != nil {
		return 0
	}
	some, _, _ := strings.Cut(string(text), "\n")
	_, total, _ := strings.Cut(some, "total=") // in microseconds
	waited, err := time.ParseDuration(total + "us")
	if err != nil {
		return 0
	}
	return waited
}

// Watch is a stopwatch.
type Watch struct {
	began   time.Time
	starved time.Duration
}

// Start starts a stopwatch.
func Start() Watch { return Watch{time.Now(), Starved()} }

// Took is the time since the start that the machine had: what somebody had to wait is taken off, two thirds of it at most.
func (w Watch) Took() time.Duration { return Less(time.Since(w.began), Starved()-w.starved) }

// Less takes off a time what somebody waited meanwhile, two thirds of it at most.
func Less(took, starved time.Duration) time.Duration { return took - min(starved, took*2/3) }
