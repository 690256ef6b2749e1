// Package natstest runs real NATS servers for tests.
//
// It guarantees: a server that Start returned answers clients; it keeps its
// addresses over Kill and Restart; it ends with its test, also when the test's
// process is killed (on Linux). Nothing outside the test's temporary directory is written.
// The program is the one that e2e/setup.sh installs.
package natstest

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// Config says how a server runs. The zero value is a lone server on a free loopback port.
type Config struct {
	Name    string
	Listen  string   // host:port for clients; empty = a free port on loopback
	Cluster string   // host:port for the other servers of a cluster; empty = none
	Routes  []string // host:port: the Cluster of others
	Prefix  []string // what runs the program, such as ip netns exec NAME
	Args    []string // further arguments of nats-server
}

// Server is a NATS server that a test started. Its methods may be called from
// any goroutine, one at a time.
type Server struct {
	t      testing.TB
	cfg    Config
	log    string // a file
	cmd    *exec.Cmd
	exited chan struct{}
}

const (
	startWithin = 20 * time.Second
	attempts    = 5 // to find a port that nobody takes meanwhile
)

// Start starts a server and waits until it answers.
func Start(t testing.TB, cfg Config) *Server {
	t.Helper()
	picks := cfg.Listen == ""
	var err error
	for range attempts {
		if picks {
			cfg.Listen = FreeAddress(t)
		}
		if cfg.Name == "" || picks {
			cfg.Name = "nats-" + strings.ReplaceAll(cfg.Listen, ":", "-")
		}
		s := &Server{t: t, cfg: cfg, log: filepath.Join(t.TempDir(), "nats.log")}
		if err = s.start(); err == nil {
			t.Cleanup(s.finish)
			return s
		}
		if !picks {
			break
		}
	}
	t.Fatalf("natstest: %v", err)
	return nil
}

// URL returns the URL for clients: of one server, or of several, comma separated.
func URL(servers ...*Server) string {
	urls := make([]string, len(servers))
	for i, s := range servers {
		urls[i] = "nats://" + s.cfg.Listen
	}
	return strings.Join(urls, ",")
}

// URL returns the server's URL for clients.
func (s *Server) URL() string { return URL(s) }

// PID returns the id of the server's process.
func (s *Server) PID() int { return s.cmd.Process.Pid }

// Kill ends the server at once, as a crash does, and returns when it is gone.
func (s *Server) Kill() {
	s.signal(syscall.SIGKILL)
	<-s.exited
}

// Restart starts a killed server again, under the same addresses.
func (s *Server) Restart() {
	if err := s.start(); err != nil {
		s.t.Errorf("natstest: %v", err)
	}
}

// Pause stops the server as a machine that hangs does: connections stay open, nothing moves.
func (s *Server) Pause() {
	if err := pause(s.cmd.Process); err != nil {
		s.t.Errorf("natstest: pause: %v", err)
	}
}

// Resume lets a paused server go on.
func (s *Server) Resume() { s.signal(syscall.SIGCONT) }

func (s *Server) signal(sig os.Signal) {
	if err := s.cmd.Process.Signal(sig); err != nil && !errors.Is(err, os.ErrProcessDone) {
		s.t.Errorf("natstest: %v: %v", sig, err)
	}
}

// start runs the program and waits until it answers under its name.
func (s *Server) start() error {
	program, err := Program()
	if err != nil {
		return err
	}
	out, err := os.OpenFile(s.log, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer out.Close() // the process has its own
	line := append(append([]string{}, s.cfg.Prefix...), append([]string{program}, s.cfg.args()...)...)
	cmd := exec.Command(line[0], line[1:]...)
	cmd.Stdout, cmd.Stderr, cmd.SysProcAttr = out, out, DieWithParent()
	if err := cmd.Start(); err != nil {
		return err
	}
	exited := make(chan struct{})
	go func() {
		_ = cmd.Wait() // it is killed: that is how it ends
		close(exited)
	}()
	s.cmd, s.exited = cmd, exited
	if err := s.await(func(i info) bool { return i.Name == s.cfg.Name }); err != nil {
		s.Kill()
		return fmt.Errorf("%s does not answer at %s: %w\n%s", s.cfg.Name, s.cfg.Listen, err, s.lastWords())
	}
	return nil
}

func (c Config) args() []string {
	host, port := split(c.Listen)
	args := append([]string{"-a", host, "-p", port, "-n", c.Name}, c.Args...)
	if c.Cluster != "" {
		args = append(args, "--cluster_name", "natstest", "--cluster", "nats://"+c.Cluster)
	}
	if len(c.Routes) > 0 {
		args = append(args, "--routes", "nats://"+strings.Join(c.Routes, ",nats://"))
	}
	return args
}

func (s *Server) finish() {
	s.Kill()
	if s.t.Failed() {
		s.t.Logf("%s: %s", s.cfg.Name, s.lastWords())
	}
}

// lastWords returns the end of the server's log.
func (s *Server) lastWords() string {
	const most = 4_096
	raw, err := os.ReadFile(s.log)
	if err != nil {
		return err.Error()
	}
	return string(bytes.ToValidUTF8(raw[max(0, len(raw)-most):], nil))
}

// Program returns the path of the NATS server program of this repository.
func Program() (string, error) { return Installed("nats-server") }

// Installed returns the path of a program that e2e/setup.sh installs in this repository.
func Installed(name string) (string, error) {
	dir, err := os.Getwd()
	for err == nil {
		if _, none := os.Stat(filepath.Join(dir, "go.mod")); none == nil {
			program := filepath.Join(dir, ".cache", "bin", name)
			if _, err := os.Stat(program); errors.Is(err, fs.ErrNotExist) {
				return "", fmt.Errorf("%s is not installed: run make setup", program)
			}
			return program, nil
		}
		if dir == filepath.Dir(dir) {
			return "", errors.New("not inside the repository: where is " + name + "?")
		}
		dir = filepath.Dir(dir)
	}
	return "", err
}
