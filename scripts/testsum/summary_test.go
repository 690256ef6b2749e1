package main

import (
	"strings"
	"testing"
	"time"
)

func TestSummary(t *testing.T) {
	for _, c := range []struct {
		name, events, want string
		good               bool
	}{
		{"nothing ran", ``, "total 0s\n0 passed, 0 failed\n", false},
		{"a package without tests", `
{"Action":"output","Package":"p","Output":"?   \tp\t[no test files]\n"}
{"Action":"skip","Package":"p"}`, "total 0s\n0 passed, 0 failed\n", false},
		{"subtests count, their parent does not", `
{"Action":"run","Package":"p","Test":"TestA"}
{"Action":"run","Package":"p","Test":"TestA/b"}
{"Action":"run","Package":"p","Test":"TestA/c"}
{"Action":"output","Package":"p","Test":"TestA/b","Output":"quiet\n"}
{"Action":"pass","Package":"p","Test":"TestA/b"}
{"Action":"pass","Package":"p","Test":"TestA/c"}
{"Action":"pass","Package":"p","Test":"TestA"}
{"Action":"pass","Package":"p","Elapsed":1.25}`, "ok\tp\t1.2s\t2 tests\ntotal 0s\n2 passed, 0 failed\n", true},
		{"a failure shows its output", `
{"Action":"run","Package":"p","Test":"TestA"}
{"Action":"run","Package":"p","Test":"TestB"}
{"Action":"pass","Package":"p","Test":"TestB"}
{"Action":"output","Package":"p","Test":"TestA","Output":"--- FAIL: TestA\n"}
{"Action":"fail","Package":"p","Test":"TestA"}
{"Action":"fail","Package":"p","Elapsed":1}`, "--- FAIL: TestA\nFAIL\tp\t1.0s\t2 tests\ntotal 0s\n1 passed, 1 failed\n", false},
		{"a package that does not build", `
{"Action":"build-output","ImportPath":"p","Output":"x.go:1: bad\n"}
{"Action":"build-fail","ImportPath":"p"}
{"Action":"output","Package":"p","Output":"FAIL\tp [build failed]\n"}
{"Action":"fail","Package":"p"}`, "x.go:1: bad\nFAIL\tp [build failed]\nFAIL\tp\t0.0s\t1 tests\ntotal 0s\n0 passed, 1 failed\n", false},
		{"a test that hung", `
{"Action":"run","Package":"p","Test":"TestA"}
{"Action":"output","Package":"p","Test":"TestA","Output":"panic: timed out\n"}
{"Action":"fail","Package":"p","Elapsed":9}`, "panic: timed out\nFAIL\tp\t9.0s\t1 tests\ntotal 0s\n0 passed, 1 failed\n", false},
		{"a stream that stops", `
{"Action":"run","Package":"p","Test":"TestA"}
{"Action":"pass","Package":"p","Test":"TestA"}`, "FAIL\tp\tno end\ntotal 0s\n1 passed, 1 failed\n", false},
		{"a message of the go command", "go: no such tool\n", "go: no such tool\ntotal 0s\n0 passed, 0 failed\n", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			var out strings.Builder
			s := newSummary(&out)
			if err := s.read(strings.NewReader(strings.TrimPrefix(c.events, "\n"))); err != nil {
				t.Fatal(err)
			}
			if good := s.close(time.Millisecond); good != c.good {
				t.Errorf("good = %v, want %v", good, c.good)
			}
			if got := out.String(); got != c.want {
				t.Errorf("got:\n%s\nwant:\n%s", got, c.want)
			}
		})
	}
}
