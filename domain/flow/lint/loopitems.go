package lint

import (
	"fmt"
)

// loopItems finds loops over an array that refers to the loop itself, or to a loop whose
// array refers back to it. The array is read when the loop begins, and then there is no
// element yet.
func loopItems(l *linter) {
	needs := map[string][]string{} // by LoopName: the loops that the array refers to
	for a := range l.live {
		for _, path := range readIn(a.Parameters.Field("LoopItems"), nil) {
			if path[0] == "Loop" && len(path) > 1 {
				needs[a.LoopName()] = append(needs[a.LoopName()], path[1])
			}
		}
	}
	for a := range l.live {
		if a.Type == "Loop" && reach(needs, a.LoopName(), map[string]bool{})[a.LoopName()] {
			l.report("loop-reads-itself", Warning, a, fmt.Sprintf("LoopItems refers to the loop itself ($.Loop.%s), or to a loop whose LoopItems refers to it.", a.LoopName()),
				"The array is read when the loop begins, and then it has no element: that part is empty. Take the array from elsewhere.")
		}
	}
}

// reach adds to seen what a name leads to, over others too.
func reach(leads map[string][]string, name string, seen map[string]bool) map[string]bool {
	for _, next := range leads[name] {
		if !seen[next] {
			seen[next] = true
			reach(leads, next, seen)
		}
	}
	return seen
}
