package postgres

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"io/fs"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

//go:embed migrations/*.sql
var migrations embed.FS

// migrate brings the schema to this release's version: all steps in one
// transaction that holds the lock of the row with the version, so that of many
// nodes one does it and the others find it done. A schema of a later release
// is refused and left untouched.
func migrate(ctx context.Context, conn *pgx.Conn) error {
	steps, err := fs.Glob(migrations, "migrations/*.sql")
	if err != nil {
		return err
	}
	if err := versioned(ctx, conn); err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	return pgx.BeginFunc(ctx, conn, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, "SET LOCAL statement_timeout = 0; SET LOCAL lock_timeout = 0"); err != nil {
			return err
		}
		var stands int
		if err := tx.QueryRow(ctx, "SELECT version FROM parley_schema FOR UPDATE").Scan(&stands); err != nil {
			return err
		}
		if stands > len(steps) {
			return verdict(fmt.Sprintf("schema version %d was written by a newer release; this one knows up to %d", stands, len(steps)))
		}
		return apply(ctx, tx, steps[stands:], len(steps))
	})
}

func apply(ctx context.Context, tx pgx.Tx, steps []string, version int) error {
	for _, step := range steps {
		text, err := fs.ReadFile(migrations, step)
		if err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, string(text)); err != nil {
			return fmt.Errorf("%s: %w", step, err)
		}
	}
	if len(steps) == 0 {
		return nil
	}
	_, err := tx.Exec(ctx, "UPDATE parley_schema SET version = $1", version)
	return err
}

// versioned makes the row with the schema's version where there is none. Of
// many who try at once all but one fail, and then find it.
func versioned(ctx context.Context, conn *pgx.Conn) error {
	const tries = 10
	for try := 1; ; try++ {
		var there bool
		err := conn.QueryRow(ctx, "SELECT to_regclass('parley_schema') IS NOT NULL").Scan(&there)
		if err != nil || there {
			return err
		}
		_, err = conn.Exec(ctx, `BEGIN;
			CREATE TABLE parley_schema (one boolean PRIMARY KEY DEFAULT true CHECK (one), version integer NOT NULL);
			INSERT INTO parley_schema (version) VALUES (0); COMMIT`)
		if err == nil {
			return nil
		}
		if _, rollback := conn.Exec(ctx, "ROLLBACK"); rollback != nil {
			return errors.Join(err, rollback)
		}
		if !exists(err) || try == tries {
			return err
		}
	}
}

// state is the SQLSTATE of an error, "" if it is none of the server's.
func state(err error) string {
	if e, ok := errors.AsType[*pgconn.PgError](err); ok {
		return e.Code
	}
	return ""
}

// exists tells whether an error says that another one made the same table at the same time.
func exists(err error) bool {
	switch state(err) {
	case "42P07", "42710", "23505":
		return true
	}
	return false
}
