package alert

import (
	"context"
	"log/slog"
	"strings"
	"time"

	"github.com/google/uuid"

	"parley/domain/alert"
	"parley/domain/change"
	"parley/internal/arn"
	"parley/internal/fault"
	"parley/work/eventbridge"
	"parley/work/resource"
)

// DueEvent is the kind of deadline at which the event of an alert is sent. Its owner is the alert, its subject instance/state.
const DueEvent = "alertevent"

// The states that events tell of.
const (
	stateRaised  = "RAISED"
	stateCleared = "CLEARED"
)

func eventKey(a *alert.Alert) change.DueKey {
	state := stateRaised
	if !a.Stands() {
		state = stateCleared
	}
	return change.DueKey{Owner: a.ID, Kind: DueEvent, Subject: a.Instance + "/" + state}
}

// HandleDue sends the event that a deadline asks for. Where it cannot be sent now, the deadline moves on.
func (s *Service) HandleDue(ctx context.Context, ref change.DueRef) error {
	instance, state, _ := strings.Cut(ref.Subject, "/")
	row, err := s.o.Resources.Rows.Resource(ctx, instance, alert.RowKind, ref.Owner)
	if fault.Is(err, fault.NotFound) || s.o.Sender == nil {
		return s.handled(ctx, ref, nil)
	}
	if err != nil {
		return err
	}
	a, err := alert.Parse(instance, row)
	if err != nil {
		return err
	}
	next, err := s.courier.Send(ctx, eventbridge.Letter{
		Due: ref.DueKey, Since: happened(&a, state),
		Event: func() (string, []byte, error) { return s.event(&a, state) },
		Failed: func(cause error, givenUp bool) {
			s.o.Log.WarnContext(ctx, "the event of an alert was not sent", slog.String("alert", ref.Owner), slog.Bool("given_up", givenUp), slog.Any("error", cause))
		},
	})
	if err != nil {
		return err
	}
	return s.handled(ctx, ref, next)
}

// happened is when an alert came to a state.
func happened(a *alert.Alert, state string) time.Time {
	if state == stateCleared {
		return a.ClearedAt
	}
	return a.RaisedAt
}

// handled takes a deadline away, or moves it; where another node did, nothing is left to do.
func (s *Service) handled(ctx context.Context, ref change.DueRef, next *change.Due) error {
	set := &change.Set{ID: resource.NewID(), At: s.clock.Now(), Done: []change.DueRef{ref}}
	if next != nil {
		set.Due = []change.Due{*next}
	}
	_, err := s.o.Commit(ctx, set)
	if fault.Is(err, fault.Conflict) {
		return nil
	}
	return err
}

type detail struct {
	Version     string     `json:"version"`
	InstanceARN string     `json:"instanceArn"`
	QueueARN    string     `json:"queueArn"`
	AlertID     string     `json:"alertId"`
	State       string     `json:"state"`
	Kind        string     `json:"kind"`
	Value       float64    `json:"value"`
	Limit       float64    `json:"limit"`
	RaisedAt    time.Time  `json:"raisedAt"`
	ClearedAt   *time.Time `json:"clearedAt,omitempty"`
}

// event makes the event of a state; it is the same whenever it is made.
func (s *Service) event(a *alert.Alert, state string) (id string, body []byte, err error) {
	scope := arn.Scope{Home: s.o.Home, Instance: a.Instance}
	id = uuid.NewSHA1(uuid.NameSpaceOID, []byte(a.ID+"/"+state)).String()
	d := detail{
		Version: "1.0", InstanceARN: s.o.Home.InstanceARN(a.Instance), QueueARN: scope.ARN(arn.Queue, a.Queue), AlertID: a.ID, State: state,
		Kind: string(a.Kind), Value: a.Value, Limit: a.Limit, RaisedAt: a.RaisedAt.UTC(),
	}
	if state == stateCleared {
		d.ClearedAt = new(a.ClearedAt.UTC())
	}
	body, err = eventbridge.Event{
		ID: id, DetailType: "Queue Service Alert", Source: "parley", Resources: []string{d.InstanceARN, d.QueueARN}, Detail: d,
	}.Encode(s.o.Home, happened(a, state))
	return id, body, err
}
