// Package metrics shows the numbers that the parts of a server keep about
// themselves to Prometheus.
//
// It guarantees: labels take values from our own tables only, and the operator's names of sinks, never an id, a
// name or a text of a person; a scrape never waits for a store that hangs; every
// metric is described in docs/metrics.md, which a test holds against this package.
package metrics

import (
	"cmp"
	"context"
	"net/http"
	"runtime"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"parley/app/alert"
	"parley/app/chat"
	"parley/app/deliver"
	"parley/app/due"
	"parley/app/flowrun"
	"parley/app/follow"
	"parley/app/router"
	"parley/bus"
	"parley/internal/telemetry"
	"parley/internal/trace"
	"parley/outbound"
	"parley/server/edge"
	"parley/server/gateway"
	"parley/store"
	"parley/store/metered"
	"parley/work"
)

// Sources are the parts of a server. All but Tracer are needed.
type Sources struct {
	Version  string
	Calls    *edge.Calls
	Sessions *work.Sessions
	Chat     *chat.Service
	Store    *metered.Store
	Meter    *store.Meter
	Bus      bus.Bus
	Hub      *follow.Hub
	Gateway  *gateway.Gateway
	Due      *due.Runner
	Flows    *flowrun.Runner
	Router   *router.Router
	Alerts   *alert.Service
	Outbound *outbound.Services
	Deliver  *deliver.Service
	Tracer   *trace.Tracer
	// Active counts the chats that have not ended, as the store has it, over all nodes.
	Active func(context.Context) (int64, error)
	// Ready tells whether the server takes callers, StoreUp whether its store can be written to.
	Ready, StoreUp func() bool
}

// askTimeout is how long the store may take to answer a scrape (our choice). What it
// does not answer is absent, and counted as an error.
const askTimeout = 2 * time.Second

// Registry returns a registry with everything that there is to know of a server.
func Registry(s Sources) *prometheus.Registry {
	r := prometheus.NewRegistry()
	info := prometheus.NewGauge(prometheus.GaugeOpts{
		Name: buildInfo.Name, Help: buildInfo.Help,
		ConstLabels: prometheus.Labels{"version": s.Version, "goversion": runtime.Version()},
	})
	info.Set(1)
	r.MustRegister(info, collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}), collector{s})
	return r
}

// Handler serves a registry in the text format.
func Handler(r *prometheus.Registry) http.Handler {
	return promhttp.HandlerFor(r, promhttp.HandlerOpts{MaxRequestsInFlight: 2, Timeout: 10 * time.Second})
}

// collector turns the snapshots of the parts into metrics, at each scrape.
type collector struct{ s Sources }

// Describe describes every metric.
func (c collector) Describe(ch chan<- *prometheus.Desc) {
	for _, f := range families {
		ch <- f.desc()
	}
}

// Collect takes the snapshots.
func (c collector) Collect(ch chan<- prometheus.Metric) {
	out := sink{ch}
	c.calls(out)
	c.chats(out)
	c.store(out)
	c.sockets(out)
	c.background(out)
	c.asked(out)
}

func (c collector) calls(out sink) {
	for _, s := range c.s.Calls.Stats() {
		if s.Served > 0 {
			out.count(requests, s.Served, s.Service, s.Operation, "2xx", "")
		}
		for _, f := range s.Failed {
			out.count(requests, f.Count, s.Service, s.Operation, f.Class, f.Error)
			if throttled[f.Error] {
				out.count(rateLimited, f.Count, s.Service, s.Operation, f.Error)
			}
		}
		out.seconds(requestSeconds, s.Took, s.Service, s.Operation)
	}
	out.tally(authFailures, c.s.Calls.Refused())
}

// throttled are the exceptions for callers who want too much.
var throttled = map[string]bool{
	"TooManyRequestsException": true, "ThrottlingException": true,
	"LimitExceededException": true, "ServiceQuotaExceededException": true,
}

func (c collector) chats(out sink) {
	w := c.s.Sessions.Stats()
	out.count(chatsStarted, w.Started)
	out.tally(chatsEnded, w.Ended)
	out.count(itemsCommitted, w.Messages, "message")
	out.count(itemsCommitted, w.OtherItems, "other")
	out.count(cacheReads, w.CacheHits, "hit")
	out.count(cacheReads, w.CacheMisses, "miss")
	out.count(decidedAgain, w.DecidedAgain)
	h := c.s.Hub.Stats()
	out.count(itemsDelivered, h.Delivered)
	out.seconds(deliverySeconds, h.Delay)
	out.gauge(sessionsFollowed, float64(h.Sessions))
	out.count(followReads, h.Reads)
	out.count(followGaps, h.Gaps)
}

func (c collector) store(out sink) {
	s, m := c.s.Store.Stats(), c.s.Meter.Stats()
	out.tally(commits, s.Commits)
	out.tally(storeErrors, s.Errors)
	out.distribution(commitSets, m.Sets, 1)
	out.seconds(commitWait, m.Waited)
	out.seconds(commitSeconds, m.Took)
	out.seconds(syncSeconds, m.Synced)
	out.count(commitsFailed, m.Failed)
	out.count(outcomesResolved, m.Resolved)
	out.yes(storeUp, c.s.StoreUp())
	out.yes(ready, c.s.Ready())
}

func (c collector) sockets(out sink) {
	g := c.s.Gateway.Stats()
	out.gauge(socketsOpen, float64(g.Open))
	out.gauge(socketsSubscribed, float64(g.Subscribed))
	out.gauge(socketsQueued, float64(g.Queued))
	out.gauge(waiting, float64(c.s.Chat.Waiting()))
	out.tally(socketsClosed, g.Drops)
	out.tally(upgradesRefused, g.Refused)
	out.count(socketFrames, g.FramesIn, "in")
	out.count(socketFrames, g.FramesOut, "out")
}

func (c collector) background(out sink) {
	d, f := c.s.Due.Stats(), c.s.Flows.Stats()
	out.tally(dueHandled, d.Handled)
	out.tally(dueFailed, d.Failed)
	out.gauge(dueRunning, float64(d.Running))
	out.gauge(duePausing, float64(d.Pausing))
	out.tally(flowRuns, f.Runs)
	out.count(flowSteps, f.Steps)
	out.count(flowErrors, f.Errors)
	p := c.s.Router.Stats()
	out.count(proposals, p.Offers, "offered")
	out.count(proposals, p.Refused, "late")
	out.count(proposals, p.Failed, "failed")
	a := c.s.Alerts.Stats()
	out.count(alerts, a.Raised, "raised")
	out.count(alerts, a.Cleared, "cleared")
	c.outbound(out)
	out.count(callsDropped, f.Dropped)
	c.deliveries(out)
	out.yes(busUp, c.s.Bus.Up())
	if b, ok := c.s.Bus.(bus.Counted); ok {
		out.count(busPublished, b.Stats().Published)
		out.count(busDropped, b.Stats().Dropped)
	}
	t := c.s.Tracer.Stats()
	out.count(spans, t.Exported, "exported")
	out.count(spans, t.Dropped, "dropped")
}

func (c collector) deliveries(out sink) {
	d := c.s.Deliver.Stats()
	for outcome, counts := range map[string]map[string]int64{"sent": d.Sent, "failed": d.Failed, "lost": d.Lost} {
		for to, n := range counts {
			out.count(toldSinks, n, cmp.Or(to, telemetry.Other), outcome)
		}
	}
	out.gauge(sinksDown, float64(len(d.Down)))
}

func (c collector) outbound(out sink) {
	o := c.s.Outbound.Stats()
	for kind, outcomes := range o.Outcomes {
		for outcome, n := range outcomes {
			out.count(callsMade, n, kind, outcome)
		}
		out.seconds(callSeconds, o.Took[kind], kind)
	}
	out.gauge(callsActive, float64(o.Active))
	out.count(callsAgain, o.Retries)
	out.count(callsRefused, o.Refused)
}

// asked are the numbers that only the store knows.
func (c collector) asked(out sink) {
	ctx, cancel := context.WithTimeout(context.Background(), askTimeout)
	defer cancel()
	if n, err := c.s.Active(ctx); err == nil {
		out.gauge(chatsActive, float64(n))
	}
	if late, err := c.s.Due.Late(ctx); err == nil {
		out.gauge(dueLate, late)
	}
}
