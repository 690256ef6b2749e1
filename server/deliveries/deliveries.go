// Package deliveries serves what sinks were told, and has them told again, under /parley/deliveries: what `parley deliveries` calls.
//
// It guarantees: only an access key without limits may call; what has something sent again is in the audit log.
package deliveries

import (
	"context"
	"net/http"
	"time"

	"parley/app/deliver"
	"parley/server/edge"
	"parley/server/keys"
)

// Path is where it is served; an operation's name follows.
const Path = "/parley/deliveries/"

// Ask is what all operations take; each reads what it needs.
type Ask struct {
	Instance string        `json:"instance"`
	Sink     string        `json:"sink,omitempty"`
	Contact  string        `json:"contact,omitempty"`
	Stream   string        `json:"stream,omitempty"`
	Number   int64         `json:"number,omitempty"`
	State    deliver.State `json:"state,omitempty"`
	From     time.Time     `json:"from,omitzero"`
	Until    time.Time     `json:"until,omitzero"`
	After    string        `json:"after,omitempty"`
	Position int64         `json:"position,omitempty"` // where the page before of a chat ended
}

// Answer has what an operation tells.
type Answer struct {
	Deliveries []deliver.Delivery `json:"deliveries,omitempty"`
	Next       string             `json:"next,omitempty"`
	Log        *deliver.Log       `json:"log,omitempty"`
	Sinks      []deliver.Standing `json:"sinks,omitempty"`
	More       bool               `json:"more,omitempty"` // than is counted
	Jobs       []deliver.Job      `json:"jobs,omitempty"`
	Count      int                `json:"count,omitempty"` // how many are sent again
	Job        *deliver.Job       `json:"job,omitempty"`
}

type server struct{ deliver *deliver.Service }

// Register adds the routes.
func Register(signed keys.Signed, r *edge.Router, d *deliver.Service) {
	s := server{d}
	for name, do := range map[string]func(context.Context, Ask) (Answer, error){
		"list": s.list, "sinks": s.sinks, "jobs": s.jobs, "retry": s.again(deliver.JobRetry), "replay": s.again(deliver.JobReplay),
	} {
		ask := keys.Asked(func(r *http.Request, in Ask) (any, error) { return do(r.Context(), in) })
		signed.Handle(r, "POST "+Path+name, "deliveries", "Deliveries."+name, ask)
	}
}

// list is a page of what is undelivered, or of a chat's log.
func (s server) list(ctx context.Context, in Ask) (out Answer, err error) {
	if in.Contact != "" && in.State == "" {
		log, err := s.deliver.OfChat(ctx, in.Instance, in.Contact, in.Position, deliver.MostListed)
		return Answer{Log: &log}, err
	}
	out.Deliveries, out.Next, err = s.deliver.Undelivered(ctx, deliver.Search{
		Instance: in.Instance, Sink: in.Sink, Contact: in.Contact, State: in.State, After: in.After, Limit: deliver.MostListed,
	})
	return out, err
}

func (s server) sinks(ctx context.Context, in Ask) (out Answer, err error) {
	out.Sinks, out.More, err = s.deliver.Standings(ctx, in.Instance)
	return out, err
}

func (s server) jobs(ctx context.Context, in Ask) (out Answer, err error) {
	out.Jobs, err = s.deliver.Jobs(ctx, in.Instance)
	return out, err
}

// again has a sink told something once more.
func (s server) again(kind deliver.JobKind) func(context.Context, Ask) (Answer, error) {
	return func(ctx context.Context, in Ask) (Answer, error) {
		once := deliver.Once{Instance: in.Instance, Sink: in.Sink, Contact: in.Contact, Stream: in.Stream, Number: in.Number}
		done, err := s.deliver.Ask(ctx, kind, deliver.Again{Once: once, From: in.From, Until: in.Until})
		return Answer{Count: done.Count, Job: done.Job}, err
	}
}
