package access_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

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

// check sends the row as it is, then with each id replaced.
func check(t *testing.T, w *world, c call, r row) {
	works := ok
	if r.answers != (harness.Refusal{}) {
		works = r.answers
	}
	wantAnswer(t, "the row as it is", c.send(w, r.request(w)), works)
	for _, id := range c.IDs {
		rule, has := r.ids[id.Path]
		if !has {
			t.Errorf("%s carries an identifier and has no rule", id.Path)
			continue
		}
		checkMember(t, w, c, r, id.Path, rule(w))
	}
	for path, rule := range r.more {
		checkMember(t, w, c, r, path, rule(w))
	}
}

// checkMember sends the row with one member replaced, once for each target. What
// the requests need is made before. The state is read again after each row of
// calls that must leave none.
func checkMember(t *testing.T, w *world, c call, r row, path string, targets []target) {
	requests := make([]members, len(targets))
	for i := range requests {
		requests[i] = r.request(w)
	}
	before, idle := w.state(t), []string(nil)
	unchanged := func() {
		if diff := cmp.Diff(before, w.state(t)); diff != "" {
			t.Errorf("%s is one of %s: the call left a trace (-before +after):\n%s", path, strings.Join(idle, "; "), diff)
		}
		idle = nil
	}
	for i, target := range targets {
		changes := target.want == ok && !target.idle
		if changes && idle != nil {
			unchanged()
		}
		for other, value := range target.with {
			requests[i].put(other, value)
		}
		requests[i].put(path, target.value)
		wantAnswer(t, path+" is "+target.name, c.send(w.as(target.key), requests[i]), target.want)
		if changes {
			before = w.state(t)
		} else {
			idle = append(idle, target.name)
		}
	}
	if idle != nil {
		unchanged()
	}
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
