package edge_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"parley/internal/fault"
	"parley/internal/sigv4"
	"parley/server/edge"
)

// site is a server with one route for each of some handlers, and its log.
type site struct {
	*httptest.Server
	log bytes.Buffer
}

func newSite(t *testing.T, handlers map[string]edge.Handler) *site {
	t.Helper()
	s := &site{}
	e := &edge.Edge{
		Log:  slog.New(slog.NewTextHandler(&s.log, nil)),
		Base: func(*http.Request) string { return "https://chat.example.com" },
	}
	r := e.NewRouter()
	for pattern, h := range handlers {
		r.Handle(pattern, e.JSON(edge.Route{Service: "test", Operation: pattern}, edge.ConnectErrors(), h))
	}
	r.Private("/private/")
	r.Own(edge.Route{Service: "test", Operation: "Unknown"}, "/private/")
	s.Server = httptest.NewServer(r)
	t.Cleanup(s.Close)
	return s
}

// answer is what came back.
type answer struct {
	status int
	header http.Header
	body   string
}

func (s *site) call(t *testing.T, method, path string, header http.Header) answer {
	t.Helper()
	req, err := http.NewRequest(method, s.URL, nil)
	if err != nil {
		t.Fatal(err)
	}
	req.URL.Opaque = "//" + req.URL.Host + path // as it is, not cleaned
	for name, values := range header {
		req.Header[name] = values
	}
	res, err := http.DefaultTransport.RoundTrip(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer{res.StatusCode, res.Header, string(body)}
}

// wantError holds an answer against an error of the API.
func wantError(t *testing.T, what string, a answer, status int, name string) {
	t.Helper()
	var body struct {
		Type     string `json:"__type"`
		Message  string `json:"message"`
		Message2 string `json:"Message"`
	}
	dec := json.NewDecoder(strings.NewReader(a.body))
	if err := dec.Decode(&body); err != nil {
		t.Errorf("%s: %q: %v", what, a.body, err)
	}
	if got := a.header.Get("X-Amzn-ErrorType"); a.status != status || got != name || body.Type != name {
		t.Errorf("%s: %d %s %q, want %d %s", what, a.status, got, body.Type, status, name)
	}
	if !strings.Contains(a.body, `"message":"`) || !strings.Contains(a.body, `"Message":"`) {
		t.Errorf("%s: the message is not under both names: %s", what, a.body)
	}
	wantCommon(t, what, a)
}

// wantCommon holds what every answer carries.
func wantCommon(t *testing.T, what string, a answer) {
	t.Helper()
	if id := a.header.Get("X-Amzn-RequestId"); !regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`).MatchString(id) {
		t.Errorf("%s: the request id is %q", what, id)
	}
	for name, want := range map[string]string{
		"Access-Control-Allow-Origin": "*", "Content-Type": "application/json",
		"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff",
	} {
		if got := a.header.Get(name); got != want {
			t.Errorf("%s: %s is %q, want %q", what, name, got, want)
		}
	}
	if got := strings.ToLower(a.header.Get("Access-Control-Expose-Headers")); !strings.Contains(got, "x-amzn-errortype") || !strings.Contains(got, "x-amzn-requestid") {
		t.Errorf("%s: a page cannot read the error's headers: %q", what, got)
	}
}

func refuse(err error) edge.Handler {
	return func(*http.Request) ([]byte, error) { return nil, err }
}

func TestEveryKindOfFaultHasAnException(t *testing.T) {
	for name, table := range map[string]edge.Errors{"connect": edge.ConnectErrors(), "participant": edge.ParticipantErrors()} {
		for kind := fault.Internal; kind <= fault.Unavailable; kind++ {
			x, ok := table[kind]
			if !ok || !strings.HasSuffix(x.Name, "Exception") || x.Status < 400 || x.Status > 599 {
				t.Errorf("%s: kind %d is %+v", name, kind, x)
			}
		}
		if len(table) != int(fault.Unavailable)+1 {
			t.Errorf("%s: %d exceptions for %d kinds", name, len(table), fault.Unavailable+1)
		}
	}
}

func TestExceptions(t *testing.T) {
	type x = edge.Exception
	connect, participant := edge.ConnectErrors(), edge.ParticipantErrors()
	for kind, want := range map[fault.Kind][2]edge.Exception{
		fault.Internal:      {x{Name: "InternalServiceException", Status: 500}, x{Name: "InternalServerException", Status: 500}},
		fault.Malformed:     {x{Name: "SerializationException", Status: 400}, x{Name: "SerializationException", Status: 400}},
		fault.Invalid:       {x{Name: "InvalidParameterException", Status: 400}, x{Name: "ValidationException", Status: 400}},
		fault.Rule:          {x{Name: "InvalidRequestException", Status: 400}, x{Name: "ValidationException", Status: 400}},
		fault.NotFound:      {x{Name: "ResourceNotFoundException", Status: 404}, x{Name: "AccessDeniedException", Status: 403}},
		fault.Gone:          {x{Name: "ContactNotFoundException", Status: 410}, x{Name: "AccessDeniedException", Status: 403}},
		fault.Denied:        {x{Name: "AccessDeniedException", Status: 403}, x{Name: "AccessDeniedException", Status: 403}},
		fault.Conflict:      {x{Name: "ConflictException", Status: 409}, x{Name: "ConflictException", Status: 409}},
		fault.NotTerminated: {x{Name: "ContactNotTerminatedException", Status: 409}, x{Name: "ConflictException", Status: 409}},
		fault.Throttled:     {x{Name: "TooManyRequestsException", Status: 429}, x{Name: "ThrottlingException", Status: 429}},
		fault.LimitExceeded: {x{Name: "LimitExceededException", Status: 429}, x{Name: "ServiceQuotaExceededException", Status: 402}},
		fault.Unsupported:   {x{Name: "NotImplementedException", Status: 501}, x{Name: "NotImplementedException", Status: 501}},
	} {
		if diff := cmp.Diff(want, [2]edge.Exception{connect[kind], participant[kind]}); diff != "" {
			t.Errorf("kind %d (-want +got):\n%s", kind, diff)
		}
	}
}

func TestAnswers(t *testing.T) {
	s := newSite(t, map[string]edge.Handler{
		"GET /ok":       func(*http.Request) ([]byte, error) { return []byte(`{"a":1}`), nil },
		"GET /refused":  refuse(fmt.Errorf("wrapped: %w", fault.New(fault.Invalid, "Name is too long"))),
		"GET /problems": refuse(&fault.Error{Kind: fault.FlowInvalid, Message: "bad", Problems: []fault.Problem{{Message: "one"}, {Message: "two", ActionID: "a"}}}),
		"GET /module":   refuse(&fault.Error{Kind: fault.ModuleInvalid, Message: "bad", Problems: []fault.Problem{{Message: "one"}}}),
		"GET /secret":   refuse(errors.New("the password is swordfish")),
		"GET /wrapped":  refuse(fault.Wrap(fault.Denied, errors.New("swordfish"), "Access denied")),
		"GET /internal": refuse(fault.New(fault.Internal, "swordfish")),
		"GET /unsigned": refuse(&sigv4.Error{Code: "MissingAuthenticationTokenException", Status: 403, Message: "m"}),
		"GET /panic":    func(*http.Request) ([]byte, error) { panic("swordfish") },
		"GET /base": func(r *http.Request) ([]byte, error) {
			return []byte(edge.Base(r.Context()) + "|" + edge.Base((&edge.Edge{Base: func(*http.Request) string { return "b" }}).WithBase(r))), nil
		},
	})
	a := s.call(t, "GET", "/ok", nil)
	if a.status != 200 || a.body != `{"a":1}` {
		t.Errorf("%d %s", a.status, a.body)
	}
	wantCommon(t, "ok", a)
	wantError(t, "refused", s.call(t, "GET", "/refused", nil), 400, "InvalidParameterException")
	wantError(t, "unsigned", s.call(t, "GET", "/unsigned", nil), 403, "MissingAuthenticationTokenException")
	problems := s.call(t, "GET", "/problems", nil)
	wantError(t, "problems", problems, 400, "InvalidContactFlowException")
	if !strings.Contains(problems.body, `"problems":[{"message":"one"},{"message":"two","actionId":"a"}]`) {
		t.Errorf("problems: %s", problems.body)
	}
	module := s.call(t, "GET", "/module", nil)
	wantError(t, "module", module, 400, "InvalidContactFlowModuleException")
	if !strings.Contains(module.body, `"Problems":[{"message":"one"}]`) {
		t.Errorf("module: %s", module.body)
	}
	for _, path := range []string{"/secret", "/internal", "/panic"} {
		a := s.call(t, "GET", path, nil)
		wantError(t, path, a, 500, "InternalServiceException")
		if strings.Contains(a.body, "swordfish") || !strings.Contains(a.body, "Internal error") {
			t.Errorf("%s shows its cause: %s", path, a.body)
		}
		if id := a.header.Get("X-Amzn-RequestId"); !strings.Contains(s.log.String(), id) {
			t.Errorf("%s: the log does not know the request %s", path, id)
		}
	}
	if a := s.call(t, "GET", "/wrapped", nil); strings.Contains(a.body, "swordfish") {
		t.Errorf("a cause is shown: %s", a.body)
	}
	if got := strings.Count(s.log.String(), "swordfish"); got < 3 {
		t.Errorf("the causes are not logged: %s", s.log.String())
	}
	if a := s.call(t, "GET", "/base", nil); a.body != "|b" {
		t.Errorf("base: %q", a.body)
	}
	if a := s.call(t, "GET", "/ok", nil); a.status != 200 {
		t.Errorf("after a panic: %d", a.status)
	}
}

func TestBody(t *testing.T) {
	read := func(r io.Reader, length int64) ([]byte, error) {
		req := httptest.NewRequestWithContext(context.Background(), "POST", "/", r)
		req.ContentLength = length
		return edge.Body(req, 10)
	}
	for name, c := range map[string]struct {
		body   string
		length int64
		ok     bool
	}{
		"empty": {"", 0, true}, "10 bytes": {"0123456789", 10, true}, "11 bytes": {"0123456789a", 11, false},
		"10 bytes, chunked": {"0123456789", -1, true}, "11 bytes, chunked": {"0123456789a", -1, false},
		"announced too long": {"", 1 << 40, false},
	} {
		got, err := read(strings.NewReader(c.body), c.length)
		if c.ok && (err != nil || string(got) != c.body) || !c.ok && !fault.Is(err, fault.Malformed) {
			t.Errorf("%s: %q, %v", name, got, err)
		}
	}
	if _, err := read(broken{}, -1); !fault.Is(err, fault.Malformed) {
		t.Errorf("a broken body: %v", err)
	}
}

type broken struct{}

func (broken) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }
