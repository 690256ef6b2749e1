package deliver

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"parley/domain/change"
	"parley/domain/session"
	"parley/internal/fault"
	"parley/outbound/sink"
	"parley/work/resource"
)

// Bounds of sending (our choice; a day is how long EventBridge tries by default).
const (
	giveUpAfter = 24 * time.Hour
	leastPause  = time.Second
	mostPause   = 10 * time.Minute
	atATime     = 50 // entries of one chat, before others get their turn
)

// deliver sends what a destination has not had of a chat's log, in its order, until it is through or something is not taken. Then
// the deadline moves on, and nobody waits.
func (s *Service) deliver(ctx context.Context, snap *session.Session, ref change.DueRef) error {
	f, err := s.feed(ctx, snap, ref.Subject)
	if err != nil {
		return err
	}
	if f.pauses(s.Clock.Now()) {
		return s.settle(ctx, ref, nil, &f.Again)
	}
	ok, again := s.lanes.enter(f.lane, s.Clock.Now())
	if !ok {
		return s.settle(ctx, ref, nil, &again)
	}
	down := false
	defer func() { s.lanes.leave(f.lane, s.Clock.Now(), down) }()
	list, err := s.entries(ctx, snap, f, atATime)
	if err != nil {
		return err
	}
	more := len(list) == atATime || len(f.Redo) > 0
	var next *time.Time
	for _, e := range list {
		pause, unavailable, err := s.attempt(ctx, snap, f, e)
		if err != nil { // what was sent already need not be sent again when the server has been stopped
			now := s.Clock.Now()
			return errors.Join(err, s.settle(context.WithoutCancel(ctx), ref, f, &now))
		}
		if down = unavailable; pause > 0 {
			at := s.Clock.Now().Add(pause)
			next = &at
			break
		}
	}
	if len(list) == 0 && len(f.Redo) > 0 { // its log is forgotten
		f.pass(f.Redo[0].To)
	}
	if next == nil && more {
		now := s.Clock.Now()
		next = &now
	}
	return s.settle(ctx, ref, f, next)
}

// attempt deals with the next entry of a feed. pause says when it is tried again, 0 = it is dealt with; down, that the
// destination takes nothing.
func (s *Service) attempt(ctx context.Context, snap *session.Session, f *feed, e *entry) (pause time.Duration, down bool, err error) {
	d := f.to
	if d != nil && !d.wants(e) {
		f.pass(e.seq)
		return 0, false, nil
	}
	failed := error(fault.New(fault.Rule, "this node knows no such sink"))
	if d != nil {
		m, err := s.message(ctx, snap, f, e)
		if err != nil {
			return 0, false, err
		}
		if len(f.Redo) > 0 {
			mark(&m, f.Redo[0].Replay)
		}
		failed = d.Sink.Send(ctx, m)
	}
	now := s.Clock.Now()
	switch {
	case failed == nil:
		s.sent.Add(f.lane, 1)
		return 0, false, s.delivered(ctx, snap, f, e)
	case ctx.Err() != nil:
		return 0, false, ctx.Err()
	}
	s.failed.Add(f.lane, 1)
	lost := now.Sub(later(e.At, f.Replayed)) > giveUpAfter
	s.Log.WarnContext(ctx, "a sink does not take what it is sent", slog.String("sink", f.lane), slog.String("id", e.ID), slog.Int("tries", f.Tries+1),
		slog.Bool("given_up", lost), slog.Any("error", failed))
	pause, err = s.refused(ctx, snap, f, e, failed, lost, now)
	if lost {
		s.lost.Add(f.lane, 1)
	}
	return pause, fault.Is(failed, fault.Unavailable), err
}

// mark says of a message that it is sent because of a replay: events as EventBridge does, in the envelope.
func mark(m *sink.Message, name string) {
	if m.Replay = name; name != "" && m.Type == detailType {
		m.Body = fmt.Appendf(nil, `%s,"replay-name":%q}`, bytes.TrimSuffix(m.Body, []byte("}")), name)
	}
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// settle keeps how far a feed is, and takes its deadline away or moves it. Where the deadline was set again meanwhile it stands.
func (s *Service) settle(ctx context.Context, ref change.DueRef, f *feed, next *time.Time) error {
	set := &change.Set{ID: resource.NewID(), At: s.Clock.Now(), Done: []change.DueRef{ref}}
	if next != nil {
		set.Due = []change.Due{{DueKey: ref.DueKey, At: *next}}
	}
	if f != nil {
		set.Resources = f.rows()
	}
	_, err := s.Sessions.Commit(ctx, set)
	if fault.Is(err, fault.Conflict) && len(set.Resources) > 0 {
		_, err = s.Sessions.Commit(ctx, &change.Set{ID: resource.NewID(), At: set.At, Resources: set.Resources})
	}
	if fault.Is(err, fault.Conflict) || fault.Is(err, fault.Duplicate) {
		return nil // another node was as far
	}
	return err
}
