package cluster

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"parley/internal/natstest"
	"parley/internal/testlog"
)

// programs is where Debian keeps the programs of its PostgreSQL, by version.
const programs = "/usr/lib/postgresql/*/bin"

// server is one PostgreSQL server: a process, its data, and its configuration
// outside of them. It is safe for concurrent use.
type server struct {
	name    string
	address string // 127.0.0.1:port
	config  string // a file
	log     *testlog.Buffer

	mu      sync.Mutex
	data    string // the directory
	process *os.Process
	exited  chan struct{}
}

func newServer(t testing.TB, name, home string) *server {
	t.Helper()
	return &server{
		name: name, address: natstest.FreeAddress(t), config: filepath.Join(home, name+".conf"),
		log: &testlog.Buffer{}, exited: closed(),
	}
}

// start runs the server on its data. It does not wait until it answers.
func (s *server) start() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	cmd, err := asPostgres("postgres", "-D", s.data, "-c", "config_file="+s.config)
	if err != nil {
		return err
	}
	cmd.Stdout, cmd.Stderr = s.log, s.log
	if err := os.Remove(filepath.Join(s.data, "postmaster.pid")); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	exited := make(chan struct{})
	go func() {
		_ = cmd.Wait() // it is killed: that is how it ends
		close(exited)
	}()
	s.process, s.exited = cmd.Process, exited
	return nil
}

// runs reports whether the server's main process is there.
func (s *server) runs() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	select {
	case <-s.exited:
		return false
	default:
		return true
	}
}

// kill ends all processes of the server and returns when none is left.
func (s *server) kill() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.process != nil {
		_ = s.process.Kill() // which may not have entered its directory yet
	}
	for {
		pids := s.pids()
		signal(pids, syscall.SIGKILL)
		if len(pids) == 0 {
			select {
			case <-s.exited: // not before the last of them, because they share its output
				return
			default:
			}
		}
		<-time.After(time.Millisecond)
	}
}

// reload makes the server read its configuration again.
func (s *server) reload() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.process.Signal(syscall.SIGHUP); !errors.Is(err, os.ErrProcessDone) {
		return err
	}
	return nil
}

// pause stops all processes of the server, as a machine that hangs.
func (s *server) pause() {
	s.mu.Lock()
	defer s.mu.Unlock()
	signal(s.pids(), syscall.SIGSTOP)
	signal(s.pids(), syscall.SIGSTOP) // those that were being born
}

// resume lets a paused server go on; a running one does not notice.
func (s *server) resume() {
	s.mu.Lock()
	defer s.mu.Unlock()
	signal(s.pids(), syscall.SIGCONT)
}

// pids returns the server's processes: all that work in its data directory.
func (s *server) pids() (pids []int) {
	links, err := filepath.Glob("/proc/[0-9]*/cwd")
	if err != nil {
		return nil
	}
	for _, link := range links {
		if dir, err := os.Readlink(link); err != nil || dir != s.data {
			continue
		}
		if pid, err := strconv.Atoi(strings.Split(link, "/")[2]); err == nil {
			pids = append(pids, pid)
		}
	}
	return pids
}

func signal(pids []int, sig syscall.Signal) {
	for _, pid := range pids {
		_ = syscall.Kill(pid, sig) // it may have ended meanwhile
	}
}

// query asks the server at an address for one row.
func query(ctx context.Context, address, sql string, into ...any) error {
	ctx, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	conn, err := pgx.Connect(ctx, "postgres://parley@"+address+"/postgres?sslmode=disable")
	if err != nil {
		return err
	}
	defer conn.Close(context.WithoutCancel(ctx))
	return conn.QueryRow(ctx, sql).Scan(into...)
}

// asPostgres prepares a program of PostgreSQL, which refuses to run as root.
func asPostgres(program string, args ...string) (*exec.Cmd, error) {
	paths, err := filepath.Glob(filepath.Join(programs, program))
	if err != nil || len(paths) == 0 {
		return nil, fmt.Errorf("there is no %s in %s: run make setup", program, programs)
	}
	cmd := exec.Command(paths[len(paths)-1], args...)
	cmd.Dir, cmd.Env = "/", []string{"LC_ALL=C", "TZ=UTC", "PATH=" + os.Getenv("PATH")}
	cmd.SysProcAttr = dieWithParent()
	if os.Getuid() == 0 {
		uid, err := postgresUID()
		if err != nil {
			return nil, err
		}
		cmd.SysProcAttr.Credential = &syscall.Credential{Uid: uid, Gid: uid}
	}
	return cmd, nil
}

// postgresUID returns the user that PostgreSQL runs as: its own when the tests
// run as root, else theirs.
func postgresUID() (uint32, error) {
	if uid := os.Getuid(); uid != 0 {
		return uint32(uid), nil
	}
	u, err := user.Lookup("postgres")
	if err != nil {
		return 0, err
	}
	uid, err := strconv.ParseUint(u.Uid, 10, 32)
	return uint32(uid), err
}

func closed() chan struct{} {
	c := make(chan struct{})
	close(c)
	return c
}
