package control_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"parley/server/control"
	"parley/server/edge"
)

// fake notes what it is told to do.
type fake struct {
	calls []string
	err   error
}

func (f *fake) Clock() (time.Time, time.Duration) {
	return time.Date(2026, 5, 4, 9, 0, 0, 0, time.UTC), 90 * time.Second
}

func (f *fake) Advance(_ context.Context, d time.Duration) (int, error) {
	f.calls = append(f.calls, fmt.Sprint("advance ", d))
	return 3, f.err
}

func (f *fake) ResetClock(context.Context) error {
	f.calls = append(f.calls, "reset clock")
	return f.err
}

func (f *fake) Reset(_ context.Context, all bool, seed *int64) error {
	call := fmt.Sprint("reset ", all)
	if seed != nil {
		call += fmt.Sprint(" seed ", *seed)
	}
	f.calls = append(f.calls, call)
	return f.err
}

func (f *fake) Drop(_ context.Context, instance, contact, participant string, code uint16) (int, error) {
	f.calls = append(f.calls, fmt.Sprintf("drop %q %q %q %d", instance, contact, participant, code))
	return 2, f.err
}

func (f *fake) AgentToken(_ context.Context, instance, user, contact string) (string, error) {
	f.calls = append(f.calls, fmt.Sprintf("token %q %q %q", instance, user, contact))
	return "t", f.err
}

// call calls a control from an address.
func (f *fake) call(method, path, body, header, from string) *httptest.ResponseRecorder {
	e := &edge.Edge{Log: slog.New(slog.DiscardHandler), Faults: edge.NewFaults()}
	r := e.NewRouter()
	control.Register(e, r, f)
	req := httptest.NewRequestWithContext(context.Background(), method, path, strings.NewReader(body))
	req.Host = "localhost:8080"
	req.RemoteAddr = from
	if header != "" {
		req.Header.Set("X-Parley-Test", header)
	}
	rec := httptest.NewRecorder()
	r.ServeHTTP(rec, req)
	return rec
}

const here = "127.0.0.1:5000"

func TestControls(t *testing.T) {
	for _, c := range []struct {
		method, path, body string
		status             int
		calls              []string
		answer             string
	}{
		{"GET", "clock", "", 200, nil, `{"now":"2026-05-04T09:00:00Z","offset":90}`},
		{"POST", "clock/advance", `{"seconds":1.5}`, 200, []string{"advance 1.5s"}, `{"fired":3,"now":"2026-05-04T09:00:00Z"}`},
		{"POST", "clock/advance", `{"seconds":0}`, 200, []string{"advance 0s"}, ""},
		{"POST", "clock/advance", "", 400, nil, ""},
		{"POST", "clock/advance", `{"hours":1}`, 400, nil, ""},
		{"POST", "clock/advance", `{"seconds":-1}`, 400, nil, ""},
		{"POST", "clock/advance", `{"seconds":1e12}`, 400, nil, ""},
		{"POST", "clock/advance", `nonsense`, 400, nil, ""},
		{"POST", "clock/advance", `{"seconds":1,"x":"` + strings.Repeat("x", 5000) + `"}`, 400, nil, ""},
		{"POST", "clock/reset", "", 200, []string{"reset clock"}, `{"now":"2026-05-04T09:00:00Z","offset":90}`},
		{"POST", "reset", "", 200, []string{"reset false"}, `{}`},
		{"POST", "reset", `{"all":true}`, 200, []string{"reset true"}, `{}`},
		{"POST", "reset", `{"seed":7}`, 200, []string{"reset false seed 7"}, `{}`},
		{"POST", "sockets/drop", `{"ContactId":"c"}`, 200, []string{`drop "" "c" "" 0`}, `{"dropped":2}`},
		{"POST", "sockets/drop", `{"InstanceId":"i","ContactId":"c","ParticipantId":"p","Code":1012}`, 200, []string{`drop "i" "c" "p" 1012`}, `{"dropped":2}`},
		{"POST", "sockets/drop", `{"ContactId":"c","Code":7}`, 400, nil, ""},
		{"POST", "faults", `{"operation":"*","error":"throttle"}`, 200, nil, `{}`},
		{"POST", "faults", `{"operation":"*","delay_ms":9000000000000000000}`, 400, nil, ""},
		{"POST", "faults", `{"operation":"Clock","status":500}`, 400, nil, ""},
		{"GET", "faults", "", 200, nil, `{"faults":[]}`},
		{"DELETE", "faults", "", 200, nil, `{}`},
		{"POST", "agent/token", `{"UserId":"u","ContactId":"c"}`, 200, []string{`token "" "u" "c"`}, `{"ParticipantToken":"t"}`},
		{"GET", "reset", "", 404, nil, ""},
		{"POST", "unknown", "", 404, nil, ""},
	} {
		f := &fake{}
		rec := f.call(c.method, "/_parley/"+c.path, c.body, "1", here)
		if rec.Code != c.status || c.answer != "" && rec.Body.String() != c.answer {
			t.Errorf("%s %s %.30s: %d %s", c.method, c.path, c.body, rec.Code, rec.Body)
		}
		if diff := cmp.Diff(c.calls, f.calls); diff != "" {
			t.Errorf("%s %s (-want +got):\n%s", c.method, c.path, diff)
		}
	}
}

func TestControlsAreRefused(t *testing.T) {
	for name, c := range map[string]struct{ header, from string }{
		"without the header":  {"", here},
		"with another header": {"true", here},
		"from elsewhere":      {"1", "192.0.2.7:5000"},
		"from nowhere":        {"1", "@"},
	} {
		f := &fake{}
		for path, method := range map[string]string{"clock": "GET", "clock/advance": "POST", "clock/reset": "POST", "reset": "POST", "agent/token": "POST", "faults": "POST", "sockets/drop": "POST"} {
			if rec := f.call(method, "/_parley/"+path, "", c.header, c.from); rec.Code != http.StatusForbidden {
				t.Errorf("%s: %s %s: %d %s", name, method, path, rec.Code, rec.Body)
			}
		}
		if len(f.calls) > 0 {
			t.Errorf("%s: %v", name, f.calls)
		}
	}
	if rec := (&fake{}).call("GET", "/_parley/clock", "", "1", "[::1]:5000"); rec.Code != 200 {
		t.Errorf("from this machine over IPv6: %d", rec.Code)
	}
}

func TestAFailedControlIsAnError(t *testing.T) {
	f := &fake{err: errors.New("no")}
	for _, path := range []string{"clock/advance", "clock/reset", "reset", "agent/token", "sockets/drop"} {
		if rec := f.call("POST", "/_parley/"+path, `{"seconds":1}`, "1", here); rec.Code != 500 {
			t.Errorf("%s: %d %s", path, rec.Code, rec.Body)
		}
	}
}
