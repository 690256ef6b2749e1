package sqlite

import (
	"context"
	"database/sql"
	"embed"
	"fmt"
	"io/fs"

	"github.com/pressly/goose/v3"
)

//go:embed migrations/*.sql
var migrations embed.FS

// migrate brings the schema to this release's version, one transaction per
// step. A schema of a later release is refused and left untouched.
func migrate(ctx context.Context, db *sql.DB) error {
	dir, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return err
	}
	p, err := goose.NewProvider(goose.DialectSQLite3, db, dir)
	if err != nil {
		return err
	}
	stands, target, err := p.GetVersions(ctx)
	if err != nil {
		return err
	}
	if stands > target {
		return fmt.Errorf("schema version %d was written by a newer release; this one knows up to %d", stands, target)
	}
	_, err = p.Up(ctx)
	return err
}
