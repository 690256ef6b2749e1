package access_test

import (
	"strings"
	"testing"

	"parley/api"
	"parley/api/connect"
	"parley/api/participant"
	"parley/e2e/harness"
)

// call is one operation as the matrix calls it.
type call struct {
	api.Info
	send func(w *world, members members) harness.Response
}

// calls returns every operation of both services.
func calls() []call {
	var all []call
	for _, op := range connect.Operations() {
		all = append(all, call{op.Info, func(w *world, m members) harness.Response { return sendSigned(w, op.Info, m) }})
	}
	for _, op := range participant.Operations() {
		info := op.Info
		if info.Name == "DescribeView" { // both services have one
			info.Name = "participant.DescribeView"
		}
		all = append(all, call{info, func(w *world, m members) harness.Response { return sendBearer(w, op.Info, m) }})
	}
	return all
}

func TestObjectAccess(t *testing.T) {
	w := newWorld(t)
	rows := rows()
	for _, c := range calls() {
		row, has := rows[c.Name]
		delete(rows, c.Name)
		switch {
		case has:
			t.Run(c.Name, func(t *testing.T) { check(t, w.in(t), c, row) })
		case built(w, c):
			t.Errorf("%s is built and has no row: say in rows() what is its caller's own and what is not", c.Name)
		}
	}
	for name := range rows {
		t.Errorf("the row %s belongs to no operation", name)
	}
}

// built tells whether an operation answers anything but "not built".
func built(w *world, c call) bool {
	return c.send(w, members{bearer: w.own.connection}).Error() != "NotImplementedException"
}

// check sends the row as it is, then with each id replaced. The calls that must leave no trace come first, all between two
// readings of the state, and what they need is made before; then those that may.
func check(t *testing.T, w *world, c call, r row) {
	works := ok
	if r.answers != (harness.Refusal{}) {
		works = r.answers
	}
	wantAnswer(t, "the row as it is", c.send(w, r.request(w)), works)
	idle, changing := probes(t, w, c, r)
	if len(idle) > 0 {
		requests, names := make([]members, len(idle)), make([]string, len(idle))
		for i, one := range idle {
			requests[i], names[i] = one.request(w, r), one.String()
		}
		before := w.state(t)
		for i, one := range idle {
			wantAnswer(t, names[i], c.send(w.as(one.key), requests[i]), one.want)
		}
		if diff := before.diff(w.state(t)); diff != "" {
			t.Errorf("one of these calls left a trace: %s (-before +after):\n%s", strings.Join(names, "; "), diff)
		}
	}
	for _, one := range changing {
		wantAnswer(t, one.String(), c.send(w.as(one.key), one.request(w, r)), one.want)
	}
}

// probe is a member and what it is replaced by.
type probe struct {
	path string
	target
}

func (p probe) String() string { return p.path + " is " + p.name }

// request is a row's with the member replaced.
func (p probe) request(w *world, r row) members {
	request := r.request(w).clone()
	for other, value := range p.with {
		request.put(other, value)
	}
	request.put(p.path, p.value)
	return request
}

// probes are those of all members, apart by whether they must leave no trace.
func probes(t *testing.T, w *world, c call, r row) (idle, changing []probe) {
	add := func(path string, targets []target) {
		for _, one := range targets {
			if one.want == ok && !one.idle {
				changing = append(changing, probe{path, one})
			} else {
				idle = append(idle, probe{path, one})
			}
		}
	}
	for _, id := range c.IDs {
		rule, has := r.ids[id.Path]
		if !has {
			t.Errorf("%s carries an identifier and has no rule", id.Path)
			continue
		}
		add(id.Path, rule(w))
	}
	for path, rule := range r.more {
		add(path, rule(w))
	}
	return idle, changing
}

func wantAnswer(t *testing.T, what string, answer harness.Response, want harness.Refusal) {
	t.Helper()
	if got := (harness.Refusal{Status: answer.Status, Name: answer.Error()}); got != want {
		t.Errorf("%s: answer %d %q, want %d %q: %.300s", what, got.Status, got.Name, want.Status, want.Name, answer.Body)
	}
	if strings.Contains(string(answer.Body), canary) {
		t.Errorf("%s: the answer holds another's data: %.300s", what, answer.Body)
	}
}
