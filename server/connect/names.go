package connect

import (
	"parley/api/connect"
)

// Knows reports whether Amazon Connect has an operation of that name, built here or not.
func Knows(operation string) bool {
	for _, op := range connect.Operations() {
		if op.Name == operation {
			return true
		}
	}
	return false
}
