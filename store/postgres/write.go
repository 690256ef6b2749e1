package postgres

import (
	"context"
	"fmt"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgtype"

	"parley/domain/change"
	"parley/internal/fault"
	"parley/store/batch"
)

// The writes of a batch: each one goes through arrays of columns, in the order
// of the keys where rows may be another transaction's too.
const (
	addSessions = `INSERT INTO sessions (id, instance, version, head, last_at, status)
		SELECT * FROM unnest($1::text[], $2::text[], $3::bigint[], $4::bigint[], $5::bigint[], $6::smallint[]) ORDER BY 1`
	setSessions = `UPDATE sessions s SET instance = k.instance, version = k.version, head = k.head, last_at = k.last_at, status = k.status
		FROM unnest($1::text[], $2::text[], $3::bigint[], $4::bigint[], $5::bigint[], $6::smallint[])
		k (id, instance, version, head, last_at, status) WHERE s.id = k.id`
	putDocs = `INSERT INTO session_docs (session, part, doc) SELECT * FROM unnest($1::text[], $2::smallint[], $3::bytea[])
		ON CONFLICT (session, part) DO UPDATE SET doc = excluded.doc`
	addItems = `INSERT INTO items (session, position, at, body) SELECT * FROM unnest($1::text[], $2::bigint[], $3::bigint[], $4::bytea[])`
	putMarks = `INSERT INTO marks (session, participant, delivered, delivered_at, read, read_at)
		SELECT * FROM unnest($1::text[], $2::text[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[])
		ON CONFLICT (session, participant) DO UPDATE SET delivered = excluded.delivered,
		delivered_at = excluded.delivered_at, read = excluded.read, read_at = excluded.read_at`
	dropOnce = `DELETE FROM once o USING unnest($1::text[], $2::bytea[]) k (scope, key) WHERE o.scope = k.scope AND o.key = k.key`
	addOnce  = `INSERT INTO once (scope, key, fingerprint, answer, expires, position, at)
		SELECT * FROM unnest($1::text[], $2::bytea[], $3::bytea[], $4::bytea[], $5::bigint[], $6::bigint[], $7::bigint[]) ORDER BY 1, 2`
	addUsage = `INSERT INTO usage (key, value) SELECT * FROM unnest($1::text[], $2::bigint[]) ORDER BY 1`
	setUsage = `UPDATE usage u SET value = k.value FROM unnest($1::text[], $2::bigint[]) k (key, value) WHERE u.key = k.key`
	dropDue  = `DELETE FROM due d USING unnest($1::text[], $2::text[], $3::text[]) k (owner, kind, subject)
		WHERE d.owner = k.owner AND d.kind = k.kind AND d.subject = k.subject`
	putDue = `INSERT INTO due (owner, kind, subject, generation, due_at)
		SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::bigint[], $5::bigint[]) ORDER BY 1, 2, 3
		ON CONFLICT (owner, kind, subject) DO UPDATE SET generation = excluded.generation, due_at = excluded.due_at,
		claimed_by = NULL, claimed_until = NULL`
	dropResource = `DELETE FROM resources WHERE instance = $1 AND kind = $2 AND id = $3`
	addResource  = `INSERT INTO resources (instance, kind, id, name, version, document) VALUES ($1, $2, $3, $4, $5, $6)`
	setResource  = `UPDATE resources SET name = $4, version = $5, document = $6 WHERE instance = $1 AND kind = $2 AND id = $3`

	addCommit = `INSERT INTO commits (id) VALUES ($1)`
	// voidCommit answers what became of a transaction and makes sure that it
	// stays so: it waits for one under way, and leaves a row that one which is
	// still to come would collide with. Being a write, it is answered only when
	// everything before it has reached the synchronous standby.
	voidCommit = `INSERT INTO commits AS c (id, void) VALUES ($1, true)
		ON CONFLICT (id) DO UPDATE SET at = now() RETURNING c.void, c.placed`
)

// write writes the batch's rows and commits, in one round trip.
func (l *lane) write() error {
	id := uuid.New()
	var b pgx.Batch
	l.queueSessions(&b)
	l.queueCounts(&b)
	l.queueDue(&b)
	l.queueResources(&b)
	l.queueTranscripts(&b)
	b.Queue(addCommit, id)
	b.Queue("COMMIT")
	l.warned = false
	err := l.send(&b)
	switch {
	case err == nil && !l.warned:
		return nil
	case err == nil || lost(err):
		_, err = l.resolve(id, err)
		return err
	default:
		return l.rollback(err)
	}
}

// notice sees what the server warns of. A commit that it warns of may not have
// reached the synchronous standby.
func (l *lane) notice(_ *pgconn.PgConn, n *pgconn.Notice) {
	l.warned = l.warned || n.SeverityUnlocalized == "WARNING"
}

// resolve finds out what became of a transaction whose answer was lost: errVoid, or
// nil and what it came to, if it was one of plain appends.
func (l *lane) resolve(id uuid.UUID, cause error) (placed []int64, err error) {
	l.fail(cause)
	end := l.store.patience()
	for pause := firstPause; ; pause = pause.next() {
		void, placed, err := l.ask(id)
		if err == nil {
			l.store.opts.Meter.Resolved()
		}
		switch {
		case err == nil && void:
			return nil, errVoid
		case err == nil:
			return placed, nil
		}
		l.drop()
		if over(end) || !pause.wait(l.store.closed) {
			return nil, fault.Wrap(fault.Unavailable, fmt.Errorf("%w: %w", errUnknown, err), "the connection to the database failed")
		}
	}
}

func (l *lane) ask(id uuid.UUID) (void bool, placed pgtype.FlatArray[int64], err error) {
	if err := l.connect(); err != nil {
		return false, nil, err
	}
	if err := l.expect(); err != nil {
		return false, nil, err
	}
	l.warned = false
	err = l.conn.QueryRow(context.Background(), voidCommit, id).Scan(&void, &placed)
	if err == nil && l.warned {
		err = errUnknown
	}
	return void, placed, err
}

func (l *lane) queueSessions(b *pgx.Batch) {
	r := &l.rows
	standing, created := split(r.Sessions, func(s *batch.SessionRow) bool { return s.Stands })
	queueSessionRows(b, addSessions, created)
	queueSessionRows(b, setSessions, standing)
	if len(r.Docs) > 0 {
		b.Queue(putDocs, column(r.Docs, func(d *batch.DocRow) string { return d.Session }),
			column(r.Docs, func(d *batch.DocRow) int16 { return int16(d.Part) }),
			column(r.Docs, func(d *batch.DocRow) []byte { return d.Doc }))
	}
	if len(r.Items) > 0 {
		b.Queue(addItems, column(r.Items, func(i *batch.ItemRow) string { return i.Session }),
			column(r.Items, func(i *batch.ItemRow) int64 { return i.Position }),
			column(r.Items, func(i *batch.ItemRow) int64 { return i.At }),
			column(r.Items, func(i *batch.ItemRow) []byte { return i.Body }))
	}
	if len(r.Marks) > 0 {
		b.Queue(putMarks, column(r.Marks, func(m *batch.MarkRow) string { return m.Session }),
			column(r.Marks, func(m *batch.MarkRow) string { return m.Participant }),
			column(r.Marks, func(m *batch.MarkRow) int64 { return m.Delivered }),
			column(r.Marks, func(m *batch.MarkRow) int64 { return batch.Millis(m.DeliveredAt) }),
			column(r.Marks, func(m *batch.MarkRow) int64 { return m.Read }),
			column(r.Marks, func(m *batch.MarkRow) int64 { return batch.Millis(m.ReadAt) }))
	}
	l.queueContacts(b)
}

func queueSessionRows(b *pgx.Batch, text string, rows []batch.SessionRow) {
	if len(rows) == 0 {
		return
	}
	b.Queue(text, column(rows, func(s *batch.SessionRow) string { return s.ID }),
		column(rows, func(s *batch.SessionRow) string { return s.Instance }),
		column(rows, func(s *batch.SessionRow) int64 { return s.Version }),
		column(rows, func(s *batch.SessionRow) int64 { return s.Head }),
		column(rows, func(s *batch.SessionRow) int64 { return s.Last }),
		column(rows, func(s *batch.SessionRow) int16 { return int16(s.Status) }))
}

// split puts the rows that hold first and returns both kinds.
func split[R any](rows []R, hold func(*R) bool) (held, others []R) {
	n := 0
	for i := range rows {
		if hold(&rows[i]) {
			rows[n], rows[i] = rows[i], rows[n]
			n++
		}
	}
	return rows[:n], rows[n:]
}

func (l *lane) queueCounts(b *pgx.Batch) {
	expired, _ := split(l.rows.Once, func(o *batch.OnceRow) bool { return o.Stands })
	if len(expired) > 0 {
		scope, key := onceColumns(column(expired, func(o *batch.OnceRow) batch.OnceKey { return o.OnceKey }))
		b.Queue(dropOnce, scope, key)
	}
	if once := l.rows.Once; len(once) > 0 {
		b.Queue(addOnce, column(once, func(o *batch.OnceRow) string { return o.Scope }),
			column(once, func(o *batch.OnceRow) []byte { return o.Key[:] }),
			column(once, func(o *batch.OnceRow) []byte { return o.Fingerprint[:] }),
			column(once, func(o *batch.OnceRow) []byte { return batch.NotNil(o.Answer) }),
			column(once, func(o *batch.OnceRow) int64 { return batch.Millis(o.Expires) }),
			column(once, func(o *batch.OnceRow) int64 { return o.Position }),
			column(once, func(o *batch.OnceRow) int64 { return batch.Millis(o.Time) }))
	}
	standing, created := split(l.rows.Usage, func(u *batch.UsageRow) bool { return u.Stands })
	queueUsage(b, setUsage, standing)
	queueUsage(b, addUsage, created)
}

func queueUsage(b *pgx.Batch, text string, rows []batch.UsageRow) {
	if len(rows) > 0 {
		b.Queue(text, column(rows, func(u *batch.UsageRow) string { return u.Key }),
			column(rows, func(u *batch.UsageRow) int64 { return u.Value }))
	}
}

func (l *lane) queueDue(b *pgx.Batch) {
	if undue := l.rows.Undue; len(undue) > 0 {
		owner, kind, subject := dueColumns(undue)
		b.Queue(dropDue, owner, kind, subject)
	}
	if due := l.rows.Due; len(due) > 0 {
		owner, kind, subject := dueColumns(column(due, func(d *batch.DueRow) change.DueKey { return d.DueKey }))
		b.Queue(putDue, owner, kind, subject,
			column(due, func(d *batch.DueRow) int64 { return d.Generation }),
			column(due, func(d *batch.DueRow) int64 { return d.At }))
	}
}

// queueResources writes in the order of the Sets, one by one: resources change
// too rarely to be batched.
func (l *lane) queueResources(b *pgx.Batch) {
	for i := range l.rows.Resources {
		r := &l.rows.Resources[i]
		switch {
		case r.Delete:
			b.Queue(dropResource, r.Instance, r.Kind, r.ID)
		case r.Version == 1:
			b.Queue(addResource, r.Instance, r.Kind, r.ID, r.Name, r.Version, r.Document)
		default:
			b.Queue(setResource, r.Instance, r.Kind, r.ID, r.Name, r.Version, r.Document)
		}
	}
}
