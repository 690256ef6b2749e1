package node

import (
	"fmt"
	"os"
	"sync"

	"parley/app/flowrun"
)

// flowLog is the file of the flow log. It is opened again on SIGHUP, so that it can be rotated.
type flowLog struct {
	path string
	mu   sync.Mutex
	file *os.File
}

// openFlowLog opens the flow log, nil without one.
func (n *Node) openFlowLog() error {
	if n.cfg.FlowLog == "" {
		return nil
	}
	l := &flowLog{path: n.cfg.FlowLog}
	if err := l.reopen(); err != nil {
		return fmt.Errorf("--flow-log: %w", err)
	}
	n.flowLog = l
	return nil
}

// reopen opens the file under its name; the old one stays if that fails.
func (l *flowLog) reopen() error {
	file, err := os.OpenFile(l.path, os.O_WRONLY|os.O_APPEND|os.O_CREATE, 0o600)
	if err != nil {
		return err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	old := l.file
	l.file = file
	if old != nil {
		return old.Close()
	}
	return nil
}

func (l *flowLog) write(line []byte) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	_, err := l.file.Write(line)
	return err
}

func (l *flowLog) close() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.file.Close()
}

// writer is what flows write their log with, nil without one.
func (l *flowLog) writer() *flowrun.FlowLog {
	if l == nil {
		return nil
	}
	return &flowrun.FlowLog{Write: l.write}
}
