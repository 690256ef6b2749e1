package sqlite

import (
	"time"

	"parley/domain/change"
	"parley/store/batch"
)

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
	putContacts = bulk{`INSERT INTO contacts (id, instance, session, initiated_at, enqueued_at, connected_at, disconnected_at,
		queue, agent, method, customer, association, record) VALUES `, 13,
		` ON CONFLICT (id) DO UPDATE SET initiated_at = excluded.initiated_at, enqueued_at = excluded.enqueued_at,
		connected_at = excluded.connected_at, disconnected_at = excluded.disconnected_at, queue = excluded.queue, agent = excluded.agent,
		method = excluded.method, customer = excluded.customer, association = excluded.association, record = excluded.record`}
	putOnce = bulk{`INSERT INTO once (scope, key, fingerprint, answer, expires, position, at) VALUES `, 7,
		` ON CONFLICT (scope, key) DO UPDATE SET fingerprint = excluded.fingerprint, answer = excluded.answer,
		expires = excluded.expires, position = excluded.position, at = excluded.at`}
	putUsage = bulk{`INSERT INTO usage (key, value) VALUES `, 2,
		` ON CONFLICT (key) DO UPDATE SET value = excluded.value`}
	dropDue = bulk{`DELETE FROM due WHERE (owner, kind, subject) IN (VALUES `, 3, `)`}
	putDue  = bulk{`INSERT INTO due (owner, kind, subject, generation, due_at) VALUES `, 5,
		` ON CONFLICT (owner, kind, subject) DO UPDATE SET generation = excluded.generation, due_at = excluded.due_at`}
)

const putGeneration = `UPDATE counters SET value = ? WHERE name = 'generation'`

// write runs the statements of a batch. Deadlines are deleted before others
// are set, resources written in the order of the Sets.
func (w *writer) write() error {
	r := &w.rows
	for _, step := range [...]func() error{
		func() error { return put(w, putSessions, r.Sessions, sessionArgs) },
		func() error { return put(w, putDocs, r.Docs, docArgs) },
		func() error { return put(w, addItems, r.Items, itemArgs) },
		func() error { return put(w, putMarks, r.Marks, markArgs) },
		func() error { return put(w, putContacts, r.Contacts, contactArgs) },
		func() error { return put(w, putOnce, r.Once, onceArgs) },
		func() error { return put(w, putUsage, r.Usage, usageArgs) },
		func() error { return put(w, dropDue, r.Undue, undueArgs) },
		func() error { return put(w, putDue, r.Due, dueArgs) },
		w.writeResources,
		func() error { return put(w, rewriteItem, r.Rewrites, rewriteArgs) },
		w.writeSaid,
		w.empty,
		func() error { return w.journal.write(&w.stmts) },
	} {
		if err := step(); err != nil {
			return err
		}
	}
	if w.generation > 0 {
		return w.stmts.run(putGeneration, w.generation)
	}
	return nil
}

// put runs a bulk statement over rows; columns appends a row's parameters.
func put[R any](w *writer, b bulk, rows []R, columns func([]any, *R) []any) error {
	w.args = w.args[:0]
	for i := range rows {
		w.args = columns(w.args, &rows[i])
	}
	err := b.exec(&w.stmts, w.args)
	clear(w.args)
	return err
}

func sessionArgs(to []any, r *batch.SessionRow) []any {
	return append(to, r.ID, r.Instance, r.Version, r.Head, r.Last, int64(r.Status))
}

func docArgs(to []any, r *batch.DocRow) []any {
	return append(to, r.Session, int64(r.Part), r.Doc)
}

func itemArgs(to []any, r *batch.ItemRow) []any {
	return append(to, r.Session, r.Position, r.At, r.Body)
}

func markArgs(to []any, r *batch.MarkRow) []any {
	return append(to, r.Session, r.Participant, r.Delivered, batch.Millis(r.DeliveredAt), r.Read, batch.Millis(r.ReadAt))
}

func contactArgs(to []any, r *batch.ContactRow) []any {
	return append(to, r.ID, r.Instance, r.Session, r.Initiated, r.Enqueued, r.Connected, r.Disconnected,
		r.Queue, r.Agent, r.Method, r.Customer, r.Association, r.Record)
}

func onceArgs(to []any, r *batch.OnceRow) []any {
	return append(to, r.Scope, r.Key[:], r.Fingerprint[:], batch.NotNil(r.Answer), nullMillis(r.Expires), r.Position, batch.Millis(r.Time))
}

func usageArgs(to []any, r *batch.UsageRow) []any { return append(to, r.Key, r.Value) }

func undueArgs(to []any, k *change.DueKey) []any { return append(to, k.Owner, k.Kind, k.Subject) }

func dueArgs(to []any, r *batch.DueRow) []any {
	return append(to, r.Owner, r.Kind, r.Subject, r.Generation, r.At)
}

const (
	deleteResource = `DELETE FROM resources WHERE instance = ? AND kind = ? AND id = ?`
	putResource    = `INSERT INTO resources (instance, kind, id, name, version, document) VALUES (?,?,?,?,?,?)
		ON CONFLICT (instance, kind, id) DO UPDATE SET name = excluded.name, version = excluded.version, document = excluded.document`
)

// writeResources writes one by one: resources change too rarely to be batched.
func (w *writer) writeResources() error {
	for _, r := range w.rows.Resources {
		var err error
		if r.Delete {
			err = w.stmts.run(deleteResource, r.Instance, r.Kind, r.ID)
		} else {
			err = w.stmts.run(putResource, r.Instance, r.Kind, r.ID, r.Name, r.Version, r.Document)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// nullMillis returns a time as it is stored, NULL for no time.
func nullMillis(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t.UnixMilli()
}
