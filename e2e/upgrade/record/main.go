// Command record makes a release's fixture: it runs that release's program,
// talks to it, and keeps what its data directory and its clients have then.
//
//	go run ./e2e/upgrade/record -binary bin/parley -version v0.1.0 -into e2e/upgrade/testdata/v0.1.0
package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"time"

	"parley/client"
	"parley/e2e/upgrade/fixture"
)

func main() {
	binary := flag.String("binary", "bin/parley", "the release's program")
	version := flag.String("version", "", "the release")
	into := flag.String("into", "", "directory for the fixture; it must not be there yet")
	flag.Parse()
	if err := run(*binary, *version, *into); err != nil {
		fmt.Fprintln(os.Stderr, "record:", err)
		os.Exit(1)
	}
}

func run(binary, version, into string) error {
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	defer cancel()
	dir, err := os.MkdirTemp("", "parley-record-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	if err := os.MkdirAll(filepath.Dir(into), 0o755); err != nil {
		return err
	}
	if err := os.Mkdir(into, 0o755); err != nil {
		return err
	}
	data := filepath.Join(dir, "data")
	s, err := boot(ctx, binary, data)
	if err != nil {
		return err
	}
	defer s.process.Process.Kill()
	r, err := s.converse(ctx, version)
	if err != nil {
		return err
	}
	return errors.Join(r.Save(into), keep(ctx, s, binary, data, into))
}

// keep takes the data in its three forms.
func keep(ctx context.Context, s *server, binary, data, into string) error {
	if text, err := exec.CommandContext(ctx, binary, "backup", "--data", data, filepath.Join(into, fixture.Backup)).CombinedOutput(); err != nil {
		return fmt.Errorf("backup: %w: %s", err, text)
	}
	if err := s.end(syscall.SIGKILL); err == nil {
		return errors.New("the server was not killed")
	}
	if err := pack(ctx, data, filepath.Join(into, fixture.Killed)); err != nil {
		return err
	}
	s, err := boot(ctx, binary, data)
	if err != nil {
		return err
	}
	if err := s.end(syscall.SIGTERM); err != nil {
		return fmt.Errorf("the server ended with %w", err)
	}
	return pack(ctx, data, filepath.Join(into, fixture.Stopped))
}

func pack(ctx context.Context, data, to string) error {
	return exec.CommandContext(ctx, "tar", "-czf", to, "-C", filepath.Dir(data), filepath.Base(data)).Run()
}

// server is a running program.
type server struct {
	client.Ready
	process *exec.Cmd
	log     bytes.Buffer
	signed  *client.Client
}

// boot starts the program and returns when it serves.
func boot(ctx context.Context, binary, data string) (*server, error) {
	s := &server{process: exec.CommandContext(ctx, binary, "serve", "--listen", "127.0.0.1:0", "--data", data, "--test-controls")}
	s.process.Stdout, s.process.Stderr = &s.log, &s.log
	ready := filepath.Join(data, "ready.json")
	os.Remove(ready)
	if err := s.process.Start(); err != nil {
		return nil, err
	}
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil, fmt.Errorf("the server is not ready: %s", s.log.String())
		case <-tick.C:
		}
		var err error
		if s.Ready, err = client.ReadReady(ready); err == nil {
			s.signed, err = client.New(s.Ready.Config())
			return s, err
		}
	}
}

// end sends a signal and waits for the end.
func (s *server) end(signal syscall.Signal) error {
	if err := s.process.Process.Signal(signal); err != nil {
		return err
	}
	return s.process.Wait()
}

// now keeps the server's clock in the data directory, where a test moves it back, and returns its time.
func (s *server) now(ctx context.Context) (time.Time, error) {
	request, err := http.NewRequestWithContext(ctx, "POST", s.URL+"/_parley/clock/advance", bytes.NewBufferString(`{"seconds":0}`))
	if err != nil {
		return time.Time{}, err
	}
	request.Header.Set("X-Parley-Test", "1")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return time.Time{}, err
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		return time.Time{}, err
	}
	var answer struct{ Now time.Time }
	return answer.Now, json.Unmarshal(text, &answer)
}
