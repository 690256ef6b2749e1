package natstest_test

import (
	"net"
	"strings"
	"testing"
	"time"

	"parley/internal/clock"
	"parley/internal/natstest"
)

// greeted reports whether a server at the URL sends its first line within a while.
func greeted(t *testing.T, url string, within time.Duration) bool {
	t.Helper()
	conn, err := net.DialTimeout("tcp", strings.TrimPrefix(url, "nats://"), within)
	if err != nil {
		return false
	}
	defer conn.Close()
	if err := conn.SetDeadline(clock.Wall().Add(within)); err != nil {
		t.Fatal(err)
	}
	first := make([]byte, 4)
	_, err = conn.Read(first)
	return err == nil && string(first) == "INFO"
}

func TestAServerIsKilledRestartedAndPaused(t *testing.T) {
	s := natstest.Start(t, natstest.Config{})
	url := s.URL()
	const soon, never = 10 * time.Second, 200 * time.Millisecond
	if !greeted(t, url, soon) {
		t.Error("a started server does not answer")
	}
	s.Kill()
	if greeted(t, url, never) {
		t.Error("a killed server answers")
	}
	s.Restart()
	if s.URL() != url || !greeted(t, url, soon) {
		t.Errorf("after a restart nobody answers at %s; the URL is %s", url, s.URL())
	}
	s.Pause()
	if greeted(t, url, never) {
		t.Error("a paused server answers")
	}
	s.Resume()
	if !greeted(t, url, soon) {
		t.Error("a resumed server does not answer")
	}
}

func TestAClusterHasAURLForEachOfItsServers(t *testing.T) {
	servers := natstest.Cluster(t, 3)
	urls := strings.Split(natstest.URL(servers...), ",")
	if len(urls) != 3 {
		t.Fatalf("URLs: %q", urls)
	}
	servers[1].Kill()
	for i, url := range urls {
		if got, want := greeted(t, url, time.Second), i != 1; got != want {
			t.Errorf("server %d answers: %v, want %v", i+1, got, want)
		}
	}
}
