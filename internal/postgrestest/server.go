// Package postgrestest runs a real PostgreSQL for tests: a server of its own
// on loopback, in a temporary directory, and a new database for every test.
//
// It guarantees that nothing of it outlives the test process, and that it
// touches no other PostgreSQL of the machine.
package postgrestest

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"
)

// Options say how a server is started. The zero value is what most tests want.
type Options struct {
	// Dir is the data directory. "" is a new temporary one, which Close removes.
	// One that holds a database cluster already is started as it is.
	Dir string
	// Port to listen on; 0 picks a free one.
	Port int
	// Durable syncs to disk as a server in production does. Otherwise nothing is
	// synced: what a killed server had committed is still there, what a machine
	// without power had is not.
	Durable bool
	// Settings are further ones of postgresql.conf, by name.
	Settings map[string]string
}

// Host is the address that servers listen on.
const Host = "127.0.0.1"

// User is the only role of a server: a superuser without a password.
const User = "parley"

// Server is a running PostgreSQL.
type Server struct {
	// Dir is its data directory, Port what it listens on.
	Dir  string
	Port int

	opts    Options
	temp    string // to be removed at the end
	process *exec.Cmd
	exited  chan struct{}
}

const (
	readyWithin = 30 * time.Second // generous: test machines are shared
	stopWithin  = 20 * time.Second
)

// Start makes a database cluster where there is none, starts a server on it
// and returns once it answers.
func Start(o Options) (_ *Server, err error) {
	s := &Server{Dir: o.Dir, opts: o}
	defer func() {
		if err != nil {
			_ = s.Close()
		}
	}()
	if o.Dir == "" {
		if s.temp, err = MakeDir(); err != nil {
			return nil, err
		}
		s.Dir = filepath.Join(s.temp, "data")
	}
	if _, err := os.Stat(filepath.Join(s.Dir, "PG_VERSION")); errors.Is(err, os.ErrNotExist) {
		if err := initialise(s.Dir); err != nil {
			return nil, err
		}
	}
	return s, s.Boot()
}

// initialise makes an empty cluster whose texts are UTF-8 and sorted by bytes.
func initialise(dir string) error {
	cmd, err := Command("initdb", "--pgdata", dir, "--username", User, "--auth", "trust",
		"--encoding", "UTF8", "--locale", "C", "--no-sync")
	if err != nil {
		return err
	}
	if text, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("initdb: %w\n%s", err, text)
	}
	return nil
}

// Boot starts the server again after Stop or Kill, on the same port.
func (s *Server) Boot() error {
	const tries = 5 // a port that was free may be taken meanwhile
	for try := 1; ; try++ {
		err := s.boot()
		if err == nil || s.opts.Port != 0 || try == tries {
			return err
		}
		s.Port = 0
	}
}

func (s *Server) boot() (err error) {
	if s.opts.Port != 0 {
		s.Port = s.opts.Port
	}
	if s.Port == 0 {
		if s.Port, err = freePort(); err != nil {
			return err
		}
	}
	if s.process, err = Command("postgres", s.arguments()...); err != nil {
		return err
	}
	log, err := os.OpenFile(s.LogFile(), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	defer log.Close()
	s.process.Stdout, s.process.Stderr = log, log
	s.exited = make(chan struct{})
	if err := start(s.process, s.exited); err != nil {
		return err
	}
	return s.awaitReady()
}

func (s *Server) arguments() []string {
	settings := map[string]string{
		"listen_addresses": Host, "port": strconv.Itoa(s.Port), "unix_socket_directories": "",
		"max_connections": "300", "shared_buffers": "128MB",
	}
	if !s.opts.Durable {
		settings["fsync"], settings["full_page_writes"] = "off", "off"
	}
	for name, value := range s.opts.Settings {
		settings[name] = value
	}
	args := []string{"-D", s.Dir}
	for name, value := range settings {
		args = append(args, "-c", name+"="+value)
	}
	return args
}

// LogFile is where the server writes its log.
func (s *Server) LogFile() string { return s.Dir + ".log" }

func (s *Server) awaitReady() error {
	ctx, cancel := context.WithTimeout(context.Background(), readyWithin)
	defer cancel()
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for {
		conn, err := pgx.Connect(ctx, s.URL("postgres"))
		if err == nil {
			return conn.Close(ctx)
		}
		select {
		case <-s.exited:
			text, _ := os.ReadFile(s.LogFile())
			return fmt.Errorf("postgres ended at its start:\n%s", text)
		case <-ctx.Done():
			return fmt.Errorf("postgres is not ready after %v: %w", readyWithin, err)
		case <-tick.C:
		}
	}
}

// URL is the connection string of a database.
func (s *Server) URL(database string) string {
	u := url.URL{Scheme: "postgres", User: url.User(User), Host: net.JoinHostPort(Host, strconv.Itoa(s.Port)), Path: "/" + database}
	return u.String()
}

// Stop ends the server as an administrator would (fast shutdown: sessions are
// ended, everything is written). It may be booted again.
func (s *Server) Stop() error {
	if !s.running() {
		return nil
	}
	if err := s.process.Process.Signal(syscall.SIGINT); err != nil {
		return err
	}
	select {
	case <-s.exited:
		return nil
	case <-time.After(stopWithin):
		s.Kill()
		return fmt.Errorf("postgres had not ended %v after it was told to", stopWithin)
	}
}

func (s *Server) running() bool {
	if s.process == nil || s.process.Process == nil {
		return false
	}
	select {
	case <-s.exited:
		return false
	default:
		return true
	}
}

// Close stops the server and removes a temporary data directory.
func (s *Server) Close() error {
	err := s.Stop()
	if s.temp != "" {
		err = errors.Join(err, os.RemoveAll(s.temp))
	}
	return err
}

func freePort() (int, error) {
	l, err := net.Listen("tcp", Host+":0")
	if err != nil {
		return 0, err
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port, nil
}
