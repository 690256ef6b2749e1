package natstest

import (
	"os"
	"syscall"

	"golang.org/x/sys/unix"
)

// DieWithParent has a child killed when this process ends, however it ends.
func DieWithParent() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
}

// pause stops a child and returns when all its threads stand still.
func pause(p *os.Process) error {
	if err := p.Signal(unix.SIGSTOP); err != nil {
		return err
	}
	var none unix.Siginfo
	return unix.Waitid(unix.P_PID, p.Pid, &none, unix.WSTOPPED|unix.WEXITED|unix.WNOWAIT, nil)
}
