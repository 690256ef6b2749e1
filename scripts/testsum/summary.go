package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"
)

// event is the part of a test event that we read; see `go doc test2json`.
type event struct {
	Action, Package, Test, Output string
	Elapsed                       float64
}

// suite is one package whose tests are running.
type suite struct {
	parents        map[string]bool     // tests that have subtests
	output         map[string][]string // what unfinished tests have printed; "" is the package
	passed, failed int                 // tests that have no subtests
}

// summary gathers the events of a run.
type summary struct {
	out            io.Writer
	running        map[string]*suite
	passed, failed int
}

func newSummary(out io.Writer) *summary {
	return &summary{out: out, running: map[string]*suite{}}
}

// read handles every line. One that is no event, such as a message of the go
// command itself, is passed on.
func (s *summary) read(r io.Reader) error {
	for lines := bufio.NewReader(r); ; {
		line, err := lines.ReadString('\n')
		var e event
		if json.Unmarshal([]byte(line), &e) == nil && e.Action != "" {
			s.handle(e)
		} else {
			fmt.Fprint(s.out, line)
		}
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

func (s *summary) handle(e event) {
	p := s.suite(e.Package)
	switch e.Action {
	case "build-output":
		fmt.Fprint(s.out, e.Output)
	case "run":
		if i := strings.LastIndexByte(e.Test, '/'); i > 0 {
			p.parents[e.Test[:i]] = true
		}
	case "output":
		p.output[e.Test] = append(p.output[e.Test], e.Output)
	case "pass", "fail", "skip":
		if e.Test != "" {
			s.endTest(p, e)
		} else {
			s.endPackage(p, e)
		}
	}
}

func (s *summary) suite(name string) *suite {
	p := s.running[name]
	if p == nil {
		p = &suite{parents: map[string]bool{}, output: map[string][]string{}}
		s.running[name] = p
	}
	return p
}

func (s *summary) endTest(p *suite, e event) {
	if e.Action == "fail" {
		s.print(p.output[e.Test])
	}
	if !p.parents[e.Test] {
		switch e.Action {
		case "fail":
			p.failed++
		case "pass":
			p.passed++
		}
	}
	delete(p.output, e.Test)
}

// endPackage prints a package's closing line. A package that fails without a
// failed test (it crashed, timed out or did not build) counts as one failure
// and shows all that it printed; so does a test that never ended.
func (s *summary) endPackage(p *suite, e event) {
	verdict := "ok"
	if e.Action == "fail" {
		verdict = "FAIL"
		if p.failed > 0 {
			delete(p.output, "") // the failed tests have said it
		}
		p.failed = max(p.failed, 1)
		for _, test := range slices.Sorted(maps.Keys(p.output)) {
			s.print(p.output[test])
		}
	}
	if p.passed+p.failed > 0 {
		fmt.Fprintf(s.out, "%s\t%s\t%.1fs\t%d tests\n", verdict, e.Package, e.Elapsed, p.passed+p.failed)
	}
	s.passed += p.passed
	s.failed += p.failed
	delete(s.running, e.Package)
}

func (s *summary) print(lines []string) {
	fmt.Fprint(s.out, strings.Join(lines, ""))
}

// close prints the totals and tells whether the run was good. A package that
// never ended counts as failed.
func (s *summary) close(took time.Duration) bool {
	for name, p := range s.running {
		if len(p.output)+p.passed+p.failed > 0 {
			fmt.Fprintf(s.out, "FAIL\t%s\tno end\n", name)
			s.passed += p.passed
			s.failed += max(p.failed, 1)
		}
	}
	fmt.Fprintf(s.out, "total %s\n%d passed, %d failed\n", took.Round(time.Second), s.passed, s.failed)
	return s.failed == 0 && s.passed > 0
}
