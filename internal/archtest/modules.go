package archtest

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// DirectModules finds which of the required modules the packages import.
func DirectModules(packages []Package, required []string) []string {
	found := map[string]bool{}
	for _, p := range packages {
		for _, f := range p.Files {
			for _, imp := range f.imports() {
				if m := moduleOf(imp, required); m != "" {
					found[m] = true
				}
			}
		}
	}
	return slices.Sorted(maps.Keys(found))
}

// moduleOf is the longest required module that holds an import path.
func moduleOf(imp string, required []string) string {
	longest := ""
	for _, m := range required {
		if within(imp, m) && len(m) > len(longest) {
			longest = m
		}
	}
	return longest
}

// TooManyModules reports direct dependencies over the budget.
func TooManyModules(direct []string) []string {
	if len(direct) <= maxDirectModules {
		return nil
	}
	return []string{fmt.Sprintf("%d direct dependencies, more than %d: %s", len(direct), maxDirectModules, strings.Join(direct, ", "))}
}

// UnexplainedModules reports direct dependencies that the decisions do not
// name, in backquotes.
func UnexplainedModules(direct []string, decisions string) []string {
	var problems []string
	for _, m := range direct {
		if !strings.Contains(decisions, "`"+m+"`") {
			problems = append(problems, "docs/decisions/dependencies.md does not say why "+m+" is here")
		}
	}
	return problems
}
