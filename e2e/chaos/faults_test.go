package chaos_test

import (
	"maps"
	"math/rand/v2"
	"slices"
	"time"

	"parley/e2e/cluster"
)

// fault begins trouble; Heal ends it. It draws from r what the plan leaves open.
type fault func(w *world, r *rand.Rand)

// faults are what can be broken, by name. A feature that talks to something
// new adds how that breaks.
func faults() map[string]fault {
	return map[string]fault{
		"node killed":           func(w *world, r *rand.Rand) { w.someNode(r).Kill() },
		"node stopped":          func(w *world, r *rand.Rand) { w.someNode(r).Leave() },
		"node paused":           func(w *world, r *rand.Rand) { w.someNode(r).Pause() },
		"node isolated":         func(w *world, r *rand.Rand) { isolate(w.someNode(r)) },
		"node isolated one way": isolateNodeOneWay,
		"node without database": cutOff(func(n *cluster.Node) []*cluster.Link { return n.Store[:] }),
		"node without bus":      cutOff(func(n *cluster.Node) []*cluster.Link { return n.Bus }),
		"slow links":            slowLinks,
		"NATS server killed":    func(w *world, r *rand.Rand) { w.NATS[r.IntN(len(w.NATS))].Kill() },
		"NATS server paused":    func(w *world, r *rand.Rand) { w.NATS[r.IntN(len(w.NATS))].Pause() },
		"NATS away":             natsAway,
		"primary killed":        func(w *world, _ *rand.Rand) { w.Postgres.Kill(w.Postgres.Primary()) },
		"primary paused":        func(w *world, _ *rand.Rand) { w.Postgres.Pause(w.Postgres.Primary()) },
		"primary isolated":      isolatePrimary,
		"primary full":          func(w *world, _ *rand.Rand) { w.Postgres.Fill(w.Postgres.Primary()) },
		"standby killed":        func(w *world, _ *rand.Rand) { w.Postgres.Kill(1 - w.Postgres.Primary()) },
		"standby paused":        func(w *world, _ *rand.Rand) { w.Postgres.Pause(1 - w.Postgres.Primary()) },
		"standby cut off":       cutStandby,
		"standby full":          func(w *world, _ *rand.Rand) { w.Postgres.Fill(1 - w.Postgres.Primary()) },
		"power loss":            func(w *world, r *rand.Rand) { w.PowerLoss(r.Uint64()); w.Heal() },
	}
}

func faultNames() []string { return slices.Sorted(maps.Keys(faults())) }

func (w *world) someNode(r *rand.Rand) *cluster.Node { return w.Nodes[r.IntN(len(w.Nodes))] }

func someWay(r *rand.Rand) cluster.Way {
	return []cluster.Way{cluster.Up, cluster.Down, cluster.Both}[r.IntN(3)]
}

func isolate(n *cluster.Node) {
	for _, l := range n.Links() {
		l.Hold(cluster.Both)
	}
}

// isolateNodeOneWay lets a node hear but not speak, or speak but not hear:
// clients dial it, it dials everybody else.
func isolateNodeOneWay(w *world, r *rand.Rand) {
	n, deaf := w.someNode(r), r.IntN(2) == 0
	for _, l := range n.Links() {
		if deaf == (l == n.Front) {
			l.Hold(cluster.Up)
		} else {
			l.Hold(cluster.Down)
		}
	}
}

// cutOff breaks some links of one node: they are held, one way or both, or cut.
func cutOff(links func(*cluster.Node) []*cluster.Link) fault {
	return func(w *world, r *rand.Rand) {
		way, cut := someWay(r), r.IntN(3) == 0
		for _, l := range links(w.someNode(r)) {
			if cut {
				l.Cut()
			} else {
				l.Hold(way)
			}
		}
	}
}

func slowLinks(w *world, r *rand.Rand) {
	for _, n := range w.Nodes {
		for _, l := range n.Links() {
			if r.IntN(2) == 0 {
				l.Delay(time.Duration(r.IntN(100)) * time.Millisecond)
			}
		}
	}
}

func natsAway(w *world, r *rand.Rand) {
	for _, b := range w.NATS {
		b.Kill()
	}
}

// isolatePrimary hides the primary from everybody: nodes, standby and keeper.
func isolatePrimary(w *world, r *rand.Rand) {
	primary, way := w.Postgres.Primary(), someWay(r)
	links := w.Postgres.Links(primary)
	for _, n := range w.Nodes {
		links = append(links, n.Store[primary])
	}
	for _, l := range links {
		l.Hold(way)
	}
}

func cutStandby(w *world, r *rand.Rand) {
	w.Postgres.Links(w.Postgres.Primary())[1].Hold(someWay(r))
}
