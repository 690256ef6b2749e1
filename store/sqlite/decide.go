package sqlite

import (
	"time"

	"parley/domain/change"
	"parley/domain/transcript"
	"parley/internal/fault"
	"parley/store"
)

// decide applies a Set to the view and adds its rows to what the batch
// writes, or sets the refusal or replay and leaves both as they are.
func (v *view) decide(r *request, out *rows) {
	set := r.set
	if o := set.Once; o != nil {
		if row := v.once[onceKey{o.Scope, o.Key}]; row.stands(set.At) {
			r.replay = row.replay
			return
		}
	}
	plan, err := v.guard(set)
	if err != nil {
		r.refusal = err
		return
	}
	v.applyUsage(set.Usage)
	v.applyResources(set.Resources, plan, out)
	if set.Session != nil {
		v.applySession(r, out)
	}
	for _, c := range set.Contacts {
		v.contacts[c.ID] = true
		out.contacts = append(out.contacts, c.ID, c.InstanceID, c.SessionID)
	}
	v.applyDue(set)
	if set.Once != nil {
		v.applyOnce(r, out)
	}
}

// stands reports whether the token was used and is still remembered at a time.
func (o *onceRow) stands(at time.Time) bool {
	return o.replay != nil && (o.expires.IsZero() || o.expires.After(at))
}

// guard checks everything that a Set can be refused for, and changes nothing.
func (v *view) guard(set *change.Set) (resourcePlan, error) {
	if set.Session != nil {
		if err := v.guardSession(set.Session); err != nil {
			return resourcePlan{}, err
		}
	}
	if err := v.guardContacts(set.Contacts); err != nil {
		return resourcePlan{}, err
	}
	for i := range set.Done {
		stands := v.due[set.Done[i].DueKey].generation
		if stands == 0 || stands != set.Done[i].Generation {
			return resourcePlan{}, fault.New(fault.Conflict, "the deadline was set again or is done")
		}
	}
	plan, err := v.planResources(set.Resources)
	if err != nil {
		return plan, err
	}
	return plan, v.guardUsage(set.Usage)
}

func (v *view) guardSession(s *change.Session) error {
	stands := v.sessions[s.ID].version
	switch {
	case s.Create && stands != 0:
		return fault.New(fault.Conflict, "the session exists")
	case !s.Create && (stands == 0 || stands != s.Version):
		return fault.New(fault.Conflict, "the session has changed")
	}
	return nil
}

func (v *view) guardContacts(contacts []change.Contact) error {
	for i, c := range contacts {
		taken := v.contacts[c.ID]
		for _, earlier := range contacts[:i] {
			taken = taken || earlier.ID == c.ID
		}
		if taken {
			return fault.New(fault.Conflict, "the contact id is taken")
		}
	}
	return nil
}

// guardUsage refuses a count that would grow beyond its bound. Giving back is
// never refused, even if the bound was lowered meanwhile.
func (v *view) guardUsage(usage []change.Usage) error {
	for i, u := range usage {
		next := v.usage[u.Key].value + u.Delta
		for _, earlier := range usage[:i] {
			if earlier.Key == u.Key {
				next += earlier.Delta
			}
		}
		if u.Delta > 0 && u.Max > 0 && next > u.Max {
			return fault.New(fault.LimitExceeded, "the limit of %d is reached", u.Max)
		}
	}
	return nil
}

func (v *view) applyUsage(usage []change.Usage) {
	for _, u := range usage {
		row := v.usage[u.Key]
		row.value += u.Delta
		row.changed = true
	}
}

func (v *view) applySession(r *request, out *rows) {
	s := r.set.Session
	row := v.sessions[s.ID]
	if s.Next != nil {
		v.applyState(r, row, out)
	}
	r.version, r.head, r.last = row.version, row.head, row.last
	for i := range r.bodies {
		row.head++
		row.last = transcript.NextTime(r.set.At, row.last)
		row.changed = true
		out.items = append(out.items, s.ID, row.head, row.last.UnixMilli(), r.bodies[i])
	}
	for _, m := range r.set.Marks {
		v.applyMark(r, m, out)
	}
}

func (v *view) applyState(r *request, row *sessionRow, out *rows) {
	s := r.set.Session
	row.instance, row.status = s.Next.InstanceID, s.Next.Status
	row.version++
	row.changed = true
	for _, d := range r.docs {
		out.docs = append(out.docs, s.ID, int64(d.part), d.doc)
	}
}

func (v *view) applyMark(r *request, next transcript.Mark, out *rows) {
	id := r.set.Session.ID
	key := markKey{id, next.Participant}
	m, moved := v.marks[key].Advance(next)
	if !moved {
		return
	}
	v.marks[key] = m
	r.marks = append(r.marks, m)
	out.marks = append(out.marks, id, m.Participant,
		m.Delivered, millis(m.DeliveredAt), m.Read, millis(m.ReadAt))
}

// applyDue deletes what is done and dropped, then sets what is due, so that a
// Set can handle a deadline and set it again.
func (v *view) applyDue(set *change.Set) {
	for i := range set.Done {
		v.setDue(set.Done[i].DueKey, dueRow{changed: true})
	}
	for _, k := range set.Drop {
		v.setDue(k, dueRow{changed: true})
	}
	for _, d := range set.Due {
		v.generation++
		v.setDue(d.DueKey, dueRow{generation: v.generation, at: d.At, changed: true})
	}
}

func (v *view) setDue(k change.DueKey, row dueRow) { v.due[k] = &row }

func (v *view) applyOnce(r *request, out *rows) {
	o := r.set.Once
	first := &store.Replay{Fingerprint: o.Fingerprint, Answer: o.Answer}
	if len(r.bodies) > 0 {
		first.Position = r.head + 1
		first.Time = transcript.NextTime(r.set.At, r.last).UTC()
	}
	v.once[onceKey{o.Scope, o.Key}] = onceRow{expires: o.Expires, replay: first}
	out.once = append(out.once, o.Scope, o.Key[:], o.Fingerprint[:], notNil(o.Answer),
		nullMillis(o.Expires), first.Position, millis(first.Time))
}

// flush adds the rows that a batch writes once, however many Sets changed them.
func (v *view) flush(out *rows) {
	for id, s := range v.sessions {
		if s.changed {
			out.sessions = append(out.sessions, id, s.instance, s.version, s.head, millis(s.last), int64(s.status))
		}
	}
	for key, u := range v.usage {
		if u.changed {
			out.usage = append(out.usage, key, u.value)
		}
	}
	for k, d := range v.due {
		switch {
		case !d.changed:
		case d.generation == 0:
			out.undue = append(out.undue, k.Owner, k.Kind, k.Subject)
		default:
			out.due = append(out.due, k.Owner, k.Kind, k.Subject, d.generation, millis(d.at))
		}
	}
	out.generation = v.generation
}
