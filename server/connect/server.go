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
	"parley/app/people"
	"parley/internal/arn"
	"parley/internal/fault"
	"parley/internal/sigv4"
	"parley/server/attached"
	"parley/server/edge"
	"parley/work/resource"
)

// Server serves the operations. Those that it has no method for answer
// NotImplementedException.
type Server struct {
	unbuilt
	attached.Operations
	o     Options
	large large
}

// Options are what a Server is made of.
type Options struct {
	Edge      *edge.Edge
	Chat      *chat.Service
	Admin     *admin.Service
	People    *people.Service
	Resources *resource.Store
	Keys      *auth.Keys
	Rates     *auth.Rates
	Verifier  *sigv4.Verifier
	Home      arn.Home
	Files     attached.Files
}

// New returns a server.
func New(o Options) *Server {
	s := &Server{o: o, large: make(large, largeBodies)}
	s.Operations = attached.Operations{Files: o.Files, Scope: s.scope}
	return s
}

// unbuilt lies one level below the operations of other packages, so that theirs come first.
type unbuilt struct{ connect.Unimplemented }

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

// call is who calls what; it rides in the context of one request.
type call struct {
	key, operation string
}

type callKey struct{}

func callOf(ctx context.Context) call {
	c, _ := ctx.Value(callKey{}).(call)
	return c
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
	ctx := context.WithValue(s.o.Edge.WithBase(r), callKey{}, call{claim.AccessKeyID, op.Name})
	return op.Call(ctx, s, in, nil)
}

// scope finds the instance that a request names, by id or ARN, if the caller may work in it.
func (s *Server) scope(ctx context.Context, instance string) (arn.Scope, error) {
	id, err := s.o.Home.InstanceID(instance)
	if err != nil {
		return arn.Scope{}, notFound(err, "InstanceId")
	}
	c := callOf(ctx)
	if err := s.o.Keys.MayIn(ctx, c.key, c.operation, id); err != nil {
		return arn.Scope{}, err
	}
	if _, err := s.o.Admin.Instance(ctx, id); err != nil {
		return arn.Scope{}, err
	}
	return arn.Scope{Home: s.o.Home, Instance: id}, nil
}

// resolve finds the id of a thing in an instance, by id or ARN; member names it in the refusal.
func resolve(scope arn.Scope, kind arn.Kind, value, member string) (string, error) {
	ref, err := scope.Resolve(kind, value)
	if err == nil && ref.Qualifier != "" && ref.Qualifier != arn.Latest {
		err = fault.New(fault.NotFound, "a version is not what is asked for")
	}
	if err != nil {
		return "", notFound(err, member)
	}
	return ref.ID, nil
}

// contactID takes the id out of a contact's ARN of the instance. Whatever is no
// such ARN stays as it is: no contact will be found under it.
func contactID(scope arn.Scope, value string) string {
	if ref, err := scope.Resolve(arn.Contact, value); err == nil {
		return ref.ID
	}
	return value
}

// notFound names the member in whose value nothing was found.
func notFound(err error, member string) error {
	if fault.Is(err, fault.NotFound) {
		return fault.Wrap(fault.NotFound, err, "%s: the resource was not found", member)
	}
	return err
}

// ptr returns a pointer to v.
func ptr[T any](v T) *T { return &v }
