package node

import (
	"fmt"
	"net"
	"os"
	"strconv"
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
		if l.Addr().Network() == "tcp" {
			err = c.exposed(l.Addr().String())
		}
		if err != nil {
			l.Close()
			return nil, err
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
