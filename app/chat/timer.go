package chat

import (
	"context"
	"time"

	"parley/domain/change"
	"parley/domain/contact"
	"parley/domain/session"
	"parley/domain/transcript"
	"parley/internal/fault"
	"parley/internal/token"
	"parley/store"
)

// HandleTimer answers the deadline of the idle and auto-disconnect timers of a role.
func (s *Service) HandleTimer(ctx context.Context, ref change.DueRef) error {
	_, err := s.sessions.DecideDue(ctx, ref, s.draft(ctx, func(d *contact.Draft) error {
		last, err := s.lastSaid(ctx, d.Session(), transcript.Role(ref.Subject), 0)
		if err != nil {
			return err
		}
		cfg, err := s.config(ctx, d)
		if err != nil {
			return err
		}
		d.TimerOver(ref, last, cfg)
		return nil
	}))
	return err
}

// lastSaid is when a participant of a role last said or attached something, as far as that was after the role's clock
// began to count; zero if nothing was, or nothing is found within so many of the last items, 0 = all.
func (s *Service) lastSaid(ctx context.Context, snap *session.Session, role transcript.Role, most int) (time.Time, error) {
	clock := snap.Clock(role)
	if clock == nil {
		return time.Time{}, nil
	}
	for before, read := int64(0), 0; ; {
		items, err := s.store.Items(ctx, snap.ID, store.Page{Before: before, Limit: leastRead, Descending: true})
		if err != nil {
			return time.Time{}, err
		}
		for i := range items {
			switch said := items[i].Type == transcript.Message || items[i].Type == transcript.Attachment; {
			case !items[i].Time.After(clock.Since):
				return time.Time{}, nil
			case said && items[i].Author.Role == role:
				return items[i].Time, nil
			}
		}
		if read += len(items); len(items) < leastRead || most > 0 && read >= most {
			return time.Time{}, nil
		}
		before = items[len(items)-1].Position
	}
}

// Quiet is how a customer's chat stands with silence.
type Quiet struct {
	Idle bool // the others wait for the customer
	// Left is in how long everybody else leaves the chat if the customer says nothing, Whole in how long from something that is said
	// now; Whole 0 = they do not leave.
	Left, Whole time.Duration
	// Alarm: the idle timer tells when it is time to say so.
	Alarm bool
	// Over is who said nothing for so long that the others have left, "" for nobody.
	Over transcript.Role
}

// mostSaid is within how many of a chat's last items that go on is looked for what the customer said last (our choice).
const mostSaid = 10 * leastRead

// Quiet tells the customer of a chat how long it may say nothing, and of one that is over whether that is why. It is no operation of Amazon
// Connect, so it takes the participant token, and takes it when the chat has ended, too. Of a customer who has said nothing within the last mostSaid items, it tells what it would if
// nothing had been said since the timer was last looked at.
func (s *Service) Quiet(ctx context.Context, participantToken string) (Quiet, error) {
	who, err := s.participant(token.Participant, participantToken)
	if err != nil {
		return Quiet{}, notACustomers(err)
	}
	snap, err := s.sessions.Current(ctx, who.Session)
	if err != nil {
		return Quiet{}, notACustomers(denied(err))
	}
	if p := snap.Participant(who.Participant); p == nil || p.Role != transcript.Customer {
		return Quiet{}, notACustomers(fault.New(fault.Denied, "an agent's or a bot's"))
	}
	if clock := snap.Clock(transcript.Customer); clock != nil && snap.Status == session.Active {
		last, err := s.lastSaid(ctx, snap, transcript.Customer, mostSaid)
		return quietOf(*clock, last, s.clock.Now()), err
	}
	over, err := s.tooQuiet(ctx, snap)
	return Quiet{Over: over}, err
}

// notACustomers says which token is expected, where one was refused.
func notACustomers(err error) error {
	if fault.Is(err, fault.Denied) {
		return fault.Wrap(fault.Denied, err, "Access denied: X-Amz-Bearer must be a customer's ParticipantToken, as StartChatContact answers it")
	}
	return err
}

// quietOf reads a clock; last is when its role last said something, as far as it was after the clock's Since.
func quietOf(c session.Clock, last, now time.Time) Quiet {
	if last.After(c.Since) && last.After(c.IdleSince) { // IdleSince: said while it became idle
		c.Since, c.IdleSince = last, time.Time{}
	}
	q := Quiet{Idle: !c.IdleSince.IsZero(), Alarm: c.Idle > 0}
	if end := c.End(); !end.IsZero() {
		q.Left, q.Whole = max(0, end.Sub(now)), c.Idle+c.Disconnect
	}
	return q
}

// mostEvents is within how many of a chat's last items the end of a timer is looked for (our choice).
const mostEvents = 20

// tooQuiet is the role whose timer has taken the others out of a chat, if that is how it came to its end.
func (s *Service) tooQuiet(ctx context.Context, snap *session.Session) (transcript.Role, error) {
	if snap.Status != session.Ended {
		return "", nil
	}
	items, err := s.store.Items(ctx, snap.ID, store.Page{Limit: mostEvents, Descending: true})
	for i := range items {
		if items[i].Type != transcript.Event && items[i].Author.Role != transcript.System {
			break // people went on after it, if there was one
		}
		if items[i].ContentType == transcript.AutoDisconnection {
			return items[i].Author.Role, err
		}
	}
	return "", err
}
