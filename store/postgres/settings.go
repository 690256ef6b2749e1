package postgres

import (
	"context"
	"fmt"
	"net"
	"runtime"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
)

// How soon something that does not answer is given up, so that a dead primary
// is noticed within seconds (our choices).
const (
	connectTimeout = 2 * time.Second // for each host
	silence        = 4 * time.Second // a statement's answer, on our side
	lockTimeout    = 1 * time.Second
	idleInTransact = 3 * time.Second // a node that stalls gives back its locks
)

// settings are how connections are made.
type settings struct {
	pool   *pgxpool.Config
	lanes  int
	unsafe bool
}

// defaultLanes is how many connections commit at a time (measured: decision 11):
// fewer lanes make larger batches, which cost less; a second one helps where
// there are processors to spare.
func defaultLanes() int {
	if runtime.GOMAXPROCS(0) < 8 {
		return 1
	}
	return 2
}

// defaultReaders is how many connections read at a time.
const defaultReaders = 8

// parse reads a connection string and adds what it leaves open.
func parse(url string) (settings, error) {
	pool, err := pgxpool.ParseConfig(url)
	if err != nil {
		return settings{}, fmt.Errorf("the connection string of PostgreSQL: %w", err)
	}
	s := settings{pool: pool, lanes: defaultLanes()}
	params := pool.ConnConfig.RuntimeParams
	if err := s.takeOwn(params); err != nil {
		return settings{}, err
	}
	if !given(url, "pool_max_conns") {
		pool.MaxConns = defaultReaders
	}
	pool.MaxConnLifetime = time.Hour
	pool.AfterConnect = certain
	pool.PingTimeout = connectTimeout
	for name, value := range serverSettings() {
		if params[name] == "" {
			params[name] = value
		}
	}
	c := pool.ConnConfig
	if c.ConnectTimeout == 0 || !given(url, "connect_timeout") {
		c.ConnectTimeout = connectTimeout
	}
	if c.ValidateConnect == nil {
		c.ValidateConnect = pgconn.ValidateConnectTargetSessionAttrsReadWrite
	}
	c.DialFunc = dialer().DialContext
	c.AfterConnect = durable
	return s, nil
}

// Check tells what is wrong with a connection string, without a password in it.
func Check(url string) error {
	_, err := parse(url)
	return err
}

// takeOwn takes the parameters that are ours out of those for the server.
func (s *settings) takeOwn(params map[string]string) (err error) {
	if text, ok := params["lanes"]; ok {
		if s.lanes, err = strconv.Atoi(text); err != nil || s.lanes < 1 || s.lanes > 64 {
			return fmt.Errorf("lanes=%s must be a number from 1 to 64", text)
		}
	}
	if text, ok := params["unsafe"]; ok {
		if s.unsafe = text == "on"; !s.unsafe && text != "off" {
			return fmt.Errorf("unsafe=%s must be on or off", text)
		}
	}
	delete(params, "lanes")
	delete(params, "unsafe")
	return nil
}

// serverSettings are what a session of ours asks of the server. Plans are made
// once and go by index, whatever a statistic of an empty table once said.
func serverSettings() map[string]string {
	return map[string]string{
		"application_name":                    "parley",
		"client_encoding":                     "UTF8",
		"default_transaction_isolation":       "read committed",
		"statement_timeout":                   millis(silence),
		"lock_timeout":                        millis(lockTimeout),
		"idle_in_transaction_session_timeout": millis(idleInTransact),
		"tcp_user_timeout":                    millis(silence),
		"tcp_keepalives_idle":                 "5",
		"tcp_keepalives_interval":             "2",
		"tcp_keepalives_count":                "3",
		"plan_cache_mode":                     "force_generic_plan",
		"enable_seqscan":                      "off",
		"enable_hashjoin":                     "off",
		"enable_mergejoin":                    "off",
		"jit":                                 "off",
	}
}

func millis(d time.Duration) string { return strconv.FormatInt(d.Milliseconds(), 10) }

// given tells whether a connection string sets a parameter.
func given(url, name string) bool { return parameter(name).MatchString(url) }

// dialer makes TCP connections that notice within seconds that the other side is gone.
func dialer() *net.Dialer {
	return &net.Dialer{
		Timeout: connectTimeout,
		KeepAliveConfig: net.KeepAliveConfig{
			Enable: true, Idle: 2 * time.Second, Interval: time.Second, Count: 3,
		},
		Control: userTimeout,
	}
}

// durable makes commits of a session wait for the disk, and for a synchronous
// standby where there is one, whatever the database's default is.
func durable(ctx context.Context, conn *pgconn.PgConn) error {
	return conn.Exec(ctx, `SELECT set_config('synchronous_commit', 'on', false)
		WHERE current_setting('synchronous_commit') NOT IN ('on', 'remote_apply')`).Close()
}

// connect opens a connection to a server that can be written to.
func (s *settings) connect(ctx context.Context) (*pgx.Conn, error) {
	return pgx.ConnectConfig(ctx, s.pool.ConnConfig)
}

// check refuses a database that cannot keep what the store promises.
func (s *settings) check(ctx context.Context, conn *pgx.Conn) error {
	var encoding, fsync string
	err := conn.QueryRow(ctx, `SELECT current_setting('server_encoding'), coalesce(current_setting('fsync', true), 'on')`).Scan(&encoding, &fsync)
	switch {
	case err != nil:
		return err
	case encoding != "UTF8":
		return verdict("the database's encoding is " + encoding + "; UTF8 is needed")
	case fsync != "on" && !s.unsafe:
		return verdict("the server runs with fsync=" + fsync + " and would lose what was acknowledged when its machine fails; add unsafe=on to the connection string if that is wanted")
	}
	return nil
}
