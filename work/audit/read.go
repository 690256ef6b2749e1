package audit

import (
	"context"
	"encoding/json"
	"fmt"

	"parley/domain/change"
	"parley/internal/fault"
)

// Page returns up to limit entries before a number, the newest first; before 0 begins with the newest of all, as does a number that
// no entry has yet. An instance selects its own entries; "" selects all, those of the whole server, too. It looks at no more than
// searched entries and returns where to go on, 0 where there is nothing more.
func (l *Log) Page(ctx context.Context, instance string, before int64, limit int) (list []Entry, next int64, err error) {
	h, err := l.readHead(ctx)
	if err != nil {
		return nil, 0, err
	}
	if before == 0 || before > h.Seq+1 {
		before = h.Seq + 1
	}
	for last := before - searched; len(list) < limit && before > max(last, 1); {
		from := max(before-portion, 1)
		rows, err := l.store.Resources(ctx, "", kindEntry, id(from-1), int(before-from))
		if err != nil {
			return nil, 0, err
		}
		for i := len(rows) - 1; i >= 0 && len(list) < limit; i-- {
			_, e, err := decode(&rows[i])
			if err != nil {
				return nil, 0, err
			}
			from = e.Seq
			if instance == "" || e.Instance == instance {
				list = append(list, e)
			}
		}
		before = from
	}
	if before == 1 {
		before = 0
	}
	return list, before, nil
}

// How many entries are read at a time, and how many for one page (our choice).
const (
	portion  = 1_000
	searched = 10_000
)

func decode(r *change.Resource) (s stored, e Entry, err error) {
	if err = json.Unmarshal(r.Document, &s); err == nil {
		err = json.Unmarshal(s.Entry, &e)
	}
	if err != nil {
		err = fmt.Errorf("decode audit entry %s: %w", r.ID, err)
	}
	return s, e, err
}

// Head names the newest entry: kept elsewhere, it shows later that none before it is gone.
type Head struct {
	Seq  int64  `json:"seq"`
	Hash string `json:"hash"`
}

// Verify reads the whole record and returns its head; fault.Rule, naming the first
// entry that is not as it was written, if there is one. A known head of earlier
// must be part of it; the zero Head is part of every record.
func (l *Log) Verify(ctx context.Context, known Head) (Head, error) {
	h, err := l.readHead(ctx)
	if err != nil {
		return Head{}, err
	}
	var last head
	found := known.Seq == 0
	for last.Seq < h.Seq {
		rows, err := l.store.Resources(ctx, "", kindEntry, id(last.Seq), portion)
		if err != nil {
			return Head{}, err
		}
		if len(rows) == 0 {
			return Head{}, broken(last.Seq+1, "is missing")
		}
		for i := range rows {
			if last, err = l.follow(&rows[i], last); err != nil {
				return Head{}, err
			}
			found = found || last.Seq == known.Seq && last.Hash == known.Hash
			if last.Seq == h.Seq { // what came after began later
				break
			}
		}
	}
	switch {
	case last.Hash != h.Hash:
		return Head{}, broken(h.Seq, "is not the one that the head names")
	case !found:
		return Head{}, fault.New(fault.Rule, "The audit log is not a continuation of the one with entry %d: entries were taken away or replaced", known.Seq)
	}
	return Head{h.Seq, h.Hash}, nil
}

// follow checks that an entry follows the last one.
func (l *Log) follow(r *change.Resource, last head) (head, error) {
	s, e, err := decode(r)
	switch {
	case err != nil:
		return last, broken(last.Seq+1, "cannot be read")
	case e.Seq != last.Seq+1 || r.ID != id(e.Seq):
		return last, broken(last.Seq+1, "is missing")
	case e.Before != last.Hash:
		return last, broken(e.Seq, "does not follow the one before it")
	case l.hash(s.Entry) != s.Hash:
		return last, broken(e.Seq, "was changed")
	}
	return head{Seq: e.Seq, Hash: s.Hash}, nil
}

func broken(seq int64, how string) error {
	return fault.New(fault.Rule, "The audit log is broken: entry %d %s", seq, how)
}
