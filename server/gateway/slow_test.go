package gateway_test

import (
	"strconv"
	"strings"
	"testing"
	"time"

	"parley/server/gateway"
)

// padding makes an item of 16 KB.
var padding = strings.Repeat("x", 16000)

func TestSlowReaderIsCutAndHoldsUpNobody(t *testing.T) {
	const items = 400 // 6.4 MB, more than the queue and the kernel hold
	w := newWorld(t, nil)
	w.rawDial(t, "s/c/1", "", masked(0x81, subscribe)) // never reads
	w.expectFollowings(t, 1)
	fast := w.subscribed(t, "s/a/1")
	for i := range items {
		w.say("s", message(strconv.Itoa(i)+padding))
		if got := content(t, fast.next(t)); !strings.HasPrefix(got, strconv.Itoa(i)+"x") {
			t.Fatalf("item %d: got %.20q", i, got)
		}
	}
	w.expectDrops(t, "overflow", 1)
	fast.alive(t)
}

func TestQueueThatDoesNotDrainIsCut(t *testing.T) {
	w := newWorld(t, func(o *gateway.Options) { o.WriteTimeout = 50 * time.Millisecond })
	w.rawDial(t, "s/c/1", "", masked(0x81, subscribe)) // never reads
	w.expectFollowings(t, 1)
	for range 40 { // less than the queue, more than the kernel holds
		w.say("s", message(padding))
	}
	w.expectDrops(t, "slow", 1)
}

func TestClientThatAsksWithoutReadingIsCut(t *testing.T) {
	w := newWorld(t, func(o *gateway.Options) { o.MaxQueue = 10 << 10 })
	conn, _ := w.rawDial(t, "s/c/1", "", "")
	beats := []byte(strings.Repeat(masked(0x81, heartbeat), 1000))
	conn.SetWriteDeadline(time.Now().Add(patience))
	go func() {
		for _, err := conn.Write(beats); err == nil; _, err = conn.Write(beats) {
		}
	}()
	until(t, "drop of the client", func() bool {
		w.gw.Sweep(time.Now().Add(6 * time.Second)) // we do not wait for its answer to our close
		return w.gw.Stats().Drops["overflow"] == 1
	})
}
