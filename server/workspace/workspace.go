// Package workspace serves our own API under /api/: what people who work here
// call from a browser, and AWS has no public API for.
//
// It guarantees: a route answers only who meets what it declares to need, and
// one that declares nothing answers nobody; what changes something is refused
// from pages of other origins and without the token that only our own pages
// know; no other site may read or frame an answer; openapi.json describes every
// route, and nothing else.
package workspace

import (
	"context"
	"net/http"
	"sync"

	"parley/app/account"
	"parley/app/admin"
	"parley/app/alert"
	"parley/app/auth"
	"parley/app/chat"
	"parley/app/deliver"
	"parley/app/history"
	"parley/app/people"
	"parley/app/privacy"
	"parley/app/responses"
	"parley/app/router"
	"parley/app/story"
	"parley/app/studio"
	"parley/app/widget"
	"parley/domain/permission"
	"parley/internal/actor"
	"parley/internal/seal"
	"parley/outbound/oidc"
	"parley/server/console"
	"parley/server/edge"
	"parley/server/private"
	"parley/work/audit"
	"parley/work/resource"
)

// Prefix is where the routes are; no preflight is answered there.
const Prefix = "/api/"

// Options are what a Server is made of.
type Options struct {
	Edge      *edge.Edge
	Accounts  *account.Service
	Audit     *audit.Log
	Router    *router.Router
	Chat      *chat.Service
	Admin     *admin.Service
	People    *people.Service
	Widgets   *widget.Service
	Alerts    *alert.Service
	Ratings   Contacts        // whose ratings are counted
	Resources *resource.Store // of settings
	Responses *responses.Service
	Sealer    *seal.Sealer // of what browsers keep for a while
	Stories   *story.Service
	Connect   *console.Operations // those of Amazon Connect that pages may call
	Studio    *studio.Service
	History   *history.Service
	Deliver   *deliver.Service
	Privacy   *privacy.Service
	Keys      *auth.Keys
	Provider  *oidc.Provider // nil = nobody signs in at an OIDC provider

	PerAddress int // open websockets of one address on this node; 0 = no bound
}

// Server serves the routes.
type Server struct {
	o Options

	mu       sync.Mutex
	open     map[*peer]struct{}
	stopping bool
	present  map[agentOf]int // agents, by how many sockets of this node they have; a lease counts as one
	leases   map[agentOf]*lease
	working  sync.WaitGroup // sockets that may belong to agents, and leases
	seats    seats
}

// route is one call of the API.
type route struct {
	pattern   string // as net/http.ServeMux takes it
	operation string // operationId in openapi.json
	needs     permission.Need
	do        func(*call) (any, error)
}

// New returns a server.
func New(o Options) *Server {
	return &Server{o: o, open: map[*peer]struct{}{}, present: map[agentOf]int{}, leases: map[agentOf]*lease{}}
}

// routes are all routes. Add yours to the file of its own subject.
func (s *Server) routes() []route {
	var all []route
	for _, some := range [][]route{
		s.signInRoutes(), s.sessionRoutes(), s.codeRoutes(), s.userRoutes(), s.agentRoutes(), s.transferRoutes(), s.superviseRoutes(), s.responseRoutes(),
		s.noteRoutes(), s.settingsRoutes(), s.storyRoutes(), s.historyRoutes(), s.alertRoutes(), s.ratingRoutes(),
		s.auditRoutes(), s.providerRoutes(), s.metaRoutes(), s.widgetRoutes(), s.deliveryRoutes(), s.privacyRoutes(), s.keyRoutes(), s.saidRoutes(), s.consoleRoutes(), s.studioRoutes(),
	} {
		all = append(all, some...)
	}
	return all
}

// Register adds the routes.
func (s *Server) Register(r *edge.Router) {
	r.Private(Prefix)
	r.Own(edge.Route{Service: "workspace", Operation: "Unknown"}, Prefix)
	for _, one := range s.routes() {
		if one.operation == downloadExport {
			r.Handle(one.pattern, s.o.Edge.OwnStream(edge.Route{Service: "workspace", Operation: one.operation}, edge.OwnErrors(), private.ExportWithin, s.streamed(one)))
			continue
		}
		r.Handle(one.pattern, s.o.Edge.Own(edge.Route{Service: "workspace", Operation: one.operation}, edge.OwnErrors(), s.guarded(one)))
	}
}

// Route describes a route, for the tests of the whole.
type Route struct{ Pattern, Operation, Needs string }

// Routes lists all routes.
func (s *Server) Routes() (list []Route) {
	for _, one := range s.routes() {
		list = append(list, Route{one.pattern, one.operation, one.needs.String()})
	}
	return list
}

// call is one request and who makes it.
type call struct {
	w      http.ResponseWriter
	r      *http.Request
	body   []byte
	caller account.Caller // zero where nobody needs to be signed in
}

func (c *call) ctx() context.Context { return c.r.Context() }

// within is the context of what is no instance's own, and is done for the caller's: its audit log tells of it.
func (c *call) within() context.Context { return actor.Within(c.ctx(), c.caller.InstanceID) }

// done is the answer to what has nothing to tell.
type done struct{}
