package postgrestest

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"syscall"
)

// binDirs is where packages of PostgreSQL put its programs.
const binDirs = "/usr/lib/postgresql/*/bin"

// program finds a program of the newest PostgreSQL on this machine.
func program(name string) (string, error) {
	found, err := filepath.Glob(filepath.Join(binDirs, name))
	if err != nil {
		return "", err
	}
	if len(found) == 0 {
		path, err := exec.LookPath(name)
		if err != nil {
			return "", fmt.Errorf("PostgreSQL is not installed (make setup installs it): %w", err)
		}
		return path, nil
	}
	return slices.MaxFunc(found, func(a, b string) int { return release(a) - release(b) }), nil
}

// release is the number in a path as binDirs has it.
func release(path string) int {
	n, _ := strconv.Atoi(filepath.Base(filepath.Dir(filepath.Dir(path))))
	return n
}

// Command prepares a program of PostgreSQL (initdb, pg_basebackup, pg_ctl …),
// to be run as a user that it agrees to run as: never root.
func Command(name string, args ...string) (*exec.Cmd, error) {
	path, err := program(name)
	if err != nil {
		return nil, err
	}
	cmd := exec.Command(path, args...)
	cmd.Dir = os.TempDir()
	cmd.SysProcAttr = dieWithParent()
	owner, err := owner()
	if err != nil || owner == nil {
		return cmd, err
	}
	cmd.SysProcAttr.Credential = owner
	return cmd, nil
}

// owner is the user that PostgreSQL's programs run as; nil if it is our own.
func owner() (*syscall.Credential, error) {
	if os.Getuid() != 0 {
		return nil, nil
	}
	u, err := user.Lookup("postgres")
	if err != nil {
		return nil, fmt.Errorf("PostgreSQL does not run as root: %w", err)
	}
	uid, err := strconv.ParseUint(u.Uid, 10, 32)
	if err != nil {
		return nil, err
	}
	gid, err := strconv.ParseUint(u.Gid, 10, 32)
	if err != nil {
		return nil, err
	}
	return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}, nil
}

// MakeDir makes a temporary directory that PostgreSQL's programs may write to.
func MakeDir() (string, error) {
	dir, err := os.MkdirTemp("", "parley-postgres-")
	if err != nil {
		return "", err
	}
	owner, err := owner()
	if err == nil && owner != nil {
		err = os.Chown(dir, int(owner.Uid), int(owner.Gid))
	}
	if err != nil {
		return "", errors.Join(err, os.Remove(dir))
	}
	return dir, nil
}

// start starts a program and closes exited when it has ended. A child that
// dies with its parent dies with the parent's thread, so that thread stays.
func start(cmd *exec.Cmd, exited chan<- struct{}) error {
	started := make(chan error)
	go func() {
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		err := cmd.Start()
		started <- err
		if err == nil {
			_ = cmd.Wait() // how it ended is in its log
			close(exited)
		}
	}()
	return <-started
}

// Kill ends the server and all its processes at once, as a machine that stops.
// None of them is left when it returns: a new server does not start beside one.
func (s *Server) Kill() {
	if !s.running() {
		return
	}
	s.Pause() // so that nobody reacts to the others' end
	for pids := s.processes(); len(pids) > 0; pids = s.working() {
		for _, pid := range pids {
			_ = syscall.Kill(pid, syscall.SIGKILL)
		}
	}
	<-s.exited
}

// working are all processes in the data directory (Linux only), also those
// whose parent has ended.
func (s *Server) working() (pids []int) {
	data, err := filepath.EvalSymlinks(s.Dir)
	if err != nil {
		return nil
	}
	links, _ := filepath.Glob("/proc/[0-9]*/cwd")
	for _, link := range links {
		if dir, err := os.Readlink(link); err != nil || dir != data { // one that has ended has none
			continue
		}
		if pid, err := strconv.Atoi(filepath.Base(filepath.Dir(link))); err == nil {
			pids = append(pids, pid)
		}
	}
	return pids
}

// Pause stops the server and all its processes in their tracks: connections
// stay open, nothing is answered.
func (s *Server) Pause() {
	for _, pid := range s.processes() {
		_ = syscall.Kill(pid, syscall.SIGSTOP)
	}
}

// Resume lets a paused server go on.
func (s *Server) Resume() {
	pids := s.processes()
	slices.Reverse(pids)
	for _, pid := range pids {
		_ = syscall.Kill(pid, syscall.SIGCONT)
	}
}

// processes are the server and its children (Linux only), the server first: a
// child has children of its own only where an archive command runs.
func (s *Server) processes() []int {
	pids := []int{s.process.Process.Pid}
	tasks, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/children", pids[0]))
	for _, task := range tasks {
		text, _ := os.ReadFile(task)
		for _, field := range strings.Fields(string(text)) {
			if pid, err := strconv.Atoi(field); err == nil {
				pids = append(pids, pid)
			}
		}
	}
	return pids
}
