package sqlite

import (
	"context"
	"database/sql"
	"encoding/json"
	"time"

	"parley/domain/change"
	"parley/domain/session"
	"parley/internal/fault"
	"parley/store"
	"parley/store/batch"
)

// Commit applies a Set together with all others that wait.
func (s *Store) Commit(ctx context.Context, set *change.Set) (store.Result, error) {
	r, err := batch.NewRequest(set)
	if err != nil {
		return store.Result{}, err
	}
	if err := s.writer.do(ctx, &request{Request: r}); err != nil {
		return store.Result{}, err
	}
	return r.Result(), nil
}

// Forget deletes everything of ended sessions. If one of them has not ended it
// answers fault.Conflict and deletes nothing; unknown ids are passed over.
func (s *Store) Forget(ctx context.Context, sessions []string) error {
	ids, err := json.Marshal(sessions)
	if err != nil {
		return err
	}
	return s.writer.exclusive(ctx, everything(), func(tx *sql.Conn) error { return forget(tx, string(ids)) })
}

func forget(tx *sql.Conn, ids string) error {
	ctx := context.Background()
	var going int
	err := tx.QueryRowContext(ctx, `SELECT count(*) FROM json_each(?) k CROSS JOIN sessions s ON s.id = k.value
		WHERE s.status <> ?`, ids, session.Ended).Scan(&going)
	if err != nil {
		return err
	}
	if going > 0 {
		return fault.New(fault.Conflict, "%d of the sessions have not ended", going)
	}
	return deleteOf(tx, batch.OfSession(), ids)
}

// deleteOf deletes the rows of sessions, whose ids are a JSON list, from tables.
func deleteOf(tx *sql.Conn, tables [][2]string, ids string) error {
	ctx := context.Background()
	for _, from := range tables {
		if _, err := tx.ExecContext(ctx, "DELETE FROM "+from[0]+" WHERE "+from[1]+" IN (SELECT value FROM json_each(?))", ids); err != nil {
			return err
		}
	}
	return nil
}

// ForgetAnswers deletes the client tokens of a scope that do not expire by themselves.
func (s *Store) ForgetAnswers(ctx context.Context, scope string) error {
	return s.writer.exclusive(ctx, only(scope), func(tx *sql.Conn) error {
		_, err := tx.ExecContext(context.Background(), `DELETE FROM once WHERE scope = ? AND expires IS NULL`, scope)
		return err
	})
}

// purgeBatch is how many client tokens one Purge deletes at most, so that
// commits never wait long for it.
const purgeBatch = 1000

// Purge deletes client tokens that have expired, up to 1,000 at a time.
func (s *Store) Purge(ctx context.Context, now time.Time) (n int, err error) {
	err = s.writer.exclusive(ctx, only(""), func(tx *sql.Conn) error {
		res, err := tx.ExecContext(context.Background(), `DELETE FROM once WHERE (scope, key) IN
			(SELECT scope, key FROM once WHERE expires <= ? LIMIT ?)`, now.UnixMilli(), purgeBatch)
		if err != nil {
			return err
		}
		deleted, err := res.RowsAffected()
		n = int(deleted)
		return err
	})
	return n, err
}
