// Package s3test runs a real S3-compatible server for tests: the Versity
// gateway over a directory, which checks signatures and conditions as S3 does.
//
// It guarantees: a server that Start returned answers clients and has the bucket; it ends with its
// test, also when the test's process is killed (on Linux). Nothing outside the test's
// temporary directory is written. The program is the one that e2e/setup.sh installs.
package s3test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"parley/internal/natstest"
)

// What every server of this package takes.
const (
	AccessKeyID     = "AKIDS3TEST"
	SecretAccessKey = "secret-of-s3test"
	Region          = "us-east-1"
	Bucket          = "attachments"
)

const (
	startWithin = 20 * time.Second
	attempts    = 5 // to find a port that nobody takes meanwhile
)

// Server is a server that a test started.
type Server struct {
	Endpoint string // http://host:port
	dir      string
	cmd      *exec.Cmd
	exited   chan struct{}
	log      bytes.Buffer
}

// Start starts a server with an empty bucket and waits until it answers.
func Start(t testing.TB) *Server {
	t.Helper()
	program, err := natstest.Installed("versitygw")
	if err != nil {
		t.Fatalf("s3test: %v", err)
	}
	dir := t.TempDir()
	if err := os.MkdirAll(filepath.Join(dir, "root", Bucket), 0o700); err != nil {
		t.Fatal(err)
	}
	for range attempts {
		s := &Server{dir: dir}
		if err = s.start(program, natstest.FreeAddress(t)); err == nil {
			t.Cleanup(s.Kill)
			return s
		}
	}
	t.Fatalf("s3test: %v", err)
	return nil
}

// Place returns the place of a prefix in the bucket, as the server's configuration spells it.
func (s *Server) Place(prefix string) string {
	return "s3://" + Bucket + "/" + prefix + "?endpoint=" + s.Endpoint + "&region=" + Region
}

// Kill ends the server at once.
func (s *Server) Kill() {
	_ = s.cmd.Process.Kill() // it may have ended by itself
	<-s.exited
}

func (s *Server) start(program, address string) error {
	s.Endpoint, s.exited = "http://"+address, make(chan struct{})
	s.cmd = exec.Command(program, "--port", address, "--access", AccessKeyID, "--secret", SecretAccessKey, "--region", Region, "--quiet",
		"posix", filepath.Join(s.dir, "root"))
	s.cmd.Dir, s.cmd.Stdout, s.cmd.Stderr, s.cmd.SysProcAttr = s.dir, &s.log, &s.log, natstest.DieWithParent()
	if err := s.cmd.Start(); err != nil {
		return err
	}
	go func() {
		_ = s.cmd.Wait() // it is killed: that is how it ends
		close(s.exited)
	}()
	if err := s.await(); err != nil {
		s.Kill()
		return fmt.Errorf("the S3 server does not answer: %w\n%s", err, s.log.String())
	}
	return nil
}

// await asks until there is an answer, of any kind.
func (s *Server) await() error {
	ctx, cancel := context.WithTimeout(context.Background(), startWithin)
	defer cancel()
	for {
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, s.Endpoint, nil)
		if err != nil {
			return err
		}
		answer, err := http.DefaultClient.Do(req)
		if err == nil {
			return answer.Body.Close()
		}
		select {
		case <-time.After(10 * time.Millisecond):
		case <-s.exited:
			return errors.New("it has ended")
		case <-ctx.Done():
			return errors.Join(ctx.Err(), err)
		}
	}
}
