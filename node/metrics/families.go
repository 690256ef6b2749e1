package metrics

import (
	"cmp"
	"slices"

	"github.com/prometheus/client_golang/prometheus"

	"parley/internal/telemetry"
)

// Family is one metric: its name, its type ("counter", "gauge" or "histogram"),
// what it tells, and the names of its labels.
type Family struct {
	Name, Type, Help string
	Labels           []string
}

func (f Family) desc() *prometheus.Desc { return prometheus.NewDesc(f.Name, f.Help, f.Labels, nil) }

// buildInfo is the one that never changes.
var buildInfo = Family{"parley_build_info", "gauge", "Always 1; the labels tell the version and what it was built with.", []string{"goversion", "version"}}

// The metrics. Families with the same first word come from one part of the server.
var (
	requests       = Family{"parley_requests_total", "counter", "Calls answered, by operation, status class and error name (empty for a success).", []string{"service", "operation", "status", "error"}}
	requestSeconds = Family{"parley_request_duration_seconds", "histogram", "Time from a call's header until its answer.", []string{"service", "operation"}}
	rateLimited    = Family{"parley_requests_limited_total", "counter", "Calls refused because of a rate or a quota.", []string{"service", "operation", "error"}}
	authFailures   = Family{"parley_auth_failures_total", "counter", "Calls of callers who did not show who they are or that they may, by kind.", []string{"kind"}}

	chatsStarted = Family{"parley_chats_started_total", "counter", "Chats started on this node.", nil}
	chatsEnded   = Family{"parley_chats_ended_total", "counter", "Chats ended by this node, by disconnect reason.", []string{"reason"}}
	chatsActive  = Family{"parley_chats_active", "gauge", "Chats that have not ended, over all nodes, as the store counts them.", nil}
	decidedAgain = Family{"parley_decisions_repeated_total", "counter", "Decisions made once more: others changed the chat meanwhile, or a refusal had to be sure.", nil}
	cacheReads   = Family{"parley_session_cache_reads_total", "counter", "Looks for a session in memory, by result: hit or miss.", []string{"result"}}

	itemsCommitted  = Family{"parley_items_committed_total", "counter", "Transcript items made durable by this node, by type: message or other.", []string{"type"}}
	itemsDelivered  = Family{"parley_items_delivered_total", "counter", "Items given to sockets of this node; each socket counts.", nil}
	deliverySeconds = Family{"parley_delivery_delay_seconds", "histogram", "Time from an item's AbsoluteTime until sockets of this node were given it live, of one item in eight.", nil}

	sessionsFollowed = Family{"parley_sessions_followed", "gauge", "Sessions that sockets of this node follow.", nil}
	followReads      = Family{"parley_follow_reads_total", "counter", "Pages that followers read from the store.", nil}
	followGaps       = Family{"parley_follow_gaps_total", "counter", "Hints that did not come in time, so that the store was read.", nil}

	commits          = Family{"parley_commits_total", "counter", "Change sets handed to the store, by outcome.", []string{"outcome"}}
	commitSets       = Family{"parley_commit_batch_sets", "histogram", "Change sets in one commit.", nil}
	commitWait       = Family{"parley_commit_wait_seconds", "histogram", "Time that the oldest change set of a commit waited for its beginning.", nil}
	commitSeconds    = Family{"parley_commit_duration_seconds", "histogram", "Time from a commit's beginning until it was durable.", nil}
	syncSeconds      = Family{"parley_commit_sync_seconds", "histogram", "The part of a commit that made it durable.", nil}
	commitsFailed    = Family{"parley_commits_failed_total", "counter", "Commits that were rolled back or broke.", nil}
	outcomesResolved = Family{"parley_commit_outcomes_resolved_total", "counter", "Change sets whose outcome was not known and then was found out.", nil}
	storeErrors      = Family{"parley_store_errors_total", "counter", "Reads and probes of the store that failed, by operation.", []string{"operation"}}
	storeUp          = Family{"parley_store_up", "gauge", "1 while the store can be written to.", nil}
	ready            = Family{"parley_ready", "gauge", "1 while the server takes callers: what /readyz says.", nil}

	socketsOpen       = Family{"parley_sockets_open", "gauge", "Websockets open.", nil}
	socketsSubscribed = Family{"parley_sockets_subscribed", "gauge", "Websockets that are served a chat.", nil}
	socketsQueued     = Family{"parley_sockets_queued_bytes", "gauge", "Bytes that wait for clients to take them.", nil}
	waiting           = Family{"parley_participants_waiting", "gauge", "Participants whose way to a websocket begins when others have arrived: after a restart.", nil}
	socketsClosed     = Family{"parley_sockets_closed_total", "counter", "Websockets ended, by reason.", []string{"reason"}}
	socketFrames      = Family{"parley_socket_frames_total", "counter", "Websocket frames, by direction: in or out.", []string{"direction"}}
	upgradesRefused   = Family{"parley_upgrades_refused_total", "counter", "Websocket handshakes refused, by reason.", []string{"reason"}}

	dueHandled = Family{"parley_due_handled_total", "counter", "Deadlines handled, by kind.", []string{"kind"}}
	dueFailed  = Family{"parley_due_failures_total", "counter", "Tries to handle a deadline that failed, by kind. Each is tried again.", []string{"kind"}}
	dueRunning = Family{"parley_due_running", "gauge", "Deadlines being handled.", nil}
	duePausing = Family{"parley_due_retrying", "gauge", "Deadlines that failed and will be tried again.", nil}
	dueLate    = Family{"parley_due_lag_seconds", "gauge", "How long the oldest deadline is overdue.", nil}

	flowRuns   = Family{"parley_flow_runs_total", "counter", "Flows run until they waited or were over, by outcome.", []string{"outcome"}}
	flowSteps  = Family{"parley_flow_steps_total", "counter", "Actions of flows.", nil}
	flowErrors = Family{"parley_flow_errors_total", "counter", "Runs of flows that failed and will be tried again.", nil}

	proposals = Family{"parley_routing_proposals_total", "counter", "Assignments of contacts to agents that this node proposed, by outcome: offered, late (another node or a person was faster), failed.", []string{"outcome"}}

	alerts = Family{"parley_alerts_total", "counter", "Alerts of queues, by what this node did: raised or cleared.", []string{"state"}}

	callsMade    = Family{"parley_outbound_calls_total", "counter", "Calls of flows to functions and bots, by kind and outcome: ok, timeout, unreachable, failed, refused, unknown, cut.", []string{"kind", "outcome"}}
	callSeconds  = Family{"parley_outbound_duration_seconds", "histogram", "Time that a call of a flow took, with all its tries.", []string{"kind"}}
	callsActive  = Family{"parley_outbound_active", "gauge", "Calls of flows under way.", nil}
	callsAgain   = Family{"parley_outbound_retries_total", "counter", "Tries beyond the first of a call.", nil}
	callsRefused = Family{"parley_outbound_refused_total", "counter", "Connections that were not made because the address is not public and not allowed.", nil}
	callsDropped = Family{"parley_outbound_dropped_total", "counter", "Calls that found no place or came while the server stopped. Each is made when its time is over.", nil}

	toldSinks = Family{"parley_deliveries_total", "counter", "What sinks were sent, by sink and outcome: sent, failed (it is tried again) or lost (given up).", []string{"sink", "outcome"}}
	sinksDown = Family{"parley_sinks_down", "gauge", "Sinks that take nothing now.", nil}

	busUp        = Family{"parley_bus_up", "gauge", "1 while hints of other nodes arrive, as far as is known.", nil}
	busPublished = Family{"parley_bus_published_total", "counter", "Hints given to the bus.", nil}
	busDropped   = Family{"parley_bus_dropped_total", "counter", "Hints that the bus could not carry.", nil}

	spans = Family{"parley_trace_spans_total", "counter", "Spans of traces, by what became of them: exported or dropped.", []string{"result"}}
)

// families are all of them.
var families = []Family{
	requests, requestSeconds, rateLimited, authFailures,
	chatsStarted, chatsEnded, chatsActive, decidedAgain, cacheReads,
	itemsCommitted, itemsDelivered, deliverySeconds, sessionsFollowed, followReads, followGaps,
	commits, commitSets, commitWait, commitSeconds, syncSeconds, commitsFailed, outcomesResolved, storeErrors, storeUp, ready,
	socketsOpen, socketsSubscribed, socketsQueued, waiting, socketsClosed, socketFrames, upgradesRefused,
	dueHandled, dueFailed, dueRunning, duePausing, dueLate,
	flowRuns, flowSteps, flowErrors, proposals, alerts, callsMade, callSeconds, callsActive, callsAgain, callsRefused, callsDropped, toldSinks, sinksDown, busUp, busPublished, busDropped, spans,
}

// Families returns all metrics of our own, in the order of their names.
func Families() []Family {
	all := append(slices.Clone(families), buildInfo)
	slices.SortFunc(all, func(a, b Family) int { return cmp.Compare(a.Name, b.Name) })
	return all
}

// sink makes metrics of numbers.
type sink struct{ ch chan<- prometheus.Metric }

func (s sink) count(f Family, n int64, labels ...string) {
	s.ch <- prometheus.MustNewConstMetric(f.desc(), prometheus.CounterValue, float64(n), labels...)
}

func (s sink) gauge(f Family, v float64, labels ...string) {
	s.ch <- prometheus.MustNewConstMetric(f.desc(), prometheus.GaugeValue, v, labels...)
}

func (s sink) yes(f Family, yes bool) {
	if yes {
		s.gauge(f, 1)
		return
	}
	s.gauge(f, 0)
}

// tally makes a counter of each name.
func (s sink) tally(f Family, counts map[string]int64) {
	for name, n := range counts {
		s.count(f, n, cmp.Or(name, telemetry.Other))
	}
}

// seconds makes a histogram of nanoseconds.
func (s sink) seconds(f Family, d telemetry.Distribution, labels ...string) {
	s.distribution(f, d, 1e9, labels...)
}

// distribution makes a histogram; so many of its units are one of the metric's.
func (s sink) distribution(f Family, d telemetry.Distribution, unit float64, labels ...string) {
	buckets := make(map[float64]uint64, len(d.Bounds))
	for i, bound := range d.Bounds {
		buckets[float64(bound)/unit] = uint64(d.Counts[i])
	}
	s.ch <- prometheus.MustNewConstHistogram(f.desc(), uint64(d.Count), float64(d.Sum)/unit, buckets, labels...)
}
