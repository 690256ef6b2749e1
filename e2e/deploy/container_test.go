package deploy_test

import (
	"debug/elf"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"parley/e2e/harness"
	"parley/internal/testlog"
)

// container is the image, unpacked, and the server that runs in it: in a network, a file system and users of its own.
type container struct {
	image  image
	files  string
	log    testlog.Buffer
	server *exec.Cmd
	exited chan error
}

// enter gives the container a network with a loopback of its own, a read-only file system with one empty volume, and
// becomes the image's user there, who has no privilege at all.
const enter = `
ip link set lo up
mount --bind "$FILES" "$FILES"
mount --rbind /proc "$FILES/proc"
mount -t tmpfs -o mode=0700 volume "$FILES$VOLUME"
mount -o remount,bind,ro "$FILES"
exec unshare --user --map-user="${IMAGE_USER%:*}" --map-group="${IMAGE_USER#*:}" --root="$FILES" --wd="$WORKDIR" -- "$@"`

func (c *container) start(t *testing.T) {
	t.Helper()
	argv := append([]string{"--user", "--map-root-user", "--net", "--mount", "--", "sh", "-ec", enter, "enter"}, c.image.exec(t, "ENTRYPOINT")...)
	c.server = exec.Command("unshare", append(argv, c.image.exec(t, "CMD")...)...)
	c.server.Env = append(c.environment(t), "PATH="+os.Getenv("PATH"), "FILES="+c.files, "IMAGE_USER="+c.image.one(t, "USER"),
		"VOLUME="+c.image.one(t, "VOLUME"), "WORKDIR="+c.image.one(t, "WORKDIR"))
	c.server.Stdout, c.server.Stderr = &c.log, &c.log
	if err := c.server.Start(); err != nil {
		t.Fatal(err)
	}
	c.exited = make(chan error, 1)
	go func() { c.exited <- c.server.Wait() }()
	t.Cleanup(func() {
		_ = c.server.Process.Kill()
		if t.Failed() {
			t.Logf("the container's log:\n%s", &c.log)
		}
	})
}

func (c *container) environment(t *testing.T) []string { return strings.Fields(c.image.one(t, "ENV")) }

// inside runs another program in the running container, as docker exec does.
func (c *container) inside(t *testing.T, argv ...string) (string, error) {
	return c.beside(c.environment(t), append([]string{"--mount", "--root", "--wd", "--"}, argv...)...)
}

// beside runs a program in the container's network, and in whatever else of it is named.
func (c *container) beside(environment []string, argv ...string) (string, error) {
	enter := []string{"--target", strconv.Itoa(c.server.Process.Pid), "--user", "--net", "--preserve-credentials"}
	cmd := exec.Command("nsenter", append(enter, argv...)...)
	cmd.Env = environment
	out, err := cmd.CombinedOutput()
	return string(out), err
}

// TestTheImageServes shows that the image needs nothing else: no shell, no
// library, no file of a time zone, no writable place but its volume, no privilege.
func TestTheImageServes(t *testing.T) {
	m := dockerfile(t)
	c := &container{image: m, files: m.unpack(t)}
	static(t, filepath.Join(c.files, m.exec(t, "ENTRYPOINT")[0]))
	if out := run(t, exec.Command("go", "list", "-deps", "./cmd/parley")); !strings.Contains(out, "\ntime/tzdata\n") {
		t.Error("the program does not bring its time zones")
	}
	c.start(t)
	harness.Await(t, "healthy container", 20*time.Second, func() error {
		_, err := c.inside(t, m.exec(t, "HEALTHCHECK")...)
		return err
	})
	status := read(t, filepath.Join("/proc", strconv.Itoa(c.server.Process.Pid), "status"))
	if !regexp.MustCompile(`(?m)^CapEff:\s0+$`).MatchString(status) {
		t.Errorf("the server has privileges:\n%s", status)
	}
	for want, argv := range map[string][]string{
		"parley of-the-image\n": {"/parley", "version"},
		"enabled":               {"/parley", "key", "list"}, // signed, through the address that the banner shows
	} {
		if out, err := c.inside(t, argv...); err != nil || !strings.Contains(out, want) {
			t.Errorf("%v: %v, %s", argv, err, out)
		}
	}
	const get = `import sys, urllib.request; sys.stdout.buffer.write(urllib.request.urlopen("http://localhost:8080/widget.js").read())`
	if out, err := c.beside(os.Environ(), "--", "python3", "-c", get); err != nil || out != read(t, root("web", "dist", "site", "widget.js")) {
		t.Errorf("the image does not have the pages: %v, %.300s", err, out)
	}
	c.stop(t)
}

// static fails unless a program needs no other file.
func static(t *testing.T, path string) {
	t.Helper()
	f, err := elf.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if libraries, err := f.ImportedLibraries(); err != nil || len(libraries) > 0 || f.Section(".interp") != nil {
		t.Errorf("the program is not static: %v, %v", libraries, err)
	}
}

func (c *container) stop(t *testing.T) {
	t.Helper()
	if err := c.server.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	select {
	case err := <-c.exited:
		if err != nil {
			t.Errorf("the container ends with %v", err)
		}
	case <-time.After(10 * time.Second): // docker stop's patience
		t.Error("the container does not stop")
	}
}
