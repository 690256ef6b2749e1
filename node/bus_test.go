package node_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"parley/client"
	"parley/internal/clock"
	"parley/internal/natstest"
	"parley/internal/testlog"
	"parley/node"
)

// journal is a log that may be read while it is written.
type journal struct{ testlog.Buffer }

// says waits until the log says something.
func (j *journal) says(t *testing.T, what string) {
	t.Helper()
	began := clock.Wall()
	for {
		if strings.Contains(j.String(), what) {
			return
		}
		if clock.Wall().Sub(began) > 10*time.Second {
			t.Fatalf("the log does not say %q:\n%s", what, j.String())
		}
		<-time.After(5 * time.Millisecond)
	}
}

// The bus is only a hint: without it a server starts and chats go on.
func TestAServerRunsWithoutItsBus(t *testing.T) {
	address := natstest.FreeAddress(t)
	var log journal
	cfg := config(t)
	cfg.Bus, cfg.LogTo = "nats://u:s3cret@"+address, &log
	n := running(t, cfg)
	log.says(t, "the bus is away")
	if status, answer := call(t, "GET", n.Ready().URL+"/readyz", ""); status != 200 {
		t.Errorf("/readyz: %d %s", status, answer)
	}
	if _, err := connect(t, n).StartChat(context.Background(), client.Start{FlowID: n.Ready().ContactFlowID, DisplayName: "Ann"}); err != nil {
		t.Errorf("a chat without the bus: %v", err)
	}
	server := natstest.Start(t, natstest.Config{Listen: address, Args: []string{"--user", "u", "--pass", "s3cret"}})
	log.says(t, "the bus is there")
	server.Kill()
	if text := log.String(); strings.Contains(text, "s3cret") {
		t.Errorf("the password is in the log:\n%s", text)
	}
}

func TestRefusedBuses(t *testing.T) {
	for name, c := range map[string]struct {
		edit func(*node.Config)
		says string
	}{
		"another one":           {func(c *node.Config) { c.Bus = "kafka://u:s3cret@one" }, "--bus kafka://…: it must be"},
		"no host":               {func(c *node.Config) { c.Bus = "nats://u:s3cret@" }, "--bus: URL 1 names no host"},
		"two URLs, one broken":  {func(c *node.Config) { c.Bus = "nats://one,u:s3cret@two" }, "--bus: URL 2"},
		"a missing file":        {func(c *node.Config) { c.Bus, c.BusCreds = "nats://one", "none" }, "--bus: read the credentials"},
		"a file without a bus":  {func(c *node.Config) { c.BusCA = "none" }, "--bus"},
		"a name that cannot be": {func(c *node.Config) { c.Bus, c.BusName = "nats://one", "a b" }, "name of the cluster"},
	} {
		cfg := config(t)
		c.edit(&cfg)
		n, err := node.Start(context.Background(), cfg)
		if err == nil {
			t.Errorf("%s: the server starts", name)
			stop(t, n)
			continue
		}
		if says := err.Error(); !strings.Contains(says, c.says) || strings.Contains(says, "s3cret") || strings.Contains(says, "\n") {
			t.Errorf("%s: %q, want one line with %q and no secret", name, says, c.says)
		}
	}
}
