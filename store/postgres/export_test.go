package postgres

import (
	"time"

	"parley/domain/said"
)

// Searching sets at how many contacts a search for words looks at first, one by one, and how long it should take to look at more before it asks the
// index of words; before the first search.
func (s *Store) Searching(look int, patience time.Duration) {
	s.ways = ways{look, func([]said.Term) time.Duration { return patience }}
}
