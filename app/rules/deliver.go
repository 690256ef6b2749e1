package rules

import (
	"context"
	"log/slog"
	"strconv"
	"strings"

	"github.com/google/uuid"

	"parley/domain/change"
	"parley/domain/rule"
	"parley/domain/session"
	"parley/internal/arn"
	"parley/internal/fault"
	"parley/work/eventbridge"
	"parley/work/resource"
)

type detail struct {
	Version     string `json:"version"`
	RuleName    string `json:"ruleName"`
	ActionName  string `json:"actionName"`
	InstanceARN string `json:"instanceArn"`
	ContactARN  string `json:"contactArn"`
	AgentARN    string `json:"agentArn,omitempty"`
	QueueARN    string `json:"queueArn,omitempty"`
}

// detailType names an event by its trigger (Amazon Connect's events of EventBridge).
func detailType(trigger string) string {
	if rule.Trigger(trigger) == rule.LiveChat {
		return "Contact Lens Realtime Chat Rules Matched"
	}
	return "Contact Lens Post Chat Rules Matched"
}

// deliver sends an event. Where it cannot be sent now, its deadline moves on, and nobody waits.
func (s *Service) deliver(ctx context.Context, ref change.DueRef) error {
	snap, err := s.sessions.Current(ctx, ref.Owner)
	if fault.Is(err, fault.NotFound) {
		return nil // erased, and its deadlines with it
	}
	if err != nil {
		return err
	}
	k, m, name := find(snap, ref.Subject)
	if m == nil || s.sender == nil {
		return s.handled(ctx, ref, nil)
	}
	next, err := s.courier.Send(ctx, eventbridge.Letter{
		Due: ref.DueKey, Since: m.At,
		Event: func() (string, []byte, error) { return s.event(snap, k, m, name, ref.Subject) },
		Failed: func(cause error, givenUp bool) {
			s.log.WarnContext(ctx, "an event of a rule was not sent", slog.String("rule", m.ID), slog.Bool("given_up", givenUp), slog.Any("error", cause))
		},
	})
	if err != nil {
		return err
	}
	return s.handled(ctx, ref, next)
}

// handled takes a deadline away, or moves it.
func (s *Service) handled(ctx context.Context, ref change.DueRef, next *change.Due) error {
	_, err := s.sessions.DecideDue(ctx, ref, func(*session.Session) (*change.Set, error) {
		set := &change.Set{ID: resource.NewID(), At: s.clock.Now(), Done: []change.DueRef{ref}}
		if next != nil {
			set.Due = []change.Due{*next}
		}
		return set, nil
	})
	return err
}

// find reads the subject of an event's deadline: the contact, the rule that matched it, and the event's name.
func find(s *session.Session, subject string) (*session.Contact, *session.MatchedRule, string) {
	parts := strings.Split(subject, "/")
	if len(parts) != 3 {
		return nil, nil, ""
	}
	n, err := strconv.Atoi(parts[2])
	k := s.Contact(parts[0])
	if err != nil || k == nil {
		return nil, nil, ""
	}
	for i := range k.Rules {
		if m := &k.Rules[i]; m.ID == parts[1] && n < len(m.Events) {
			return k, m, m.Events[n]
		}
	}
	return nil, nil, ""
}

// event makes an event; its id is the same whenever it is made.
func (s *Service) event(snap *session.Session, k *session.Contact, m *session.MatchedRule, name, subject string) (id string, body []byte, err error) {
	scope := arn.Scope{Home: s.home, Instance: snap.InstanceID}
	id = uuid.NewSHA1(uuid.NameSpaceOID, []byte(subject)).String()
	d := detail{
		Version: "1.0", RuleName: m.Name, ActionName: name,
		InstanceARN: s.home.InstanceARN(snap.InstanceID), ContactARN: scope.ARN(arn.Contact, k.ID),
	}
	if k.Agent != nil {
		d.AgentARN = scope.ARN(arn.User, k.Agent.UserID)
	}
	if k.QueueID != "" {
		d.QueueARN = scope.ARN(arn.Queue, k.QueueID)
	}
	body, err = eventbridge.Event{
		ID: id, DetailType: detailType(m.Trigger), Source: "aws.connect", Resources: []string{d.InstanceARN, d.ContactARN, scope.ARN(arn.Rule, m.ID)}, Detail: d,
	}.Encode(s.home, m.At)
	return id, body, err
}
