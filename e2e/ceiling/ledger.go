package main

import (
	"fmt"
	"os"
	"sync"

	"parley/internal/datasync"
)

// ledgerSize is written in advance and then used again and again: no durable
// log is cheaper for the file system.
const ledgerSize = 16 << 20

// ledger is a flat log with group commit: what is appended while a sync is
// under way shares the next one.
type ledger struct {
	file   *os.File
	offset int64 // of the next write; only the syncing goroutine uses it
	wake   chan struct{}

	mu   sync.Mutex
	next *group
}

// group is what one sync makes durable.
type group struct {
	records []byte
	durable chan struct{} // closed then
}

func newGroup() *group { return &group{durable: make(chan struct{})} }

// openLedger creates the log and starts the goroutine that syncs it.
func openLedger(path string) (*ledger, error) {
	f, err := os.Create(path)
	if err != nil {
		return nil, err
	}
	if _, err := f.Write(make([]byte, ledgerSize)); err != nil {
		return nil, err
	}
	if err := f.Sync(); err != nil {
		return nil, err
	}
	l := &ledger{file: f, wake: make(chan struct{}, 1), next: newGroup()}
	go l.run()
	return l, nil
}

// append returns once the record is durable.
func (l *ledger) append(record []byte) {
	l.mu.Lock()
	g := l.next
	g.records = append(g.records, record...)
	l.mu.Unlock()
	select {
	case l.wake <- struct{}{}:
	default:
	}
	<-g.durable
}

func (l *ledger) run() {
	for range l.wake {
		l.mu.Lock()
		g := l.next
		l.next = newGroup()
		l.mu.Unlock()
		if len(g.records) == 0 {
			continue
		}
		if err := l.write(g.records); err != nil {
			fmt.Fprintln(os.Stderr, "ceiling: the log:", err)
			os.Exit(1)
		}
		close(g.durable)
	}
}

func (l *ledger) write(records []byte) error {
	if l.offset+int64(len(records)) > ledgerSize {
		l.offset = 0
	}
	if _, err := l.file.WriteAt(records, l.offset); err != nil {
		return err
	}
	l.offset += int64(len(records))
	return datasync.File(l.file)
}
