package batch

import (
	"context"
	"iter"
)

// Table is one of the tables that hold everything a store remembers, the same
// in every database. Its first Key columns are its primary key.
type Table struct {
	Name    string
	Columns []string
	Key     int
}

// Tables are all of them.
func Tables() []Table {
	return []Table{
		{"sessions", []string{"id", "instance", "version", "head", "last_at", "status"}, 1},
		{"session_docs", []string{"session", "part", "doc"}, 2},
		{"items", []string{"session", "position", "at", "body"}, 2},
		{"marks", []string{"session", "participant", "delivered", "delivered_at", "read", "read_at"}, 2},
		{"contacts", []string{
			"id", "instance", "session", "initiated_at", "enqueued_at", "connected_at", "disconnected_at",
			"queue", "agent", "method", "customer", "association", "record",
		}, 1},
		{"once", []string{"scope", "key", "fingerprint", "answer", "expires", "position", "at"}, 2},
		{"usage", []string{"key", "value"}, 1},
		{"due", []string{"owner", "kind", "subject", "generation", "due_at"}, 3},
		{"resources", []string{"instance", "kind", "id", "name", "version", "document"}, 3},
	}
}

// OfSession are the tables that hold what belongs to a session, each with the column that
// names the session, in the order in which they can be emptied.
func OfSession() [][2]string {
	return [][2]string{
		{"items", "session"}, {"marks", "session"}, {"said", "session"}, {"contacts", "session"}, {"once", "scope"},
		{"due", "owner"}, {"session_docs", "session"}, {"sessions", "id"},
	}
}

// OfTranscript are those of them that hold what is emptied with a transcript.
func OfTranscript() [][2]string {
	return [][2]string{{"items", "session"}, {"marks", "session"}, {"said", "session"}, {"once", "scope"}}
}

// Dump reads a table's rows in the order of its key, by bytes. A value is a
// string, an int64 or a []byte; a row is good until the next one is asked for.
// After an error there are no more.
type Dump func(ctx context.Context, t Table) iter.Seq2[[]any, error]
