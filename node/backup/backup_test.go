package backup_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"parley/blob"
	"parley/blob/disk"
	"parley/domain/change"
	"parley/internal/seal"
	"parley/node/backup"
	"parley/node/datadir"
	"parley/store/sqlite"
)

// world is a data directory whose store is open, as that of a running server.
type world struct {
	*testing.T
	data  string
	store *sqlite.Store
}

func newWorld(t *testing.T) world {
	t.Helper()
	w := world{T: t, data: filepath.Join(t.TempDir(), "data")}
	lock, err := datadir.Lock(w.data)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := seal.LoadOrCreateMasterKey(filepath.Join(w.data, datadir.MasterKey)); err != nil {
		t.Fatal(err)
	}
	if w.store, err = sqlite.Open(filepath.Join(w.data, datadir.Database), sqlite.Options{}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { w.store.Close(); lock.Close() })
	return w
}

// put stores a thing of that name.
func (w world) put(name string) {
	w.Helper()
	row := change.Resource{Kind: "k", ID: name, Document: []byte(strings.Repeat(name, 100))}
	if _, err := w.store.Commit(w.Context(), &change.Set{ID: name, At: time.Unix(1, 0), Resources: []change.Resource{row}}); err != nil {
		w.Fatal(err)
	}
}

// attach keeps an attachment.
func (w world) attach(key, body string) {
	w.Helper()
	s, err := disk.Open(filepath.Join(w.data, datadir.Attachments))
	if err == nil {
		_, err = s.Put(w.Context(), key, strings.NewReader(body), int64(len(body)))
	}
	if err != nil {
		w.Fatal(err)
	}
}

// attached returns what is attached in a data directory, by key.
func attached(t *testing.T, data string) map[string]string {
	t.Helper()
	found := map[string]string{}
	s, err := disk.Open(filepath.Join(data, datadir.Attachments))
	if err != nil {
		t.Fatal(err)
	}
	err = blob.Each(t.Context(), s, "", func(i blob.Info) error {
		text, err := os.ReadFile(filepath.Join(data, datadir.Attachments, i.Key))
		found[i.Key] = string(text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func (w world) take(edit func(*backup.Options)) string {
	w.Helper()
	o := backup.Options{Data: w.data, To: filepath.Join(w.TempDir(), "backup"), Version: "test"}
	if edit != nil {
		edit(&o)
	}
	if _, err := backup.Take(w.Context(), o); err != nil {
		w.Fatal(err)
	}
	return o.To
}

// names are those of the things in a data directory's store.
func names(t *testing.T, data string) (found []string) {
	t.Helper()
	s, err := sqlite.Open(filepath.Join(data, datadir.Database), sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	for _, name := range []string{"a", "b", "c"} {
		if _, err := s.Resource(context.Background(), "", "k", name); err == nil {
			found = append(found, name)
		}
	}
	return found
}

func listing(t *testing.T, dir string) (names []string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

func TestABackupOfARunningServer(t *testing.T) {
	w := newWorld(t)
	w.put("a")
	w.put("b")
	file := w.take(nil)
	w.put("c")
	info, err := os.Stat(file)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Fatalf("%v, %v, want mode 0600", info, err)
	}
	if left := listing(t, filepath.Dir(file)); len(left) != 1 {
		t.Errorf("beside the backup there is %v", left)
	}
	into := filepath.Join(t.TempDir(), "new", "data")
	m, moved, err := backup.Restore(t.Context(), backup.Restoration{From: file, Data: into})
	if err != nil || moved != "" || !m.HasKey() || m.Schema == 0 || m.Version != "test" {
		t.Fatalf("%+v, %q, %v", m, moved, err)
	}
	if got := names(t, into); !slices.Equal(got, []string{"a", "b"}) {
		t.Errorf("it holds %v, want a and b", got)
	}
	for _, name := range []string{datadir.MasterKey, datadir.Database} {
		info, err := os.Stat(filepath.Join(into, name))
		if err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v, %v", name, info, err)
		}
	}
	key, _ := os.ReadFile(filepath.Join(w.data, datadir.MasterKey))
	if got, err := os.ReadFile(filepath.Join(into, datadir.MasterKey)); err != nil || string(got) != string(key) {
		t.Errorf("the master key differs: %v", err)
	}
}

func TestABackupWithoutTheKey(t *testing.T) {
	w := newWorld(t)
	file := w.take(func(o *backup.Options) { o.WithoutKey = true })
	into := filepath.Join(t.TempDir(), "data")
	m, _, err := backup.Restore(t.Context(), backup.Restoration{From: file, Data: into})
	if err != nil || m.HasKey() || slices.Contains(listing(t, into), datadir.MasterKey) {
		t.Errorf("%+v, %v, %v", m, err, listing(t, into))
	}
}

// TestABackupWithAttachments: those that were there before the database was copied.
func TestABackupWithAttachments(t *testing.T) {
	w := newWorld(t)
	w.attach("place", "here")
	w.attach("s/f-1", "first")
	w.attach("s/g-1", strings.Repeat("x", 1_000_000))
	want := attached(t, w.data)
	file := w.take(func(o *backup.Options) {
		o.Progress = func(stage string) {
			if stage == "packing" {
				w.attach("s/late", "late")
				at := time.Now().Add(time.Minute) // the time of files is coarse
				if err := os.Chtimes(filepath.Join(w.data, datadir.Attachments, "s", "late"), at, at); err != nil {
					t.Error(err)
				}
			}
		}
	})
	into := filepath.Join(t.TempDir(), "data")
	m, _, err := backup.Restore(t.Context(), backup.Restoration{From: file, Data: into})
	if err != nil || !m.Attachments || m.Format != 2 {
		t.Fatalf("%+v, %v", m, err)
	}
	if diff := cmp.Diff(want, attached(t, into)); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestABackupReplacesNothing(t *testing.T) {
	w := newWorld(t)
	file := w.take(nil)
	before, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := backup.Take(t.Context(), backup.Options{Data: w.data, To: file}); err == nil {
		t.Error("a file was overwritten")
	}
	if after, err := os.ReadFile(file); err != nil || string(after) != string(before) {
		t.Errorf("the first backup changed: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	dir := t.TempDir()
	if _, err := backup.Take(ctx, backup.Options{Data: w.data, To: filepath.Join(dir, "b")}); err == nil || len(listing(t, dir)) != 0 {
		t.Errorf("an interrupted backup: %v, and it left %v", err, listing(t, dir))
	}
	if _, err := backup.Take(t.Context(), backup.Options{Data: dir, To: filepath.Join(dir, "b")}); err == nil || !strings.Contains(err.Error(), "no SQLite database") {
		t.Errorf("of an empty directory: %v", err)
	}
}

// TestADamagedBackupChangesNothing flips a bit here and there, cuts the file, and adds to it.
func TestADamagedBackupChangesNothing(t *testing.T) {
	w := newWorld(t)
	w.put("a")
	w.attach("s/f-1", "first")
	w.attach("s/f-2", strings.Repeat("second", 1000))
	whole, err := os.ReadFile(w.take(nil))
	if err != nil {
		t.Fatal(err)
	}
	damaged := map[string][]byte{"empty": {}, "no backup": []byte("hello"), "without its end": whole[:len(whole)-1], "with more behind": append(slices.Clone(whole), 1)}
	for i := range 200 {
		at := i * (len(whole) - 1) / 199
		flipped := slices.Clone(whole)
		flipped[at] ^= 1 << (i % 8)
		damaged[fmt.Sprint("byte ", at)] = flipped
		damaged[fmt.Sprint("cut at ", at)] = whole[:at]
	}
	want := restored(t, whole)
	harmless := 0
	for name, text := range damaged {
		switch got := restored(t, text); {
		case got == "":
		case got == want && len(text) == len(whole): // gzip's time stamp, or bits between its blocks, which say nothing
			harmless++
		default:
			t.Errorf("%s: it was restored to something else", name)
		}
	}
	if harmless > 10 {
		t.Errorf("%d of %d damages were not noticed", harmless, len(damaged))
	}
}

// restored returns the database that a backup's bytes come to, empty if they are refused; then nothing is left.
func restored(t *testing.T, backedUp []byte) string {
	t.Helper()
	file, into := filepath.Join(t.TempDir(), "backup"), filepath.Join(t.TempDir(), "data")
	if err := os.WriteFile(file, backedUp, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, _, err := backup.Restore(t.Context(), backup.Restoration{From: file, Data: into}); err != nil {
		if used, err := datadir.Used(into); err != nil || len(used) != 0 {
			t.Errorf("%v is left, %v", used, err)
		}
		return ""
	}
	text, err := os.ReadFile(filepath.Join(into, datadir.Database))
	if err != nil {
		t.Fatal(err)
	}
	return string(text) + fmt.Sprint(attached(t, into))
}

func TestARestoreTakesNothingAway(t *testing.T) {
	w := newWorld(t)
	w.put("a")
	file := w.take(nil)
	w.put("b")
	for name, r := range map[string]struct {
		r    backup.Restoration
		says string
	}{
		"not empty": {backup.Restoration{From: file, Data: w.data}, "not empty"},
		"in use":    {backup.Restoration{From: file, Data: w.data, Force: true}, "in use"},
	} {
		if _, _, err := backup.Restore(t.Context(), r.r); err == nil || !strings.Contains(err.Error(), r.says) {
			t.Errorf("%s: %v", name, err)
		}
	}
	other := newWorld(t)
	other.put("c")
	from := other.take(nil)
	data := filepath.Join(t.TempDir(), "data")
	for _, file := range []string{file, from} {
		_, moved, err := backup.Restore(t.Context(), backup.Restoration{From: file, Data: data, Force: true})
		if err != nil {
			t.Fatal(err)
		}
		if moved != "" {
			if got := names(t, moved); !slices.Equal(got, []string{"a"}) {
				t.Errorf("what was moved aside holds %v, want a", got)
			}
		}
	}
	if got := names(t, data); !slices.Equal(got, []string{"c"}) {
		t.Errorf("it holds %v, want c", got)
	}
}
