package postgres

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"parley/store"
	"parley/store/batch"
)

// Due returns deadlines that have come, earliest first.
func (s *Store) Due(ctx context.Context, until time.Time, limit int) ([]store.Due, error) {
	return s.deadlines(ctx, `SELECT owner, kind, subject, generation, due_at FROM due WHERE due_at <= $1
		ORDER BY due_at, owner, kind, subject LIMIT $2`, until.UnixMilli(), limit)
}

// Claim returns deadlines that have come and no other node has claimed, and
// claims them. Claims of its own are renewed when half their life is over.
func (s *Store) Claim(ctx context.Context, until time.Time, limit int) ([]store.Due, error) {
	return s.deadlines(ctx, `
		WITH picked AS (
			SELECT owner, kind, subject, generation, due_at,
				coalesce(claimed_by = $3 AND claimed_until > now() + $4::interval / 2, false) AS mine
			FROM due WHERE due_at <= $1 AND (claimed_until IS NULL OR claimed_until <= now() OR claimed_by = $3)
			ORDER BY due_at, owner, kind, subject LIMIT $2 FOR UPDATE SKIP LOCKED
		), claimed AS (
			UPDATE due d SET claimed_by = $3, claimed_until = now() + $4::interval FROM picked p
			WHERE NOT p.mine AND d.owner = p.owner AND d.kind = p.kind AND d.subject = p.subject
		)
		SELECT owner, kind, subject, generation, due_at FROM picked ORDER BY due_at, owner, kind, subject`,
		until.UnixMilli(), limit, s.name, s.opts.ClaimLife)
}

func (s *Store) deadlines(ctx context.Context, text string, args ...any) (list []store.Due, err error) {
	err = s.query(ctx, func(row pgx.Rows) error {
		var d store.Due
		var at int64
		err := row.Scan(&d.Owner, &d.Kind, &d.Subject, &d.Generation, &at)
		d.At = batch.FromMillis(at)
		list = append(list, d)
		return err
	}, text, args...)
	return list, err
}

// NextDue returns the earliest deadline's time, zero if there is none.
func (s *Store) NextDue(ctx context.Context) (time.Time, error) {
	var at int64
	err := s.row(ctx, []any{&at}, `SELECT coalesce(min(due_at), 0) FROM due`)
	return batch.FromMillis(at), err
}
