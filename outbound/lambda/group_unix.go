//go:build unix

package lambda

import (
	"os/exec"
	"syscall"
)

// grouped makes a command the head of a group of processes: what it started ends
// with it. The function returned ends the group.
func grouped(cmd *exec.Cmd) (end func()) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	end = func() {
		if cmd.Process != nil {
			_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) // none is left, mostly
		}
	}
	cmd.Cancel = func() error {
		end()
		return nil
	}
	return end
}
