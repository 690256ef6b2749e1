package workspace

import (
	"context"
	"maps"
	"slices"

	"parley/domain/alert"
	"parley/domain/permission"
	"parley/internal/fault"
	"parley/work/practice"
)

func (s *Server) settingsRoutes() []route {
	return []route{
		{"GET /api/settings", "GetSettings", permission.Of(permission.QueuesView, permission.QueuesEdit), s.settings},
		{"PUT /api/settings", "SetSettings", permission.Of(permission.QueuesEdit), s.setSettings},
	}
}

// settings are what an instance says of how its agents work.
type settings struct {
	GiveBack bool `json:"give_back"`
	Grace    int  `json:"grace_seconds"`
	queueSettings
	Queues []oneQueue `json:"queues"`
}

// queueSettings are those of the chats of a queue; what is left out is not said.
type queueSettings struct {
	Return *int     `json:"return_seconds,omitempty"`
	Codes  []string `json:"disposition_codes,omitempty"`
	// Alerts are the limits at which alerts are raised.
	Alerts *alert.Limits `json:"alerts,omitempty"`
}

func shownQueue(q practice.Queue) queueSettings {
	return queueSettings{q.ReturnSeconds, q.Codes, q.Limits}
}

func (q queueSettings) kept() practice.Queue {
	return practice.Queue{ReturnSeconds: q.Return, Codes: q.Codes, Limits: q.Alerts}
}

type oneQueue struct {
	ID string `json:"queue_id"`
	queueSettings
}

func (s *Server) settings(c *call) (any, error) {
	set, err := practice.Read(c.ctx(), s.o.Resources, c.caller.InstanceID)
	return shownSettings(&set), err
}

func shownSettings(set *practice.Settings) settings {
	out := settings{
		GiveBack: set.GiveBack, Grace: int(set.Loss().Grace.Seconds()), queueSettings: shownQueue(set.Queue), Queues: []oneQueue{},
	}
	for _, id := range slices.Sorted(maps.Keys(set.Queues)) {
		out.Queues = append(out.Queues, oneQueue{id, shownQueue(set.Queues[id])})
	}
	return out
}

// setSettings replaces all of them.
func (s *Server) setSettings(c *call) (any, error) {
	var in settings
	if err := c.read(&in); err != nil {
		return nil, err
	}
	queues, err := s.queueSettings(c.ctx(), c.caller.InstanceID, in.Queues)
	if err != nil {
		return nil, err
	}
	set, err := practice.Change(c.ctx(), s.o.Resources, c.caller.InstanceID, func(set *practice.Settings) error {
		set.GiveBack, set.GraceSeconds, set.Queues = in.GiveBack, in.Grace, queues
		set.Queue = in.kept()
		return nil
	})
	return shownSettings(&set), err
}

// queueSettings reads what is said of single queues, which must exist.
func (s *Server) queueSettings(ctx context.Context, instance string, list []oneQueue) (map[string]practice.Queue, error) {
	find, err := s.o.Admin.QueueFinder(ctx, instance)
	if err != nil {
		return nil, err
	}
	queues := map[string]practice.Queue{}
	for _, q := range list {
		if _, twice := queues[q.ID]; twice {
			return nil, fault.New(fault.Invalid, "queue %s comes twice", q.ID)
		}
		if _, err := find(q.ID); err != nil {
			return nil, err
		}
		queues[q.ID] = q.kept()
	}
	return queues, nil
}
