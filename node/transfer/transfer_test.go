package transfer_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"iter"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"parley/domain/change"
	"parley/internal/postgrestest"
	"parley/node/datadir"
	"parley/node/transfer"
	"parley/store"
	"parley/store/batch"
	"parley/store/postgres"
	"parley/store/sqlite"
	"parley/store/storetest"
)

func TestMain(m *testing.M) {
	server, err := postgrestest.Start(postgrestest.Options{})
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	shared = server
	code := m.Run()
	server.Close()
	os.Exit(code)
}

// shared is the server of this package's tests.
var shared *postgrestest.Server

func database(t *testing.T) string { return shared.Database(t, "") + "?unsafe=on" }

func source(t *testing.T, dir string) *sqlite.Store {
	t.Helper()
	s, err := sqlite.Open(filepath.Join(dir, datadir.Database), sqlite.Options{Unsafe: true})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func destination(t *testing.T, url string) *postgres.Store {
	t.Helper()
	s, err := postgres.Open(t.Context(), url, postgres.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

// history fills a data directory with a random history, and returns the model of what it holds.
func history(t *testing.T, dir string, seed uint64) store.Store {
	t.Helper()
	model, s := storetest.NewMemory(), source(t, dir)
	storetest.CompareHistories(t, seed, 300, model, s)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	return model
}

func TestCopyReadsBackEqual(t *testing.T) {
	for seed := range uint64(5) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			dir, url := t.TempDir(), database(t)
			model := history(t, dir, seed)
			if _, err := transfer.Copy(t.Context(), transfer.Options{Data: dir, To: url}); err != nil {
				t.Fatal(err)
			}
			storetest.SameContents(t, model, destination(t, url))
			again := source(t, dir)
			defer again.Close()
			storetest.SameContents(t, model, again)
		})
	}
}

func TestCopyGoesOnEqual(t *testing.T) {
	dir, url := t.TempDir(), database(t)
	model := history(t, dir, 77)
	if _, err := transfer.Copy(t.Context(), transfer.Options{Data: dir, To: url}); err != nil {
		t.Fatal(err)
	}
	storetest.CompareHistories(t, 78, 300, model, destination(t, url))
}

// TestCopyOfNothingMuch copies what is empty or has no end.
func TestCopyOfNothingMuch(t *testing.T) {
	dir, url := t.TempDir(), database(t)
	from, key := source(t, dir), change.OnceKey("op", "", "token")
	for _, set := range []*change.Set{
		{ID: "1", At: time.Unix(1, 0), Once: &change.Once{Scope: "s", Key: key}},
		{ID: "2", At: time.Unix(1, 0), Resources: []change.Resource{{Instance: "i", Kind: "k", ID: "r"}}},
	} {
		if _, err := from.Commit(t.Context(), set); err != nil {
			t.Fatal(err)
		}
	}
	if err := from.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := transfer.Copy(t.Context(), transfer.Options{Data: dir, To: url}); err != nil {
		t.Fatal(err)
	}
	to := destination(t, url)
	if r, err := to.Answer(t.Context(), "s", key, time.Unix(1e9, 0)); err != nil || r == nil || len(r.Answer) > 0 {
		t.Errorf("the token is answered with %+v, %v", r, err)
	}
	if r, err := to.Resource(t.Context(), "i", "k", "r"); err != nil || len(r.Document) > 0 {
		t.Errorf("the resource is %+v, %v", r, err)
	}
}

// administer runs a statement in a database, as its owner.
func administer(t *testing.T, url, text string) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), strings.TrimSuffix(url, "?unsafe=on"))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.WithoutCancel(t.Context()))
	if _, err := conn.Exec(t.Context(), text); err != nil {
		t.Fatal(err)
	}
}

// migrated is an empty database with the schema, changed by a statement.
func migrated(t *testing.T, change string) string {
	t.Helper()
	url := database(t)
	destination(t, url).Close()
	administer(t, url, change)
	return url
}

func TestCopyRefuses(t *testing.T) {
	used := t.TempDir()
	history(t, used, 1)
	free := t.TempDir()
	history(t, free, 2)
	newer := t.TempDir()
	history(t, newer, 3)
	advance(t, newer)
	lock, err := datadir.Lock(used)
	if err != nil {
		t.Fatal(err)
	}
	defer lock.Close()
	absent := filepath.Join(t.TempDir(), "absent")
	for name, c := range map[string]struct{ data, to, want string }{
		"a directory in use":      {used, database(t), "in use by another server"},
		"no directory":            {absent, database(t), "holds no installation"},
		"a newer schema":          {newer, database(t), "newer release"},
		"a newer destination":     {free, migrated(t, "UPDATE parley_schema SET version = 99"), "newer release"},
		"a destination with rows": {free, migrated(t, "INSERT INTO usage VALUES ('k', 1)"), "not empty"},
		"no connection string":    {free, "sqlite", "PostgreSQL"},
	} {
		_, err := transfer.Copy(t.Context(), transfer.Options{Data: c.data, To: c.to})
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want an error that says %q", name, err, c.want)
		}
	}
	if _, err := os.Stat(absent); !os.IsNotExist(err) {
		t.Errorf("the absent directory was made: %v", err)
	}
}

// TestCopyThatIsCut shows that a copy that fails on the way, or is wrong, leaves
// nothing, and that the next one finds the database empty.
func TestCopyThatIsCut(t *testing.T) {
	dir, url := t.TempDir(), database(t)
	model := history(t, dir, 5)
	from, to := source(t, dir), destination(t, url)
	defer from.Close()
	cut := func(what string, spoil func(batch.Table, []any) error, want string) {
		t.Helper()
		_, err := to.Fill(t.Context(), spoilt(from.Dump, spoil), func(string) {})
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want an error that says %q", what, err, want)
		}
		storetest.SameContents(t, storetest.NewMemory(), to)
	}
	cut("cut off", func(t batch.Table, _ []any) error { return failIn(t, "resources") }, "cut off")
	cut("a wrong head", func(t batch.Table, row []any) error {
		if t.Name == "sessions" {
			row[3] = row[3].(int64) + 1
		}
		return nil
	}, "its head tells of")
	if _, err := to.Fill(t.Context(), from.Dump, func(string) {}); err != nil {
		t.Fatal(err)
	}
	storetest.SameContents(t, model, to)
}

// TestCopyComparesWhatItWrote changes rows on their way to the disk.
func TestCopyComparesWhatItWrote(t *testing.T) {
	dir := t.TempDir()
	history(t, dir, 5)
	url := migrated(t, `CREATE FUNCTION spoil() RETURNS trigger LANGUAGE plpgsql AS
		$$ BEGIN NEW.body := NEW.body || '\x00'; RETURN NEW; END $$;
		CREATE TRIGGER spoil BEFORE INSERT ON items FOR EACH ROW EXECUTE FUNCTION spoil()`)
	_, err := transfer.Copy(t.Context(), transfer.Options{Data: dir, To: url})
	if err == nil || !strings.Contains(err.Error(), "items reads back different") {
		t.Errorf("%v, want an error that names the items", err)
	}
	storetest.SameContents(t, storetest.NewMemory(), destination(t, url))
}

// TestCopyKeepsOthersOut shows that a server that writes meanwhile does not get in between.
// While an installation is copied no server may start in its directory: what it then wrote would be missing in the copy.
func TestCopyHoldsTheDirectory(t *testing.T) {
	dir, url := t.TempDir(), database(t)
	history(t, dir, 7)
	told := 0
	_, err := transfer.Copy(t.Context(), transfer.Options{Data: dir, To: url, Progress: func(stage string) {
		told++
		if lock, err := datadir.Lock(dir); err == nil {
			lock.Close()
			t.Errorf("another could have the directory while the copy was at %q", stage)
		}
	}})
	if err != nil || told == 0 {
		t.Fatalf("copied with %d stages: %v", told, err)
	}
	lock, err := datadir.Lock(dir)
	if err != nil {
		t.Fatalf("after the copy: %v", err)
	}
	lock.Close()
}

func TestCopyKeepsOthersOut(t *testing.T) {
	dir, url := t.TempDir(), database(t)
	history(t, dir, 6)
	from, to := source(t, dir), destination(t, url)
	defer from.Close()
	server, err := postgres.Open(t.Context(), url, postgres.Options{Patience: 500 * time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	written := make(chan error, 1)
	begin := func(table batch.Table, _ []any) error {
		if table.Name == "sessions" && len(written) == 0 {
			_, err := server.Commit(t.Context(), &change.Set{ID: "late", Usage: []change.Usage{{Key: "chats", Delta: 1, Max: 9}}})
			written <- err
		}
		return nil
	}
	if _, err := to.Fill(t.Context(), spoilt(from.Dump, begin), func(string) {}); err != nil {
		t.Fatal(err)
	}
	if err := <-written; err == nil {
		t.Error("a server wrote during the copy")
	}
}

func failIn(t batch.Table, name string) error {
	if t.Name == name {
		return errors.New("cut off")
	}
	return nil
}

// spoilt is a dump whose rows are changed, or that fails, on the way.
func spoilt(dump batch.Dump, spoil func(batch.Table, []any) error) batch.Dump {
	return func(ctx context.Context, t batch.Table) iter.Seq2[[]any, error] {
		return func(yield func([]any, error) bool) {
			for row, err := range dump(ctx, t) {
				if err == nil {
					err = spoil(t, row)
				}
				if !yield(row, err) {
					return
				}
			}
		}
	}
}

// advance makes a directory's database one of a newer release.
func advance(t *testing.T, dir string) {
	t.Helper()
	db, err := sql.Open("sqlite", filepath.Join(dir, datadir.Database))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.ExecContext(t.Context(), "INSERT INTO goose_db_version (version_id, is_applied) VALUES (99, 1)"); err != nil {
		t.Fatal(err)
	}
}
