package archtest

import (
	"path"
	"strings"
	"testing"
)

// sample parses one file as a package; name is its path in the module.
func sample(t *testing.T, name, src string) Package {
	t.Helper()
	f, err := ParseFile(name, []byte(src))
	if err != nil {
		t.Fatal(err)
	}
	return Package{Path: path.Dir(name), Files: []File{f}}
}

// TestRulesCanFail gives each rule a sample that it must refuse and one that
// it must accept.
func TestRulesCanFail(t *testing.T) {
	cases := []struct {
		name      string
		rule      func(Package) []string
		file      string
		bad, good string
	}{
		{"upward import", Imports, "domain/contact/x.go",
			`package contact; import _ "parley/store"`, `package contact; import _ "parley/domain/transcript"`},
		{"app beside app", Imports, "app/chat/x.go",
			`package chat; import _ "parley/app/due"`, `package chat; import _ "parley/store"`},
		{"common work imports a use-case", Imports, "work/x.go",
			`package work; import _ "parley/app/chat"`, `package work; import _ "parley/store"`},
		{"port beside port", Imports, "store/x.go",
			`package store; import _ "parley/bus"`, `package store; import _ "parley/internal/fault"`},
		{"api imports rules", Imports, "api/x.go",
			`package api; import _ "parley/domain/contact"`, `package api; import _ "parley/internal/fault"`},
		{"work imports api", Imports, "app/chat/x.go",
			`package chat; import _ "parley/api"`, `package chat; import _ "parley/domain/contact"`},
		{"client imports server", Imports, "client/x.go",
			`package client; import _ "parley/server/gateway"`, `package client; import _ "parley/api"`},
		{"adapter outside node", Imports, "app/chat/x.go",
			`package chat; import _ "parley/store/sqlite"`, `package chat; import _ "parley/bus"`},
		{"adapter in a test's neighbour", Imports, "server/connect/x.go",
			`package connect; import _ "parley/bus/memory"`, `package connect; import _ "parley/app/chat"`},
		{"an aid of tests in a server", Imports, "node/x.go",
			`package node; import _ "parley/store/storetest"`, `package node; import _ "parley/store/sqlite"`},
		{"an adapter in an aid of tests", Imports, "store/x.go",
			`package store; import _ "parley/store/bothtest"`, `package store; import _ "parley/internal/fault"`},
		{"a directory without a floor", Imports, "misc/x.go", `package misc`, ``},

		{"a module outside its place", Confined, "work/x.go",
			`package work; import _ "github.com/prometheus/client_golang/prometheus"`, `package work; import _ "parley/internal/telemetry"`},
		{"impure import", PureImports, "domain/x/x.go", `package x; import _ "os"`, `package x; import _ "strings"`},
		{"foreign import", PureImports, "domain/x/x.go", `package x; import _ "example.com/y"`, `package x; import _ "github.com/google/uuid"`},
		{"goroutine in a rule", PureCode, "domain/x/x.go", `package x; func f() { go f() }`, `package x; func f() { f() }`},
		{"clock in a rule", PureCode, "domain/x/x.go",
			`package x; import clk "time"; func f() { clk.Now() }`, `package x; import "time"; func f(now time.Time) { now.Add(time.Hour) }`},
		{"timer in a rule", PureCode, "domain/x/x.go",
			`package x; import "time"; func f() { time.AfterFunc(1, f) }`, `package x; import "time"; func f() { time.Unix(1, 0) }`},
		{"shared state in a rule", PureCode, "domain/x/x.go",
			`package x; import "sync"; type t struct{ mu sync.Mutex }`, `package x; import "sync"; var table = sync.OnceValue(f)`},
		{"random id in a rule", PureCode, "domain/x/x.go",
			`package x; import "github.com/google/uuid"; func f() { uuid.NewString() }`,
			`package x; import "github.com/google/uuid"; func f() { uuid.Parse("") }`},
		{"system clock", SystemClock, "app/chat/x.go",
			`package chat; import "time"; var start = time.Now()`, `package chat; import "time"; func f(t time.Time) { t.Unix() }`},
		{"elapsed by the system clock", SystemClock, "server/x.go",
			`package server; import "time"; func f(t time.Time) { time.Since(t) }`, `package server; import "time"; func f(d time.Duration) { time := g(d); time.Now() }`},

		{"sleep", Sleeps, "app/chat/x_test.go",
			`package chat; import "time"; func f() { time.Sleep(1) }`,
			`package chat; import ("time"; "testing/synctest"); func f() { synctest.Wait(); time.Sleep(1) }`},
		{"skip", Skips, "x/x_test.go",
			`package x; import "testing"; func TestX(q *testing.T) { q.Skip() }`,
			`package x; import "testing"; func TestX(t *testing.T) { dec.Skip() }`},
		{"skip behind an interface", Skips, "x/x_test.go",
			`package x; import "testing"; func f(tb testing.TB) { tb.SkipNow() }`, `package x; import "testing"; func f(tb testing.TB) { tb.Fatal() }`},
		{"short", Skips, "x/x_test.go",
			`package x; import "testing"; func f() { if testing.Short() { return } }`, `package x; func f() {}`},

		{"no package comment", PackageComment, "x/x.go", "package x", "// Package x guarantees y.\npackage x"},
		{"another name's comment", PackageComment, "x/x.go", "// Package y is.\npackage x", "// Package x is.\npackage x"},
		{"no command comment", PackageComment, "cmd/x/main.go", "package main", "// Runs x.\npackage main"},
		{"function without a comment", ExportedComments, "x/x.go", "package x\nfunc F() {}", "package x\n// F does.\nfunc F() {}"},
		{"method without a comment", ExportedComments, "x/x.go",
			"package x\n// T is.\ntype T struct{}\nfunc (t *T) M() {}", "package x\ntype t struct{}\nfunc (t *t) M() {}"},
		{"type without a comment", ExportedComments, "x/x.go", "package x\ntype T int", "package x\ntype t int"},
		{"constant without a comment", ExportedComments, "x/x.go", "package x\nconst C = 1", "package x\n// The limits.\nconst (\nC = 1\nD = 2\n)"},
		{"promise of a port without a comment", ExportedComments, "store/x.go",
			"package x\n// I is.\ntype I interface {\nM()\n}", "package x\n// I is.\ntype I interface {\n// M does.\nM()\n}"},
		{"interface without a comment", ExportedComments, "app/x/x.go",
			"package x\ntype I interface {\nM()\n}", "package x\n// I is.\ntype I interface {\nM()\n}"},

		{"init", Inits, "x/x.go", `package x; func init() {}`, `package x; type t int; func (t) init() {}`},
		{"stored context", StoredContexts, "x/x.go",
			`package x; import "context"; type t struct { ctx context.Context }`, `package x; import "context"; func f(ctx context.Context) {}`},

		{"variable without a value", Globals, "x/x.go", `package x; var n int`, `package x; var _ I = t{}`},
		{"container", Globals, "x/x.go", `package x; var m = make(map[int]int)`, `package x; var m = map[int]int{1: 2}`},
		{"table that is written", Globals, "x/x.go",
			`package x; var m = map[int]int{}; func f() { m[1] = 2 }`, `package x; var m = map[int]int{}; func f() { m := m; m[1] = 2 }`},
		{"counter", Globals, "x/x.go", `package x; var n = 0; func f() { n++ }`, `package x; var n = 0; func f() { var n int; n++ }`},
		{"shared pointer", Globals, "x/x.go", `package x; var n = 0; func f() *int { return &n }`, `package x; var n = 0; func f() int { return n }`},
		{"lock", Globals, "x/x.go",
			`package x; import "sync"; var p = sync.Pool{}`, `package x; import "regexp"; var p = regexp.MustCompile("x")`},
		{"method of an unknown value", Globals, "x/x.go",
			`package x; import "net/http"; var c = http.DefaultClient.Clone()`,
			`package x; import "encoding/base64"; var strict = base64.RawURLEncoding.Strict()`},
		{"exported table", Globals, "x/x.go",
			`package x; var T = []int{1}`, `package x; import "errors"; var ErrX = errors.New("x")`},
		{"unknown constructor", Globals, "x/x.go",
			`package x; import "net/http"; var c = http.NewServeMux()`, "package x\nimport \"embed\"\n//go:embed x\nvar files embed.FS"},

		{"package too big", PackageSize, "x/x.go", "package x\n" + strings.Repeat("\n", 4000), "package x\n"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if got := problems(c.rule(sample(t, c.file, c.bad))); len(got) != 1 {
				t.Errorf("bad sample: %d problems %q, want 1", len(got), got)
			}
			if c.good == "" {
				return
			}
			if got := problems(c.rule(sample(t, c.file, c.good))); len(got) != 0 {
				t.Errorf("good sample: %q, want none", got)
			}
		})
	}
}

// problems drops the empty answers of a rule.
func problems(all []string) []string {
	var kept []string
	for _, p := range all {
		if p != "" {
			kept = append(kept, p)
		}
	}
	return kept
}

// TestTestsMayReachFurther holds the freedoms of test files.
func TestTestsMayReachFurther(t *testing.T) {
	for name, src := range map[string]string{
		"app/chat/x_test.go":       `package chat; import (_ "parley/store/sqlite"; _ "parley/app/due")`,
		"server/connect/x_test.go": `package connect_test; import (_ "parley/node"; _ "parley/client")`,
	} {
		if got := problems(Imports(sample(t, name, src))); len(got) != 0 {
			t.Errorf("%s: %q, want none", name, got)
		}
	}
	if got := PureImports(sample(t, "domain/x/x_test.go", `package x; import _ "os"`)); len(got) != 0 {
		t.Errorf("a test of rules may read files: %q", got)
	}
	up := sample(t, "domain/x/x_test.go", `package x; import _ "parley/store"`)
	if got := problems(Imports(up)); len(got) != 1 {
		t.Errorf("a test of rules that reaches up: %q, want 1 problem", got)
	}
}

// TestGeneratedFilesAreFree holds that generated code is measured by nothing
// but the layout.
func TestGeneratedFilesAreFree(t *testing.T) {
	src := "// Code generated by x. DO NOT EDIT.\n\npackage api\n\nfunc F() {\n" + strings.Repeat("\n", 5000) + "}\n"
	p := sample(t, "api/types.go", src)
	for name, got := range map[string][]string{
		"ExportedComments": ExportedComments(p),
		"PackageSize":      PackageSize(p),
		"Files":            Files([]Package{p}),
		"Functions":        Functions([]Package{p}),
	} {
		if got := problems(got); len(got) != 0 {
			t.Errorf("%s: %q, want none", name, got)
		}
	}
}

// functions writes a package of n functions of the given length in lines.
func functions(n, lines int) string {
	body := strings.Repeat("\tprintln()\n", lines-2)
	return "package x\n" + strings.Repeat("func f() {\n"+body+"}\n", n)
}

func TestFunctionBudgets(t *testing.T) {
	for _, c := range []struct {
		name   string
		src    string
		expect int
	}{
		{"at the median", functions(9, 11), 0},
		{"over the median", functions(9, 12), 1},
		{"one in ten long", functions(9, 5) + functions(1, 120)[len("package x\n"):], 0},
		{"two in ten long", functions(8, 5) + functions(2, 41)[len("package x\n"):], 1},
		{"one far too long", functions(99, 5) + functions(1, 121)[len("package x\n"):], 1},
	} {
		if got := problems(Functions([]Package{sample(t, "x/x.go", c.src)})); len(got) != c.expect {
			t.Errorf("%s: %q, want %d problems", c.name, got, c.expect)
		}
	}
}

func TestFileBudgets(t *testing.T) {
	file := func(name string, lines int) Package {
		return sample(t, name, "package x"+strings.Repeat("\n", lines))
	}
	for _, c := range []struct {
		name   string
		pkgs   []Package
		expect int
	}{
		{"within", []Package{file("x/x.go", 400)}, 0},
		{"too many long", []Package{file("x/x.go", 401)}, 1},
		{"far too long, and too many long", []Package{file("x/x.go", 701)}, 2},
		{"a test far too long", []Package{file("x/x.go", 10), file("x/x_test.go", 701)}, 1},
	} {
		if got := problems(Files(c.pkgs)); len(got) != c.expect {
			t.Errorf("%s: %q, want %d problems", c.name, got, c.expect)
		}
	}
}

func TestModules(t *testing.T) {
	p := sample(t, "x/x.go", `package x; import (_ "example.com/a/v2/sub"; _ "strings")`)
	direct := DirectModules([]Package{p}, []string{"example.com/a", "example.com/a/v2", "example.com/b"})
	if len(direct) != 1 || direct[0] != "example.com/a/v2" {
		t.Fatalf("direct modules: %q", direct)
	}
	if got := UnexplainedModules(direct, "we use example.com/a/v2"); len(got) != 1 {
		t.Errorf("a module that is not explained: %q, want 1 problem", got)
	}
	if got := UnexplainedModules(direct, "`example.com/a/v2`: for x"); len(got) != 0 {
		t.Errorf("an explained module: %q, want none", got)
	}
	if got := TooManyModules(make([]string, 26)); len(got) != 1 {
		t.Errorf("26 modules: %q, want 1 problem", got)
	}
	if got := TooManyModules(make([]string, 25)); len(got) != 0 {
		t.Errorf("25 modules: %q, want none", got)
	}
}

func TestWords(t *testing.T) {
	for _, bad := range []string{
		"see /ro" + "ot/x", `"/ho` + `me/someone/x"`, "<<<<" + "<<< HEAD", `"resolved"` + `: "https://example.com/x"`,
		"regis" + "try=https://example.com", "BEGIN PRIVATE" + " KEY", "TO" + "DO: later",
	} {
		text := bad
		if strings.HasPrefix(bad, "regis") {
			text = "a\n" + bad
		}
		if got := Words("x", text); len(got) != 1 {
			t.Errorf("%q: %q, want 1 problem", bad, got)
		}
	}
	for _, good := range []string{"https://example.com/work/x", "GET /rooted/x", "context.TODO()", "./root/x"} {
		if got := Words("x", good); len(got) != 0 {
			t.Errorf("%q: %q, want none", good, got)
		}
	}
}
