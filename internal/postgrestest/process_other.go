//go:build !linux

package postgrestest

import "syscall"

// dieWithParent is empty here: only Linux can do that.
func dieWithParent() *syscall.SysProcAttr { return &syscall.SysProcAttr{Setpgid: true} }
