//go:build !linux

package natstest

import (
	"os"
	"syscall"
)

func dieWithParent() *syscall.SysProcAttr { return nil }

func pause(p *os.Process) error { return p.Signal(syscall.SIGSTOP) }
