package postgres

import (
	"context"
	"errors"
	"net"
	"sync/atomic"

	"github.com/jackc/pgx/v5"
)

// certain makes sure that what a new connection will show cannot be lost by a
// failover: a commit of its own has waited for the synchronous standby, and so
// for everything before it. A primary that was restarted shows at once what it
// had written, also what the standby lacks.
//
// No timeout of the server may end that wait: PostgreSQL would call it a success.
func certain(ctx context.Context, conn *pgx.Conn) error {
	ctx, cancel := context.WithTimeout(ctx, connectTimeout)
	defer cancel()
	_, err := conn.Exec(ctx, `BEGIN; SET LOCAL statement_timeout = 0;
		INSERT INTO commits (id) VALUES (gen_random_uuid()); COMMIT`)
	return err
}

// uncancelled makes a configuration whose connections ask nobody to cancel what
// they were doing when they break, and returns what to call once one is made.
// A commit's wait for the synchronous standby that is cancelled ends: what it
// wrote is then visible, though a failover loses it.
func uncancelled(config *pgx.ConnConfig) (connected func()) {
	var made atomic.Bool
	dial := config.DialFunc
	config.DialFunc = func(ctx context.Context, network, address string) (net.Conn, error) {
		if made.Load() {
			return nil, errors.New("nothing is cancelled")
		}
		return dial(ctx, network, address)
	}
	config.RuntimeParams["statement_timeout"] = "0" // it cancels too; the deadline of expect bounds a statement
	return func() { made.Store(true) }
}
