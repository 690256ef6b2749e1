package node

import (
	"fmt"
	"net"
	"os"
	"strconv"

	"golang.org/x/sys/unix"
)

// listen opens the server's address, or takes over the listener that whoever
// started the process holds for it (LISTEN_FDS, as systemd passes it).
func (c Config) listen() (net.Listener, error) {
	if inherited() {
		const firstFD = 3
		f := os.NewFile(firstFD, "inherited listener")
		defer f.Close()
		l, err := net.FileListener(f)
		if err != nil {
			return nil, fmt.Errorf("take over the inherited listener: %w", err)
		}
		return l, nil
	}
	l, err := net.Listen("tcp", c.Listen)
	if err != nil {
		return nil, fmt.Errorf("listen on %s: %w", c.Listen, err)
	}
	return l, nil
}

func inherited() bool {
	n, err := strconv.Atoi(os.Getenv("LISTEN_FDS"))
	pid := os.Getenv("LISTEN_PID")
	return err == nil && n > 0 && (pid == "" || pid == strconv.Itoa(os.Getpid()))
}

// lock makes the data directory this server's own; the lock ends with the process.
func (c Config) lock() (*os.File, error) {
	if err := os.MkdirAll(c.Data, 0o700); err != nil {
		return nil, fmt.Errorf("make the data directory: %w", err)
	}
	f, err := os.OpenFile(c.file("lock"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fmt.Errorf("open the lock of the data directory: %w", err)
	}
	if err := unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB); err != nil {
		f.Close()
		return nil, fmt.Errorf("the data directory %s is in use by another server", c.Data)
	}
	return f, nil
}
