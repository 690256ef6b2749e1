//go:build !unix

package lambda

import "os/exec"

// grouped does nothing where there are no groups of processes.
func grouped(*exec.Cmd) (end func()) { return func() {} }
