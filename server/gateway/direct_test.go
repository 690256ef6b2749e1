package gateway_test

import (
	"encoding/binary"
	"io"
	"strconv"
	"strings"
	"testing"
)

// TestWhatTheKernelDoesNotTakeFollows: a client that stops reading for a while
// gets every frame whole and in order.
func TestWhatTheKernelDoesNotTakeFollows(t *testing.T) {
	const items = 40 // 640 kB: less than the queue, more than the kernel holds
	w := newWorld(t, nil)
	_, r := w.rawDial(t, "s/c/1", "", masked(0x81, subscribe))
	readFrame(t, r) // the answer to the subscribe
	w.expectFollowings(t, 1)
	for i := range items {
		w.say("s", message(strconv.Itoa(i)+padding))
	}
	for i := range items {
		if got := content(t, readLongFrame(t, r)); !strings.HasPrefix(got, strconv.Itoa(i)+"x") {
			t.Fatalf("item %d: got %.20q", i, got)
		}
	}
}

// readLongFrame reads a frame of 126 to 65,535 bytes.
func readLongFrame(t *testing.T, r io.Reader) string {
	t.Helper()
	head := make([]byte, 4)
	if _, err := io.ReadFull(r, head); err != nil {
		t.Fatal(err)
	}
	if head[0] != 0x81 || head[1] != 126 {
		t.Fatalf("frame begins with % x, want a text of 126 bytes or more", head)
	}
	b := make([]byte, binary.BigEndian.Uint16(head[2:]))
	if _, err := io.ReadFull(r, b); err != nil {
		t.Fatal(err)
	}
	return string(b)
}
