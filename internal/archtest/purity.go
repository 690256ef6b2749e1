package archtest

import (
	"go/ast"
	"slices"
)

// clockReads are the names of package time that read the system's clock;
// clockWaits are those that wait for it.
var (
	clockReads = []string{"Now", "Since", "Until"}
	clockWaits = []string{"Sleep", "After", "AfterFunc", "NewTimer", "NewTicker", "Tick"}
)

// randomIDs are the names of package uuid that draw random bits or the time.
var randomIDs = []string{
	"New", "NewString", "NewRandom", "NewRandomFromReader", "NewUUID", "NewV6", "NewV7", "NewV7FromReader", "Must",
}

// lazyTables are the names of package sync that share nothing but a value that
// never changes.
var lazyTables = []string{"OnceValue", "OnceValues"}

// PureCode reports what a rule must not do even with pure imports: start
// goroutines, share state, read or await the clock, draw ids.
func PureCode(p Package) []string {
	var problems []string
	eachNode(p, production, func(f File, n ast.Node) {
		if _, ok := n.(*ast.GoStmt); ok {
			problems = append(problems, f.at(n)+": a rule starts a goroutine")
		}
		if name, ok := f.selector(n, "time"); ok && slices.Contains(slices.Concat(clockReads, clockWaits), name) {
			problems = append(problems, f.at(n)+": a rule uses time."+name+"; take the time as an argument")
		}
		if name, ok := f.selector(n, "sync"); ok && !slices.Contains(lazyTables, name) {
			problems = append(problems, f.at(n)+": a rule uses sync."+name+": rules share no state")
		}
		if name, ok := f.selector(n, "github.com/google/uuid"); ok && slices.Contains(randomIDs, name) {
			problems = append(problems, f.at(n)+": a rule uses uuid."+name+"; take new ids as arguments")
		}
	})
	return problems
}

// clockUsers may read the system's clock, for the reason given; everything
// else asks internal/clock.
var clockUsers = map[string]string{
	"internal": "the clock lives here, beside helpers that measure",
	"cmd":      "commands measure what a person waits for",
	"client":   "a client lives outside the server, on its own clock",
	"e2e":      "tests look at a server from outside",
	"scripts":  "tools measure what a person waits for",
}

// SystemClock reports production code that reads the system's clock without
// being one of clockUsers.
func SystemClock(p Package) []string {
	if clockUsers[top(p.Path)] != "" {
		return nil
	}
	var problems []string
	eachNode(p, production, func(f File, n ast.Node) {
		if name, ok := f.selector(n, "time"); ok && slices.Contains(clockReads, name) {
			problems = append(problems, f.at(n)+": time."+name+" outside internal/clock")
		}
	})
	return problems
}

// Sleeps reports time.Sleep, in production and in tests: wait for a signal.
// In a testing/synctest bubble sleeping is how time passes, so files that
// import it are free.
func Sleeps(p Package) []string {
	var problems []string
	eachNode(p, everything, func(f File, n ast.Node) {
		if name, ok := f.selector(n, "time"); ok && name == "Sleep" && f.localName("testing/synctest") == "" {
			problems = append(problems, f.at(n)+": time.Sleep; wait for a signal")
		}
	})
	return problems
}

// Skips reports tests that can pass without running: Skip, Skipf and SkipNow
// on a testing.T, B, F or TB, and testing.Short.
func Skips(p Package) []string {
	var problems []string
	for _, f := range p.Files {
		names := testHandles(f)
		ast.Inspect(f.Syntax, func(n ast.Node) bool {
			sel, ok := n.(*ast.SelectorExpr)
			if !ok {
				return true
			}
			id, ok := sel.X.(*ast.Ident)
			skips := ok && slices.Contains(names, id.Name) &&
				slices.Contains([]string{"Skip", "Skipf", "SkipNow"}, sel.Sel.Name)
			if short, ok := f.selector(n, "testing"); skips || ok && short == "Short" {
				problems = append(problems, f.at(n)+": a test that may not run: "+sel.Sel.Name)
			}
			return true
		})
	}
	return problems
}

// testHandles collects the names of parameters whose type comes from package testing.
func testHandles(f File) []string {
	var names []string
	ast.Inspect(f.Syntax, func(n ast.Node) bool {
		field, ok := n.(*ast.Field)
		if !ok {
			return true
		}
		typ := field.Type
		if star, ok := typ.(*ast.StarExpr); ok {
			typ = star.X
		}
		if _, ok := f.selector(typ, "testing"); ok {
			for _, name := range field.Names {
				names = append(names, name.Name)
			}
		}
		return true
	})
	return names
}

// production selects the files that ship; everything selects all.
func production(f File) bool { return !f.Test }
func everything(File) bool   { return true }

// eachNode visits every syntax node of the selected files of a package.
func eachNode(p Package, choose func(File) bool, visit func(File, ast.Node)) {
	for _, f := range p.Files {
		if !choose(f) {
			continue
		}
		ast.Inspect(f.Syntax, func(n ast.Node) bool {
			if n != nil {
				visit(f, n)
			}
			return true
		})
	}
}
