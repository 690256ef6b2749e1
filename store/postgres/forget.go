package postgres

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"parley/domain/session"
	"parley/internal/fault"
	"parley/store/batch"
)

// Forget deletes everything of ended sessions. If one of them has not ended it
// answers fault.Conflict and deletes nothing; unknown ids are passed over.
func (s *Store) Forget(ctx context.Context, sessions []string) error {
	return s.transact(ctx, func(ctx context.Context, tx pgx.Tx) error {
		var going int
		err := tx.QueryRow(ctx, `WITH locked AS (SELECT status FROM sessions WHERE id = ANY ($1::text[]) ORDER BY id FOR UPDATE)
			SELECT count(*) FROM locked WHERE status <> $2`, sessions, session.Ended).Scan(&going)
		if err != nil {
			return err
		}
		if going > 0 {
			return fault.New(fault.Conflict, "%d of the sessions have not ended", going)
		}
		for _, from := range batch.OfSession() {
			if _, err := tx.Exec(ctx, "DELETE FROM "+from[0]+" WHERE "+from[1]+" = ANY ($1::text[])", sessions); err != nil {
				return err
			}
		}
		return nil
	})
}

// ForgetAnswers deletes the client tokens of a scope that do not expire by themselves.
func (s *Store) ForgetAnswers(ctx context.Context, scope string) error {
	return s.transact(ctx, func(ctx context.Context, tx pgx.Tx) error {
		_, err := tx.Exec(ctx, `DELETE FROM once WHERE scope = $1 AND expires = 0`, scope)
		return err
	})
}

// purgeBatch is how many client tokens one Purge deletes at most, so that
// commits never wait long for it.
const purgeBatch = 1000

// commitsKept is how long it is known what became of a transaction; nobody asks later.
const commitsKept = 10 * time.Minute

// commitsBatch is how many of those one transaction deletes at most (our
// choice: well within what a statement may take).
const commitsBatch = 10_000

// Purge deletes client tokens that have expired, up to 1,000 at a time, and
// all that is remembered of old transactions. Nodes that purge at once share the work.
func (s *Store) Purge(ctx context.Context, now time.Time) (n int, err error) {
	if err := s.forgetCommits(ctx); err != nil {
		return 0, err
	}
	err = s.transact(ctx, func(ctx context.Context, tx pgx.Tx) error {
		done, err := tx.Exec(ctx, `DELETE FROM once WHERE (scope, key) IN (SELECT scope, key FROM once
			WHERE expires <> 0 AND expires <= $1 LIMIT $2 FOR UPDATE SKIP LOCKED)`, now.UnixMilli(), purgeBatch)
		n = int(done.RowsAffected())
		return err
	})
	return n, err
}

// forgetCommits deletes what is remembered of old transactions, each portion
// in a transaction of its own.
func (s *Store) forgetCommits(ctx context.Context) error {
	for deleted := int64(commitsBatch); deleted == commitsBatch; {
		err := s.transact(ctx, func(ctx context.Context, tx pgx.Tx) error {
			done, err := tx.Exec(ctx, `DELETE FROM commits WHERE id IN (SELECT id FROM commits
				WHERE at < now() - $1::interval LIMIT $2 FOR UPDATE SKIP LOCKED)`, commitsKept, commitsBatch)
			deleted = done.RowsAffected()
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// transact runs work that may be run twice in a transaction of its own.
func (s *Store) transact(ctx context.Context, work func(context.Context, pgx.Tx) error) error {
	for {
		err := s.persist(ctx, func(ctx context.Context, conn *pgxpool.Conn) (bool, error) {
			return false, pgx.BeginFunc(ctx, conn, func(tx pgx.Tx) error { return work(ctx, tx) })
		})
		if err == nil || ctx.Err() != nil || !again(err) {
			return err
		}
	}
}
