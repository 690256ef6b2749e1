package bench

import (
	"cmp"
	"slices"
)

// middles returns the middle one of each load, of rounds of the same loads.
func middles(rounds [][]Load) []Load {
	if len(rounds) == 0 {
		return nil
	}
	var loads []Load
	for i := range rounds[0] {
		var same []Load
		for _, round := range rounds {
			same = append(same, round[i])
		}
		loads = append(loads, middle(same))
	}
	return loads
}

// middle returns the load that stands between the others: by what arrived in a
// second, and of open loops, where that is given, by their p99. What went wrong
// in any of them is added up in it.
func middle(of []Load) Load {
	sorted := slices.SortedFunc(slices.Values(of), func(a, b Load) int {
		if a.Mode == Open {
			return cmp.Compare(a.P99, b.P99)
		}
		return cmp.Compare(a.PerSecond, b.PerSecond)
	})
	l := sorted[len(sorted)/2]
	l.Lost, l.Disorder, l.Unsent, l.Errors = 0, 0, 0, map[string]int{}
	for _, other := range of {
		l.Lost += other.Lost
		l.Disorder += other.Disorder
		l.Unsent += other.Unsent
		for name, n := range other.Errors {
			l.Errors[name] += n
		}
	}
	return l
}

// named returns the loads with a word before their names.
func named(word string, loads []Load) []Load {
	loads = slices.Clone(loads)
	for i := range loads {
		loads[i].Name = word + loads[i].Name
	}
	return loads
}
