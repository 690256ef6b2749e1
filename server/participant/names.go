package participant

import "parley/api/participant"

// Knows reports whether the participant service has an operation of that name, built here or not; QuietOperation, which is ours, counts.
func Knows(operation string) bool {
	for _, op := range participant.Operations() {
		if op.Name == operation {
			return true
		}
	}
	return operation == QuietOperation
}
