package workspace

import (
	"context"
	"encoding/json"
	"time"

	"parley/app/account"
	"parley/domain/alert"
	"parley/domain/permission"
)

func (s *Server) alertRoutes() []route {
	return []route{{"GET /api/alerts", "ListAlerts", permission.Of(permission.Metrics), s.alerts}}
}

// queueAlert is an alert as supervisors see it.
type queueAlert struct {
	ID        string     `json:"alert_id"`
	Queue     string     `json:"queue_id"`
	Kind      alert.Kind `json:"kind"`
	Value     float64    `json:"value"`
	Limit     float64    `json:"limit"`
	RaisedAt  time.Time  `json:"raised_at"`
	ClearedAt *time.Time `json:"cleared_at,omitempty"`
}

func shownAlerts(all []alert.Alert) []queueAlert {
	list := []queueAlert{}
	for i := range all {
		a := &all[i]
		one := queueAlert{ID: a.ID, Queue: a.Queue, Kind: a.Kind, Value: a.Value, Limit: a.Limit, RaisedAt: a.RaisedAt.UTC()}
		if !a.Stands() {
			one.ClearedAt = new(a.ClearedAt.UTC())
		}
		list = append(list, one)
	}
	return list
}

// alerts lists those that stand and the latest of those that are over.
func (s *Server) alerts(c *call) (any, error) {
	all, err := s.o.Alerts.Alerts(c.ctx(), c.caller.InstanceID)
	return map[string]any{"alerts": shownAlerts(all)}, err
}

// pushAlerts pushes the alerts that stand to who may see them, at once and whenever one is raised or cleared, for as long as the socket
// is open and the permission holds.
func (s *Server) pushAlerts(ctx context.Context, caller account.Caller, one *peer) {
	need := permission.Of(permission.Metrics)
	if !need.Met(caller.Permissions) {
		return
	}
	changed, denied := make(chan struct{}, 1), make(chan struct{})
	defer s.o.Accounts.Attach(caller, need, func() { close(denied) })()
	defer s.o.Alerts.Watch(caller.InstanceID, func() {
		select {
		case changed <- struct{}{}:
		default:
		}
	})()
	again := time.NewTimer(0)
	defer again.Stop()
	for {
		select {
		case <-one.ended:
			return
		case <-denied:
			return
		case <-changed:
		case <-again.C:
		}
		frame, err := s.alertFrame(ctx, caller.InstanceID)
		if err != nil {
			again.Reset(askAgain)
			continue
		}
		one.sendText(frame)
	}
}

func (s *Server) alertFrame(ctx context.Context, instance string) ([]byte, error) {
	standing, err := s.o.Alerts.Standing(ctx, instance)
	if err != nil {
		return nil, err
	}
	return json.Marshal(struct {
		Type   string       `json:"type"`
		Alerts []queueAlert `json:"alerts"`
	}{"alerts", shownAlerts(standing)})
}
