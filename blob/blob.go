// Package blob is the port to the bytes of attached files.
//
// It guarantees: Put returns nil only after the bytes are durable (survive
// power loss) and are exactly as many as were announced; what has a key never
// changes until it is deleted; a Put that failed leaves nothing under its key. Keys are ours
// alone: nothing that a caller wrote is ever part of one.
//
// The conformance suite is package blobtest; every adapter runs it.
package blob

import (
	"context"
	"crypto/sha256"
	"errors"
	"hash"
	"io"
	"regexp"
	"time"
)

// Store keeps bytes under keys. It is safe for concurrent use, by several nodes too.
type Store interface {
	// Put stores what r delivers, which must be size bytes, under a key that is not taken, and
	// returns their SHA-256. ErrSize for fewer or more bytes, ErrTaken for a taken key; an error of
	// r is in the chain of what is returned.
	Put(ctx context.Context, key string, r io.Reader, size int64) (sum [sha256.Size]byte, err error)
	// Open reads what has the key, and says how much that is; ErrNone if nothing has it.
	Open(ctx context.Context, key string) (body io.ReadCloser, size int64, err error)
	// Delete takes away what has the key. It is no error if nothing has it.
	Delete(ctx context.Context, key string) error
	// List returns the first limit keys that begin with prefix and come after a key, in order.
	List(ctx context.Context, prefix, after string, limit int) ([]Info, error)
}

// Info is what is known of bytes without reading them.
type Info struct {
	Key  string
	Size int64
	At   time.Time // when they were stored, by the clock of who keeps them
}

// Mark is the key of what says to which installation a place belongs; no file's key is like it.
const Mark = "place"

// Errors of a Store. They are in the chain of what it returns.
var (
	ErrNone  = errors.New("nothing has that key")
	ErrTaken = errors.New("the key is taken")
	ErrSize  = errors.New("the bytes are not as many as announced")
	ErrKey   = errors.New("that is no key")
)

// key: names of small letters, digits, - and _, one or several, with slashes between.
var key = regexp.MustCompile(`^[a-z0-9][a-z0-9_-]{0,127}(/[a-z0-9][a-z0-9_-]{0,127}){0,3}$`)

// CheckKey refuses what is no key. Every adapter asks it first.
func CheckKey(k string) error {
	if !key.MatchString(k) {
		return ErrKey
	}
	return nil
}

// Exact reads from r, counts and hashes; at the end of more or fewer than size bytes it fails with ErrSize.
type Exact struct {
	r    io.Reader
	left int64
	sum  hash.Hash
}

// NewExact returns a reader of exactly size bytes of r.
func NewExact(r io.Reader, size int64) *Exact { return &Exact{r, size, sha256.New()} }

// Read reads on.
func (e *Exact) Read(p []byte) (int, error) {
	n, err := e.r.Read(p)
	e.left -= int64(n)
	e.sum.Write(p[:n])
	if e.left < 0 || err == io.EOF && e.left > 0 {
		return n, ErrSize
	}
	return n, err
}

// Sum returns the SHA-256 of what was read.
func (e *Exact) Sum() (sum [sha256.Size]byte) {
	e.sum.Sum(sum[:0])
	return sum
}

// Each calls do for everything whose key begins with prefix, in order, until it fails.
func Each(ctx context.Context, s Store, prefix string, do func(Info) error) error {
	const some = 1000
	for after := ""; ; {
		page, err := s.List(ctx, prefix, after, some)
		if err != nil {
			return err
		}
		for _, i := range page {
			if err := do(i); err != nil {
				return err
			}
			after = i.Key
		}
		if len(page) < some {
			return nil
		}
	}
}
