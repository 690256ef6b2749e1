package main

import (
	"fmt"
	"slices"
	"strings"

	"parley/domain/flow"
)

// flowType is what --type says: spelled as the API does, or as consoles do.
type flowType flow.Type

// UnmarshalText refuses what is no type, and says which there are.
func (t *flowType) UnmarshalText(text []byte) error {
	name := string(text)
	kind := flow.Type(strings.ToUpper(name))
	if !slices.Contains(flow.Types(), kind) {
		kind = flow.ConsoleType(name)
	}
	if kind == "" {
		var names []string
		for _, t := range flow.Types() {
			names = append(names, string(t))
		}
		return fmt.Errorf("there is no type %q; the types are %s", name, strings.Join(names, ", "))
	}
	*t = flowType(kind)
	return nil
}
