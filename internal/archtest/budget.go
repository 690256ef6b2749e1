package archtest

import (
	"fmt"
	"go/ast"
	"slices"
)

// The budgets for readers, in physical lines of production code that people
// wrote; a test file keeps to maxFileLines alone.
const (
	medianFuncLines  = 11
	p90FuncLines     = 40
	maxFuncLines     = 120
	p90FileLines     = 400
	maxFileLines     = 700
	maxPackageLines  = 4000
	maxDirectModules = 25
)

// Functions reports functions over the budget: each one too long, and the
// whole module's median and 90th percentile.
func Functions(packages []Package) []string {
	var problems []string
	var lengths []int
	for _, p := range packages {
		eachNode(p, handWritten, func(f File, n ast.Node) {
			fn, ok := n.(*ast.FuncDecl)
			if !ok || fn.Body == nil {
				return
			}
			lines := f.fset.Position(fn.End()).Line - f.fset.Position(fn.Pos()).Line + 1
			lengths = append(lengths, lines)
			if lines > maxFuncLines {
				problems = append(problems, fmt.Sprintf("%s: func %s has %d lines, more than %d", f.at(fn), fn.Name.Name, lines, maxFuncLines))
			}
		})
	}
	return append(problems,
		over("median function length", quantile(lengths, 50), medianFuncLines),
		over("90th percentile of function lengths", quantile(lengths, 90), p90FuncLines))
}

// Files reports files over the budget: each one too long, and the module's
// 90th percentile.
func Files(packages []Package) []string {
	var problems []string
	var lengths []int
	for _, p := range packages {
		for _, f := range p.Files {
			if f.Generated {
				continue
			}
			if !f.Test {
				lengths = append(lengths, f.Lines)
			}
			problems = append(problems, over(f.Path, f.Lines, maxFileLines))
		}
	}
	return append(problems, over("90th percentile of file lengths", quantile(lengths, 90), p90FileLines))
}

// PackageSize reports a package whose production code is over the budget.
func PackageSize(p Package) []string {
	total := 0
	for _, f := range p.Files {
		if handWritten(f) {
			total += f.Lines
		}
	}
	return []string{over("package "+p.Path, total, maxPackageLines)}
}

// handWritten selects production files that are not generated.
func handWritten(f File) bool { return !f.Test && !f.Generated }

// over says that something has more lines than its limit; empty if it has not.
func over(what string, lines, limit int) string {
	if lines <= limit {
		return ""
	}
	return fmt.Sprintf("%s: %d lines, more than %d", what, lines, limit)
}

// quantile returns the value below or at which percent of the values lie; 0
// if there are none.
func quantile(values []int, percent int) int {
	if len(values) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(values))
	return sorted[(len(sorted)*percent+99)/100-1]
}
