package cluster

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"
)

// watch is the keeper's connection to the primary. It is kept from one look to the next: a process of PostgreSQL for
// each of them would cost more than all that the nodes do.
type watch struct {
	address string
	conn    *pgx.Conn // nil when there is none
}

// query asks the server at an address for one row. A connection that fails is tried anew once, since it may have been
// lost long before.
func (w *watch) query(ctx context.Context, address, sql string, into ...any) error {
	ctx, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	if w.conn != nil && w.address == address {
		if err := w.conn.QueryRow(ctx, sql).Scan(into...); err == nil || ctx.Err() != nil {
			return err
		}
	}
	w.close()
	conn, err := pgx.Connect(ctx, "postgres://parley@"+address+"/postgres?sslmode=disable")
	if err != nil {
		return err
	}
	w.address, w.conn = address, conn
	return conn.QueryRow(ctx, sql).Scan(into...)
}

func (w *watch) close() {
	if w.conn == nil {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	_ = w.conn.Close(ctx) // whoever is at the other end may be gone
	w.conn = nil
}
