package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// Snapshot writes a whole copy of the database at path into a new file, mode
// 0600, checked and durable. It holds all that was committed before the call
// and nothing that was not. The database may be in use, by another process too:
// its commits go on, and only the WAL grows meanwhile.
func Snapshot(ctx context.Context, path, into string) error {
	if _, err := os.Stat(path); err != nil {
		return err
	}
	db, err := sql.Open("sqlite", dsn(path, "ro", "busy_timeout(5000)", "cache_size(-8192)"))
	if err != nil {
		return err
	}
	defer db.Close()
	return snapshot(ctx, db, into)
}

func snapshot(ctx context.Context, db *sql.DB, into string) error {
	f, err := os.OpenFile(into, os.O_CREATE|os.O_EXCL|os.O_RDWR, 0o600) // SQLite takes an empty file, and its mode
	if err != nil {
		return err
	}
	defer f.Close()
	if _, err := db.ExecContext(ctx, "VACUUM INTO ?", into); err != nil {
		return fmt.Errorf("copy the database: %w", err)
	}
	if _, err := Check(ctx, into); err != nil {
		return fmt.Errorf("the copy of the database: %w", err)
	}
	return errors.Join(f.Sync(), syncDir(filepath.Dir(into)))
}

// Check reads all of a database file that nobody has open and returns its
// schema's version. It fails if SQLite finds anything wrong, or if the schema is none that this release can open.
func Check(ctx context.Context, path string) (schema int64, err error) {
	db, err := sql.Open("sqlite", dsn(path, "ro")+"&immutable=1")
	if err != nil {
		return 0, err
	}
	defer db.Close()
	var verdict string
	if err := db.QueryRowContext(ctx, "PRAGMA integrity_check(1)").Scan(&verdict); err != nil {
		return 0, fmt.Errorf("%s is no sound database: %w", path, err)
	}
	if verdict != "ok" {
		return 0, fmt.Errorf("%s is damaged: %s", path, verdict)
	}
	all, err := steps(migrations)
	if err != nil {
		return 0, err
	}
	schema, err = schemaVersion(ctx, db)
	switch {
	case err != nil:
		return 0, err
	case schema == 0:
		return 0, fmt.Errorf("%s holds no schema of this program", path)
	case schema > all[len(all)-1].version:
		return 0, fmt.Errorf("%s has schema version %d, which only a newer release knows", path, schema)
	}
	return schema, nil
}

// keepBefore puts a copy of the database beside it before its schema changes.
// The copy is there whole, or not at all.
func keepBefore(ctx context.Context, db *sql.DB, path string, target int64) error {
	temp := path + ".copying"
	if err := os.Remove(temp); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	if err := snapshot(ctx, db, temp); err != nil {
		return errors.Join(err, os.Remove(temp))
	}
	if err := os.Rename(temp, BeforeName(path, target)); err != nil {
		return err
	}
	return syncDir(filepath.Dir(path))
}

// BeforeName is where a database is kept as it was before its schema became a version.
func BeforeName(path string, version int64) string { return fmt.Sprintf("%s.before-%d", path, version) }

// syncDir makes a directory's entries durable.
func syncDir(name string) error {
	dir, err := os.Open(name)
	if err != nil {
		return err
	}
	return errors.Join(dir.Sync(), dir.Close())
}
