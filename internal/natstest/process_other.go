//go:build !linux

package natstest

import (
	"os"
	"syscall"
)

// DieWithParent asks for nothing: only Linux can.
func DieWithParent() *syscall.SysProcAttr { return nil }

func pause(p *os.Process) error { return p.Signal(syscall.SIGSTOP) }
