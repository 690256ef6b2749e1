package postgres

import (
	"github.com/jackc/pgx/v5"

	"parley/domain/change"
	"parley/domain/transcript"
	"parley/store"
	"parley/store/batch"
)

// The reads of a batch. Rows that guards depend on are locked, in the order of
// their keys, so that batches wait for one another and never in a circle. Each
// statement sees what was committed before it began: so the rows of a session
// that are not locked are read after the session is. Of contacts and names that
// are not there yet, whoever inserts second fails and decides again.
const (
	begin        = `BEGIN ISOLATION LEVEL READ COMMITTED`
	lockSessions = `SELECT s.id, s.instance, s.version, s.head, s.last_at, s.status FROM sessions s
		WHERE s.id = ANY ($1::text[]) ORDER BY s.id FOR NO KEY UPDATE`
	lockUsage = `SELECT u.key, u.value FROM usage u WHERE u.key = ANY ($1::text[]) ORDER BY u.key FOR NO KEY UPDATE`
	lockDue   = `SELECT d.owner, d.kind, d.subject, d.generation
		FROM unnest($1::text[], $2::text[], $3::text[]) k (owner, kind, subject)
		JOIN due d ON d.owner = k.owner AND d.kind = k.kind AND d.subject = k.subject
		ORDER BY d.owner, d.kind, d.subject FOR UPDATE OF d`
	lockOnce = `SELECT o.scope, o.key, o.fingerprint, o.answer, o.expires, o.position, o.at
		FROM unnest($1::text[], $2::bytea[]) k (scope, key) JOIN once o ON o.scope = k.scope AND o.key = k.key
		ORDER BY o.scope, o.key FOR UPDATE OF o`
	lockResources = `SELECT r.instance, r.kind, r.id, r.version, r.name
		FROM unnest($1::text[], $2::text[], $3::text[]) k (instance, kind, id)
		JOIN resources r ON r.instance = k.instance AND r.kind = k.kind AND r.id = k.id
		ORDER BY r.instance, r.kind, r.id FOR UPDATE OF r`
	readNames = `SELECT r.instance, r.kind, r.name, r.id
		FROM unnest($1::text[], $2::text[], $3::text[]) k (instance, kind, name)
		JOIN resources r ON r.instance = k.instance AND r.kind = k.kind AND r.name = k.name WHERE r.name <> ''`
	readContacts = `SELECT c.id FROM contacts c WHERE c.id = ANY ($1::text[])`
	readMarks    = `SELECT m.session, m.participant, m.delivered, m.delivered_at, m.read, m.read_at
		FROM unnest($1::text[], $2::text[]) k (session, participant)
		JOIN marks m ON m.session = k.session AND m.participant = k.participant`
)

// read begins a transaction, and locks and reads every row that a Set of the
// batch guards or adds to, in one round trip; the rows of client tokens if they are looked for.
func (l *lane) read(sets []*batch.Request, look bool) error {
	l.view.Reset()
	var keys batch.Keys
	for _, r := range sets {
		l.view.Collect(&keys, r.Set)
	}
	var b pgx.Batch
	if !look {
		keys.Once = nil
	}
	b.Queue(begin)
	l.queueGuards(&b, &keys)
	return l.send(&b)
}

func (l *lane) queueGuards(b *pgx.Batch, k *batch.Keys) {
	v := loader{&l.view}
	if len(k.Sessions) > 0 {
		b.Queue(lockSessions, k.Sessions).Query(v.sessions)
	}
	if len(k.Usage) > 0 {
		b.Queue(lockUsage, k.Usage).Query(v.usage)
	}
	if len(k.Due) > 0 {
		owner, kind, subject := dueColumns(k.Due)
		b.Queue(lockDue, owner, kind, subject).Query(v.due)
	}
	if len(k.Once) > 0 {
		scope, key := onceColumns(k.Once)
		b.Queue(lockOnce, scope, key).Query(v.once)
	}
	if len(k.Resources) > 0 {
		r := k.Resources
		b.Queue(lockResources, column(r, func(k *batch.ResourceKey) string { return k.Instance }),
			column(r, func(k *batch.ResourceKey) string { return k.Kind }),
			column(r, func(k *batch.ResourceKey) string { return k.ID })).Query(v.resources)
	}
	if len(k.Names) > 0 {
		n := k.Names
		b.Queue(readNames, column(n, func(k *batch.NameKey) string { return k.Instance }),
			column(n, func(k *batch.NameKey) string { return k.Kind }),
			column(n, func(k *batch.NameKey) string { return k.Name })).Query(v.names)
	}
	if len(k.Contacts) > 0 {
		b.Queue(readContacts, k.Contacts).Query(v.contacts)
	}
	if len(k.Marks) > 0 {
		b.Queue(readMarks, column(k.Marks, func(k *batch.MarkKey) string { return k.Session }),
			column(k.Marks, func(k *batch.MarkKey) string { return k.Participant })).Query(v.marks)
	}
}

// column takes one column out of rows.
func column[R, C any](rows []R, of func(*R) C) []C {
	out := make([]C, len(rows))
	for i := range rows {
		out[i] = of(&rows[i])
	}
	return out
}

func dueColumns(keys []change.DueKey) (owner, kind, subject []string) {
	return column(keys, func(k *change.DueKey) string { return k.Owner }),
		column(keys, func(k *change.DueKey) string { return k.Kind }),
		column(keys, func(k *change.DueKey) string { return k.Subject })
}

func onceColumns(keys []batch.OnceKey) (scope []string, key [][]byte) {
	return column(keys, func(k *batch.OnceKey) string { return k.Scope }),
		column(keys, func(k *batch.OnceKey) []byte { return k.Key[:] })
}

// loader enters rows of the database into a view.
type loader struct{ *batch.View }

// each calls scan for every row.
func each(rows pgx.Rows, scan func() error) error {
	for rows.Next() {
		if err := scan(); err != nil {
			return err
		}
	}
	return rows.Err()
}

func (v loader) sessions(rows pgx.Rows) error {
	return each(rows, func() error {
		var id string
		var last int64
		row := batch.Session{Stands: true}
		err := rows.Scan(&id, &row.Instance, &row.Version, &row.Head, &last, &row.Status)
		row.Last = batch.FromMillis(last)
		*v.Sessions[id] = row
		return err
	})
}

func (v loader) usage(rows pgx.Rows) error {
	return each(rows, func() error {
		var key string
		row := batch.Count{Stands: true}
		err := rows.Scan(&key, &row.Value)
		*v.Usage[key] = row
		return err
	})
}

func (v loader) due(rows pgx.Rows) error {
	return each(rows, func() error {
		var k change.DueKey
		var row batch.Deadline
		err := rows.Scan(&k.Owner, &k.Kind, &k.Subject, &row.Generation)
		*v.Due[k] = row
		return err
	})
}

func (v loader) once(rows pgx.Rows) error {
	return each(rows, func() error {
		var scope string
		var key []byte
		row, err := scanReplay(rows, &scope, &key)
		if err == nil {
			*v.Once[batch.OnceKey{Scope: scope, Key: [32]byte(key)}] = row
		}
		return err
	})
}

// scanReplay reads a row that ends in the columns of a first answer.
func scanReplay(row pgx.Row, before ...any) (batch.Once, error) {
	var fingerprint []byte
	var expires, at int64
	r := &store.Replay{}
	err := row.Scan(append(before, &fingerprint, &r.Answer, &expires, &r.Position, &at)...)
	copy(r.Fingerprint[:], fingerprint)
	r.Time = batch.FromMillis(at)
	return batch.Once{Expires: batch.FromMillis(expires), Replay: r, Stands: true}, err
}

func (v loader) resources(rows pgx.Rows) error {
	return each(rows, func() error {
		var k batch.ResourceKey
		var row batch.Resource
		err := rows.Scan(&k.Instance, &k.Kind, &k.ID, &row.Version, &row.Name)
		v.Resources[k] = row
		return err
	})
}

func (v loader) names(rows pgx.Rows) error {
	return each(rows, func() error {
		var k batch.NameKey
		var id string
		err := rows.Scan(&k.Instance, &k.Kind, &k.Name, &id)
		v.Names[k] = id
		return err
	})
}

func (v loader) contacts(rows pgx.Rows) error {
	return each(rows, func() error {
		var id string
		err := rows.Scan(&id)
		v.Entered(id)
		return err
	})
}

func (v loader) marks(rows pgx.Rows) error {
	return each(rows, func() error {
		var session string
		m, err := scanMark(rows, &session)
		v.Marks[batch.MarkKey{Session: session, Participant: m.Participant}].Mark = m
		return err
	})
}

// scanMark reads a row that ends in the columns of a mark.
func scanMark(row pgx.Row, before ...any) (m transcript.Mark, err error) {
	var delivered, read int64
	err = row.Scan(append(before, &m.Participant, &m.Delivered, &delivered, &m.Read, &read)...)
	m.DeliveredAt, m.ReadAt = batch.FromMillis(delivered), batch.FromMillis(read)
	return m, err
}
