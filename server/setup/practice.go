package setup

import (
	"maps"
	"net/http"
	"slices"

	"parley/domain/alert"
	"parley/internal/fault"
	"parley/work/practice"
	"parley/work/resource"
)

// Practice is how the agents of an instance work; what is left out is as it is by default.
type Practice struct {
	GiveBack     bool `json:",omitempty"`
	GraceSeconds int  `json:",omitempty"`
	QueuePractice
	Queues []OneQueue `json:",omitempty"`
}

// QueuePractice is what is said of the chats of a queue.
type QueuePractice struct {
	ReturnSeconds    *int     `json:",omitempty"`
	DispositionCodes []string `json:",omitempty"`
	Alerts           *Alerts  `json:",omitempty"`
}

// Alerts say when alerts are raised.
type Alerts struct {
	Never        bool   `json:",omitempty"` // whatever the instance says
	WaitSeconds  *int   `json:",omitempty"`
	ServiceLevel *Level `json:",omitempty"`
}

// Level is the share of contacts that must be answered in time.
type Level struct{ Percent, WithinSeconds, OverMinutes int }

// OneQueue is what is said of one queue instead of what the instance says.
type OneQueue struct {
	QueueID string `json:"QueueId"`
	QueuePractice
}

func practiceOperations() []Operation {
	check := func(body []byte) error {
		set, err := readPractice(body)
		if err != nil {
			return err
		}
		return set.Check()
	}
	return []Operation{
		{operation("DescribeSettings", "GET", "settings"), nil, (*Server).practice},
		{operation("UpdateSettings", "PUT", "settings"), check, (*Server).updatePractice},
	}
}

func shownPractice(q practice.Queue) QueuePractice {
	out := QueuePractice{q.ReturnSeconds, q.Codes, nil}
	if l := q.Limits; l != nil {
		out.Alerts = &Alerts{Never: *l == alert.Limits{}, WaitSeconds: l.WaitSeconds}
		if l.Level != nil {
			out.Alerts.ServiceLevel = &Level{l.Level.Percent, l.Level.Seconds, l.Level.Minutes}
		}
	}
	return out
}

func (q QueuePractice) kept() (practice.Queue, error) {
	out := practice.Queue{ReturnSeconds: q.ReturnSeconds, Codes: q.DispositionCodes}
	a := q.Alerts
	if a == nil {
		return out, nil
	}
	if said := a.WaitSeconds != nil || a.ServiceLevel != nil; a.Never == said {
		return out, fault.New(fault.Invalid, "Alerts: say Never, or WaitSeconds, ServiceLevel or both")
	}
	out.Limits = &alert.Limits{WaitSeconds: a.WaitSeconds}
	if a.ServiceLevel != nil {
		l := a.ServiceLevel
		out.Limits.Level = &alert.Level{Percent: l.Percent, Seconds: l.WithinSeconds, Minutes: l.OverMinutes}
	}
	return out, nil
}

// readPractice reads settings; those that it returns are of no instance.
func readPractice(body []byte) (set practice.Settings, err error) {
	var in Practice
	if err := read(body, &in); err != nil {
		return set, err
	}
	set.GiveBack, set.GraceSeconds, set.Queues = in.GiveBack, in.GraceSeconds, map[string]practice.Queue{}
	if set.Queue, err = in.kept(); err != nil {
		return set, err
	}
	for _, q := range in.Queues {
		if _, twice := set.Queues[q.QueueID]; twice {
			return set, fault.New(fault.Invalid, "Queues: queue %s comes twice", q.QueueID)
		}
		if set.Queues[q.QueueID], err = q.kept(); err != nil {
			return set, err
		}
	}
	return set, nil
}

func (s *Server) practice(r *http.Request, _ []byte) (any, error) {
	set, err := practice.Read(r.Context(), s.Resources, instanceOf(r))
	out := Practice{GiveBack: set.GiveBack, GraceSeconds: set.GraceSeconds, QueuePractice: shownPractice(set.Queue)}
	for _, id := range slices.Sorted(maps.Keys(set.Queues)) {
		out.Queues = append(out.Queues, OneQueue{id, shownPractice(set.Queues[id])})
	}
	return struct{ Settings Practice }{out}, err
}

// updatePractice replaces all of them. Queues that are named must be there.
func (s *Server) updatePractice(r *http.Request, body []byte) (any, error) {
	in, err := readPractice(body)
	if err != nil {
		return nil, err
	}
	for id := range in.Queues {
		if err := s.Resources.Need(r.Context(), instanceOf(r), resource.KindQueue, id, "Queues"); err != nil {
			return nil, err
		}
	}
	_, err = practice.Change(r.Context(), s.Resources, instanceOf(r), func(set *practice.Settings) error {
		set.GiveBack, set.GraceSeconds, set.Queue, set.Queues = in.GiveBack, in.GraceSeconds, in.Queue, in.Queues
		return nil
	})
	return done{}, err
}
