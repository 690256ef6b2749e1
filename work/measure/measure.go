// Package measure reads what metrics are made of: contacts, and how agents spent their time.
//
// It guarantees: whatever was committed before the read began is there, on whatever node; a contact comes once. A contact that an earlier release
// recorded, and that has not changed since, is not there.
package measure

import (
	"context"
	"iter"

	"parley/domain/metric"
	"parley/store"
)

// page is how many records are read at once (our choice).
const page = 1_000

// Reader reads contacts.
type Reader struct{ Store store.Store }

// Contacts finds the contacts of an instance whose stamp lies in an interval, in the order of the stamp.
func (r Reader) Contacts(ctx context.Context, instance string, s metric.Stamp, when metric.Interval) iter.Seq2[*metric.Contact, error] {
	q := store.ContactQuery{Instance: instance, Order: moment(s), From: when.Start, Until: when.End, Limit: page}
	return func(yield func(*metric.Contact, error) bool) {
		for {
			records, err := r.Store.Contacts(ctx, q)
			if err != nil {
				yield(nil, err)
				return
			}
			for i := range records {
				c, counts := metric.Of(&records[i])
				if counts && when.Holds(s.Of(c)) && !yield(c, nil) {
					return
				}
			}
			if len(records) < page {
				return
			}
			last := &records[len(records)-1]
			q.After = store.ContactPlace{At: q.Order.Of(last), ID: last.ID}
		}
	}
}

func moment(s metric.Stamp) store.Moment {
	switch s {
	case metric.AtStart:
		return store.Initiated
	case metric.AtEnqueue:
		return store.Enqueued
	case metric.AtAnswer:
		return store.Connected
	default:
		return store.Disconnected
	}
}
