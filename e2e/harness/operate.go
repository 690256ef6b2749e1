package harness

import (
	"fmt"
	"os/exec"
	"syscall"
	"testing"
)

// Data starts the server on a data directory that is there already.
func Data(dir string) Option { return func(s *Server) { s.data = dir } }

// FewFiles starts the server with a soft limit of so many open files, as a
// login shell or a service manager may.
func FewFiles(n int) Option { return func(s *Server) { s.files = n } }

// limited is what the shell that starts the server does first.
func (s *Server) limited() string {
	if s.files == 0 {
		return ""
	}
	return fmt.Sprintf("ulimit -S -n %d; ", s.files)
}

// DataDir returns the server's data directory.
func (s *Server) DataDir() string { return s.data }

// Tool prepares another command of the program, which needs no running server.
func Tool(t testing.TB, args ...string) *exec.Cmd {
	t.Helper()
	path, err := binary()
	if err != nil {
		t.Fatal(err)
	}
	return exec.Command(path, args...)
}

// Terminate asks the server to end (SIGTERM) and returns at once; AwaitEnd follows.
func (s *Server) Terminate() { s.t.Helper(); s.signal(syscall.SIGTERM) }

// Hangup tells the server to read again what may have changed (SIGHUP).
func (s *Server) Hangup() { s.t.Helper(); s.signal(syscall.SIGHUP) }

// At returns the same server, called at another address: that of a proxy before it.
func (s *Server) At(url string) *Server {
	view := *s
	view.URL = url
	return &view
}

// Description is what options would add to a server's command.
type Description struct{ Flags, Env []string }

// Described returns what options come to, for a server that is not to start.
func Described(opts ...Option) Description {
	var s Server
	for _, opt := range opts {
		opt(&s)
	}
	return Description{s.flags, s.env}
}
