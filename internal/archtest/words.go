package archtest

import (
	"fmt"
	"regexp"
	"strings"
)

// unwanted are patterns that no text file of the repository may hold, each
// with what it is. The patterns are written so that they do not match themselves.
var unwanted = map[string]*regexp.Regexp{
	"a path of one machine":    regexp.MustCompile(`(^|[^\w./~}-])/(work|root|Users/\w+|home/\w+)/`),
	"a conflict marker":        regexp.MustCompile(`^(<{7}|>{7}) `),
	"a download address":       regexp.MustCompile(`"resolved"[:] "http|^(registry|index-url)\s*=`),
	"a private key":            regexp.MustCompile(`BEGIN (RSA |EC )?PRIVATE[ ]KEY`),
	"an unfinished-work label": regexp.MustCompile(`\b(TODO|FIX[M]E)(:|\([a-z])`),
}

// Words reports unwanted text, line by line; path names the file in the answer.
func Words(path, text string) []string {
	var problems []string
	for i, line := range strings.Split(text, "\n") {
		for what, pattern := range unwanted {
			if pattern.MatchString(line) {
				problems = append(problems, fmt.Sprintf("%s:%d: %s", path, i+1, what))
			}
		}
	}
	return problems
}
