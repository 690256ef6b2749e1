package sqlite

import (
	"database/sql"

	"parley/domain/change"
	"parley/domain/transcript"
	"parley/store"
	"parley/store/batch"
)

// The reads of a batch: each one goes through a list of keys in order and
// seeks the row of each.
var (
	readSessions = bulk{`WITH k(id) AS (VALUES `, 1, `)
		SELECT k.id, s.instance, s.version, s.head, s.last_at, s.status FROM k CROSS JOIN sessions s ON s.id = k.id`}
	readOnce = bulk{`WITH k(scope, key) AS (VALUES `, 2, `)
		SELECT k.scope, k.key, o.fingerprint, o.answer, coalesce(o.expires, 0), o.position, o.at
		FROM k CROSS JOIN once o ON o.scope = k.scope AND o.key = k.key`}
	readUsage = bulk{`WITH k(key) AS (VALUES `, 1, `)
		SELECT k.key, u.value FROM k CROSS JOIN usage u ON u.key = k.key`}
	readContacts = bulk{`WITH k(id) AS (VALUES `, 1, `)
		SELECT k.id FROM k CROSS JOIN contacts c ON c.id = k.id`}
	readMarks = bulk{`WITH k(session, participant) AS (VALUES `, 2, `)
		SELECT k.session, k.participant, m.delivered, m.delivered_at, m.read, m.read_at
		FROM k CROSS JOIN marks m ON m.session = k.session AND m.participant = k.participant`}
	readDue = bulk{`WITH k(owner, kind, subject) AS (VALUES `, 3, `)
		SELECT k.owner, k.kind, k.subject, d.generation FROM k CROSS JOIN due d ON d.owner = k.owner AND d.kind = k.kind AND d.subject = k.subject`}
	readResources = bulk{`WITH k(instance, kind, id) AS (VALUES `, 3, `)
		SELECT k.instance, k.kind, k.id, r.version, r.name FROM k CROSS JOIN resources r ON r.instance = k.instance AND r.kind = k.kind AND r.id = k.id`}
	readNames = bulk{`WITH k(instance, kind, name) AS (VALUES `, 3, `)
		SELECT k.instance, k.kind, k.name, r.id FROM k CROSS JOIN resources r ON r.instance = k.instance AND r.kind = k.kind AND r.name = k.name WHERE r.name <> ''`}
)

// load reads every row that a Set of the batch guards or adds to.
func (w *writer) load(requests []*request) error {
	w.view.Reset()
	w.generation = 0
	var keys batch.Keys
	for _, r := range requests {
		w.view.Collect(&keys, r.Set)
	}
	w.journal.enter(&w.view, &keys)
	for _, read := range w.reads(&keys) {
		if err := read.bulk.query(&w.stmts, read.keys, read.scan); err != nil {
			return err
		}
	}
	if keys.Sets {
		return w.loadGeneration()
	}
	return nil
}

// bulkRead reads the rows of keys.
type bulkRead struct {
	bulk bulk
	keys []any
	scan func(*sql.Rows) error
}

func (w *writer) reads(k *batch.Keys) [8]bulkRead {
	v := loader{&w.view}
	return [...]bulkRead{
		{readSessions, flat(k.Sessions, keyArgs), v.scanSession},
		{readOnce, flat(k.Once, onceKeyArgs), v.scanOnce},
		{readUsage, flat(k.Usage, keyArgs), v.scanUsage},
		{readContacts, flat(k.Contacts, keyArgs), v.scanContact},
		{readMarks, flat(k.Marks, markKeyArgs), v.scanMark},
		{readDue, flat(k.Due, undueArgs), v.scanDue},
		{readResources, flat(k.Resources, resourceKeyArgs), v.scanResource},
		{readNames, flat(k.Names, nameKeyArgs), v.scanName},
	}
}

// flat makes the parameters of keys; columns appends those of one.
func flat[K any](keys []K, columns func([]any, *K) []any) (args []any) {
	for i := range keys {
		args = columns(args, &keys[i])
	}
	return args
}

func keyArgs(to []any, key *string) []any { return append(to, *key) }

func onceKeyArgs(to []any, k *batch.OnceKey) []any { return append(to, k.Scope, k.Key[:]) }

func markKeyArgs(to []any, k *batch.MarkKey) []any { return append(to, k.Session, k.Participant) }

func resourceKeyArgs(to []any, k *batch.ResourceKey) []any {
	return append(to, k.Instance, k.Kind, k.ID)
}

func nameKeyArgs(to []any, k *batch.NameKey) []any { return append(to, k.Instance, k.Kind, k.Name) }

// loader enters rows of the database into a view.
type loader struct{ *batch.View }

func (v loader) scanSession(rows *sql.Rows) error {
	var id string
	var last int64
	row := batch.Session{Stands: true}
	err := rows.Scan(&id, &row.Instance, &row.Version, &row.Head, &last, &row.Status)
	row.Last = batch.FromMillis(last)
	*v.Sessions[id] = row
	return err
}

func (v loader) scanOnce(rows *sql.Rows) error {
	var scope string
	var key []byte
	row, err := scanReplay(rows, &scope, &key)
	if err != nil {
		return err
	}
	*v.Once[batch.OnceKey{Scope: scope, Key: [32]byte(key)}] = row
	return nil
}

// scanReplay reads a row that ends in the columns of a first answer.
func scanReplay(row interface{ Scan(...any) error }, before ...any) (batch.Once, error) {
	var fingerprint []byte
	var expires, at int64
	r := &store.Replay{}
	err := row.Scan(append(before, &fingerprint, &r.Answer, &expires, &r.Position, &at)...)
	if err != nil {
		return batch.Once{}, err
	}
	copy(r.Fingerprint[:], fingerprint)
	r.Time = batch.FromMillis(at)
	return batch.Once{Expires: batch.FromMillis(expires), Replay: r, Stands: true}, nil
}

func (v loader) scanUsage(rows *sql.Rows) error {
	var key string
	var value int64
	err := rows.Scan(&key, &value)
	*v.Usage[key] = batch.Count{Value: value, Stands: true}
	return err
}

func (v loader) scanContact(rows *sql.Rows) error {
	var id string
	err := rows.Scan(&id)
	v.Entered(id)
	return err
}

func (v loader) scanMark(rows *sql.Rows) error {
	var session string
	m, err := scanMark(rows, &session)
	v.Marks[batch.MarkKey{Session: session, Participant: m.Participant}].Mark = m
	return err
}

// scanMark reads a row that ends in the columns of a mark.
func scanMark(rows *sql.Rows, before ...any) (m transcript.Mark, err error) {
	var delivered, read int64
	err = rows.Scan(append(before, &m.Participant, &m.Delivered, &delivered, &m.Read, &read)...)
	m.DeliveredAt, m.ReadAt = batch.FromMillis(delivered), batch.FromMillis(read)
	return m, err
}

func (v loader) scanDue(rows *sql.Rows) error {
	var k change.DueKey
	var row batch.Deadline
	err := rows.Scan(&k.Owner, &k.Kind, &k.Subject, &row.Generation)
	*v.Due[k] = row
	return err
}

func (v loader) scanResource(rows *sql.Rows) error {
	var k batch.ResourceKey
	var row batch.Resource
	err := rows.Scan(&k.Instance, &k.Kind, &k.ID, &row.Version, &row.Name)
	v.Resources[k] = row
	return err
}

func (v loader) scanName(rows *sql.Rows) error {
	var k batch.NameKey
	var id string
	err := rows.Scan(&k.Instance, &k.Kind, &k.Name, &id)
	v.Names[k] = id
	return err
}

func (w *writer) loadGeneration() error {
	stmt, err := w.stmts.get(statementKey{head: readGeneration}, func() string { return readGeneration })
	if err != nil {
		return err
	}
	return stmt.QueryRow().Scan(&w.generation)
}

const readGeneration = `SELECT value FROM counters WHERE name = 'generation'`
