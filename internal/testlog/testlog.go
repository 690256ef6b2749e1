// Package testlog keeps what a server under test prints, so that a test may read
// it while it is written.
package testlog

import (
	"bytes"
	"sync"
)

// Buffer is an io.Writer that never fails. It is safe for concurrent use; its zero value is empty.
type Buffer struct {
	mu   sync.Mutex
	text bytes.Buffer
}

// Write keeps p.
func (b *Buffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.Write(p)
}

// String returns what was printed so far.
func (b *Buffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.String()
}
