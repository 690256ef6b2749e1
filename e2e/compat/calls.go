package main

import (
	"bufio"
	"fmt"
	"io"
	"slices"
	"strings"
)

// operation is one operation of a service.
type operation struct{ service, name string }

// calls tells which clients called an operation with success, sorted.
type calls map[operation][]string

// readCalls reads what harness.Record writes: client, service and operation,
// separated by tabs.
func readCalls(in io.Reader) (calls, error) {
	found := calls{}
	for lines := bufio.NewScanner(in); lines.Scan(); {
		fields := strings.Split(lines.Text(), "\t")
		if len(fields) != 3 {
			return nil, fmt.Errorf("a line is not client, service, operation: %q", lines.Text())
		}
		called := operation{fields[1], fields[2]}
		if !slices.Contains(found[called], fields[0]) {
			found[called] = append(found[called], fields[0])
		}
	}
	for _, clients := range found {
		slices.Sort(clients)
	}
	return found, nil
}
