package batch

import (
	"time"

	"parley/domain/change"
	"parley/domain/transcript"
	"parley/internal/fault"
	"parley/store"
)

// Decide applies a Request's Set to the view and adds its rows to what the batch
// writes, or sets the refusal or replay and leaves both as they are.
func (v *View) Decide(r *Request, out *Rows) {
	r.outcome = outcome{}
	set := r.Set
	if o := set.Once; o != nil {
		if row := v.Once[OnceKey{o.Scope, o.Key}]; row.Answers(set.At) {
			r.replay = row.Replay
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
	v.applyContacts(r)
	v.applyDue(set)
	out.Said = append(out.Said, set.Said...)
	if set.Once != nil {
		v.applyOnce(r)
	}
}

// Answers reports whether the token was used and is still remembered at a time.
func (o *Once) Answers(at time.Time) bool {
	return o.Replay != nil && (o.Expires.IsZero() || o.Expires.After(at))
}

// guard checks everything that a Set can be refused for, and changes nothing.
func (v *View) guard(set *change.Set) (resourcePlan, error) {
	if set.Session != nil {
		if err := v.guardSession(set.Session); err != nil {
			return resourcePlan{}, err
		}
	}
	if err := v.guardContacts(set.Contacts); err != nil {
		return resourcePlan{}, err
	}
	for i := range set.Done {
		stands := v.Due[set.Done[i].DueKey].Generation
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

func (v *View) guardSession(s *change.Session) error {
	stands := v.Sessions[s.ID].Version
	switch {
	case s.Create && stands != 0:
		return fault.New(fault.Conflict, "the session exists")
	case !s.Create && (stands == 0 || stands != s.Version):
		return fault.New(fault.Conflict, "the session has changed")
	}
	return nil
}

// guardUsage refuses a count that would grow beyond its bound. Giving back is
// never refused, even if the bound was lowered meanwhile.
func (v *View) guardUsage(usage []change.Usage) error {
	for i, u := range usage {
		next := v.Usage[u.Key].Value + u.Delta
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

func (v *View) applyUsage(usage []change.Usage) {
	for _, u := range usage {
		row := v.Usage[u.Key]
		row.Value += u.Delta
		row.changed = true
	}
}

func (v *View) applySession(r *Request, out *Rows) {
	s := r.Set.Session
	row := v.Sessions[s.ID]
	if s.Next != nil {
		row.applyState(r)
	}
	out.Rewrites = append(out.Rewrites, r.rewrites...)
	if s.Empty {
		row.Head, row.Last = 0, time.Time{}
		out.Emptied = append(out.Emptied, s.ID)
	}
	r.version, r.head, r.last = row.Version, row.Head, row.Last
	for i := range r.bodies {
		row.Head++
		row.Last = transcript.NextTime(r.Set.At, row.Last)
		row.changed = true
		out.Items = append(out.Items, ItemRow{s.ID, row.Head, row.Last.UnixMilli(), r.bodies[i]})
	}
	for _, m := range r.Set.Marks {
		v.applyMark(r, m)
	}
}

func (row *Session) applyState(r *Request) {
	next := r.Set.Session.Next
	row.Instance, row.Status = next.InstanceID, next.Status
	row.Version++
	row.changed = true
	for _, d := range r.docs {
		row.put(d)
	}
}

// put replaces what an earlier Set of the batch made of a document.
func (row *Session) put(d Document) {
	for i := range row.docs {
		if row.docs[i].Part == d.Part {
			row.docs[i] = d
			return
		}
	}
	row.docs = append(row.docs, d)
}

func (v *View) applyMark(r *Request, next transcript.Mark) {
	row := v.Marks[MarkKey{r.Set.Session.ID, next.Participant}]
	m, moved := row.Advance(next)
	if !moved {
		return
	}
	row.Mark, row.changed = m, true
	r.marks = append(r.marks, m)
}

// applyDue deletes what is done and dropped, then sets what is due, so that a
// Set can handle a deadline and set it again.
func (v *View) applyDue(set *change.Set) {
	for i := range set.Done {
		v.setDue(set.Done[i].DueKey, Deadline{changed: true})
	}
	for _, k := range set.Drop {
		v.setDue(k, Deadline{changed: true})
	}
	for _, d := range set.Due {
		v.setDue(d.DueKey, Deadline{Generation: v.Generation(), at: d.At, changed: true})
	}
}

func (v *View) setDue(k change.DueKey, row Deadline) { v.Due[k] = &row }

func (v *View) applyOnce(r *Request) {
	o := r.Set.Once
	first := &store.Replay{Fingerprint: o.Fingerprint, Answer: o.Answer}
	if len(r.bodies) > 0 {
		first.Position = r.head + 1
		first.Time = transcript.NextTime(r.Set.At, r.last).UTC()
	}
	row := v.Once[OnceKey{o.Scope, o.Key}]
	row.Expires, row.Replay, row.changed = o.Expires, first, true
	row.own = first.Position > 0 && o.Scope == r.Set.Session.ID
}
