package archtest

import (
	"fmt"
	"slices"
)

// confined are modules that one place alone may import, so that they can be
// replaced there and stay off the paths that must be fast.
var confined = map[string][]string{
	"github.com/prometheus/client_golang": {"node/metrics"},
}

// Confined reports production code that imports a module outside its place.
func Confined(p Package) []string {
	var problems []string
	for _, f := range p.Files {
		for _, imp := range f.imports() {
			for module, places := range confined {
				if !f.Test && within(imp, module) && !slices.Contains(places, p.Path) {
					problems = append(problems, fmt.Sprintf("%s imports %s: only %v may", f.Path, imp, places))
				}
			}
		}
	}
	return problems
}
