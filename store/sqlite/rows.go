package sqlite

import "time"

// rows are what a batch writes: the parameters of its bulk statements.
type rows struct {
	sessions, docs, items, marks, contacts, once, usage, due, undue []any

	resources  []resourceWrite
	generation int64 // 0 = not used
	count      int   // how many rows were written, for the checkpoints
}

var (
	putSessions = bulk{`INSERT INTO sessions (id, instance, version, head, last_at, status) VALUES `, 6,
		` ON CONFLICT (id) DO UPDATE SET instance = excluded.instance, version = excluded.version,
		head = excluded.head, last_at = excluded.last_at, status = excluded.status`}
	putDocs = bulk{`INSERT INTO session_docs (session, part, doc) VALUES `, 3,
		` ON CONFLICT (session, part) DO UPDATE SET doc = excluded.doc`}
	addItems = bulk{`INSERT INTO items (session, position, at, body) VALUES `, 4, ``}
	putMarks = bulk{`INSERT INTO marks (session, participant, delivered, delivered_at, read, read_at) VALUES `, 6,
		` ON CONFLICT (session, participant) DO UPDATE SET delivered = excluded.delivered,
		delivered_at = excluded.delivered_at, read = excluded.read, read_at = excluded.read_at`}
	addContacts = bulk{`INSERT INTO contacts (id, instance, session) VALUES `, 3, ``}
	putOnce     = bulk{`INSERT INTO once (scope, key, fingerprint, answer, expires, position, at) VALUES `, 7,
		` ON CONFLICT (scope, key) DO UPDATE SET fingerprint = excluded.fingerprint, answer = excluded.answer,
		expires = excluded.expires, position = excluded.position, at = excluded.at`}
	putUsage = bulk{`INSERT INTO usage (key, value) VALUES `, 2,
		` ON CONFLICT (key) DO UPDATE SET value = excluded.value`}
	dropDue = bulk{`DELETE FROM due WHERE (owner, kind, subject) IN (VALUES `, 3, `)`}
	putDue  = bulk{`INSERT INTO due (owner, kind, subject, generation, due_at) VALUES `, 5,
		` ON CONFLICT (owner, kind, subject) DO UPDATE SET generation = excluded.generation, due_at = excluded.due_at`}
)

const putGeneration = `UPDATE counters SET value = ? WHERE name = 'generation'`

// write runs the statements of a batch.
func (r *rows) write(s *statements) error {
	for _, w := range r.bulks() {
		if err := w.bulk.exec(s, *w.args); err != nil {
			return err
		}
		r.count += len(*w.args) / w.bulk.width
	}
	for _, w := range r.resources {
		if err := s.run(w.text, w.args...); err != nil {
			return err
		}
	}
	if r.generation > 0 {
		return s.run(putGeneration, r.generation)
	}
	return nil
}

type bulkWrite struct {
	bulk bulk
	args *[]any
}

func (r *rows) bulks() [9]bulkWrite {
	return [...]bulkWrite{
		{putSessions, &r.sessions}, {putDocs, &r.docs}, {addItems, &r.items}, {putMarks, &r.marks},
		{addContacts, &r.contacts}, {putOnce, &r.once}, {putUsage, &r.usage},
		{dropDue, &r.undue}, {putDue, &r.due},
	}
}

// reset forgets the rows and keeps the memory.
func (r *rows) reset() {
	for _, w := range r.bulks() {
		clear(*w.args)
		*w.args = (*w.args)[:0]
	}
	clear(r.resources)
	r.resources = r.resources[:0]
	r.generation, r.count = 0, 0
}

// notNil returns bytes that are not stored as NULL.
func notNil(b []byte) []byte {
	if b == nil {
		return []byte{}
	}
	return b
}

// nullMillis returns a time as it is stored, NULL for no time.
func nullMillis(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t.UnixMilli()
}
