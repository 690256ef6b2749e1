// Command testsum reads the events of `go test -json` on standard input and
// prints one line per package, the output of what failed, and at last
// "N passed, N failed". It counts tests that have no subtests. It ends with
// status 1 if anything failed, or if no test ran.
package main

import (
	"fmt"
	"os"
	"time"
)

func main() {
	start := time.Now()
	s := newSummary(os.Stdout)
	if err := s.read(os.Stdin); err != nil {
		fmt.Fprintln(os.Stderr, "testsum:", err)
		os.Exit(1)
	}
	if !s.close(time.Since(start)) {
		os.Exit(1)
	}
}
