package cluster_test

import (
	"context"
	"errors"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"parley/e2e/cluster"
	"parley/e2e/crashfs"
	"parley/e2e/harness"
)

func TestMain(m *testing.M) { os.Exit(cluster.Main(m)) }

// writer inserts rows and knows which were acknowledged.
type writer struct {
	t     *testing.T
	p     *cluster.Postgres
	conn  *pgx.Conn
	next  int
	acked []int
}

func newWriter(t *testing.T, p *cluster.Postgres) *writer {
	w := &writer{t: t, p: p}
	w.until(func(ctx context.Context) error {
		_, err := w.conn.Exec(ctx, "CREATE TABLE IF NOT EXISTS t (n int PRIMARY KEY)")
		return err
	})
	return w
}

// until tries on whichever server is the primary until it succeeds.
func (w *writer) until(try func(context.Context) error) {
	w.t.Helper()
	harness.Await(w.t, "answer of the primary", 30*time.Second, func() error {
		ctx, cancel := context.WithTimeout(w.t.Context(), 2*time.Second)
		defer cancel()
		if w.conn == nil || w.conn.IsClosed() {
			var err error
			w.conn, err = pgx.Connect(ctx, "postgres://parley@"+strings.Join(w.p.Addresses(), ",")+"/postgres?sslmode=disable&target_session_attrs=read-write&connect_timeout=1")
			if err != nil {
				return err
			}
		}
		err := try(ctx)
		if err != nil {
			w.conn.Close(context.WithoutCancel(ctx))
		}
		return err
	})
}

// write inserts rows until so many are acknowledged.
func (w *writer) write(rows int) {
	w.t.Helper()
	for range rows {
		w.until(func(ctx context.Context) error {
			w.next++
			if _, err := w.conn.Exec(ctx, "INSERT INTO t VALUES ($1)", w.next); err != nil {
				return err
			}
			w.acked = append(w.acked, w.next)
			return nil
		})
	}
}

// check fails the test for every acknowledged row that is gone.
func (w *writer) check() {
	w.t.Helper()
	if lost := w.lost(); lost > 0 {
		w.t.Errorf("%d of %d acknowledged rows are gone", lost, len(w.acked))
	}
}

// lost counts the acknowledged rows that are gone.
func (w *writer) lost() (lost int) {
	w.t.Helper()
	var rows []int
	w.until(func(ctx context.Context) error {
		found, err := w.conn.Query(ctx, "SELECT n FROM t")
		if err == nil {
			rows, err = pgx.CollectRows(found, pgx.RowTo[int])
		}
		var refused *pgconn.PgError
		if errors.As(err, &refused) && refused.Code == "42P01" { // the table is gone, and all rows with it
			return nil
		}
		return err
	})
	for _, n := range w.acked {
		if !slices.Contains(rows, n) {
			lost++
		}
	}
	return lost
}

// outage loses power so many times, or until that costs rows, and returns how many. A server that cannot start on what is left has lost all.
func outage(t *testing.T, times int, settings ...string) int {
	t.Helper()
	p := cluster.NewPostgres(t, crashfs.MountWith(t, cluster.Disks(t)), cluster.Available, settings...)
	w := newWriter(t, p)
	for i := range times {
		w.write(50)
		if err := p.Outage(uint64(i)); err != nil {
			t.Fatal(err)
		}
		if !p.Recovers() {
			return len(w.acked)
		}
		if lost := w.lost(); lost > 0 {
			return lost
		}
	}
	return 0
}

func await(t *testing.T, what string, holds func() bool) {
	t.Helper()
	harness.Await(t, what, 30*time.Second, func() error {
		if !holds() {
			return errors.New("not yet")
		}
		return nil
	})
}

// TestFailover takes the primary away in every way: the standby takes its place
// with every acknowledged row.
func TestFailover(t *testing.T) {
	p := cluster.NewPostgres(t, nil, cluster.Available)
	w := newWriter(t, p)
	for name, take := range map[string]func(int){
		"killed": p.Kill,
		"paused": p.Pause,
		"isolated": func(i int) {
			for _, l := range p.Links(i) {
				l.Hold(cluster.Both)
			}
		},
	} {
		was := p.Primary()
		w.write(20)
		take(was)
		begin := time.Now()
		await(t, "new primary", func() bool { return p.Primary() != was })
		w.write(1)
		t.Logf("%s: %v until a row was acknowledged again", name, time.Since(begin).Round(time.Millisecond))
		w.write(20)
		w.check()
		p.Heal()
		p.AwaitSync()
	}
}

// TestStandbyLoss takes the standby away: the primary goes on without it, and
// waits for it again when it has caught up.
func TestStandbyLoss(t *testing.T) {
	fs := crashfs.MountWith(t, cluster.Disks(t))
	p := cluster.NewPostgres(t, fs, cluster.Available)
	w := newWriter(t, p)
	for name, take := range map[string]func(int){
		"killed": p.Kill,
		"paused": p.Pause,
		"full":   p.Fill,
	} {
		begin := time.Now()
		take(1 - p.Primary())
		w.write(20)
		t.Logf("%s: %v until 20 rows were acknowledged", name, time.Since(begin).Round(time.Millisecond))
		p.Heal()
		p.AwaitSync()
	}
	p.Kill(p.Primary())
	w.write(1)
	w.check()
}

// TestAPromotionIsEnded lets the standby be promoted while its own disk is full
// too: once there is space, it writes.
func TestAPromotionIsEnded(t *testing.T) {
	p := cluster.NewPostgres(t, crashfs.MountWith(t, cluster.Disks(t)), cluster.Available)
	w := newWriter(t, p)
	w.write(20)
	was := p.Primary()
	p.Fill(1 - was)
	p.Kill(was)
	<-time.After(time.Second) // the keeper promotes it, unless its full disk has ended it before
	t.Logf("it is promoted: %v", p.Primary() != was)
	p.Heal()
	w.write(20)
	w.check()
}

// TestOutage takes the power from both servers at once, while rows are written.
func TestOutage(t *testing.T) {
	if lost := outage(t, 3); lost != 0 {
		t.Errorf("%d acknowledged rows are gone", lost)
	}
}

// TestOutageIsNoticed shows that the test above would see a missing sync.
func TestOutageIsNoticed(t *testing.T) {
	if lost := outage(t, 3, "fsync = off"); lost == 0 {
		t.Error("without syncs nothing was lost: the check is blind")
	}
}
