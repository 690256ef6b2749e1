package connect

import (
	"slices"

	"parley/api/connect"
)

// Knows reports whether Amazon Connect has an operation of that name, built here or not.
func Knows(operation string) bool {
	for _, op := range connect.Operations() {
		if op.Name == operation {
			return true
		}
	}
	return false
}

// InInstances lists the operations that are built here and work in an instance, sorted: what a key that is limited to instances may be limited to.
func InInstances() (names []string) {
	has, all := built(), connect.Operations()
	for i := range all {
		if all[i].Supported && has[all[i].Name] && inInstance(&all[i]) {
			names = append(names, all[i].Name)
		}
	}
	slices.Sort(names)
	return names
}
