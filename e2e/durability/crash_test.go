package durability_test

import (
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"parley/domain/change"
	"parley/domain/session"
	"parley/domain/transcript"
	"parley/e2e/crashfs"
	"parley/store"
	"parley/store/sqlite"
)

// An episode is one run of the store with several power losses: a thousand in
// all, ten thousand with PARLEY_LONG=1.
const lossesPerEpisode = 10

func episodes() uint64 { return uint64(count(100, 1000)) }

// TestPowerLoss loses nothing that was acknowledged.
func TestPowerLoss(t *testing.T) {
	fs := crashfs.Mount(t)
	for seed := range episodes() {
		lost, acked := runEpisode(t, fs, seed, sqlite.Options{CheckpointRows: 300})
		if lost != 0 {
			t.Errorf("seed %d: %d of %d acknowledged Sets are gone", seed, lost, acked)
		}
		if acked == 0 {
			t.Errorf("seed %d: nothing was acknowledged before any loss", seed)
		}
	}
}

// TestPowerLossIsNoticed shows that the test above would see a missing sync.
func TestPowerLossIsNoticed(t *testing.T) {
	fs := crashfs.Mount(t)
	lost, acked := 0, 0
	for seed := range uint64(3) {
		l, a := runEpisode(t, fs, seed, sqlite.Options{CheckpointRows: 300, Unsafe: true})
		lost, acked = lost+l, acked+a
	}
	if lost == 0 {
		t.Errorf("without syncs none of %d acknowledged Sets was lost: the check is blind", acked)
	}
}

// episode is a store under load on the lossy file system.
type episode struct {
	t    testing.TB
	seed uint64
	name string
	fs   *crashfs.FS
	s    *sqlite.Store

	mu     sync.Mutex
	acked  map[string]store.Result // by client token
	losses []loss
}

// loss is a moment at which the power goes: what was acknowledged by then, and
// where what it leaves is found.
type loss struct {
	acked map[string]store.Result
	dir   string
}

const (
	senders  = 8
	sessions = 3
)

func sessionID(i int) string { return fmt.Sprintf("0198c3c5-92b2-7000-8000-%012x", i) }

// runEpisode returns how many of the acknowledged Sets were lost, over all
// losses. Without syncs a database may be too damaged to be opened: then all are.
func runEpisode(t *testing.T, fs *crashfs.FS, seed uint64, opts sqlite.Options) (lost, acked int) {
	t.Helper()
	e := &episode{t: t, seed: seed, name: fmt.Sprintf("%d-%v", seed, opts.Unsafe), fs: fs, acked: map[string]store.Result{}}
	dir := filepath.Join(fs.Dir, e.name)
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	var err error
	if e.s, err = sqlite.Open(filepath.Join(dir, "parley.db"), opts); err != nil {
		t.Fatal(err)
	}
	e.load()
	if err := fs.Settle(); err != nil {
		t.Fatal(err)
	}
	if err := e.s.Close(); err != nil {
		t.Fatal(err)
	}
	for i, l := range e.losses {
		acked += len(l.acked)
		missing, err := e.verify(l)
		if err != nil && !opts.Unsafe {
			t.Errorf("seed %d, loss %d: %v", seed, i, err)
		}
		lost += missing
	}
	return lost, acked
}

// load commits from many senders until every loss has happened.
func (e *episode) load() {
	for i := range sessions {
		_, err := e.s.Commit(context.Background(), &change.Set{At: time.Now(), Session: &change.Session{
			ID: sessionID(i), Create: true, Next: &session.Session{InstanceID: "i", Status: session.Active},
		}})
		if err != nil {
			e.t.Fatal(err)
		}
	}
	var all sync.WaitGroup
	for i := range senders {
		all.Go(func() { e.send(i) })
	}
	all.Wait()
}

// send commits one Set after the other, and sometimes pulls the plug.
func (e *episode) send(sender int) {
	r := rand.New(rand.NewPCG(e.seed, uint64(sender)))
	for n := 0; ; n++ {
		token := fmt.Sprintf("%d/%d", sender, n)
		res, err := e.s.Commit(context.Background(), numbered(sender, token))
		if err != nil {
			e.t.Errorf("seed %d: %v", e.seed, err)
			return
		}
		if !e.acknowledge(token, res, r) {
			return
		}
	}
}

// acknowledge notes the outcome, and pulls the plug after a random number of
// further writes and syncs; false once there were enough losses.
func (e *episode) acknowledge(token string, res store.Result, r *rand.Rand) bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.acked[token] = res
	if len(e.losses) == lossesPerEpisode {
		return false
	}
	if r.IntN(12) != 0 {
		return true
	}
	l := loss{maps.Clone(e.acked), filepath.Join(e.t.TempDir(), "after")}
	err := e.fs.Clone(crashfs.CloneArgs{Dir: e.name, To: l.dir, Seed: r.Uint64(), After: r.IntN(60)})
	if err != nil {
		e.t.Error(err)
		return false
	}
	e.losses = append(e.losses, l)
	return true
}

// numbered is the Set of a token: it writes to many tables, so that half a Set
// would show.
func numbered(sender int, token string) *change.Set {
	id := sessionID(sender % sessions)
	return &change.Set{
		At:      time.Now(),
		Once:    &change.Once{Scope: id, Key: change.OnceKey("send", "", token), Answer: []byte(token)},
		Usage:   []change.Usage{{Key: "sent", Delta: 1}},
		Session: &change.Session{ID: id, Version: 1},
		Items:   []transcript.Item{text(token), text(token)},
		Due:     []change.Due{{DueKey: change.DueKey{Owner: id, Kind: "retry", Subject: token}, At: time.Now()}},
	}
}

func text(token string) transcript.Item {
	return transcript.Item{Type: transcript.Message, ContentType: transcript.Plain, Content: token}
}
