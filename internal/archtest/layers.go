package archtest

import (
	"fmt"
	"path"
	"slices"
	"strings"
)

// floor is one storey of the house: what its packages may import of this
// module, and what their tests may import besides.
type floor struct {
	below []string
	tests []string
}

var (
	ground = []string{"internal"}
	rules  = append([]string{"domain"}, ground...)
	ports  = append([]string{"store", "bus", "blob", "outbound"}, rules...)
	common = append([]string{"work"}, ports...)
	cases  = append([]string{"app"}, common...)
	edges  = append([]string{"server"}, cases...)
	anyone = append([]string{"node", "cmd", "client", "api", "web", "e2e"}, edges...)
)

// floors is the layout of the module, from the ground up. A directory that is
// not named here has no place yet.
var floors = map[string]floor{
	"internal": {below: ground},
	"domain":   {below: rules},
	"store":    {below: append([]string{"store"}, rules...)},
	"bus":      {below: append([]string{"bus"}, rules...)},
	"blob":     {below: append([]string{"blob"}, rules...)},
	"outbound": {below: append([]string{"outbound"}, rules...)},
	"work":     {below: common},
	"app":      {below: common, tests: []string{"app"}},
	"api":      {below: append([]string{"api"}, ground...)},
	"web":      {below: ground},
	"server":   {below: append([]string{"api", "web"}, edges...), tests: []string{"node", "client"}},
	"node":     {below: append([]string{"node"}, edges...), tests: []string{"api", "client"}},
	"client":   {below: append([]string{"client", "api"}, ground...), tests: []string{"node"}},
	"cmd":      {below: append([]string{"cmd", "node", "client", "api"}, edges...)},
	"e2e":      {below: anyone},
	"scripts":  {below: ground},
}

// adapters are chosen where a server is assembled: in node, in cmd and in
// tests. Everything else knows only their port.
var adapters = []string{
	"store/sqlite", "store/postgres", "bus/memory", "bus/nats", "blob/disk", "blob/s3",
}

// Imports reports every import between packages of this module that does not
// go downward.
func Imports(p Package) []string {
	home, known := floors[top(p.Path)]
	if !known && p.Path != "." {
		return []string{p.Path + ": this directory has no floor in the layout"}
	}
	var problems []string
	for _, f := range p.Files {
		for _, imp := range f.imports() {
			if !strings.HasPrefix(imp, Module+"/") {
				continue
			}
			if why := refuse(home, p.Path, relative(imp), f.Test); why != "" {
				problems = append(problems, fmt.Sprintf("%s imports %s: %s", f.Path, imp, why))
			}
		}
	}
	return problems
}

// refuse says why a package may not import another one; empty if it may.
func refuse(home floor, from, to string, test bool) string {
	if from == to {
		return ""
	}
	allowed := slices.Contains(home.below, top(to)) || test && slices.Contains(home.tests, top(to))
	switch {
	case !allowed:
		return fmt.Sprintf("%s lies above or beside %s", top(to), top(from))
	case !test && !assembles(from) && isAdapterOfAnother(from, to):
		return "an adapter is chosen in node; use its port"
	case !test && forTests(to) && !forTests(from) && !slices.Contains([]string{"e2e", "scripts"}, top(from)):
		return "it is for tests"
	}
	return ""
}

// assembles tells whether a package puts servers together.
func assembles(p string) bool {
	return slices.Contains([]string{"node", "cmd", "e2e"}, top(p)) || forTests(p)
}

// forTests tells whether a package is there for the tests of others, as its name says.
func forTests(p string) bool { return strings.HasSuffix(p, "test") && top(p) != "cmd" }

// isAdapterOfAnother tells whether to is an adapter that from is no part of.
func isAdapterOfAnother(from, to string) bool {
	return slices.ContainsFunc(adapters, func(a string) bool {
		return within(to, a) && !within(from, a)
	})
}

// impure are the packages of the standard library that give access to the
// world, to shared state or to chance. Rules take these as arguments. Of sync,
// PureCode allows the names that only put off working out a table.
var impure = []string{
	"context", "crypto/rand", "database/sql", "log", "log/slog", "math/rand", "math/rand/v2",
	"net", "net/http", "os", "os/exec", "os/signal", "runtime", "sync/atomic", "syscall",
}

// pureModules are the third-party packages that rules may use, because they
// only compute.
var pureModules = []string{"github.com/google/uuid"}

// PureImports reports what a package of rules must not import: the world, and
// third-party code that is not known to be pure. Tests are free.
func PureImports(p Package) []string {
	var problems []string
	for _, f := range p.Files {
		for _, imp := range f.imports() {
			foreign := strings.Contains(top(imp), ".") && !slices.Contains(pureModules, imp)
			if !f.Test && (foreign || slices.Contains(impure, imp)) {
				problems = append(problems, fmt.Sprintf("%s imports %s: rules are pure", f.Path, path.Clean(imp)))
			}
		}
	}
	return problems
}
