package edge_test

import (
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"

	"parley/internal/fault"
	"parley/server/edge"
)

// failing is a server with one operation of each service, whose work is counted.
type failing struct {
	*httptest.Server
	faults *edge.Faults
	worked atomic.Int32
}

func newFailing(t *testing.T) *failing {
	t.Helper()
	f := &failing{faults: edge.NewFaults()}
	e := &edge.Edge{Log: slog.New(slog.DiscardHandler), Faults: f.faults}
	r := e.NewRouter()
	work := func(*http.Request) ([]byte, error) {
		f.worked.Add(1)
		return []byte(`{}`), nil
	}
	r.Handle("POST /connect", e.JSON(edge.Route{Service: "connect", Operation: "StopContact"}, edge.ConnectErrors(), work))
	r.Handle("POST /participant", e.JSON(edge.Route{Service: "participant", Operation: "SendMessage"}, edge.ParticipantErrors(), work))
	r.Handle("POST /ours", e.JSON(edge.Route{Service: "workspace", Operation: "Ours"}, edge.ConnectErrors(), work))
	r.Handle("POST /ws", e.Upgrading(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { f.worked.Add(1) })))
	f.Server = httptest.NewServer(r)
	t.Cleanup(f.Close)
	return f
}

// call returns the status and error of a call; 0 for one that was dropped.
func (f *failing) call(t *testing.T, path string) (int, string) {
	t.Helper()
	response, err := http.Post(f.URL+path, "application/json", nil)
	if err != nil {
		return 0, ""
	}
	defer response.Body.Close()
	_, _ = io.Copy(io.Discard, response.Body)
	if response.StatusCode != 200 && response.Header.Get("X-Amzn-Requestid") == "" {
		t.Errorf("%s: no request id", path)
	}
	return response.StatusCode, response.Header.Get("X-Amzn-ErrorType")
}

func TestAFailureOnPurpose(t *testing.T) {
	for name, c := range map[string]struct {
		fault  edge.Fault
		path   string
		status int
		error  string
		worked int
	}{
		"throttle":            {edge.Fault{Operation: "StopContact", Error: "throttle"}, "/connect", 429, "TooManyRequestsException", 0},
		"throttle inside":     {edge.Fault{Operation: "SendMessage", Error: "throttle"}, "/participant", 429, "ThrottlingException", 0},
		"an expired token":    {edge.Fault{Operation: "SendMessage", Error: "expired"}, "/participant", 403, "AccessDeniedException", 0},
		"expired credentials": {edge.Fault{Operation: "StopContact", Error: "expired"}, "/connect", 403, "ExpiredTokenException", 0},
		"by name":             {edge.Fault{Operation: "StopContact", Error: "ContactNotFoundException"}, "/connect", 410, "ContactNotFoundException", 0},
		"by status":           {edge.Fault{Operation: "StopContact", Status: 500}, "/connect", 500, "InternalServiceException", 0},
		"a status without":    {edge.Fault{Operation: "SendMessage", Status: 502}, "/participant", 502, "BadGatewayException", 0},
		"name and status":     {edge.Fault{Operation: "SendMessage", Error: "Odd", Status: 418}, "/participant", 418, "Odd", 0},
		"after its work":      {edge.Fault{Operation: "StopContact", Status: 500, After: true}, "/connect", 500, "InternalServiceException", 1},
		"dropped":             {edge.Fault{Operation: "StopContact", Drop: true}, "/connect", 0, "", 0},
		"its answer dropped":  {edge.Fault{Operation: "StopContact", Drop: true, After: true}, "/connect", 0, "", 1},
		"late":                {edge.Fault{Operation: "StopContact", Delay: time.Millisecond}, "/connect", 200, "", 1},
		"late after its work": {edge.Fault{Operation: "StopContact", Delay: time.Millisecond, After: true}, "/connect", 200, "", 1},
		"whatever comes":      {edge.Fault{Operation: edge.AnyOperation, Status: 503}, "/participant", 503, "ServiceUnavailableException", 0},
		"another operation":   {edge.Fault{Operation: "SendMessage", Status: 500}, "/connect", 200, "", 1},
		"ours never fails":    {edge.Fault{Operation: edge.AnyOperation, Status: 500}, "/ours", 200, "", 1},
		"an upgrade":          {edge.Fault{Operation: "Websocket", Status: 403}, "/ws", 403, "AccessDeniedException", 0},
		"a dropped upgrade":   {edge.Fault{Operation: "Websocket", Drop: true}, "/ws", 0, "", 0},
	} {
		t.Run(name, func(t *testing.T) {
			f := newFailing(t)
			c.fault.Count = 1
			if err := f.faults.Plan(c.fault); err != nil {
				t.Fatal(err)
			}
			status, kind := f.call(t, c.path)
			if status != c.status || kind != c.error || int(f.worked.Load()) != c.worked {
				t.Errorf("%d %s after %d times of work, want %d %s after %d", status, kind, f.worked.Load(), c.status, c.error, c.worked)
			}
		})
	}
}

func TestFailuresAreMetInTheirOrderAndNumber(t *testing.T) {
	f := newFailing(t)
	for _, p := range []edge.Fault{{Operation: "StopContact", Count: 2, Error: "throttle"}, {Operation: edge.AnyOperation, Count: 1, Status: 500}} {
		if err := f.faults.Plan(p); err != nil {
			t.Fatal(err)
		}
	}
	for i, want := range []int{429, 429, 500, 200} {
		if got, _ := f.call(t, "/connect"); got != want {
			t.Errorf("call %d: %d, want %d", i, got, want)
		}
	}
	if left := f.faults.Planned(); len(left) != 0 {
		t.Errorf("left: %v", left)
	}
	_ = f.faults.Plan(edge.Fault{Operation: "StopContact", Count: 9, Status: 500})
	f.faults.Clear()
	if got, _ := f.call(t, "/connect"); got != 200 {
		t.Errorf("after Clear: %d", got)
	}
}

func TestAFailureThatCannotBeIsRefused(t *testing.T) {
	for name, p := range map[string]edge.Fault{
		"an unknown operation":   {Operation: "StopContract", Count: 1, Status: 500},
		"one of ours":            {Operation: "Ours", Count: 1, Status: 500},
		"no count":               {Operation: "StopContact", Status: 500},
		"nothing to happen":      {Operation: "StopContact", Count: 1},
		"a success":              {Operation: "StopContact", Count: 1, Status: 200},
		"an unknown error":       {Operation: "StopContact", Count: 1, Error: "ThrottlingException"},
		"dropped with an error":  {Operation: "StopContact", Count: 1, Drop: true, Error: "throttle"},
		"too late":               {Operation: "StopContact", Count: 1, Delay: time.Hour},
		"an upgrade's aftermath": {Operation: "Websocket", Count: 1, Drop: true, After: true},
	} {
		f := newFailing(t)
		if err := f.faults.Plan(p); !fault.Is(err, fault.Invalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
