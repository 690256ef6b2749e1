package node_test

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"parley/internal/postgrestest"
	"parley/node"
)

// database starts a PostgreSQL for one test and returns the URL of an empty database.
func database(t *testing.T) string {
	t.Helper()
	server, err := postgrestest.Start(postgrestest.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := server.Close(); err != nil {
			t.Error(err)
		}
	})
	return server.URL("postgres") + "?unsafe=on"
}

const masterKey = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"

// several starts so many nodes at the same moment.
func several(t *testing.T, n int, cfg node.Config) []*node.Node {
	t.Helper()
	nodes := make([]*node.Node, n)
	var all sync.WaitGroup
	for i := range nodes {
		cfg := cfg
		cfg.Listen, cfg.Data, cfg.LogTo = "127.0.0.1:0", t.TempDir(), io.Discard
		all.Go(func() {
			started, err := node.Start(context.Background(), cfg)
			if err != nil {
				t.Error(err)
				return
			}
			nodes[i] = started
		})
	}
	all.Wait()
	t.Cleanup(func() {
		for _, n := range nodes {
			if n != nil {
				stop(t, n)
			}
		}
	})
	if t.Failed() {
		t.FailNow()
	}
	return nodes
}

// TestNodesThatStartAtOnceAgree lets nodes start on an empty database: they
// have one instance, one key and one secret, whoever was first.
func TestNodesThatStartAtOnceAgree(t *testing.T) {
	url := database(t)
	for _, cfg := range []node.Config{
		{Store: url, MasterKey: masterKey},
		{Store: url, MasterKey: masterKey}, // again, with everything there
		{Store: url, MasterKey: masterKey, AccessKeyID: "AKIDGIVEN", SecretAccessKey: "one secret"},
		{Store: url, MasterKey: masterKey, AccessKeyID: "AKIDGIVEN", SecretAccessKey: "another secret"},
	} {
		var first node.Ready
		for i, n := range several(t, 3, cfg) {
			r := n.Ready()
			r.URL, r.PublicURL = "", ""
			if i == 0 {
				first = r
			}
			if !cmp.Equal(r, first) || r.InstanceID == "" || r.SecretAccessKey == "" {
				t.Errorf("node %d came with %+v, the first with %+v", i, r, first)
			}
			if cfg.SecretAccessKey != "" && r.SecretAccessKey != cfg.SecretAccessKey {
				t.Errorf("node %d has not the given secret", i)
			}
		}
	}
}

// TestAnotherMasterKeyIsRefused: a node that could not read what others sealed does not start.
func TestAnotherMasterKeyIsRefused(t *testing.T) {
	url := database(t)
	several(t, 1, node.Config{Store: url, MasterKey: masterKey})
	for name, c := range map[string]struct{ key, want string }{
		"generated": {"", "PARLEY_MASTER_KEY_FILE"},
		"another":   {strings.Repeat("ab", 32), "master key"},
		"no key":    {"short", "PARLEY_MASTER_KEY"},
	} {
		data := t.TempDir()
		n, err := node.Start(context.Background(), node.Config{
			Store: url, MasterKey: c.key, Listen: "127.0.0.1:0", Data: data, LogTo: io.Discard,
		})
		if err == nil {
			stop(t, n)
		}
		if err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), c.key) && c.key != "" {
			t.Errorf("%s: %v, want an error that says %q and no key", name, err, c.want)
		}
		if _, err := os.Stat(filepath.Join(data, "master.key")); err == nil {
			t.Errorf("%s: a key of its own is left behind", name)
		}
	}
}

// TestAGeneratedMasterKeyCanBeGivenToOthers copies it as an operator does.
func TestAGeneratedMasterKeyCanBeGivenToOthers(t *testing.T) {
	url, data, log := database(t), t.TempDir(), &journal{}
	n, err := node.Start(context.Background(), node.Config{Store: url, Listen: "127.0.0.1:0", Data: data, LogTo: log})
	if err != nil {
		t.Fatal(err)
	}
	defer stop(t, n)
	log.says(t, "need --bus")
	key, err := os.ReadFile(filepath.Join(data, "master.key"))
	if err != nil {
		t.Fatal(err)
	}
	others := several(t, 2, node.Config{Store: url, MasterKey: string(key)})
	if got := others[1].Ready().SecretAccessKey; got != n.Ready().SecretAccessKey {
		t.Error("the other node has another secret")
	}
}
