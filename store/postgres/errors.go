package postgres

import (
	"errors"
	"regexp"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"

	"parley/internal/fault"
)

var (
	errUnknown = errors.New("what became of the commit is not known")
	errVoid    = errors.New("the commit did not happen")
	errLook    = errors.New("a client token has to be looked for")
)

// verdict is what this program says of a database that it does not take.
// Connecting again changes nothing.
type verdict string

// Error says what is wrong, and what to do.
func (v verdict) Error() string { return string(v) }

// lost tells whether an error says that this connection is of no use any more:
// it broke, or its server ends, does not serve yet or cannot be written to.
// What the server refuses is no such error.
func lost(err error) bool {
	if err == nil {
		return false
	}
	if _, fatal := errors.AsType[*pgconn.ConnectError](err); fatal {
		return connectable(err)
	}
	e, said := errors.AsType[*pgconn.PgError](err)
	if !said {
		_, ours := errors.AsType[*fault.Error](err)
		_, judged := errors.AsType[verdict](err)
		return !ours && !judged && !errors.Is(err, errVoid) && !errors.Is(err, errUnknown) && !errors.Is(err, errLook)
	}
	return ended(e) || strings.HasPrefix(e.Code, "08") || e.Code == "25006"
}

// ended tells whether the server ended the session with an error.
func ended(e *pgconn.PgError) bool {
	return e.SeverityUnlocalized == "FATAL" || e.SeverityUnlocalized == "PANIC" || strings.HasPrefix(e.Code, "57P")
}

// connectable tells whether connecting again may help: not with a wrong
// password or the name of a database that does not exist.
func connectable(err error) bool {
	code := state(err)
	return !strings.HasPrefix(code, "28") && code != "3D000"
}

// again tells whether a transaction failed only because of others at the same
// time: a serialization failure, a deadlock, or a row that another one
// inserted after this one had looked for it.
func again(err error) bool {
	if errors.Is(err, errVoid) {
		return true
	}
	switch state(err) {
	case "40001", "40P01", "23505":
		return true
	}
	return false
}

// repeated tells whether a transaction failed because a client token was used
// before, or may have been.
func repeated(err error) bool {
	e, said := errors.AsType[*pgconn.PgError](err)
	return errors.Is(err, errLook) || said && e.Code == "23505" && e.TableName == "once"
}

// held tells whether a transaction waited too long for a row, or took too long.
func held(err error) bool { return state(err) == "55P03" || state(err) == "57014" }

// failed turns an error of the database into a fault with a kind.
func failed(err error, what string) error {
	if _, ok := errors.AsType[*fault.Error](err); ok {
		return err
	}
	return fault.Wrap(fault.Unavailable, err, "%s", what)
}

// parameter matches where a connection string sets a parameter, in either form.
func parameter(name string) *regexp.Regexp {
	return regexp.MustCompile(`(^|[?&\s])` + regexp.QuoteMeta(name) + `\s*=`)
}
