package rules

import (
	"context"
	"encoding/json"
	"log/slog"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"

	"parley/domain/change"
	"parley/domain/rule"
	"parley/domain/session"
	"parley/internal/arn"
	"parley/internal/fault"
	"parley/work/resource"
)

// Bounds of sending (our choice; a day is how long EventBridge tries by default).
const (
	giveUpAfter = 24 * time.Hour
	leastPause  = time.Second
	mostPause   = 10 * time.Minute
)

// event is an event as EventBridge passes it on.
type event struct {
	Version    string   `json:"version"`
	ID         string   `json:"id"`
	DetailType string   `json:"detail-type"`
	Source     string   `json:"source"`
	Account    string   `json:"account"`
	Time       string   `json:"time"`
	Region     string   `json:"region"`
	Resources  []string `json:"resources"`
	Detail     detail   `json:"detail"`
}

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
	select {
	case s.sending <- struct{}{}:
		defer func() { <-s.sending }()
	default:
		return s.handled(ctx, ref, &change.Due{DueKey: ref.DueKey, At: s.clock.Now().Add(leastPause)})
	}
	id, body, err := s.event(snap, k, m, name, ref.Subject)
	if err != nil {
		return err
	}
	if err = s.sender.Send(ctx, id, body); err == nil {
		return s.handled(ctx, ref, nil)
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return s.handled(ctx, ref, s.again(ctx, ref, m, err))
}

// again is when an event that could not be sent is sent again: after as long as it has been tried, nil = never.
func (s *Service) again(ctx context.Context, ref change.DueRef, m *session.MatchedRule, err error) *change.Due {
	age := s.clock.Now().Sub(m.At)
	s.log.WarnContext(ctx, "an event of a rule was not sent", slog.String("rule", m.ID), slog.Bool("given_up", age > giveUpAfter), slog.Any("error", err))
	if age > giveUpAfter {
		return nil
	}
	return &change.Due{DueKey: ref.DueKey, At: s.clock.Now().Add(min(max(age, leastPause), mostPause))}
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
	body, err = json.Marshal(event{
		Version: "0", ID: id, DetailType: detailType(m.Trigger), Source: "aws.connect", Account: s.home.Account, Region: s.home.Region,
		Time: m.At.UTC().Format(time.RFC3339), Resources: []string{d.InstanceARN, d.ContactARN, scope.ARN(arn.Rule, m.ID)}, Detail: d,
	})
	return id, body, err
}
