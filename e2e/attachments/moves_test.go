package attachments_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"parley/e2e/harness"
	"parley/internal/postgrestest"
	"parley/internal/s3test"
)

// TestABackupTakesFilesAlong: what is restored serves the files of its chats.
func TestABackupTakesFilesAlong(t *testing.T) {
	t.Parallel()
	s := harness.Start(t, harness.Env("PARLEY_STORE=sqlite"))
	f := files{t, s, s.Join(s.Quiet())}
	id := f.attach("a.png", "image/png", png(50_000))
	file, data := filepath.Join(t.TempDir(), "backup"), filepath.Join(t.TempDir(), "data")
	for _, args := range [][]string{{"backup", "--data", s.DataDir(), file}, {"restore", file, "--data", data}} {
		if text, err := harness.Tool(t, args...).CombinedOutput(); err != nil {
			t.Fatalf("%v: %v\n%s", args, err, text)
		}
	}
	restored := harness.Start(t, harness.Env("PARLEY_STORE=sqlite"), harness.Data(data))
	r := files{t, restored, f.chat}
	if _, body := r.read(id); len(body) != 50_000 {
		t.Errorf("%d bytes came back", len(body))
	}
	if log := restored.Log(); strings.Contains(log, "where are they") {
		t.Error("the restored server misses its attachments")
	}
	r.attach("b.png", "image/png", png(10))
}

// TestACopyTakesFilesAlong, into a bucket; and leaves none behind where nobody said whereto.
func TestACopyTakesFilesAlong(t *testing.T) {
	t.Parallel()
	database, err := postgrestest.Start(postgrestest.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { database.Close() })
	url, bucketOfAll := database.Database(t, "")+"?unsafe=on", s3test.Start(t)
	old := harness.Start(t, harness.Env("PARLEY_STORE=sqlite"))
	f := files{t, old, old.Join(old.Quiet())}
	id := f.attach("a.png", "image/png", png(50_000))
	old.Stop()
	run := func(args ...string) (string, error) {
		cmd := harness.Tool(t, append([]string{"copy", "--data", old.DataDir(), "--to", url}, args...)...)
		cmd.Env = append(os.Environ(), "PARLEY_ATTACHMENTS_ACCESS_KEY_ID="+s3test.AccessKeyID, "PARLEY_ATTACHMENTS_SECRET_ACCESS_KEY="+s3test.SecretAccessKey)
		text, err := cmd.CombinedOutput()
		return string(text), err
	}
	if text, err := run(); err == nil || !strings.Contains(text, "--attachments") {
		t.Errorf("without a place: %v: %s", err, text)
	}
	if text, err := run("--attachments", bucketOfAll.Place("copied")); err != nil {
		t.Fatalf("%v: %s", err, text)
	}
	moved := harness.Start(t, harness.Env("PARLEY_STORE="+url, "PARLEY_MASTER_KEY_FILE="+filepath.Join(old.DataDir(), "master.key")), bucket(bucketOfAll, "copied"))
	m := files{t, moved, f.chat}
	if _, body := m.read(id); len(body) != 50_000 {
		t.Errorf("%d bytes came back", len(body))
	}
	m.attach("b.png", "image/png", png(10))
}
