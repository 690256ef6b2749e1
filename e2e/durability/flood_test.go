package durability_test

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"parley/client"
	"parley/e2e/harness"
)

// flood is an open loop: calls are made at a rate, whether answered or not.
type flood struct {
	rate     int // calls a second
	lasts    time.Duration
	inFlight int // calls that may wait for an answer; a call beyond is left out
	call     func(n int) error
}

// answers is what came back, by status; -1 stands for no answer.
type answers struct {
	times map[int][]time.Duration
	names map[string]int // of refusals
	shed  int            // calls that were left out
}

func (f flood) run() answers {
	a := answers{times: map[int][]time.Duration{}, names: map[string]int{}}
	var mu sync.Mutex
	var wait sync.WaitGroup
	room := make(chan struct{}, f.inFlight)
	const tick = 5 * time.Millisecond
	beat := time.NewTicker(tick)
	defer beat.Stop()
	n := 0
	for begin := time.Now(); time.Since(begin) < f.lasts; <-beat.C {
		for due := int(time.Since(begin).Seconds() * float64(f.rate)); n < due; n++ {
			select {
			case room <- struct{}{}:
			default:
				a.shed++
				continue
			}
			number := n
			wait.Go(func() {
				begin := time.Now()
				status, name := status(f.call(number))
				mu.Lock()
				a.times[status] = append(a.times[status], time.Since(begin))
				a.names[name]++
				mu.Unlock()
				<-room
			})
		}
	}
	wait.Wait()
	return a
}

func status(err error) (int, string) {
	var refused *client.Error
	switch {
	case err == nil:
		return 200, ""
	case errors.As(err, &refused):
		return refused.Status, refused.Type
	}
	return -1, err.Error()
}

// String tells how many answers there were of each status and how long half
// of them, and 99 % of them, took at most.
func (a answers) String() string {
	var b strings.Builder
	for status, times := range a.times {
		fmt.Fprintf(&b, "%d: %d (p50 %v, p99 %v); ", status, len(times), quantile(times, 50), quantile(times, 99))
	}
	fmt.Fprintf(&b, "left out: %d", a.shed)
	return b.String()
}

func quantile(times []time.Duration, percent int) time.Duration {
	if len(times) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(times))
	return sorted[(len(sorted)-1)*percent/100].Round(10 * time.Microsecond)
}

// resident returns the memory of the server's process, in MiB.
func resident(t testing.TB, s *harness.Server) int {
	t.Helper()
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", s.PID))
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(text), "VmRSS:")
	kib, err := strconv.Atoi(strings.Fields(rest)[0])
	if err != nil {
		t.Fatal(err)
	}
	return kib >> 10
}
