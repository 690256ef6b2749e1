// Package ident makes the ids of chats and of everything in them.
//
// It guarantees: ids are UUIDv7, so that what is made one after the other lies side by side in a
// store; after Seed they are the same ones for the same calls, in every process.
package ident

import (
	"crypto/sha256"
	"fmt"
	"sync"
	"sync/atomic"

	"github.com/google/uuid"
)

// Source makes ids. The zero Source is ready, and safe for concurrent use.
type Source struct{ seeded atomic.Pointer[sequence] }

// sequence is what follows from a seed.
type sequence struct {
	seed int64
	mu   sync.Mutex
	made map[scope]int64
}

// scope is who makes ids in which session.
type scope struct{ maker, session string }

// New returns a new id. Maker and session matter after Seed only: the ids of one maker in one session do not
// depend on how many others were made in between.
func (s *Source) New(maker, session string) string {
	if q := s.seeded.Load(); q != nil {
		return q.next(scope{maker, session})
	}
	return uuid.Must(uuid.NewV7()).String()
}

// Seed makes the ids from now on follow from the seed, as if none had been made before; nil ends that. Two
// runs of one seed make the same ids: what the first one made must be gone before.
func (s *Source) Seed(seed *int64) {
	if seed == nil {
		s.seeded.Store(nil)
		return
	}
	s.seeded.Store(&sequence{seed: *seed, made: map[scope]int64{}})
}

func (q *sequence) next(of scope) string {
	q.mu.Lock()
	q.made[of]++
	n := q.made[of]
	q.mu.Unlock()
	sum := sha256.Sum256(fmt.Appendf(nil, "%d %d %s %s", q.seed, n, of.maker, of.session))
	id := uuid.UUID(sum[:16])
	id[6], id[8] = id[6]&0x0f|0x40, id[8]&0x3f|0x80 // as a random one looks
	return id.String()
}
