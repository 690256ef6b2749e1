// Package connect serves the Amazon Connect operations: signed requests in,
// AWS-shaped answers out. It translates and holds no rules.
//
// It guarantees: nothing is decoded before the signature over the raw request is
// verified; every operation that names an instance is held against the key's limits for that
// instance; ids and ARNs are accepted alike wherever one thing is named.
package connect

import (
	"context"
	"crypto/sha256"
	"net/http"

	"parley/api"
	"parley/api/connect"
	"parley/app/admin"
	"parley/app/auth"
	"parley/app/chat"
	"parley/app/deliver"
	"parley/app/history"
	"parley/app/people"
	"parley/app/privacy"
	"parley/app/push"
	"parley/app/router"
	"parley/app/rules"
	"parley/internal/actor"
	"parley/internal/arn"
	"parley/internal/sigv4"
	"parley/server/connect/attached"
	"parley/server/connect/customer"
	"parley/server/connect/flows"
	"parley/server/connect/live"
	"parley/server/connect/outside"
	"parley/server/connect/past"
	"parley/server/connect/request"
	"parley/server/connect/ruled"
	"parley/server/connect/searched"
	"parley/server/connect/staff"
	"parley/server/connect/told"
	"parley/server/edge"
	"parley/work/audit"
	"parley/work/resource"
)

// Server serves the operations. Those that it has no method for answer
// NotImplementedException.
type Server struct {
	*staff.Server // and what is not implemented
	*attached.Operations
	*flows.Flows
	*ruled.Rules
	*live.Numbers
	*told.Streams
	*outside.Channels
	*past.History
	*searched.Contacts
	*customer.Customers
	*request.Reader
	o     Options
	large large
}

// Options are what a Server is made of.
type Options struct {
	Edge      *edge.Edge
	Chat      *chat.Service
	Admin     *admin.Service
	People    *people.Service
	Router    *router.Router
	Resources *resource.Store
	Keys      *auth.Keys
	Rates     *auth.Rates
	Verifier  *sigv4.Verifier
	Home      arn.Home
	Files     attached.Files
	Rules     *rules.Service
	Audit     *audit.Log
	// Supervises says what a user may do as a supervisor; fault.NotFound.
	Supervises func(ctx context.Context, instance, user string) (router.Supervision, error)
	Deliver    *deliver.Service
	Push       *push.Service
	Privacy    *privacy.Service
	Contacts   past.Contacts // what numbers of the past are made of
	Spans      past.Spans
	History    *history.Service
}

// New returns a server.
func New(o Options) *Server {
	reader := &request.Reader{Home: o.Home, Keys: o.Keys, Admin: o.Admin}
	return &Server{
		Server: staff.New(reader, o.People), Operations: attached.New(reader, o.Files, o.Admin), Flows: flows.New(reader, o.Admin), Rules: ruled.New(reader, o.Rules, o.Chat),
		Numbers: live.New(reader, o.Router, o.Admin, o.People), Streams: told.New(reader, o.Deliver), Channels: outside.New(reader, o.Chat, o.Deliver),
		History: past.New(reader, o.Contacts, o.Spans, o.Router.Now), Contacts: searched.New(reader, o.History, o.Router.Now),
		Customers: customer.New(reader, o.Chat, o.Push, o.Privacy),
		Reader:    reader, o: o, large: make(large, largeBodies),
	}
}

// Register adds the routes of all operations.
func (s *Server) Register(r *edge.Router) {
	ops := connect.Operations()
	errs, has := edge.ConnectErrors(), built()
	for i := range ops {
		op := &ops[i]
		op.Supported = op.Supported && has[op.Name]
		r.Handle(op.Pattern(), s.o.Edge.JSON(edge.Route{Service: "connect", Operation: op.Name}, errs, func(r *http.Request) ([]byte, error) { return s.serve(op, r) }))
	}
}

func (s *Server) serve(op *connect.Operation, r *http.Request) ([]byte, error) {
	body, err := s.large.read(r)
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(body)
	claim, err := s.o.Verifier.Authenticate(sigv4.FromHTTP(r, sum), func(id string) (string, bool, error) {
		return s.o.Keys.Secret(r.Context(), id)
	})
	if err != nil {
		return nil, err
	}
	edge.About(r, body)
	if err := s.o.Keys.May(r.Context(), claim.AccessKeyID, op.Name, inInstance(op)); err != nil {
		return nil, err
	}
	if err := s.o.Rates.Take(claim.Service, op.Name); err != nil {
		return nil, err
	}
	in, err := op.Decode(&api.Request{PathValue: r.PathValue, Query: r.URL.Query(), Header: r.Header, Body: body})
	if err != nil {
		return nil, err
	}
	ctx := request.By(s.o.Edge.WithBase(r), claim.AccessKeyID, op.Name)
	ctx = s.o.Edge.Acting(ctx, r, actor.Key, claim.AccessKeyID, op.Name)
	out, err := op.Call(ctx, s, in, nil)
	edge.About(r, out)
	return out, err
}
