package contact

import (
	"maps"
	"slices"
	"time"

	"github.com/google/uuid"

	"parley/domain/change"
	"parley/domain/queueing"
	"parley/domain/quota"
	"parley/domain/routing"
	"parley/domain/session"
)

// dequeue takes a contact out of its queue: its place is given back and an open offer withdrawn.
func (d *Draft) dequeue(k *session.Contact) {
	if !k.Queued() {
		return
	}
	d.withdraw(k)
	k.DequeuedAt = d.now
	d.set.Usage = append(d.set.Usage, change.Usage{Key: quota.Queued(d.s.InstanceID, k.QueueID), Delta: -1})
	d.updated(k)
}

// documents writes by what routing finds the session's contacts: a document for each that waits, changed
// with what routing reads of it and gone with its wait. The contact itself remembers its document's
// version, so nobody has to read the document to replace it.
func (d *Draft) documents() (writes []change.Resource) {
	for k := range d.s.Contacts() {
		if !k.Queued() && k.Waiting == 0 {
			continue
		}
		if r, changed := d.document(k); changed {
			writes = append(writes, r)
			d.touch(change.State)
		}
	}
	return writes
}

func (d *Draft) document(k *session.Contact) (r change.Resource, changed bool) {
	r = change.Resource{Instance: d.s.InstanceID, Kind: routing.Kind, ID: k.ID, Version: k.Waiting}
	if !k.Queued() {
		r.Delete, k.Waiting = true, 0
		return r, true
	}
	var err error
	if r.Document, err = queueing.Of(d.s, k).Document(); err != nil { // no value in it can fail to encode
		return r, false
	}
	if old := d.before.Contact(k.ID); k.Waiting > 0 && old != nil {
		if text, err := queueing.Of(d.before, old).Document(); err == nil && slices.Equal(text, r.Document) {
			return r, false
		}
	}
	k.Waiting++
	return r, true
}

// passOver keeps a contact from an agent for a while, and forgets whom it may be offered again.
func (d *Draft) passOver(k *session.Contact, user string) {
	passed := map[string]time.Time{user: d.now.Add(PassOver)}
	maps.Copy(passed, k.PassedOver)
	passed[user] = d.now.Add(PassOver)
	maps.DeleteFunc(passed, func(_ string, until time.Time) bool { return !until.After(d.now) })
	k.PassedOver = passed
}

// PassOver is how long a contact is not offered again to an agent who rejected or missed it (our
// choice: long enough that others get their turn, short enough that a lone agent gets it back).
const PassOver = 30 * time.Second

// space is the namespace of the ids that a decision derives from its Set's id.
func (d *Draft) space() uuid.UUID {
	space, err := uuid.Parse(d.set.ID)
	if err != nil {
		return uuid.NameSpaceOID
	}
	return space
}
