package chaos_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"
)

// step is one time of trouble: faults that begin together and last a while.
// What is not said here is decided by the seed when it is needed.
type step struct {
	quiet  time.Duration // before it
	faults []string
	lasts  time.Duration
	pick   uint64 // decides which node, server or link is meant
}

func (s step) String() string {
	return fmt.Sprintf("%s for %v", strings.Join(s.faults, " and "), s.lasts.Round(10*time.Millisecond))
}

// plan returns the steps of a run; the same for the same arguments.
func plan(seed uint64, length time.Duration, faults []string) (steps []step) {
	r := rand.New(rand.NewPCG(seed, 0))
	for at := time.Duration(0); at < length; {
		s := step{
			quiet:  time.Duration(200+r.IntN(800)) * time.Millisecond,
			lasts:  time.Duration(500+r.IntN(3500)) * time.Millisecond,
			faults: []string{faults[r.IntN(len(faults))]},
			pick:   r.Uint64(),
		}
		if other := faults[r.IntN(len(faults))]; r.IntN(4) == 0 && other != s.faults[0] {
			s.faults = append(s.faults, other)
		}
		steps = append(steps, s)
		at += s.quiet + s.lasts
	}
	return steps
}

func TestAPlanIsItsSeeds(t *testing.T) {
	faults := []string{"a", "b", "c", "d", "e"}
	one, again, other := fmt.Sprint(plan(1, time.Minute, faults)), fmt.Sprint(plan(1, time.Minute, faults)), fmt.Sprint(plan(2, time.Minute, faults))
	if one != again {
		t.Errorf("one seed makes two plans:\n%s\n%s", one, again)
	}
	if one == other {
		t.Errorf("two seeds make one plan: %s", one)
	}
}

func TestAPlanUsesEveryFault(t *testing.T) {
	faults := []string{"a", "b", "c", "d", "e"}
	used := map[string]bool{}
	for _, s := range plan(1, 10*time.Minute, faults) {
		for _, f := range s.faults {
			used[f] = true
		}
		if s.lasts <= 0 || s.quiet <= 0 || len(s.faults) == 2 && s.faults[0] == s.faults[1] {
			t.Errorf("a step that is none: %+v", s)
		}
	}
	for _, f := range faults {
		if !used[f] {
			t.Errorf("ten minutes without %s, of %v", f, slices.Sorted(mapKeys(used)))
		}
	}
}

func mapKeys(m map[string]bool) func(func(string) bool) {
	return func(yield func(string) bool) {
		for k := range m {
			if !yield(k) {
				return
			}
		}
	}
}
