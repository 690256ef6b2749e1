package node

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"parley/bus"
	"parley/bus/memory"
	"parley/bus/nats"
)

// settle is for how long a new follower is looked after more closely, because
// other nodes may not know yet that it listens (our choice: a few rounds through a cluster of NATS).
const settle = 500 * time.Millisecond

// alone: there are no other nodes.
func (c Config) alone() bool { return c.Bus == "memory" }

// checkBus refuses what a bus cannot be opened with. No error shows what --bus holds: it may be a password.
func (c Config) checkBus() error {
	if c.alone() {
		if c.BusName+c.BusCreds+c.BusNKey+c.BusCA+c.BusCert+c.BusKey != "" {
			return errors.New("--bus-… options need --bus nats://…")
		}
		return nil
	}
	if !strings.HasPrefix(c.Bus, "nats://") && !strings.HasPrefix(c.Bus, "tls://") {
		return fmt.Errorf("--bus %s: it must be memory, or nats://host:port or tls://host:port, several comma separated", clip(c.Bus))
	}
	if err := c.nats().Check(); err != nil {
		return fmt.Errorf("--bus: %w", err)
	}
	return nil
}

func (c Config) nats() nats.Options {
	name, err := os.Hostname()
	if err != nil { // it is only shown
		name = ""
	}
	return nats.Options{
		URL: c.Bus, Cluster: c.BusName, Name: strings.TrimSpace("parley " + name),
		Credentials: c.BusCreds, NKey: c.BusNKey, CA: c.BusCA, Cert: c.BusCert, Key: c.BusKey,
	}
}

// openBus opens the bus. It does not wait for NATS: without hints a server works too.
func (n *Node) openBus() (bus.Bus, error) {
	local := memory.New()
	if n.cfg.alone() {
		return local, nil
	}
	o := n.cfg.nats()
	o.Local, o.Log = local, n.log
	return nats.Open(o)
}

// settle returns for how long a new follower's first hints may be missed.
func (c Config) settle() time.Duration {
	if c.alone() {
		return 0
	}
	return settle
}
