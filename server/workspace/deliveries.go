package workspace

import (
	"strconv"
	"time"

	"parley/app/deliver"
	"parley/domain/permission"
	"parley/internal/fault"
)

func (s *Server) deliveryRoutes() []route {
	view, edit := permission.Of(permission.DeliveriesView), permission.Of(permission.DeliveriesEdit)
	return []route{
		{"GET /api/deliveries", "ListUndelivered", view, s.undelivered},
		{"GET /api/deliveries/sinks", "ListSinks", view, s.sinks},
		{"GET /api/deliveries/jobs", "ListDeliveryJobs", view, s.deliveryJobs},
		{"GET /api/contacts/{contact}/deliveries", "ListDeliveries", view, s.deliveries},
		{"POST /api/deliveries/retry", "RetryDeliveries", edit, s.retry},
		{"POST /api/deliveries/replay", "ReplayDeliveries", edit, s.replay},
	}
}

// undelivered lists what sinks have not taken, of the caller's instance.
func (s *Server) undelivered(c *call) (any, error) {
	in := c.r.URL.Query()
	q := deliver.Search{
		Instance: c.caller.InstanceID, Sink: in.Get("sink"), Contact: in.Get("contact"), State: deliver.State(in.Get("state")), After: in.Get("next"),
	}
	var err error
	if q.Limit, err = number(in.Get("limit"), deliver.MostListed); err != nil {
		return nil, err
	}
	list, next, err := s.o.Deliver.Undelivered(c.ctx(), q)
	if list == nil {
		list = []deliver.Delivery{}
	}
	return struct {
		Deliveries []deliver.Delivery `json:"deliveries"`
		Next       string             `json:"next,omitempty"`
	}{list, next}, err
}

// sinks lists the sinks, and what of the caller's instance waits for them.
func (s *Server) sinks(c *call) (any, error) {
	list, more, err := s.o.Deliver.Standings(c.ctx(), c.caller.InstanceID)
	if list == nil {
		list = []deliver.Standing{}
	}
	return struct {
		Sinks []deliver.Standing `json:"sinks"`
		More  bool               `json:"at_least,omitempty"`
	}{list, more}, err
}

// deliveryJobs lists the retries and replays of the last week.
func (s *Server) deliveryJobs(c *call) (any, error) {
	jobs, err := s.o.Deliver.Jobs(c.ctx(), c.caller.InstanceID)
	return map[string]any{"jobs": jobs}, err
}

// deliveries tells what sinks were told of the chat of a contact.
func (s *Server) deliveries(c *call) (any, error) {
	in := c.r.URL.Query()
	limit, err := number(in.Get("limit"), deliver.MostListed)
	if err != nil {
		return nil, err
	}
	after := int64(0)
	if text := in.Get("after"); text != "" {
		if after, err = strconv.ParseInt(text, 10, 64); err != nil || after < 0 {
			return nil, fault.New(fault.Invalid, "after: next of the page before")
		}
	}
	return s.o.Deliver.OfChat(c.ctx(), c.caller.InstanceID, c.r.PathValue("contact"), after, limit)
}

// retry has tried again what a sink has not taken: of one chat at once, of all chats by a job.
func (s *Server) retry(c *call) (any, error) {
	var in struct {
		Sink    string `json:"sink"`
		Contact string `json:"contact_id"`
		Stream  string `json:"stream_id"`
		Number  int64  `json:"number"`
	}
	if err := c.read(&in); err != nil {
		return nil, err
	}
	return s.again(c, deliver.JobRetry, deliver.Again{Once: deliver.Once{Sink: in.Sink, Contact: in.Contact, Stream: in.Stream, Number: in.Number}})
}

// replay sends a sink once more what it was told: of a contact at once, of a time by a job.
func (s *Server) replay(c *call) (any, error) {
	var in struct {
		Sink    string    `json:"sink"`
		Contact string    `json:"contact_id"`
		From    time.Time `json:"from"`
		Until   time.Time `json:"until"`
	}
	if err := c.read(&in); err != nil {
		return nil, err
	}
	return s.again(c, deliver.JobReplay, deliver.Again{Once: deliver.Once{Sink: in.Sink, Contact: in.Contact}, From: in.From, Until: in.Until})
}

// again has a sink of the caller's instance told something once more.
func (s *Server) again(c *call, kind deliver.JobKind, a deliver.Again) (any, error) {
	a.Instance = c.caller.InstanceID
	done, err := s.o.Deliver.Ask(c.ctx(), kind, a)
	switch {
	case err != nil:
		return nil, err
	case done.Job != nil:
		return map[string]any{"job": *done.Job}, nil
	case kind == deliver.JobReplay:
		return map[string]any{"deliveries": done.Count, "replay_name": done.Name}, nil
	}
	return map[string]int{"deliveries": done.Count}, nil
}
