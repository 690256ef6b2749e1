package cluster

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"parley/e2e/crashfs"
	"parley/e2e/harness"
	"parley/internal/testlog"
)

// Postgres is a primary and a synchronous standby, with a keeper that fails
// over as Patroni would: see keep. It is safe for concurrent use.
type Postgres struct {
	t    testing.TB
	fs   *crashfs.FS // nil: the disks are ordinary directories
	root string      // the disks
	home string      // configuration
	made int         // data directories so far

	servers [2]*server
	reach   [2]*Link // the keeper's way to a server
	stream  [2]*Link // a standby's way to the other server

	mu       sync.Mutex
	primary  int
	named    bool    // the primary waits for the standby
	inSync   bool    // the standby has all that was acknowledged
	broken   [2]bool // by a test: not to be started
	stale    [2]bool // its data must be copied anew
	answered time.Time
	started  time.Time // the primary, by the keeper
	streamed time.Time
	namedAt  time.Time
	flushed  int64 // the most that the standby has said to have, in bytes of WAL
	target   int64 // what the standby must have, in bytes of WAL, to be in sync; 0: not known yet
	history  []Event
	stop     context.CancelFunc
	stopped  chan struct{}
	mode     Mode
	settings []string
}

// Mode says what the keeper does about a standby that does not follow.
type Mode uint8

// The modes.
const (
	Available Mode = iota // goes on without it, and does not promote it then
	Strict                // waits for it: nothing is committed meanwhile
	// Blind is wrong on purpose: the primary never waits for the standby, and the
	// keeper promotes it all the same. Tests show with it that they would see a loss.
	Blind
)

// Event is what the keeper did.
type Event struct {
	At   time.Time
	What string // "promoted pg1", "degraded", "in sync", …
}

// The keeper's patience.
const (
	keepEvery     = 100 * time.Millisecond
	lookEvery     = 10 * time.Millisecond   // while something comes up
	primaryGone   = 1500 * time.Millisecond // without an answer: fail over
	restartEvery  = time.Second             // a primary that ends at its start
	primaryStuck  = 10 * time.Second        // without an answer and without a standby: start it anew
	standbyGone   = 2 * time.Second         // without streaming: go on without it
	promoteWithin = 10 * time.Second        // a promotion; one that takes longer is tried again
	reloadWithin  = time.Second             // a reloaded setting holds everywhere
	readyWithin   = 30 * time.Second        // a first start, on a busy machine
	copyWithin    = 60 * time.Second        // a base backup
)

// NewPostgres starts a primary and a standby that is in sync. With a file
// system both keep their data on it. Settings are lines of postgresql.conf.
func NewPostgres(t testing.TB, fs *crashfs.FS, mode Mode, settings ...string) *Postgres {
	t.Helper()
	p := &Postgres{t: t, fs: fs, home: t.TempDir(), mode: mode, settings: settings, stopped: closed(), stop: func() {}}
	if p.root = p.home; fs != nil {
		p.root = fs.Dir
	}
	for _, dir := range []string{p.home, p.root} { // other users may not enter what a test makes
		if err := os.Chmod(filepath.Dir(dir), 0o711); err != nil {
			t.Fatal(err)
		}
	}
	for i := range p.servers {
		p.servers[i] = newServer(t, fmt.Sprint("pg", i), p.home)
		p.reach[i] = NewLink(t, "keeper-"+p.servers[i].name, p.servers[i].address)
	}
	for i := range p.servers {
		p.stream[i] = NewLink(t, fmt.Sprint(p.servers[i].name, "-", p.servers[1-i].name), p.servers[1-i].address)
	}
	t.Cleanup(p.finish)
	if err := p.first(); err != nil {
		t.Fatalf("cluster: %v\n%s", err, p.servers[0].log)
	}
	p.resumeKeeping()
	p.AwaitSync()
	return p
}

// first makes the first server's data and starts it; the keeper makes the standby.
func (p *Postgres) first() error {
	s := p.servers[0]
	empty, err := template()
	if err != nil {
		return err
	}
	s.data = p.place(s)
	if err := errors.Join(copySynced(empty, s.data), p.own(s.data)); err != nil {
		return err
	}
	p.stale[1], p.answered, p.streamed = true, time.Now(), time.Now()
	if err := p.configure(); err != nil {
		return err
	}
	return s.start()
}

// place returns a new data directory for a server; the program that fills it makes it.
func (p *Postgres) place(s *server) string {
	p.made++
	dir := filepath.Join(p.root, fmt.Sprint(s.name, "-", p.made))
	if err := errors.Join(os.Mkdir(dir, 0o700), syncPath(p.root)); err != nil {
		p.t.Errorf("cluster: %v", err)
	}
	if err := p.own(dir); err != nil {
		p.t.Errorf("cluster: %v", err)
	}
	return dir
}

// own gives a directory and all in it to PostgreSQL; on a crashfs all is its own.
func (p *Postgres) own(dir string) error {
	if p.fs != nil {
		return nil
	}
	uid, err := postgresUID()
	if err != nil {
		return err
	}
	return filepath.WalkDir(dir, func(path string, _ fs.DirEntry, err error) error {
		return errors.Join(err, os.Chown(path, int(uid), int(uid)))
	})
}

// template makes, once for all tests of a process, the data of a server that
// holds nothing yet. Main removes it.
var template = sync.OnceValues(func() (string, error) {
	uid, err := postgresUID()
	if err != nil {
		return "", err
	}
	dir, err := os.MkdirTemp("", "parley-postgres-")
	if err != nil {
		return "", err
	}
	if err := os.Chown(dir, int(uid), int(uid)); err != nil {
		return "", err
	}
	return dir, run("initdb", "-D", dir, "-U", "parley", "-A", "trust", "-E", "UTF8", "--locale=C", "--wal-segsize=1", "--no-sync")
})

// Main runs a package's tests and removes what they made for all of them; in
// the process that serves a crashfs it does that.
func Main(m *testing.M) int {
	if os.Getenv("PARLEY_CRASHFS_MOUNT") != "" {
		crashfs.Main(m)
		return 0
	}
	code := harness.Main(m)
	if dir, err := template(); err == nil {
		os.RemoveAll(dir)
	}
	return code
}

// run runs a program of PostgreSQL to its end.
func run(program string, args ...string) error {
	cmd, err := asPostgres(program, args...)
	if err != nil {
		return err
	}
	var text testlog.Buffer
	cmd.Stdout, cmd.Stderr = &text, &text
	if err := cmd.Start(); err != nil {
		return err
	}
	limit := time.AfterFunc(copyWithin, func() { _ = cmd.Process.Kill() })
	defer limit.Stop()
	if err := cmd.Wait(); err != nil {
		return fmt.Errorf("%s: %w\n%s", program, err, &text)
	}
	return nil
}

// configure writes both servers' configuration.
func (p *Postgres) configure() error {
	for i, s := range p.servers {
		_, port, _ := strings.Cut(s.address, ":")
		host, way, _ := strings.Cut(p.stream[i].Address(), ":")
		standbys := ""
		if p.named && i == p.primary && p.mode != Blind {
			standbys = p.servers[1-i].name
		}
		lines := append([]string{
			"restart_after_crash = off", "listen_addresses = '127.0.0.1'", "port = " + port, "unix_socket_directories = ''", "max_connections = 200",
			"shared_buffers = 32MB", "wal_keep_size = 128MB", "min_wal_size = 16MB", "max_wal_size = 128MB",
			"wal_sender_timeout = 3s", "wal_receiver_timeout = 3s", "wal_receiver_status_interval = 1s", "wal_retrieve_retry_interval = 200ms",
			fmt.Sprintf("primary_conninfo = 'host=%s port=%s user=parley application_name=%s connect_timeout=2'", host, way, s.name),
			fmt.Sprintf("synchronous_standby_names = '%s'", standbys),
		}, p.settings...)
		next := s.config + ".next"
		if err := os.WriteFile(next, []byte(strings.Join(lines, "\n")+"\n"), 0o644); err != nil {
			return err
		}
		if err := os.Rename(next, s.config); err != nil {
			return err
		}
	}
	return nil
}

// Addresses returns host:port of both servers.
func (p *Postgres) Addresses() []string {
	return []string{p.servers[0].address, p.servers[1].address}
}

// Primary returns which server is the primary.
func (p *Postgres) Primary() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.primary
}

// Events returns what the keeper did so far.
func (p *Postgres) Events() []Event {
	p.mu.Lock()
	defer p.mu.Unlock()
	return append([]Event(nil), p.history...)
}

// Kill ends a server at once and keeps it down until Heal.
func (p *Postgres) Kill(i int) {
	p.mu.Lock()
	p.broken[i] = true
	p.mu.Unlock()
	p.servers[i].kill()
}

// Bounce kills the primary and starts it again, as it is, before anybody is promoted.
func (p *Postgres) Bounce() {
	p.t.Helper()
	p.pauseKeeping()
	defer p.resumeKeeping()
	s := p.servers[p.Primary()]
	s.kill()
	if err := s.start(); err != nil {
		p.t.Errorf("cluster: %v", err)
	}
	if !p.Recovers() {
		p.t.Errorf("cluster: %s does not start again", s.name)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.answered, p.streamed = time.Now(), time.Now()
	p.note("%s was restarted", s.name)
}

// Pause stops a server, as a machine that hangs, until Heal.
func (p *Postgres) Pause(i int) { p.servers[i].pause() }

// Fill leaves a server no space on its disk until Heal. It needs a crashfs.
func (p *Postgres) Fill(i int) { p.fill(i, syscall.ENOSPC) }

func (p *Postgres) fill(i int, why syscall.Errno) {
	if p.fs == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	err := p.fs.Refuse(crashfs.RefuseArgs{Dir: filepath.Base(p.servers[i].data), Why: why})
	if err != nil && why != 0 {
		p.t.Errorf("cluster: %v", err)
	}
}

// Heal lets the keeper put everything right.
func (p *Postgres) Heal() {
	for i, s := range p.servers {
		p.reach[i].Heal()
		p.stream[i].Heal()
		p.fill(i, 0)
		s.resume()
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.broken = [2]bool{}
}

// Links returns the keeper's way to a server and the standby's way from it.
func (p *Postgres) Links(i int) []*Link { return []*Link{p.reach[i], p.stream[1-i]} }

// note keeps an event; the caller holds the lock.
func (p *Postgres) note(format string, args ...any) {
	p.history = append(p.history, Event{time.Now(), fmt.Sprintf(format, args...)})
}

// trouble keeps what the keeper could not do, unless it is the last thing known.
func (p *Postgres) trouble(err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	text, _, _ := strings.Cut(err.Error(), ":") // addresses differ each time
	if n := len(p.history); n == 0 || !strings.HasPrefix(p.history[n-1].What, text) {
		p.note("%v", err)
	}
}

func (p *Postgres) finish() {
	p.pauseKeeping()
	for _, s := range p.servers {
		s.kill()
		if p.t.Failed() {
			p.t.Logf("%s: %s", s.name, tail(s.log.String()))
		}
	}
	if p.t.Failed() {
		for _, e := range p.history {
			p.t.Logf("%s %s", e.At.Format("15:04:05.000"), e.What)
		}
	}
}

// tail returns the end of a log.
func tail(text string) string { return text[max(0, len(text)-8_192):] }
