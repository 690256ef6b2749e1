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
		all = append(all, call{op.Info, func(w *world, m members) harness.Response { return sendBearer(w, op.Info, m) }})
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
	c.send(w, r.request(w)).Want(t, 200, "")
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

// checkMember sends the row with one member replaced, once for each target.
// The state that every refusal must leave is read again after a success. What
// the requests need is made before.
func checkMember(t *testing.T, w *world, c call, r row, path string, targets []target) {
	requests := make([]members, len(targets))
	for i := range requests {
		requests[i] = r.request(w)
	}
	before := w.state(t)
	for i, target := range targets {
		request := requests[i]
		for other, value := range target.with {
			request.put(other, value)
		}
		request.put(path, target.value)
		answer := c.send(w.as(target.key), request)
		wantAnswer(t, path+" is "+target.name, answer, target.want)
		after := w.state(t)
		if diff := cmp.Diff(before, after); diff != "" && (target.want != ok || target.idle) {
			t.Errorf("%s is %s: the call left a trace (-before +after):\n%s", path, target.name, diff)
		}
		before = after
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
