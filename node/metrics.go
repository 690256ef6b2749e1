package node

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"parley/domain/quota"
	"parley/internal/clock"
	"parley/internal/trace"
	"parley/node/metrics"
	"parley/server/edge"
	"parley/store"
	"parley/store/metered"
	"parley/work/resource"
)

// observation is what a node is observed by.
type observation struct {
	calls   *edge.Calls
	meter   *store.Meter
	metered *metered.Store
	tracer  *trace.Tracer
	exports sync.WaitGroup
	stop    context.CancelFunc // ends exports
}

// export sends spans until last is called.
func (o *observation) export() {
	ctx, stop := context.WithCancel(context.Background())
	o.stop = stop
	o.exports.Go(func() { o.tracer.Run(ctx) })
}

// last sends what is left. It comes after everything that makes spans has ended.
func (o *observation) last() {
	if o.stop != nil {
		o.stop()
		o.exports.Wait()
	}
}

// observe prepares to count and to trace.
func (n *Node) observe() (err error) {
	n.seen.calls = edge.NewCalls()
	n.seen.meter = store.NewMeter(n.slowCommits())
	n.seen.tracer, err = trace.New(trace.Options{
		Endpoint: n.cfg.OTLP.Endpoint, Traces: n.cfg.OTLP.TracesEndpoint, Headers: n.cfg.OTLP.Headers,
		Service: n.cfg.OTLP.Service, Version: n.cfg.Version, Ratio: n.cfg.OTLP.ratio(),
		Failed: func(err error) { n.log.Warn("spans cannot be exported", slog.Any("error", err)) },
	})
	return err
}

// observed wraps the store so that it counts and traces.
func (n *Node) observed(st store.Store) store.Store {
	n.seen.metered = metered.New(st, n.seen.tracer)
	return n.seen.metered
}

// warnEvery is how often slow commits are warned of at most (our choice): on a
// disk that has become slow, each of them is.
const warnEvery = 10 * time.Second

// slowCommits warns of slow commits, now and then.
func (n *Node) slowCommits() func(time.Duration, int) {
	var silent atomic.Int64 // until when, wall clock
	var passed atomic.Int64
	return func(took time.Duration, sets int) {
		now, until := clock.Wall().UnixNano(), silent.Load()
		if now < until || !silent.CompareAndSwap(until, now+int64(warnEvery)) {
			passed.Add(1)
			return
		}
		n.log.Warn("slow commit", slog.Duration("duration", took), slog.Int("sets", sets), slog.Int64("not_warned_of", passed.Swap(0)))
	}
}

// metrics serves the numbers to whoever may see them.
func (n *Node) metrics() http.Handler {
	served := metrics.Handler(metrics.Registry(metrics.Sources{
		Version: n.cfg.Version, Calls: n.seen.calls, Sessions: n.sessions, Chat: n.chat, Store: n.seen.metered, Meter: n.seen.meter,
		Bus: n.bus, Hub: n.hub, Gateway: n.gateway, Due: n.due, Flows: n.flows, Router: n.router, Alerts: n.alerts, Outbound: n.outbound, Deliver: n.deliver, Tracer: n.seen.tracer,
		Active: n.activeChats, Ready: func() bool { return n.status().Status == statusReady }, StoreUp: n.health.ok,
	}))
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "no-store")
		if !n.cfg.maySeeMetrics(r) {
			http.Error(w, n.cfg.metricsRefusal(), http.StatusForbidden)
			return
		}
		served.ServeHTTP(w, r)
	})
}

// maySeeMetrics: with the token, where there is one; else from this machine only, by
// its name or address (a page of another site that has its own name point here is
// refused), and not through a proxy, behind which everybody seems to be on this machine.
func (c Config) maySeeMetrics(r *http.Request) bool {
	if c.MetricsToken != "" {
		given, _ := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
		a, b := sha256.Sum256([]byte(given)), sha256.Sum256([]byte(c.MetricsToken))
		return subtle.ConstantTimeCompare(a[:], b[:]) == 1
	}
	return !c.BehindProxy && loopback(r.RemoteAddr) && here(r.Host) &&
		r.Header.Get("X-Forwarded-For") == "" && r.Header.Get("Forwarded") == ""
}

// here reports whether a Host header, with or without port, names this machine.
func here(host string) bool {
	if _, _, err := net.SplitHostPort(host); err != nil {
		host = net.JoinHostPort(strings.Trim(host, "[]"), "0")
	}
	return loopback(host)
}

func (c Config) metricsRefusal() string {
	switch {
	case c.MetricsToken != "":
		return "The metrics need the header Authorization: Bearer with the token that the server was given."
	case c.BehindProxy:
		return "Behind a proxy the metrics need a token: start the server with --metrics-token-file."
	}
	return "The metrics are open to this machine only, by the name localhost or its address; for others start the server with --metrics-token-file."
}

// activeChats counts the chats of all instances that have not ended.
func (n *Node) activeChats(ctx context.Context) (total int64, err error) {
	for page := (resource.Page{Limit: 100}); ; {
		instances, next, err := n.admin.Instances(ctx, page)
		if err != nil {
			return 0, err
		}
		for i := range instances {
			active, err := n.store.Usage(ctx, quota.ActiveChats(instances[i].ID))
			if err != nil {
				return 0, err
			}
			total += active
		}
		if next == "" {
			return total, nil
		}
		page.After = next
	}
}
