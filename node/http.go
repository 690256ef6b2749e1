package node

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/http/pprof"
	"time"

	"parley/app/responses"
	"parley/app/studio"
	"parley/internal/clock"
	"parley/internal/sigv4"
	"parley/server/auditlog"
	"parley/server/connect"
	"parley/server/console"
	"parley/server/control"
	"parley/server/deliveries"
	"parley/server/doctor"
	"parley/server/edge"
	"parley/server/keys"
	"parley/server/pages"
	"parley/server/participant"
	"parley/server/private"
	"parley/server/setup"
	"parley/server/widget"
	"parley/server/workspace"
)

// patience is how long a client may keep the server waiting: for a request's
// header, for the whole request (and twice that for its answer to be taken), between requests.
type patience struct{ header, request, idle time.Duration }

// defaultPatience and maxHeader are our choice. Browsers and HTTP libraries open
// connections ahead, for calls that come seconds later: for those the header's
// patience must not be short.
func defaultPatience() patience {
	return patience{header: 15 * time.Second, request: 30 * time.Second, idle: 2 * time.Minute}
}

const maxHeader = 32 << 10

func (n *Node) httpServer(local string) *http.Server {
	return &http.Server{
		Handler:           n.parting(n.private(n.routes(local))),
		ReadHeaderTimeout: n.cfg.patience.header,
		ReadTimeout:       n.cfg.patience.request,
		WriteTimeout:      2 * n.cfg.patience.request,
		IdleTimeout:       n.cfg.patience.idle,
		MaxHeaderBytes:    maxHeader,
		ConnState:         newConnections(n.limits.perAddress, n.proxies).note,
		ErrorLog:          slog.NewLogLogger(n.log.Handler(), slog.LevelWarn),
	}
}

// farewell is how long a stopping server, which takes no new connections, still
// answers on those it has, each time with the word that the connection closes:
// busy callers then open another one, at whoever holds the listener, instead of meeting a reset.
const farewell = 100 * time.Millisecond

// leave begins the farewell and waits it out.
func (n *Node) leave(ctx context.Context) {
	n.leaving.Store(true)
	_ = n.listener.Close() // whoever else holds it keeps the callers waiting
	wait(ctx, farewell)
}

// drainSpread is how long the websockets' ends are spread over. All chats of a
// SQLite store are this server's: the sooner it is gone, the sooner its
// successor serves them, and until then clients knock at times of their own.
const drainSpread = time.Second

// wait waits, no longer than ctx.
func wait(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}

func (n *Node) parting(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if n.stopping.Load() {
			w.Header().Set("Connection", "close")
		}
		next.ServeHTTP(w, r)
	})
}

// routes puts everything on one port.
func (n *Node) routes(local string) *edge.Router {
	e := &edge.Edge{Log: n.log, Base: n.cfg.base(local, n.proxies), Calls: n.seen.calls, Tracer: n.seen.tracer, Address: n.proxies.caller, Recent: n.recent, Bearer: n.bearer, Amiss: n.amiss}
	if n.cfg.TestControls {
		e.Faults = edge.NewFaults()
	}
	r := e.NewRouter()
	verifier := sigv4.NewVerifier(n.cfg.Region, "connect", clock.Wall)
	aws := connect.New(connect.Options{
		Edge: e, Chat: n.chat, Admin: n.admin, People: n.people, Router: n.router, Resources: n.resources, Keys: n.keys, Rates: n.rates, Verifier: verifier, Home: n.home(), Files: n.files, Rules: n.rules, Deliver: n.deliver,
		History: n.history, Audit: n.audit, Supervises: n.supervises, Contacts: n.measured().Contacts, Spans: n.worked().Spans, Push: n.push, Privacy: n.privacy,
	})
	aws.Register(r)
	widget.Register(widget.Options{Edge: e, Widgets: n.widgets, Connect: aws, Chat: n.chat, Push: n.push, Home: n.home(), Attachments: n.files.Enabled}, r)
	rates := n.rates
	if !n.limits.aws && len(n.limits.rates) == 0 {
		rates = nil // nothing to count
	}
	inside := participant.New(e, n.chat, n.admin, rates)
	inside.Files = n.files
	inside.Register(r)
	signed := keys.Signed{Edge: e, Keys: n.keys, Verifier: verifier}
	keys.Register(signed, r)
	auditlog.Register(signed, r, n.audit)
	deliveries.Register(signed, r, n.deliver)
	doctor.Register(signed, r, n.stories)
	private.Register(signed, r, n.privacy)
	quick := responses.New(n.resources)
	beside := setup.Server{Admin: n.admin, Responses: quick, Widgets: n.widgets, Resources: n.resources}
	beside.Register(signed, r)
	n.workspace = workspace.New(workspace.Options{
		Edge: e, Accounts: n.accounts, Audit: n.audit, Router: n.router, Chat: n.chat, Admin: n.admin, People: n.people, Resources: n.resources, Widgets: n.widgets, Responses: quick, Sealer: n.sealer, Provider: n.provider, Stories: n.stories, History: n.history, Deliver: n.deliver, Privacy: n.privacy, Keys: n.keys,
		PerAddress: n.limits.perAddress, Alerts: n.alerts, Ratings: n.measured().Contacts,
		Connect: console.New(aws, n.rates, staff{n}), Studio: studio.New(n.admin, n.sessions, n.clock.Now),
	})
	n.workspace.Register(r)
	r.Handle("GET /push/key", e.JSON(edge.Route{Service: "push", Operation: "Key"}, edge.ConnectErrors(), func(*http.Request) ([]byte, error) {
		return json.Marshal(map[string]string{"applicationServerKey": n.push.Sender.PublicKey()})
	}))
	r.Handle("GET /ws", e.Upgrading(n.gateway))
	r.Handle("GET /healthz", http.HandlerFunc(healthz))
	r.Handle("GET /readyz", http.HandlerFunc(n.readyz))
	r.Private("/metrics")
	r.Handle("GET /metrics", n.metrics())
	pages.Register(e, r, n.demo)
	if n.cfg.TestControls {
		r.Private(control.Prefix)
		control.Register(e, r, controls{n})
	}
	return r
}

// serveDebug serves pprof on its own loopback address, if one is configured.
func (n *Node) serveDebug() error {
	if n.cfg.DebugListen == "" {
		return nil
	}
	l, err := net.Listen("tcp", n.cfg.DebugListen)
	if err != nil {
		return fmt.Errorf("listen on --debug-listen: %w", err)
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /debug/pprof/", pprof.Index)
	mux.HandleFunc("GET /debug/pprof/profile", pprof.Profile)
	mux.HandleFunc("GET /debug/pprof/trace", pprof.Trace)
	n.debug = &http.Server{Handler: mux, ReadHeaderTimeout: n.cfg.patience.header}
	n.work.Go(func() { _ = n.debug.Serve(l) }) // ends with Close
	return nil
}
