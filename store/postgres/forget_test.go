package postgres_test

import (
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

// TestPurgeForgetsAllOldTransactions: however many there were since the last
// time, none is left, so that their table does not grow; young ones stay.
func TestPurgeForgetsAllOldTransactions(t *testing.T) {
	url := database(t)
	s := open(t, url)
	defer s.Close()
	administer(t, url[:len(url)-len(unsafe)], `INSERT INTO commits (id, at)
		SELECT gen_random_uuid(), now() - interval '1 hour' FROM generate_series(1, 25000)`)
	if n, err := s.Purge(t.Context(), time.Now()); n != 0 || err != nil {
		t.Errorf("%d client tokens are gone (%v), want none", n, err)
	}
	if old := commits(t, url, "<"); old != 0 {
		t.Errorf("%d old transactions are left", old)
	}
	if young := commits(t, url, ">="); young == 0 {
		t.Error("the young transactions are gone too")
	}
}

// commits counts the transactions that are remembered from before or after half an hour ago.
func commits(t *testing.T, url, order string) (n int) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), url[:len(url)-len(unsafe)])
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(t.Context())
	if err := conn.QueryRow(t.Context(), "SELECT count(*) FROM commits WHERE at "+order+" now() - interval '30 minutes'").Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}
