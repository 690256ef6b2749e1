package harness

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"io/fs"
	"net"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"parley/domain/held"
	"parley/node/datadir"
	"parley/store/sqlite"

	"parley/internal/testlog"
)

const (
	readyDeadline = 40 * time.Second // generous: CI machines are shared
	stopDeadline  = 10 * time.Second // what the program promises for SIGTERM
	waitDeadline  = 10 * time.Second // for a frame or a condition
)

// Ready is what the server writes to its ready file once it serves.
type Ready struct {
	URL             string `json:"url"`
	PublicURL       string `json:"public_url"`
	Version         string `json:"version"`
	PID             int    `json:"pid"`
	Region          string `json:"region"`
	AccountID       string `json:"account_id"`
	AccessKeyID     string `json:"access_key_id"`
	SecretAccessKey string `json:"secret_access_key"`
	InstanceID      string `json:"instance_id"`
	InstanceARN     string `json:"instance_arn"`
	ContactFlowID   string `json:"contact_flow_id"`

	Admin  Account   `json:"admin"`
	Agents []Account `json:"agents"`
}

// Account is an account that comes with the server.
type Account struct {
	Username string `json:"username"`
	Password string `json:"password"`
	UserID   string `json:"user_id"`
}

// Server is one parley process and everything that a test may do to it.
type Server struct {
	Ready

	t        testing.TB
	dir      string
	data     string // the data directory
	flags    []string
	sealed   bool // no test controls
	env      []string
	held     *net.TCPListener // nil unless HoldListener
	heldFile *os.File
	listen   string
	files    int // soft limit of open files; 0 = as the test's
	log      *testlog.Buffer
	process  *exec.Cmd
	exited   chan error
	round    *round // nil unless Around
}

// Option changes how a server is started.
type Option func(*Server)

// Flags appends command-line flags of "parley serve".
func Flags(flags ...string) Option {
	return func(s *Server) { s.flags = append(s.flags, flags...) }
}

// WithoutControls starts the server as in production: no test controls.
func WithoutControls() Option { return func(s *Server) { s.sealed = true } }

// Env appends NAME=VALUE pairs to the server's environment.
func Env(pairs ...string) Option {
	return func(s *Server) { s.env = append(s.env, pairs...) }
}

// HoldListener keeps the listening socket in the test process and hands it to
// every server process by LISTEN_FDS: while no server runs, callers wait.
func HoldListener() Option {
	return func(s *Server) {
		held, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			s.t.Fatalf("listen: %v", err)
		}
		s.held = held.(*net.TCPListener)
		s.heldFile, err = s.held.File()
		if err != nil {
			s.t.Fatalf("listener's file: %v", err)
		}
		s.t.Cleanup(func() { s.heldFile.Close(); s.held.Close() })
	}
}

// Start runs a server on a free port with an empty data directory and test
// controls, and returns once it serves. The server is killed, and its log
// printed if the test failed, when the test ends.
func Start(t testing.TB, opts ...Option) *Server {
	t.Helper()
	s := &Server{t: t, dir: t.TempDir(), listen: "127.0.0.1:0", log: &testlog.Buffer{}}
	s.data = filepath.Join(s.dir, "data")
	if url := database(t); url != "" {
		s.env = append(s.env, "PARLEY_STORE="+url, "PARLEY_ATTACHMENTS=disk") // it is alone on its database
	}
	for _, opt := range opts {
		opt(s)
	}
	t.Cleanup(s.finish)
	s.Boot()
	return s
}

// Boot starts the server's process on its data directory and, after the first
// time, on the same port. It returns once the ready file is there.
func (s *Server) Boot() {
	s.t.Helper()
	path, err := binary()
	if err != nil {
		s.t.Fatal(err)
	}
	os.Remove(s.ReadyFile())
	s.process = s.command(path)
	if err := s.process.Start(); err != nil {
		s.t.Fatalf("start %s: %v", path, err)
	}
	s.exited = make(chan error, 1)
	go func(p *exec.Cmd, exited chan<- error) { exited <- p.Wait() }(s.process, s.exited)
	s.Ready = s.awaitReady()
	s.listen = hostOf(s.t, s.Ready.URL)
}

func (s *Server) command(path string) *exec.Cmd {
	args := append([]string{"serve", "--listen", s.listen, "--data", s.data,
		"--ready-file", s.ReadyFile()}, s.flags...)
	if !s.sealed {
		args = append(args, "--test-controls")
	}
	cmd := exec.Command(path, args...)
	if s.held != nil || s.files > 0 { // the shell knows its own id, which LISTEN_PID must be
		cmd = exec.Command("/bin/sh", append([]string{"-c", s.limited() + `LISTEN_PID=$$ exec "$0" "$@"`, path}, args...)...)
	}
	if s.held != nil {
		cmd.ExtraFiles = []*os.File{s.heldFile}
		cmd.Env = append(cmd.Env, "LISTEN_FDS=1")
	}
	cmd.Env = append(append(cmd.Env, "PATH="+os.Getenv("PATH"), "HOME="+s.dir, "TMPDIR="+s.dir), s.env...)
	cmd.Stdout, cmd.Stderr = s.log, s.log
	return cmd
}

// ReadyFile returns the path of the ready file.
func (s *Server) ReadyFile() string { return filepath.Join(s.dir, "ready.json") }

func (s *Server) awaitReady() (ready Ready) {
	s.t.Helper()
	s.await("the ready file", readyDeadline, func() error {
		select {
		case err := <-s.exited:
			s.exited <- err
			s.t.Fatalf("the server ended before it was ready: %v\n%s", err, s.log)
		default:
		}
		text, err := os.ReadFile(s.ReadyFile())
		if err != nil {
			return err
		}
		return json.Unmarshal(text, &ready)
	})
	return ready
}

// Stop asks the server to end (SIGTERM) and checks that it does so in time,
// with exit status 0 and without its ready file.
func (s *Server) Stop() {
	s.t.Helper()
	s.Terminate()
	s.AwaitEnd()
}

// AwaitEnd checks what Stop promises of a server that was told to end already.
func (s *Server) AwaitEnd() {
	s.t.Helper()
	select {
	case err := <-s.exited:
		s.process = nil
		if err != nil {
			s.t.Errorf("the server ended with %v after SIGTERM, want exit status 0", err)
		}
	case <-time.After(stopDeadline):
		s.t.Fatalf("the server still runs %v after SIGTERM", stopDeadline)
	}
	if _, err := os.Stat(s.ReadyFile()); err == nil {
		s.t.Errorf("the ready file is still there after the server ended")
	}
}

// AwaitDeath waits until the server ends by itself and returns how.
func (s *Server) AwaitDeath() error {
	s.t.Helper()
	select {
	case err := <-s.exited:
		s.process = nil
		return err
	case <-time.After(time.Minute):
		s.t.Fatal("the server still runs after a minute")
		return nil
	}
}

// Leave asks the server to end (SIGTERM), and kills it if it has not ended
// in time; it passes no verdict.
func (s *Server) Leave() {
	s.t.Helper()
	s.signal(syscall.SIGTERM)
	select {
	case <-s.exited:
		s.process = nil
	case <-time.After(stopDeadline):
		s.Kill()
	}
}

// Kill ends the server with SIGKILL and returns when it is gone.
func (s *Server) Kill() {
	s.t.Helper()
	s.signal(syscall.SIGKILL)
	<-s.exited
	s.process = nil
}

// Pause stops the server's process (SIGSTOP), as a machine that hangs:
// connections stay open, nothing moves.
func (s *Server) Pause() { s.t.Helper(); s.signal(syscall.SIGSTOP) }

// Resume lets a paused server go on.
func (s *Server) Resume() { s.t.Helper(); s.signal(syscall.SIGCONT) }

// Running reports whether the server's process is there, as far as the test ended it or not.
func (s *Server) Running() bool { return s.process != nil }

// Restart is Stop, then Boot.
func (s *Server) Restart() { s.t.Helper(); s.Stop(); s.Boot() }

// Crash is Kill, then Boot.
func (s *Server) Crash() { s.t.Helper(); s.Kill(); s.Boot() }

// Log returns what the server has printed so far, banner and logs together.
func (s *Server) Log() string { return s.log.String() }

// Places are where a text is: files of the data directory, and the log.
func (s *Server) Places(text string) (found []string) {
	s.t.Helper()
	if strings.Contains(s.Log(), text) {
		found = append(found, "the log")
	}
	err := filepath.WalkDir(s.DataDir(), func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return nil // what is deleted meanwhile is no place
		}
		raw, err := os.ReadFile(path)
		if err == nil && (bytes.Contains(raw, []byte(text)) || strings.Contains(path, text)) {
			found = append(found, path)
		}
		return nil
	})
	if err != nil {
		s.t.Fatal(err)
	}
	return found
}

// With returns the same server for use in a subtest.
func (s *Server) With(t testing.TB) *Server {
	view := *s
	view.t = t
	return &view
}

func (s *Server) signal(sig syscall.Signal) {
	s.t.Helper()
	if err := s.process.Process.Signal(sig); err != nil {
		s.t.Fatalf("%v: %v", sig, err)
	}
}

func (s *Server) finish() {
	if s.process != nil {
		s.process.Process.Kill()
		<-s.exited
	}
	s.inspect()
	if s.t.Failed() {
		s.t.Logf("the server's log:\n%s", s.log)
	}
}

// inspect: whatever a test did to its server, in the database everything fits together.
func (s *Server) inspect() {
	file := filepath.Join(s.data, datadir.Database)
	if _, err := os.Stat(file); err != nil { // on PostgreSQL, or never started
		return
	}
	damage, err := sqlite.Inspect(context.Background(), file)
	if err != nil || len(damage) > 0 {
		s.t.Errorf("the database afterwards: %v, %q", err, damage)
	}
	s.known(file)
}

// known: whatever documents a test made, domain/held says how they are erased.
func (s *Server) known(file string) {
	db, err := sql.Open("sqlite", file)
	if err != nil {
		s.t.Error(err)
		return
	}
	defer db.Close()
	rows, err := db.Query("SELECT DISTINCT kind FROM resources")
	if err != nil {
		s.t.Error(err)
		return
	}
	defer rows.Close()
	for rows.Next() {
		var kind string
		if err := rows.Scan(&kind); err != nil {
			s.t.Error(err)
		}
		if _, named := held.Named(held.Documents(), kind); !named {
			s.t.Errorf("documents of the kind %q are there, which domain/held does not name", kind)
		}
	}
}

// await calls try until it returns nil; it fails the test after the deadline.
func (s *Server) await(what string, deadline time.Duration, try func() error) {
	s.t.Helper()
	Await(s.t, what, deadline, try)
}

// Await polls try until it returns nil and fails the test, naming what it
// waited for, when that does not happen before the deadline.
func Await(t testing.TB, what string, deadline time.Duration, try func() error) {
	t.Helper()
	timeout := time.After(deadline)
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for {
		err := try()
		if err == nil {
			return
		}
		select {
		case <-timeout:
			t.Fatalf("no %s within %v: %v", what, deadline, err)
		case <-tick.C:
		}
	}
}

func hostOf(t testing.TB, address string) string {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil || u.Host == "" {
		t.Fatalf("the ready file's url is %q: %v", address, err)
	}
	return fmt.Sprint("127.0.0.1:", u.Port())
}
