package gateway

import (
	"net"
	"testing"
)

// TestNothingComesBetweenTheHalvesOfAFrame: neither a pong nor a close that
// drops the queue goes out before the rest of a frame that is written in part.
func TestNothingComesBetweenTheHalvesOfAFrame(t *testing.T) {
	ours, theirs := net.Pipe()
	defer ours.Close()
	defer theirs.Close()
	s := &socket{gw: New(Options{}), conn: ours}
	s.out = queue{torn: []byte("rest"), frames: net.Buffers{[]byte("dropped")}, pong: []byte("dropped")}
	s.out.drop()
	s.out.frames, s.out.pong = net.Buffers{[]byte(" close")}, []byte(" pong")
	batch, _ := s.next()
	var got string
	for _, b := range batch {
		got += string(b)
	}
	if got != "rest pong close" {
		t.Errorf("written: %q, want the rest first", got)
	}
	if batch, _ := s.next(); batch != nil {
		t.Errorf("written twice: %q", batch)
	}
}
