package attachments_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"parley/blob"
	"parley/blob/disk"
	"parley/e2e/crashfs"
)

// TestPowerLoss of a directory of attachments (P1): what Put acknowledged is there, whole,
// whatever moment the power goes at; and nothing is there in part.
func TestPowerLoss(t *testing.T) {
	t.Parallel()
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	r := rand.New(rand.NewPCG(seed, 0))
	volume := crashfs.Mount(t)
	dir := filepath.Join(volume.Dir, "data", "attachments")
	if err := os.Mkdir(filepath.Dir(dir), 0o700); err != nil {
		t.Fatal(err)
	}
	// Who makes the data directory makes its name durable: a server with its lock and database in it.
	root, err := os.Open(volume.Dir)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(root.Sync(), root.Close()); err != nil {
		t.Fatal(err)
	}
	s, err := disk.OpenAlone(dir)
	if err != nil {
		t.Fatal(err)
	}
	rounds := 40
	if os.Getenv("PARLEY_LONG") != "" {
		rounds = 400
	}
	acked := map[string][]byte{}
	clones := map[string]map[string][]byte{} // what each must hold
	for i := range rounds {
		to := filepath.Join(t.TempDir(), "clone")
		must := map[string][]byte{}
		for key, body := range acked {
			must[key] = body
		}
		clones[to] = must
		if err := volume.Clone(crashfs.CloneArgs{To: to, Seed: r.Uint64(), After: r.IntN(12)}); err != nil {
			t.Fatal(err)
		}
		key := fmt.Sprintf("s-%d/f-%d", r.IntN(8), i)
		body := bytes.Repeat([]byte(key), 1+r.IntN(3000))
		if _, err := s.Put(t.Context(), key, bytes.NewReader(body), int64(len(body))); err != nil {
			t.Fatal(err)
		}
		acked[key] = body
	}
	if err := volume.Settle(); err != nil {
		t.Fatal(err)
	}
	for clone, must := range clones {
		survived(t, filepath.Join(clone, "data", "attachments"), must, acked)
	}
}

func survived(t *testing.T, dir string, must, put map[string][]byte) {
	t.Helper()
	s, err := disk.OpenAlone(dir)
	if err != nil {
		t.Fatal(err)
	}
	err = blob.Each(t.Context(), s, "", func(i blob.Info) error {
		body, _, err := s.Open(t.Context(), i.Key)
		if err != nil {
			return err
		}
		got, err := io.ReadAll(body)
		if !bytes.Equal(got, put[i.Key]) {
			t.Errorf("%s has %d bytes of %d, or others", i.Key, len(got), len(put[i.Key]))
		}
		delete(must, i.Key)
		return errors.Join(err, body.Close())
	})
	if err != nil {
		t.Error(err)
	}
	for key := range must {
		t.Errorf("%s was acknowledged and is gone", key)
	}
}
