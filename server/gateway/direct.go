package gateway

import (
	"net"
	"syscall"

	"golang.org/x/sys/unix"
)

// rawOf returns what writeNow writes to: nil for a connection that is not plain
// TCP, whose bytes somebody must encrypt first.
func rawOf(conn net.Conn) syscall.RawConn {
	tcp, ok := conn.(*net.TCPConn)
	if !ok {
		return nil
	}
	raw, err := tcp.SyscallConn()
	if err != nil {
		return nil
	}
	return raw
}

// writeNow writes what the kernel takes of a frame without waiting and returns
// how many bytes those are. An error is left to the write that follows.
func (s *socket) writeNow(frame []byte) (n int) {
	if s.raw == nil {
		return 0
	}
	_ = s.raw.Write(func(fd uintptr) bool {
		n, _ = unix.Write(int(fd), frame)
		return true // whatever came of it: never wait
	})
	return max(n, 0)
}
