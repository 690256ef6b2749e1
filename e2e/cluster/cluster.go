package cluster

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"parley/e2e/crashfs"
	"parley/e2e/harness"
	"parley/internal/natstest"
)

// secrets are the same for every node of a cluster: the key that it accepts,
// and the one that seals all others.
func secrets() harness.Option {
	return harness.Env("PARLEY_ACCESS_KEY_ID=AKIDCLUSTEROFNODES00", "PARLEY_SECRET_ACCESS_KEY=cluster-of-nodes-cluster-of-nodes-000000",
		"PARLEY_MASTER_KEY="+strings.Repeat("0123456789abcdef", 4))
}

// Config says what a cluster is made of. The zero value is three nodes over
// PostgreSQL and NATS on ordinary disks.
type Config struct {
	Nodes    int      // 3 when 0
	Alone    bool     // one node over SQLite, without PostgreSQL and NATS
	Disks    bool     // PostgreSQL keeps its data on a crashfs; alone, the node does
	Mode     Mode     // of PostgreSQL's keeper
	Settings []string // lines of postgresql.conf
	Store    string   // further parameters of the connection string, "&name=value"
	Flags    []string // of every node
	Sealed   bool     // the nodes have no test controls
}

// Cluster is equal nodes and what they share.
type Cluster struct {
	Nodes    []*Node
	Postgres *Postgres // nil when alone
	NATS     []*Broker // none when alone

	t    testing.TB
	fs   *crashfs.FS
	lone *lone // nil unless alone on a crashfs
}

// Broker is one NATS server.
type Broker struct {
	*natstest.Server
	mu   sync.Mutex
	down bool
}

// Kill ends the server at once; it stays down until Heal.
func (b *Broker) Kill() {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.down {
		return
	}
	b.Server.Kill()
	b.down = true
}

// Pause stops the server, as a machine that hangs, until Heal; one that is down stays so.
func (b *Broker) Pause() {
	b.mu.Lock()
	defer b.mu.Unlock()
	if !b.down {
		b.Server.Pause()
	}
}

func (b *Broker) heal() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.Resume()
	if b.down {
		b.Restart()
		b.down = false
	}
}

// Node is one parley process and the links from and to it.
type Node struct {
	*harness.Server
	Front *Link    // clients reach it here
	Store [2]*Link // its way to each PostgreSQL server
	Bus   []*Link  // its way to each NATS server

	mu     sync.Mutex
	paused bool
}

// URL is where clients reach the node.
func (n *Node) URL() string { return "http://" + n.Front.Address() }

// Start starts a cluster; all its nodes at once, on an empty database.
func Start(t testing.TB, config Config) *Cluster {
	t.Helper()
	if config.Nodes == 0 {
		config.Nodes = 3
	}
	if config.Alone {
		config.Nodes = 1
	}
	c := &Cluster{t: t, Nodes: make([]*Node, config.Nodes)}
	switch {
	case !config.Alone:
		c.share(config)
	case config.Disks:
		c.fs = crashfs.Mount(t) // before the node, so that it outlives it
	}
	var sealed []harness.Option
	if config.Sealed {
		sealed = []harness.Option{harness.WithoutControls()}
	}
	var wait sync.WaitGroup
	for i := range c.Nodes {
		listen := natstest.FreeAddress(t)
		n := &Node{Front: NewLink(t, fmt.Sprint("clients-n", i), listen)}
		flags := append([]string{"--listen", listen}, config.Flags...)
		if !config.Alone {
			flags = append(flags, n.connect(c, i, config.Store)...)
		}
		c.Nodes[i] = n
		wait.Go(func() {
			n.Server = harness.Start(t, append(sealed, harness.Flags(flags...), secrets())...)
		})
	}
	wait.Wait()
	if t.Failed() {
		t.FailNow()
	}
	if c.fs != nil && config.Alone {
		c.lone = onDisk(t, c.fs, c.Nodes[0])
	}
	return c
}

// share starts what the nodes share.
func (c *Cluster) share(config Config) {
	if config.Disks {
		c.fs = crashfs.MountWith(c.t, Disks(c.t))
	}
	routes := []string{natstest.FreeAddress(c.t), natstest.FreeAddress(c.t), natstest.FreeAddress(c.t)}
	for i, route := range routes {
		c.NATS = append(c.NATS, &Broker{Server: natstest.Start(c.t, natstest.Config{
			Name: fmt.Sprint("nats", i), Listen: natstest.FreeAddress(c.t), Cluster: route, Routes: routes,
			Args: []string{"--no_advertise"}, // clients are to use the links
		})})
	}
	c.Postgres = NewPostgres(c.t, c.fs, config.Mode, config.Settings...)
}

// connect makes a node's links to what is shared, and returns the flags that name them.
func (n *Node) connect(c *Cluster, i int, parameters string) []string {
	var hosts, urls []string
	for j, address := range c.Postgres.Addresses() {
		n.Store[j] = NewLink(c.t, fmt.Sprint("n", i, "-pg", j), address)
		hosts = append(hosts, n.Store[j].Address())
	}
	for j, server := range c.NATS {
		n.Bus = append(n.Bus, NewLink(c.t, fmt.Sprint("n", i, "-nats", j), strings.TrimPrefix(server.URL(), "nats://")))
		urls = append(urls, "nats://"+n.Bus[j].Address())
	}
	return []string{
		"--store", "postgres://parley@" + strings.Join(hosts, ",") + "/postgres?sslmode=disable&target_session_attrs=read-write" + parameters,
		"--bus", strings.Join(urls, ","),
	}
}

// Links returns all links of a node.
func (n *Node) Links() []*Link {
	links := append([]*Link{n.Front}, n.Bus...)
	if n.Store[0] != nil {
		links = append(links, n.Store[:]...)
	}
	return links
}

// Kill ends a node at once; it stays down until Heal.
func (n *Node) Kill() { n.end((*harness.Server).Kill) }

// Stop ends a node gracefully, which must succeed; it stays down until Heal.
func (n *Node) Stop() { n.end((*harness.Server).Stop) }

// Leave ends a node as Stop does, but it need not succeed: the database may be away.
func (n *Node) Leave() { n.end((*harness.Server).Leave) }

func (n *Node) end(how func(*harness.Server)) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if !n.Running() {
		return
	}
	if n.paused {
		n.Resume()
		n.paused = false
	}
	how(n.Server)
}

// Pause stops a node, as a machine that hangs, until Heal.
func (n *Node) Pause() {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.Running() {
		n.Server.Pause()
		n.paused = true
	}
}

// heal brings a node back.
func (n *Node) heal() {
	n.mu.Lock()
	defer n.mu.Unlock()
	for _, l := range n.Links() {
		l.Heal()
	}
	switch {
	case !n.Running():
		n.Boot()
	case n.paused:
		n.Resume()
		n.paused = false
	}
}

// Heal puts everything right: links, PostgreSQL, NATS and nodes. It returns
// when the nodes serve again.
func (c *Cluster) Heal() {
	if c.Postgres != nil {
		c.Postgres.Heal()
	}
	var wait sync.WaitGroup
	for _, b := range c.NATS {
		wait.Go(b.heal)
	}
	for _, n := range c.Nodes {
		wait.Go(n.heal)
	}
	wait.Wait()
}

// PowerLoss takes the power from all machines at one instant and gives it back; nodes are down until Heal.
func (c *Cluster) PowerLoss(seed uint64) {
	if c.lone != nil {
		c.lone.lose(seed)
		return
	}
	c.Postgres.PowerOff(seed)
	for _, n := range c.Nodes {
		n.Kill()
	}
	for _, s := range c.NATS {
		s.Kill()
	}
	if err := c.Postgres.PowerOn(); err != nil {
		c.t.Errorf("cluster: %v", err)
	}
}
