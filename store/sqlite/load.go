package sqlite

import (
	"database/sql"

	"parley/domain/change"
	"parley/domain/transcript"
	"parley/store"
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
		SELECT k.owner, k.kind, k.subject, d.generation, d.due_at FROM k CROSS JOIN due d ON d.owner = k.owner AND d.kind = k.kind AND d.subject = k.subject`}
	readResources = bulk{`WITH k(instance, kind, id) AS (VALUES `, 3, `)
		SELECT k.instance, k.kind, k.id, r.version, r.name FROM k CROSS JOIN resources r ON r.instance = k.instance AND r.kind = k.kind AND r.id = k.id`}
	readNames = bulk{`WITH k(instance, kind, name) AS (VALUES `, 3, `)
		SELECT k.instance, k.kind, k.name, r.id FROM k CROSS JOIN resources r ON r.instance = k.instance AND r.kind = k.kind AND r.name = k.name WHERE r.name <> ''`}
)

// load reads every row that a Set of the batch guards or adds to.
func (v *view) load(s *statements, batch []*request) error {
	keys := v.collect(batch)
	reads := [...]struct {
		bulk bulk
		keys []any
		scan func(*sql.Rows) error
	}{
		{readSessions, keys.sessions, v.scanSession},
		{readOnce, keys.once, v.scanOnce},
		{readUsage, keys.usage, v.scanUsage},
		{readContacts, keys.contacts, v.scanContact},
		{readMarks, keys.marks, v.scanMark},
		{readDue, keys.due, v.scanDue},
		{readResources, keys.resources, v.scanResource},
		{readNames, keys.names, v.scanName},
	}
	for _, r := range reads {
		if err := r.bulk.query(s, r.keys, r.scan); err != nil {
			return err
		}
	}
	if keys.generation {
		return v.loadGeneration(s)
	}
	return nil
}

// keys are the parameters of a batch's reads, each key once.
type keys struct {
	sessions, once, usage, contacts, marks, due, resources, names []any

	generation bool
}

// collect enters a row of zero value for every key that the batch names, and
// returns the keys.
func (v *view) collect(batch []*request) (k keys) {
	for _, r := range batch {
		set := r.set
		if set.Session != nil {
			v.collectSession(&k, set)
		}
		if o := set.Once; o != nil {
			if enter(v.once, onceKey{o.Scope, o.Key}, onceRow{}) {
				k.once = append(k.once, o.Scope, o.Key[:])
			}
		}
		v.collectCounts(&k, set)
		v.collectDue(&k, set)
		v.collectResources(&k, set)
	}
	return k
}

func (v *view) collectSession(k *keys, set *change.Set) {
	id := set.Session.ID
	if v.sessions[id] == nil {
		v.sessions[id] = &sessionRow{}
		k.sessions = append(k.sessions, id)
	}
	for i := range set.Marks {
		m := transcript.Mark{Participant: set.Marks[i].Participant}
		if enter(v.marks, markKey{id, m.Participant}, m) {
			k.marks = append(k.marks, id, m.Participant)
		}
	}
}

func (v *view) collectCounts(k *keys, set *change.Set) {
	for i := range set.Usage {
		if key := set.Usage[i].Key; v.usage[key] == nil {
			v.usage[key] = &usageRow{}
			k.usage = append(k.usage, key)
		}
	}
	for i := range set.Contacts {
		if id := set.Contacts[i].ID; enter(v.contacts, id, false) {
			k.contacts = append(k.contacts, id)
		}
	}
}

// collectDue reads only the deadlines that are guards; the others are
// overwritten or deleted whatever they are.
func (v *view) collectDue(k *keys, set *change.Set) {
	for i := range set.Done {
		if d := set.Done[i].DueKey; v.due[d] == nil {
			v.due[d] = &dueRow{}
			k.due = append(k.due, d.Owner, d.Kind, d.Subject)
		}
	}
	k.generation = k.generation || len(set.Due) > 0
}

func (v *view) collectResources(k *keys, set *change.Set) {
	for i := range set.Resources {
		r := &set.Resources[i]
		if enter(v.resources, resourceKey{r.Instance, r.Kind, r.ID}, resourceRow{}) {
			k.resources = append(k.resources, r.Instance, r.Kind, r.ID)
		}
		if r.Name != "" && enter(v.names, nameKey{r.Instance, r.Kind, r.Name}, "") {
			k.names = append(k.names, r.Instance, r.Kind, r.Name)
		}
	}
}

// enter adds an entry unless there is one, and reports whether it did.
func enter[K comparable, V any](m map[K]V, key K, value V) bool {
	if _, ok := m[key]; ok {
		return false
	}
	m[key] = value
	return true
}

func (v *view) scanSession(rows *sql.Rows) error {
	var id string
	var row sessionRow
	var last int64
	err := rows.Scan(&id, &row.instance, &row.version, &row.head, &last, &row.status)
	row.last = fromMillis(last)
	*v.sessions[id] = row
	return err
}

func (v *view) scanOnce(rows *sql.Rows) error {
	var scope string
	var key []byte
	row, err := scanReplay(rows, &scope, &key)
	if err != nil {
		return err
	}
	v.once[onceKey{scope, [32]byte(key)}] = row
	return nil
}

// scanReplay reads a row that ends in the columns of a first answer.
func scanReplay(row interface{ Scan(...any) error }, before ...any) (onceRow, error) {
	var fingerprint []byte
	var expires, at int64
	r := &store.Replay{}
	err := row.Scan(append(before, &fingerprint, &r.Answer, &expires, &r.Position, &at)...)
	if err != nil {
		return onceRow{}, err
	}
	copy(r.Fingerprint[:], fingerprint)
	r.Time = fromMillis(at)
	return onceRow{expires: fromMillis(expires), replay: r}, nil
}

func (v *view) scanUsage(rows *sql.Rows) error {
	var key string
	var value int64
	err := rows.Scan(&key, &value)
	*v.usage[key] = usageRow{value: value}
	return err
}

func (v *view) scanContact(rows *sql.Rows) error {
	var id string
	err := rows.Scan(&id)
	v.contacts[id] = true
	return err
}

func (v *view) scanMark(rows *sql.Rows) error {
	var session string
	m, err := scanMark(rows, &session)
	v.marks[markKey{session, m.Participant}] = m
	return err
}

// scanMark reads a row that ends in the columns of a mark.
func scanMark(rows *sql.Rows, before ...any) (m transcript.Mark, err error) {
	var delivered, read int64
	err = rows.Scan(append(before, &m.Participant, &m.Delivered, &delivered, &m.Read, &read)...)
	m.DeliveredAt, m.ReadAt = fromMillis(delivered), fromMillis(read)
	return m, err
}

func (v *view) scanDue(rows *sql.Rows) error {
	var k change.DueKey
	var row dueRow
	var at int64
	err := rows.Scan(&k.Owner, &k.Kind, &k.Subject, &row.generation, &at)
	row.at = fromMillis(at)
	*v.due[k] = row
	return err
}

func (v *view) scanResource(rows *sql.Rows) error {
	var k resourceKey
	var row resourceRow
	err := rows.Scan(&k.instance, &k.kind, &k.id, &row.version, &row.name)
	v.resources[k] = row
	return err
}

func (v *view) scanName(rows *sql.Rows) error {
	var k nameKey
	var id string
	err := rows.Scan(&k.instance, &k.kind, &k.name, &id)
	v.names[k] = id
	return err
}

func (v *view) loadGeneration(s *statements) error {
	stmt, err := s.get(statementKey{head: readGeneration}, func() string { return readGeneration })
	if err != nil {
		return err
	}
	return stmt.QueryRow().Scan(&v.generation)
}

const readGeneration = `SELECT value FROM counters WHERE name = 'generation'`
