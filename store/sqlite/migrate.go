package sqlite

import (
	"context"
	"database/sql"
	"embed"
	"fmt"
	"io/fs"
	"path"
	"strconv"
	"strings"
)

//go:embed migrations/*.sql
var migrations embed.FS

// step is one change of the schema.
type step struct {
	version int64
	text    string
}

// steps reads the changes in order. A file's name begins with the version that it leads to.
func steps(files fs.FS) ([]step, error) {
	names, err := fs.Glob(files, "migrations/*.sql") // sorted
	if err != nil {
		return nil, err
	}
	var list []step
	for _, name := range names {
		number, _, _ := strings.Cut(path.Base(name), "_")
		version, err := strconv.ParseInt(number, 10, 64)
		if err != nil {
			return nil, fmt.Errorf("%s does not begin with a version", name)
		}
		text, err := fs.ReadFile(files, name)
		if err != nil {
			return nil, err
		}
		list = append(list, step{version, string(text)})
	}
	return list, nil
}

// migrate brings the schema to this release's version: all steps in one
// transaction, so that one which fails, or a crash, leaves the old schema. An older
// database is first given to keep. A schema of a later release is refused and left untouched.
func migrate(ctx context.Context, db *sql.DB, files fs.FS, keep func(target int64) error) error {
	all, err := steps(files)
	if err != nil {
		return err
	}
	stands, err := schemaVersion(ctx, db)
	if err != nil {
		return err
	}
	target := all[len(all)-1].version
	switch {
	case stands == target:
		return nil
	case stands > target:
		return fmt.Errorf("schema version %d was written by a newer release; this one knows up to %d: start that release, or restore a backup from before it", stands, target)
	case stands > 0:
		if err := keep(target); err != nil {
			return fmt.Errorf("the copy before the change from schema version %d to %d: %w", stands, target, err)
		}
	}
	return climb(ctx, db, all, stands)
}

// climb takes the steps above a version.
func climb(ctx context.Context, db *sql.DB, all []step, stands int64) error {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback() // does nothing after the commit
	if _, err := tx.ExecContext(ctx, versionsTable); err != nil {
		return err
	}
	for _, s := range all {
		if s.version <= stands {
			continue
		}
		if _, err := tx.ExecContext(ctx, s.text); err != nil {
			return fmt.Errorf("schema version %d: %w; nothing was changed", s.version, err)
		}
		if _, err := tx.ExecContext(ctx, "INSERT INTO goose_db_version (version_id, is_applied) VALUES (?, 1)", s.version); err != nil {
			return err
		}
	}
	return tx.Commit()
}

// versionsTable has a row for each step that was taken. Its name and form are
// those of goose, which databases of the first releases were made with.
const versionsTable = `CREATE TABLE IF NOT EXISTS goose_db_version (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	version_id INTEGER NOT NULL,
	is_applied INTEGER NOT NULL,
	tstamp TIMESTAMP DEFAULT (datetime('now'))
)`

// schemaVersion tells where a database stands; 0 = it is empty.
func schemaVersion(ctx context.Context, db *sql.DB) (version int64, err error) {
	var tables int
	err = db.QueryRowContext(ctx, "SELECT count(*) FROM sqlite_master WHERE name = 'goose_db_version'").Scan(&tables)
	if err != nil || tables == 0 {
		return 0, err
	}
	err = db.QueryRowContext(ctx, "SELECT coalesce(max(version_id), 0) FROM goose_db_version WHERE is_applied").Scan(&version)
	return version, err
}
