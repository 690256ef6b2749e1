package flowtest

import (
	"encoding/xml"
	"fmt"
	"strings"
)

// The JUnit format, as far as CI systems read it.
type (
	junitSuites struct {
		XMLName  xml.Name     `xml:"testsuites"`
		Tests    int          `xml:"tests,attr"`
		Failures int          `xml:"failures,attr"`
		Suites   []junitSuite `xml:"testsuite"`
	}
	junitSuite struct {
		Name     string      `xml:"name,attr"`
		Tests    int         `xml:"tests,attr"`
		Failures int         `xml:"failures,attr"`
		Errors   int         `xml:"errors,attr"`
		Time     string      `xml:"time,attr"`
		Cases    []junitCase `xml:"testcase"`
	}
	junitCase struct {
		Name    string        `xml:"name,attr"`
		Class   string        `xml:"classname,attr"`
		File    string        `xml:"file,attr"`
		Line    int           `xml:"line,attr"`
		Time    string        `xml:"time,attr"`
		Failure *junitFailure `xml:"failure,omitempty"`
	}
	junitFailure struct {
		Message string `xml:"message,attr"`
		Type    string `xml:"type,attr"`
		Text    string `xml:",chardata"`
	}
)

// writeJUnit writes a suite for each file.
func writeJUnit(path string, r *Report) error {
	all := junitSuites{Tests: r.Passed + r.Failed, Failures: r.Failed}
	var took float64
	for _, o := range r.Results {
		if n := len(all.Suites); n == 0 || all.Suites[n-1].Name != o.File {
			all.Suites = append(all.Suites, junitSuite{Name: o.File})
			took = 0
		}
		s := &all.Suites[len(all.Suites)-1]
		c := junitCase{Name: o.Name, Class: strings.TrimSuffix(o.File, Extension), File: o.File, Line: o.Line, Time: seconds(o.Took.Seconds())}
		if f := o.Failure; f != nil {
			c.Failure = &junitFailure{Message: f.Pos.String() + ": " + f.reason(), Type: "conversation", Text: clean(failureText(o.Result))}
			s.Failures++
		}
		s.Tests++
		took += o.Took.Seconds()
		s.Time = seconds(took)
		s.Cases = append(s.Cases, c)
	}
	text, err := xml.MarshalIndent(all, "", "  ")
	if err != nil {
		return fmt.Errorf("write the report: %w", err)
	}
	return writeFile(path, []byte(xml.Header+string(text)+"\n"))
}

func seconds(s float64) string { return fmt.Sprintf("%.6f", s) }

// clean drops characters that XML cannot hold.
func clean(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' && r != '\n' && r != '\t' || r == 0xfffe || r == 0xffff {
			return -1
		}
		return r
	}, s)
}

// reason is the failure in one line.
func (f *Failure) reason() string {
	if f.Message != "" {
		return f.Message
	}
	return fmt.Sprintf("expected %s, got %s", f.Want, f.Got)
}
