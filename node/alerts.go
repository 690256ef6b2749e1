package node

import (
	"context"
	"iter"

	"parley/app/alert"
	"parley/domain/metric"
	"parley/domain/routing"
	"parley/work/measure"
	"parley/work/resource"
)

// measured reads contacts for metrics.
func (n *Node) measured() measure.Reader { return measure.Reader{Store: n.store} }

// openAlerts makes what watches the service of queues.
func (n *Node) openAlerts() {
	o := alert.Options{Resources: n.resources, Queues: queues{n}, Home: n.home(), Commit: n.sessions.Commit, Log: n.log}
	if n.ruleEvents != nil {
		o.Sender = n.ruleEvents
	}
	n.alerts = alert.New(o)
}

// queues tells the alerts what goes on in queues.
type queues struct{ n *Node }

// Instances returns the ids of all instances.
func (q queues) Instances(ctx context.Context) ([]string, error) {
	return workers{q.n.people, q.n.resources}.Instances(ctx)
}

// Queues returns the ids of the queues of an instance.
func (q queues) Queues(ctx context.Context, instance string) ([]string, error) {
	all, _, err := q.n.admin.Queues(ctx, instance, resource.Page{Limit: 100_000})
	ids := make([]string, len(all))
	for i := range all {
		ids[i] = all[i].ID
	}
	return ids, err
}

// Waiting returns the contacts that wait.
func (q queues) Waiting(ctx context.Context, instance string) ([]routing.Waiting, error) {
	return q.n.router.Waiting(ctx, instance)
}

// Contacts finds contacts.
func (q queues) Contacts(ctx context.Context, instance string, s metric.Stamp, when metric.Interval) iter.Seq2[*metric.Contact, error] {
	return q.n.measured().Contacts(ctx, instance, s, when)
}
