package nats_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"parley/bus"
	"parley/bus/memory"
	"parley/bus/nats"
	"parley/domain/transcript"
	"parley/internal/natstest"
)

const sessionID = "0190a5b0-7c1e-7d3a-9f00-000000000001"

// message is the hint that every message publishes.
func message() bus.Hint {
	item := transcript.Item{
		Type: transcript.Message, ContentType: transcript.Plain, Content: strings.Repeat("x", 100), ContactID: sessionID,
		Author: transcript.Author{ParticipantID: "0190a5b0-7c1e-7d3a-9f00-000000000002", DisplayName: "Ann", Role: transcript.Customer},
	}
	item.Place(sessionID, 12, time.UnixMilli(1_700_000_000_123).UTC())
	return bus.Hint{Session: sessionID, Version: 7, Items: []transcript.Item{item}}
}

// The time that a publisher spends; another node hears or nobody does.
func BenchmarkPublish(b *testing.B) {
	server := natstest.Start(b, natstest.Config{})
	here, there := node(b, server.URL()), node(b, server.URL())
	reaches(b, here, there)
	topic, hint := bus.Session(sessionID), message()
	for name, publisher := range map[string]bus.Bus{"memory": memory.New(), "nats": here} {
		b.Run(name, func(b *testing.B) {
			defer publisher.Subscribe(topic, func(bus.Hint) {})()
			b.ReportAllocs()
			for b.Loop() {
				publisher.Publish(context.Background(), topic, hint)
			}
		})
	}
}

// What a hint costs until it was heard on another node: in both nodes, which
// share this process, and in the server. At most so many are on the way at a time.
func BenchmarkDeliver(b *testing.B) {
	for _, window := range []int{1, 64} {
		for _, heard := range []bool{true, false} {
			b.Run(fmt.Sprintf("window=%d/followed=%v", window, heard), func(b *testing.B) {
				server := natstest.Start(b, natstest.Config{})
				deliver(b, server, window, heard)
			})
		}
	}
}

func deliver(b *testing.B, server *natstest.Server, window int, followed bool) {
	here, there := node(b, server.URL()), node(b, server.URL())
	reaches(b, here, there)
	topic, hint := bus.Session(sessionID), message()
	way := make(chan struct{}, window)
	defer there.Subscribe(bus.Due, func(bus.Hint) { <-way })()
	if followed {
		defer there.Subscribe(topic, func(bus.Hint) { <-way })()
	}
	reaches(b, here, there)
	ours, theirs := cpu(), cpuOf(b, server.PID())
	b.ReportAllocs()
	b.ResetTimer()
	for i := range b.N {
		if followed {
			way <- struct{}{}
		} else if i%1_000 == 0 { // what nobody hears is gone once a hint behind it was heard
			way <- struct{}{}
			here.Publish(context.Background(), bus.Due, bus.Hint{})
		}
		here.Publish(context.Background(), topic, hint)
	}
	for range window {
		way <- struct{}{} // until everything was heard
	}
	b.StopTimer()
	b.ReportMetric(float64(cpu()-ours)/float64(b.N), "nodes-cpu-ns/op")
	b.ReportMetric(float64(cpuOf(b, server.PID())-theirs)/float64(b.N), "server-cpu-ns/op")
	if got := here.Stats(); got.Unsent > 0 {
		b.Logf("%d of %d were dropped", got.Unsent, b.N)
	}
}

// cpu is the processor time of this process.
func cpu() time.Duration {
	var used unix.Rusage
	if err := unix.Getrusage(unix.RUSAGE_SELF, &used); err != nil {
		return 0
	}
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}

// cpuOf is the processor time of another process, in steps of 10 ms.
func cpuOf(b *testing.B, pid int) time.Duration {
	raw, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
	if err != nil {
		b.Fatal(err)
	}
	fields := strings.Fields(string(raw[bytes.LastIndexByte(raw, ')')+1:]))
	user, errUser := strconv.ParseInt(fields[11], 10, 64)
	system, errSystem := strconv.ParseInt(fields[12], 10, 64)
	if errUser != nil || errSystem != nil {
		b.Fatalf("cannot read %s", raw)
	}
	return time.Duration(user+system) * 10 * time.Millisecond
}

// What a followed session costs: the memory of its subscription, and the time
// until 10,000 of them are there.
func BenchmarkSubscribe(b *testing.B) {
	server := natstest.Start(b, natstest.Config{})
	const topics = 10_000
	for name, open := range map[string]func() bus.Bus{
		"memory": func() bus.Bus { return memory.New() },
		"nats":   func() bus.Bus { return node(b, server.URL()) },
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				at := open()
				before := heap()
				cancels := make([]func(), topics)
				for i := range cancels {
					cancels[i] = at.Subscribe(bus.Session(sessionID+strconv.Itoa(i)), func(bus.Hint) {})
				}
				if n, ok := at.(*nats.Bus); ok {
					eventually(b, "all are subscribed", soon, func() bool { return n.Stats().Topics == topics })
				}
				b.ReportMetric(float64(heap()-before)/topics, "B/topic")
				for _, cancel := range cancels {
					cancel()
				}
			}
		})
	}
}

func heap() int64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc + m.StackInuse)
}
