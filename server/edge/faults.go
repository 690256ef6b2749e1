package edge

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"parley/internal/fault"
	"parley/internal/sigv4"
	"parley/internal/token"
)

// AnyOperation is the Operation of a Fault that meets whatever is called next, websockets too.
const AnyOperation = "*"

// Websocket is the route of a websocket's upgrade, which no AWS model names.
func Websocket() Route { return Route{"gateway", "Websocket"} }

// MaxDelay bounds Fault.Delay: an answer must come before the server gives up on the connection (60 seconds).
const MaxDelay = 50 * time.Second

// Fault is a failure on purpose, for the tests of those who call.
type Fault struct {
	Operation string // an operation's name, Websocket, or AnyOperation
	Count     int    // how many calls it still meets
	Delay     time.Duration
	Drop      bool // the connection is closed without an answer
	// After lets the call do its work first: what fails is the answer.
	After bool
	// Status and Error are those of the answer; 0 and "" leave it as it is.
	Status int
	Error  string
}

// Faults are the failures that are planned. It is safe for concurrent use; nil plans none.
type Faults struct {
	mu      sync.Mutex
	routes  map[string]faulty
	planned []Fault
}

// faulty is what an operation that can fail on purpose belongs to.
type faulty struct {
	route Route
	errs  Errors
}

// NewFaults returns no failures. It must be set before routes are made.
func NewFaults() *Faults { return &Faults{routes: map[string]faulty{}} }

// add makes a route one that can fail: an operation of the APIs and the upgrade of websockets, and nothing of our own.
func (f *Faults) add(r Route, errs Errors) bool {
	if f == nil || !slices.Contains([]string{"connect", "participant", Websocket().Service}, r.Service) {
		return false
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.routes[r.Operation] = faulty{r, errs}
	return true
}

// Plan adds a failure after those that are planned: each call meets the first that is for it. fault.Invalid
// says what is wrong with it.
func (f *Faults) Plan(p Fault) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if err := f.check(p); err != nil {
		return err
	}
	f.planned = append(f.planned, p)
	return nil
}

func (f *Faults) check(p Fault) error {
	of, ok := f.routes[p.Operation]
	if !ok && p.Operation != AnyOperation {
		return fault.New(fault.Invalid, "operation must be an operation of Amazon Connect or its Participant Service, Websocket or *")
	}
	switch {
	case p.Count < 1:
		return fault.New(fault.Invalid, "count must be at least 1")
	case p.Delay < 0 || p.Delay > MaxDelay:
		return fault.New(fault.Invalid, "delay_ms must be between 0 and %d", MaxDelay.Milliseconds())
	case p.Drop && (p.Error != "" || p.Status != 0):
		return fault.New(fault.Invalid, "A dropped call has no error and no status")
	case !p.Drop && p.Delay == 0 && p.Error == "" && p.Status == 0:
		return fault.New(fault.Invalid, "One of error, status, delay_ms and drop is required")
	case p.Status != 0 && (p.Status < 400 || p.Status > 599):
		return fault.New(fault.Invalid, "status must be between 400 and 599")
	case p.After && of.route == Websocket():
		return fault.New(fault.Invalid, "A websocket has no answer that could fail after its work")
	}
	if p.Operation == AnyOperation {
		of = faulty{Websocket(), ParticipantErrors()}
	}
	if err := of.spell(p); fault.Is(err, fault.Invalid) {
		return err
	}
	return nil
}

// Planned returns the failures that nobody has met yet.
func (f *Faults) Planned() []Fault {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.planned)
}

// Clear forgets all of them.
func (f *Faults) Clear() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.planned = nil
}

// meet takes the failure that a call meets.
func (f *Faults) meet(operation string) (Fault, bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	i := slices.IndexFunc(f.planned, func(p Fault) bool { return p.Operation == operation || p.Operation == AnyOperation })
	if i < 0 {
		return Fault{}, false
	}
	met := f.planned[i]
	if f.planned[i].Count--; f.planned[i].Count == 0 {
		f.planned = slices.Delete(f.planned, i, i+1)
	}
	return met, true
}

// failing is a handler whose calls meet what is planned.
func (f *Faults) failing(r Route, errs Errors, h OwnHandler) OwnHandler {
	if !f.add(r, errs) {
		return h
	}
	return func(w http.ResponseWriter, req *http.Request) (status int, body []byte, err error) {
		met, ok := f.meet(r.Operation)
		if ok && met.After {
			if status, body, err = h(w, req); status == Taken {
				return status, body, err
			}
		}
		if ok {
			if dropped, failure := met.happen(faulty{r, errs}, w, req); dropped {
				return Taken, nil, nil
			} else if failure != nil {
				return 0, nil, failure
			}
		}
		if ok && met.After {
			return status, body, err
		}
		return h(w, req)
	}
}

// Upgrading is the handler of a websocket's upgrade, which can fail on purpose as calls can.
func (e *Edge) Upgrading(next http.Handler) http.Handler {
	if e.Faults == nil {
		return next
	}
	errs := ParticipantErrors()
	h := e.Faults.failing(Websocket(), errs, func(w http.ResponseWriter, r *http.Request) (int, []byte, error) {
		next.ServeHTTP(w, r)
		return Taken, nil, nil
	})
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if _, _, err := h(w, r); err != nil {
			common(w.Header(), requestID())
			fail(w, errs.answer(err))
		}
	})
}

// happen waits as long as the failure says, and then drops the connection, fails or lets the call go on.
func (p Fault) happen(of faulty, w http.ResponseWriter, r *http.Request) (dropped bool, err error) {
	if p.Delay > 0 {
		timer := time.NewTimer(p.Delay)
		defer timer.Stop()
		select {
		case <-timer.C:
		case <-r.Context().Done():
		}
	}
	if p.Drop {
		conn, _, err := http.NewResponseController(w).Hijack()
		if err != nil {
			return false, fmt.Errorf("drop a connection on purpose: %w", err)
		}
		return true, conn.Close()
	}
	return false, of.spell(p)
}

// spell returns the error that a failure answers, in the service's own words where it has some for it; nil for none.
func (o faulty) spell(p Fault) error {
	switch p.Error {
	case "":
		if p.Status == 0 {
			return nil
		}
		return &onPurpose{o.named(p.Status), p.Status}
	case "throttle":
		return fault.New(fault.Throttled, "Rate exceeded")
	case "expired":
		if o.route.Service == "connect" {
			return &sigv4.Error{Code: "ExpiredTokenException", Status: http.StatusForbidden, Message: "The security token included in the request is expired"}
		}
		return fault.Wrap(fault.Denied, token.ErrExpired, "Access denied: the token has expired")
	}
	status := p.Status
	for _, x := range o.errs {
		if x.Name == p.Error && status == 0 {
			status = x.Status
		}
	}
	if status == 0 {
		return fault.New(fault.Invalid, "error must be throttle, expired or an exception of the service; another one needs a status")
	}
	return &onPurpose{p.Error, status}
}

// named is the exception that the service answers with a status, the usual one where there are several.
func (o faulty) named(status int) string {
	for _, kind := range []fault.Kind{
		fault.Invalid, fault.Denied, fault.NotFound, fault.Conflict, fault.Gone, fault.Throttled, fault.Quota, fault.Internal, fault.Unsupported, fault.Unavailable,
	} {
		if x := o.errs[kind]; x.Status == status {
			return x.Name
		}
	}
	return strings.ReplaceAll(http.StatusText(status), " ", "") + "Exception"
}

// onPurpose is the error of a call that failed because a test wanted it.
type onPurpose struct {
	name   string
	status int
}

// Error names the exception.
func (e *onPurpose) Error() string { return e.name + ": a failure on purpose" }
