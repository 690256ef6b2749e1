package proxy_test

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"parley/e2e/harness"
	"parley/internal/testlog"
)

// startWithin is generous: machines are shared.
const startWithin = 20 * time.Second

// proxy is a running nginx or Caddy before a server.
type proxy struct {
	url string
	ca  string // file with the authority that its certificate is of
}

// edit replaces a text of a recipe, which must be there once.
type edit struct{ from, to string }

// recipe reads a file of deploy/ with edits.
func recipe(t *testing.T, name string, edits []edit) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "..", "deploy", name))
	if err != nil {
		t.Fatal(err)
	}
	out := string(text)
	for _, e := range edits {
		if strings.Count(out, e.from) != 1 {
			t.Fatalf("%s does not say %q once", name, e.from)
		}
		out = strings.Replace(out, e.from, e.to, 1)
	}
	return out
}

// nginx runs the recipe of deploy/nginx, in a directory of its own.
func nginx(t *testing.T, s *harness.Server, edits ...edit) proxy {
	t.Helper()
	a := newAuthority(t)
	cert, key, _ := a.issue(1)
	listen, dir := freeAddress(t), t.TempDir()
	edits = append([]edit{
		{"listen 443 ssl", "listen " + listen + " ssl"}, {"server_name chat.example.com", "server_name 127.0.0.1"},
		{"/etc/ssl/parley/cert.pem", cert}, {"/etc/ssl/parley/key.pem", key}, {"server 127.0.0.1:8080", "server " + host(t, s)},
	}, edits...)
	var temp strings.Builder
	for _, kind := range []string{"client_body", "proxy", "fastcgi", "uwsgi", "scgi"} {
		fmt.Fprintf(&temp, "%s_temp_path %s/%s;\n", kind, dir, kind)
	}
	user := ""
	if os.Geteuid() == 0 {
		user = "user root;\n" // the directory is the test's own
	}
	config := put(t, dir, "nginx.conf", user+"daemon off;\nworker_processes 1;\npid "+dir+"/pid;\nerror_log stderr warn;\nevents {}\nhttp {\naccess_log off;\n"+
		temp.String()+recipe(t, "nginx/parley.conf", edits)+"}\n")
	serve(t, listen, exec.Command("/usr/sbin/nginx", "-e", "stderr", "-p", dir, "-c", config))
	return proxy{"https://" + listen, a.file}
}

// caddy runs the recipe of deploy/caddy, with certificates of Caddy's own authority.
func caddy(t *testing.T, s *harness.Server, edits ...edit) proxy {
	t.Helper()
	listen, dir := freeAddress(t), t.TempDir()
	put(t, dir, "recipe", recipe(t, "caddy/Caddyfile", edits))
	config := put(t, dir, "Caddyfile", "{\n admin off\n skip_install_trust\n auto_https disable_redirects\n}\nimport recipe\n")
	run := exec.Command("caddy", "run", "--config", config, "--adapter", "caddyfile")
	run.Dir = dir
	run.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + dir, "XDG_DATA_HOME=" + dir, "XDG_CONFIG_HOME=" + dir,
		"PARLEY_SITE=https://" + listen, "PARLEY_UPSTREAM=" + host(t, s)}
	serve(t, listen, run)
	return proxy{"https://" + listen, filepath.Join(dir, "caddy", "pki", "authorities", "local", "root.crt")}
}

func put(t *testing.T, dir, name, text string) string {
	t.Helper()
	path := filepath.Join(dir, name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// host is a server's host and port.
func host(t *testing.T, s *harness.Server) string {
	t.Helper()
	u, err := url.Parse(s.URL)
	if err != nil {
		t.Fatal(err)
	}
	return u.Host
}

func freeAddress(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// serve runs a proxy until the test ends and returns when it answers.
func serve(t *testing.T, listen string, cmd *exec.Cmd) {
	t.Helper()
	log := &testlog.Buffer{}
	cmd.Stdout, cmd.Stderr = log, log
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	t.Cleanup(func() {
		cmd.Process.Signal(os.Interrupt)
		<-ended
		if t.Failed() {
			t.Logf("%s says:\n%s", filepath.Base(cmd.Path), log)
		}
	})
	harness.Await(t, filepath.Base(cmd.Path), startWithin, func() error {
		select {
		case err := <-ended:
			ended <- err
			t.Fatalf("it ended: %v\n%s", err, log)
		default:
		}
		conn, err := net.Dial("tcp", listen)
		if err == nil {
			conn.Close()
		}
		return err
	})
}

// awaitHealth waits until the server is reached through the proxy.
func (p proxy) awaitHealth(t *testing.T) {
	t.Helper()
	harness.Await(t, "answer through the proxy", startWithin, func() error {
		if _, err := os.Stat(p.ca); err != nil {
			return err
		}
		h := &http.Client{Transport: &http.Transport{TLSClientConfig: trusting(t, p.ca), DisableKeepAlives: true}}
		answer, err := h.Get(p.url + "/readyz")
		if err != nil {
			return err
		}
		defer answer.Body.Close()
		if answer.StatusCode != 200 {
			return errors.New(answer.Status)
		}
		return nil
	})
}
