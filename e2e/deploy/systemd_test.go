package deploy_test

import (
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"parley/e2e/harness"
	"parley/internal/testlog"
)

// directives are what a unit file says, by name; the last of a name wins, as in systemd for those that we ask for.
func directives(t *testing.T, name string) map[string]string {
	t.Helper()
	found := map[string]string{}
	for _, line := range strings.Split(read(t, root("deploy", "systemd", name)), "\n") {
		if key, value, ok := strings.Cut(line, "="); ok && !strings.HasPrefix(line, "#") {
			found[key] = value
		}
	}
	return found
}

// TestSystemdTakesTheUnits: systemd itself reads them without a word, and rates
// what the service could do to the machine: 0 is nothing, 100 everything.
func TestSystemdTakesTheUnits(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"parley.service", "parley.socket"} {
		text := strings.ReplaceAll(read(t, root("deploy", "systemd", name)), "/usr/local/bin/parley", harness.Binary(t))
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	verify := exec.Command("systemd-analyze", "verify", "--man=no", filepath.Join(dir, "parley.service"), filepath.Join(dir, "parley.socket"))
	if out, err := verify.CombinedOutput(); err != nil || strings.Contains(string(out), "parley") {
		t.Errorf("systemd-analyze verify: %v\n%s", err, out)
	}
	run(t, exec.Command("systemd-analyze", "security", "--offline=yes", "--threshold=15", filepath.Join(dir, "parley.service")))
}

// manager starts the service as systemd does: its socket first, then its command, as a user without privileges.
type manager struct {
	unit   map[string]string
	socket net.Listener
	state  string
	log    testlog.Buffer
	exited chan error
}

func (m *manager) start(t *testing.T) *os.Process {
	t.Helper()
	file, err := m.socket.(*net.TCPListener).File()
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	argv := strings.Fields(strings.Replace(m.unit["ExecStart"], "/usr/local/bin/parley", harness.Binary(t), 1))
	// The shell knows its own id, which LISTEN_PID must be.
	start := append([]string{"--user", "--map-user=65534", "--map-group=65534", "--", "sh", "-ec", `LISTEN_PID=$$ exec "$@"`, "start"}, argv...)
	cmd := exec.Command("unshare", start...)
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "LISTEN_FDS=1", strings.ReplaceAll(m.unit["Environment"], "%S", m.state)}
	cmd.Dir = strings.ReplaceAll(m.unit["WorkingDirectory"], "%S", m.state)
	cmd.ExtraFiles = []*os.File{file}
	cmd.Stdout, cmd.Stderr = &m.log, &m.log
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	m.exited = make(chan error, 1)
	go func(exited chan<- error) { exited <- cmd.Wait() }(m.exited)
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		if t.Failed() {
			t.Logf("the service's log:\n%s", &m.log)
		}
	})
	return cmd.Process
}

// managed is the service on a listener, with an empty state directory.
func managed(t *testing.T, address string) *manager {
	t.Helper()
	l, err := net.Listen("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	m := &manager{unit: directives(t, "parley.service"), socket: l, state: t.TempDir()}
	if err := os.Mkdir(filepath.Join(m.state, m.unit["StateDirectory"]), 0o700); err != nil {
		t.Fatal(err)
	}
	return m
}

func (m *manager) ended(t *testing.T) error {
	t.Helper()
	patience, err := time.ParseDuration(m.unit["TimeoutStopSec"] + "s")
	if err != nil {
		t.Fatal(err)
	}
	select {
	case err := <-m.exited:
		return err
	case <-time.After(patience):
		t.Fatal("systemd would kill the service: it does not end")
		return nil
	}
}

// TestTheServiceTakesItsSocketOver also shows that a restart refuses nobody:
// who calls while no server runs is answered by the next one.
func TestTheServiceTakesItsSocketOver(t *testing.T) {
	if got := directives(t, "parley.socket")["ListenStream"]; got != "127.0.0.1:8080" {
		t.Errorf("the socket's address is %s", got)
	}
	m := managed(t, "127.0.0.1:0")
	for range 2 {
		answer := make(chan string, 1)
		go func() { answer <- ask(t, "http://"+m.socket.Addr().String()+"/readyz") }() // nobody serves yet
		process := m.start(t)
		if got := <-answer; !strings.Contains(got, `"status":"ready"`) {
			t.Errorf("the caller who came first is answered %q", got)
		}
		if err := process.Signal(syscall.SIGTERM); err != nil {
			t.Fatal(err)
		}
		if err := m.ended(t); err != nil {
			t.Errorf("the service ends with %v", err)
		}
	}
	info, err := os.Stat(filepath.Join(m.state, "parley", "parley.db"))
	if err != nil || info.Size() == 0 {
		t.Errorf("the data is not in the state directory: %v", err)
	}
}

func ask(t *testing.T, url string) string {
	client := http.Client{Timeout: 20 * time.Second, Transport: &http.Transport{DisableKeepAlives: true}}
	response, err := client.Get(url)
	if err != nil {
		t.Error(err)
		return ""
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Error(err)
	}
	return string(body)
}

// TestAnOpenSocketNeedsTLS: the address that counts is that of the socket, not
// the one in the settings.
func TestAnOpenSocketNeedsTLS(t *testing.T) {
	m := managed(t, "0.0.0.0:0")
	m.start(t)
	if err := m.ended(t); err == nil || !strings.Contains(m.log.String(), "--tls-cert") {
		t.Errorf("%v", err)
	}
}
