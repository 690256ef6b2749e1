package deliver

import (
	"context"
	"time"

	"parley/internal/fault"
	"parley/work/audit"
)

// Events of the audit log.
const (
	EventRetried  = "deliveries.retried"
	EventReplayed = "deliveries.replayed"
)

// Again asks that a sink be told something once more.
type Again struct {
	Once                  // of the chat of a contact; without Contact, of all chats of the instance
	From, Until time.Time // of a replay in all chats: what happened in this time
}

// Done is what came of it.
type Done struct {
	Count int    // how many deliveries of the one chat
	Name  string // of the replay of the one chat
	Job   *Job   // which goes through all chats
}

// Ask has a sink told again what it has not taken, or what it has: of one chat at once, of all by a job. The audit log says so.
func (s *Service) Ask(ctx context.Context, kind JobKind, a Again) (Done, error) {
	done, err := s.ask(ctx, kind, a)
	if err != nil {
		return Done{}, err
	}
	note := audit.Note{Event: EventRetried, Subject: a.Contact, Detail: a.Sink}
	if kind == JobReplay {
		note.Event = EventReplayed
	}
	if done.Job != nil {
		note.Subject = done.Job.ID
	}
	return done, s.Audit.Note(ctx, a.Instance, note)
}

func (s *Service) ask(ctx context.Context, kind JobKind, a Again) (done Done, err error) {
	switch one := a.Contact != ""; {
	case !one && (a.Number != 0 || a.Stream != ""):
		return done, fault.New(fault.Invalid, "The contact is needed where a number or a stream is named")
	case one && !(a.From.IsZero() && a.Until.IsZero()):
		return done, fault.New(fault.Invalid, "A contact, or the times from and until: not both")
	case !one:
		j, err := s.Begin(ctx, a.Instance, Job{Kind: kind, Sink: a.Sink, From: a.From, Until: a.Until})
		return Done{Job: &j}, err
	case kind == JobReplay:
		done.Name, done.Count, err = s.Replay(ctx, a.Instance, a.Sink, a.Contact)
	default:
		done.Count, err = s.Retry(ctx, a.Once)
	}
	return done, err
}
