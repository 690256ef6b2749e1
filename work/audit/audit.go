// Package audit keeps the record of who did what: sign-ins, failures,
// revocations, and every change of the configuration.
//
// It guarantees: an entry is written in the same commit as what it tells, so
// that neither is there without the other; entries are numbered without holes, and
// each is bound to all before it by a keyed hash (HMAC-SHA-256), whose key is
// sealed by the master key: whoever can write into the database, but has no
// master key, can change, insert, reorder or take away no entry unnoticed. Nothing here
// changes or deletes one. Only the newest entries together with the head can be
// taken away, by putting an older copy of both back: keep the head elsewhere to notice that too.
package audit

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"time"

	"parley/domain/change"
	"parley/internal/actor"
	"parley/internal/clock"
	"parley/internal/fault"
	"parley/internal/seal"
	"parley/store"
	"parley/work/resource"
)

// Where the record is kept: resources of the whole server.
const (
	kindEntry = "audit"
	kindHead  = "audit-head"
	kindKey   = "audit-key"
	onlyID    = "1" // of the head and of the key
)

// Entry is one line of the record.
type Entry struct {
	Seq       int64      `json:"seq"`
	At        time.Time  `json:"at"`
	Actor     actor.Kind `json:"actor"`
	ActorID   string     `json:"actor_id,omitempty"`
	Address   string     `json:"address,omitempty"`
	Operation string     `json:"operation,omitempty"`
	Instance  string     `json:"instance,omitempty"`
	Note
	Changes []Change `json:"changes,omitempty"`
	Before  string   `json:"before"` // the hash of the entry before, "" for the first
}

// Note says what happened, in words of ours: it never holds what somebody typed.
type Note struct {
	Event   string `json:"event"`             // such as "signed in"
	Subject string `json:"subject,omitempty"` // the id of what or whom it is about
	Detail  string `json:"detail,omitempty"`
}

// Change is one thing that was created, changed or deleted.
type Change struct {
	Kind string `json:"kind"`
	ID   string `json:"id"`
	What string `json:"what"` // "created", "changed" or "deleted"
}

// Changed is the event of an entry about the configuration.
const Changed = "configuration changed"

// maxChanges is how many changes an entry lists; the last says how many more there were.
const maxChanges = 50

// Log is the record. It is safe for concurrent use.
type Log struct {
	store store.Store
	clock *clock.Clock
	key   []byte
	turn  chan struct{} // one entry at a time on this node: they would only conflict
	head  head          // as this node saw it last; holder of the turn only
}

// head says where the record ends.
type head struct {
	version int64  // of its row, 0 before the first entry
	Seq     int64  `json:"seq"`
	Hash    string `json:"hash"`
}

// Open opens the record of a store, and makes its key if there is none.
func Open(ctx context.Context, st store.Store, sealer *seal.Sealer, c *clock.Clock) (*Log, error) {
	key, err := resource.SealedKey(ctx, st, sealer, c, kindKey, onlyID, func() ([]byte, error) {
		key := make([]byte, 32)
		rand.Read(key) // never fails: crypto/rand ends the program instead
		return key, nil
	})
	if err != nil {
		return nil, err
	}
	return &Log{store: st, clock: c, key: key, turn: make(chan struct{}, 1)}, nil
}

const sealedAs = kindKey + "/" + onlyID

// Reseal seals the key of the record under the current master key, and returns how many values it sealed anew.
func Reseal(ctx context.Context, st store.Store, sealer *seal.Sealer, now time.Time) (int, error) {
	row, err := st.Resource(ctx, "", kindKey, onlyID)
	if fault.Is(err, fault.NotFound) || err == nil && sealer.Current(row.Document) {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	key, err := sealer.Open(sealedAs, row.Document)
	if err != nil {
		return 0, fmt.Errorf("open the key of the audit log: %w", err)
	}
	row.Document = sealer.Seal(sealedAs, key)
	_, err = st.Commit(ctx, &change.Set{ID: newID(), At: now, Resources: []change.Resource{*row}})
	return 1, err
}

// entry makes the stored forms of the next entry and of the new head.
func (l *Log) entry(e Entry) (rows []change.Resource, next head, err error) {
	e.Seq, e.Before = l.head.Seq+1, l.head.Hash
	raw, err := json.Marshal(e)
	if err != nil {
		return nil, next, fmt.Errorf("encode an audit entry: %w", err)
	}
	next = head{version: l.head.version + 1, Seq: e.Seq, Hash: l.hash(raw)}
	kept, err := json.Marshal(stored{raw, next.Hash})
	if err != nil {
		return nil, next, fmt.Errorf("encode an audit entry: %w", err)
	}
	top, err := json.Marshal(next)
	if err != nil {
		return nil, next, fmt.Errorf("encode the head of the audit log: %w", err)
	}
	return []change.Resource{ // the head first: where another node was faster, it is the head that conflicts
		{Kind: kindHead, ID: onlyID, Version: l.head.version, Document: top},
		{Kind: kindEntry, ID: id(e.Seq), Document: kept},
	}, next, nil
}

// stored is an entry as it is kept: its bytes, and their hash.
type stored struct {
	Entry json.RawMessage `json:"entry"`
	Hash  string          `json:"hash"`
}

func (l *Log) hash(raw []byte) string {
	mac := hmac.New(sha256.New, l.key)
	mac.Write(raw)
	return hex.EncodeToString(mac.Sum(nil))
}

// id is the id of an entry's row: ids sort as numbers do.
func id(seq int64) string { return fmt.Sprintf("%016d", seq) }
