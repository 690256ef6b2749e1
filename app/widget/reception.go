package widget

import (
	"context"
	"time"

	"parley/domain/catalog"
	"parley/domain/quota"
)

// Reception tells how the queue of a widget receives who comes now, and when a closed one opens, zero where that is not known. A
// widget without a queue is open.
func (s *Service) Reception(ctx context.Context, w *Widget) (catalog.Reception, time.Time, error) {
	if w.QueueID == "" {
		return catalog.Open, time.Time{}, nil
	}
	cfg, err := s.config(ctx, w.InstanceID)
	if err != nil {
		return "", time.Time{}, err
	}
	q, ok := cfg.Queues[w.QueueID]
	if !ok { // made on another node a moment ago
		return catalog.Open, time.Time{}, nil
	}
	waiting, err := s.docs.Rows.Usage(ctx, quota.Queued(w.InstanceID, q.ID))
	if err != nil {
		return "", time.Time{}, err
	}
	state, opens := cfg.Receives(q, waiting, s.docs.Clock.Now())
	return state, opens, nil
}
