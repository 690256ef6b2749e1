package harness

import (
	"os/exec"
	"testing"
)

// Command prepares another command of the program, which finds the running
// server by its ready file.
func (s *Server) Command(args ...string) *exec.Cmd {
	s.t.Helper()
	path, err := binary()
	if err != nil {
		s.t.Fatal(err)
	}
	return exec.Command(path, append(args, "--ready-file", s.ReadyFile())...)
}

// Serve prepares another process of the server on the same data, store and settings,
// with NAME=VALUE pairs in place of the server's own.
func (s *Server) Serve(pairs ...string) *exec.Cmd {
	s.t.Helper()
	path, err := binary()
	if err != nil {
		s.t.Fatal(err)
	}
	cmd := s.command(path)
	cmd.Env = append(cmd.Env, pairs...)
	cmd.Stdout, cmd.Stderr = nil, nil
	return cmd
}

// WithKey returns the same server, called with another access key.
func (s *Server) WithKey(id, secret string) *Server {
	view := *s
	view.AccessKeyID, view.SecretAccessKey = id, secret
	return &view
}

// Binary returns the path of the program under test.
func Binary(t testing.TB) string {
	t.Helper()
	path, err := binary()
	if err != nil {
		t.Fatal(err)
	}
	return path
}
