package batch

import (
	"strings"
	"time"

	"parley/store"
)

// Dialect is how a database is asked.
type Dialect interface {
	// Param is the n-th parameter, counted from 1.
	Param(n int) string
	// Among says that a column is one of the list that is a parameter, and List makes that parameter.
	Among(column, param string) string
	List(values []string) any
	// Through is the table of contacts, read through an index; a database that chooses better by itself ignores it.
	Through(index string) string
}

// Statement is a search as SQL, with its parameters.
type Statement struct {
	Text string
	Args []any

	dialect Dialect
	where   []string
}

// moment is the column of a moment, and the index by which contacts come in its order.
func moment(m store.Moment) (column, index string) {
	name := [...]string{"initiated", "enqueued", "connected", "disconnected"}[m]
	return name + "_at", "contacts_" + name
}

// few is of how many agents the contacts are gathered and sorted, rather than picked out of all contacts of that time (our choice).
const few = 16

// FindContacts is the search for records.
func FindContacts(d Dialect, q *store.ContactQuery) Statement {
	s := Statement{dialect: d}
	s.filter(rest(q))
	column, _ := moment(q.Order)
	order, beyond := "", " > "
	if q.Descending {
		order, beyond = " DESC", " < "
	}
	if after(q) {
		s.where = append(s.where, "("+column+", id)"+beyond+"("+s.param(Millis(q.After.At))+", "+s.param(q.After.ID)+")")
	}
	s.Text = "SELECT record FROM " + s.source(q) + " ORDER BY " + column + order + ", id" + order + " LIMIT " + s.param(int64(q.Limit))
	return s
}

// after reports whether After bounds a search more than its time does. Of the two bounds at that end only one is asked for: with
// both a database goes through all that lies between them.
func after(q *store.ContactQuery) bool {
	switch {
	case q.After.ID == "":
		return false
	case q.Descending:
		return q.Until.IsZero() || !q.After.At.After(q.Until)
	}
	return q.From.IsZero() || !q.After.At.Before(q.From)
}

// rest is a search without the bound that After replaces.
func rest(q *store.ContactQuery) *store.ContactQuery {
	if !after(q) {
		return q
	}
	open := *q
	if q.Descending {
		open.Until = time.Time{}
	} else {
		open.From = time.Time{}
	}
	return &open
}

// CountContacts is the search that counts, up to most.
func CountContacts(d Dialect, q *store.ContactQuery, most int) Statement {
	s := Statement{dialect: d}
	s.filter(q)
	s.Text = "SELECT count(*) FROM (SELECT 1 FROM " + s.source(q) + " LIMIT " + s.param(int64(most)) + ") found"
	return s
}

func (s *Statement) param(value any) string {
	s.Args = append(s.Args, value)
	return s.dialect.Param(len(s.Args))
}

func (s *Statement) source(q *store.ContactQuery) string {
	return s.dialect.Through(path(q)) + " WHERE " + strings.Join(s.where, " AND ")
}

// path is the index that a search goes through: that of the narrowest filter, or that of its order.
func path(q *store.ContactQuery) string {
	_, index := moment(q.Order)
	switch {
	case q.Session != "":
		return "contacts_session"
	case q.Association != "":
		return ""
	case q.Customer != "":
		return "contacts_customer"
	case len(q.Agents) > 0 && len(q.Agents) <= few:
		return "contacts_agent"
	case len(q.Queues) == 1 && q.Order == store.Initiated:
		return "contacts_queue"
	case rare(q) && q.Order == store.Initiated:
		return "contacts_method"
	}
	return index
}

// common is how nearly all contacts are initiated: the index of methods leaves them out.
const common = "API"

// rare reports whether a search is for one of the other methods.
func rare(q *store.ContactQuery) bool {
	return len(q.Methods) == 1 && q.Methods[0] != common && q.Methods[0] != ""
}

func (s *Statement) filter(q *store.ContactQuery) {
	column, _ := moment(q.Order)
	s.where = append(s.where, "instance = "+s.param(q.Instance), column+" <> 0")
	s.bound(store.Within{Moment: q.Order, From: q.From, Until: q.Until})
	for _, w := range q.Within {
		s.bound(w)
	}
	s.among("agent", q.Agents)
	s.among("queue", q.Queues)
	s.among("method", q.Methods)
	if rare(q) {
		s.where = append(s.where, "method NOT IN ('', '"+common+"')") // as the index has it
	}
	if q.Customer != "" {
		s.where = append(s.where, "customer <> ''", "customer = "+s.param(q.Customer))
	}
	if q.Session != "" {
		s.where = append(s.where, "session = "+s.param(q.Session))
	}
	if q.Association != "" {
		s.where = append(s.where, "(session = "+s.param(q.Association)+" AND association = '' OR association <> '' AND association = "+s.param(q.Association)+")")
	}
}

func (s *Statement) bound(w store.Within) {
	column, _ := moment(w.Moment)
	if w.Missing {
		s.where = append(s.where, column+" = 0")
		return
	}
	if !w.From.IsZero() {
		s.where = append(s.where, column+" >= "+s.param(Millis(w.From)))
	}
	if !w.Until.IsZero() {
		s.where = append(s.where, column+" <> 0", column+" <= "+s.param(Millis(w.Until)))
	}
}

// among says that a column is one of some values. One value is compared, so that an index keeps its order.
func (s *Statement) among(column string, values []string) {
	switch len(values) {
	case 0:
		return
	case 1:
		s.where = append(s.where, column+" = "+s.param(values[0]))
	default:
		s.where = append(s.where, s.dialect.Among(column, s.param(s.dialect.List(values))))
	}
	s.where = append(s.where, column+" <> ''") // as the index has it
}
