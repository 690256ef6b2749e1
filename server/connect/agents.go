package connect

import (
	"context"

	"parley/api/connect"
	"parley/app/router"
	"parley/domain/session"
	"parley/internal/arn"
	"parley/internal/fault"
	"parley/server/connect/request"
	"parley/work/audit"
)

// PutUserStatus changes the status of a user as an agent.
func (s *Server) PutUserStatus(ctx context.Context, in *connect.PutUserStatusInput) (*connect.PutUserStatusOutput, error) {
	scope, user, err := s.Plain(ctx, in.InstanceId, arn.User, in.UserId, "UserId")
	if err != nil {
		return nil, err
	}
	status, err := request.Resolve(scope, arn.AgentStatus, in.AgentStatusId, "AgentStatusId")
	if err != nil {
		return nil, err
	}
	err = s.o.Router.SetStatus(ctx, scope.Instance, user, status)
	return &connect.PutUserStatusOutput{}, s.told(ctx, scope.Instance, err, audit.Note{Event: "status forced", Subject: user, Detail: "status " + status})
}

// DismissUserContact frees the slot of a contact that is over for a user.
func (s *Server) DismissUserContact(ctx context.Context, in *connect.DismissUserContactInput) (*connect.DismissUserContactOutput, error) {
	scope, user, err := s.Plain(ctx, in.InstanceId, arn.User, in.UserId, "UserId")
	if err != nil {
		return nil, err
	}
	contact := request.ContactID(scope, in.ContactId)
	err = s.o.Router.Clear(ctx, scope.Instance, user, contact)
	return &connect.DismissUserContactOutput{}, s.told(ctx, scope.Instance, err, audit.Note{Event: "contact cleared", Subject: contact, Detail: "agent " + user})
}

// AssociateContactWithUser gives a waiting contact to a user.
func (s *Server) AssociateContactWithUser(ctx context.Context, in *connect.AssociateContactWithUserInput) (*connect.AssociateContactWithUserOutput, error) {
	scope, user, err := s.Plain(ctx, in.InstanceId, arn.User, in.UserId, "UserId")
	if err != nil {
		return nil, err
	}
	contact := request.ContactID(scope, in.ContactId)
	err = s.o.Router.Assign(ctx, scope.Instance, user, contact)
	return &connect.AssociateContactWithUserOutput{}, s.told(ctx, scope.Instance, err, audit.Note{Event: "contact assigned", Subject: contact, Detail: "agent " + user})
}

// told tells the audit log what was done to an agent or a chat, unless err says that it was not.
func (s *Server) told(ctx context.Context, instance string, err error, note audit.Note) error {
	if err != nil {
		return err
	}
	return s.o.Audit.Note(ctx, instance, note)
}

// Names of the metrics of a contact.
const (
	positionInQueue = "POSITION_IN_QUEUE"
	estimatedWait   = "ESTIMATED_WAIT_TIME"
)

// GetContactMetrics tells where a contact stands in its queue, and how long it will probably wait in seconds.
func (s *Server) GetContactMetrics(ctx context.Context, in *connect.GetContactMetricsInput) (*connect.GetContactMetricsOutput, error) {
	scope, err := s.Scope(ctx, in.InstanceId)
	if err != nil {
		return nil, err
	}
	_, k, err := s.o.Chat.Contact(ctx, scope.Instance, request.ContactID(scope, in.ContactId))
	if err != nil {
		return nil, err
	}
	place, err := s.place(ctx, scope.Instance, k)
	if err != nil {
		return nil, err
	}
	out := &connect.GetContactMetricsOutput{Id: &k.ID, Arn: new(scope.ARN(arn.Contact, k.ID)), MetricResults: []connect.ContactMetricResult{}}
	for _, m := range in.Metrics {
		value := float64(place.Position)
		if m.Name == estimatedWait {
			if !place.Known {
				continue
			}
			value = place.Wait.Seconds()
		}
		out.MetricResults = append(out.MetricResults, connect.ContactMetricResult{Name: m.Name, Value: connect.ContactMetricValue{Number: &value}})
	}
	return out, nil
}

// place is where a contact stands. One that is offered to an agent has everybody behind it.
func (s *Server) place(ctx context.Context, instance string, k *session.Contact) (router.Place, error) {
	if k.Queued() && k.Offer != nil {
		return router.Place{Position: 1, Known: true}, nil
	}
	place, ok := s.o.Router.Place(ctx, instance, k.ID, k.QueueID, k.AgentQueue)
	if !k.Queued() || !ok {
		return place, fault.New(fault.Rule, "ContactId: the contact waits in no queue")
	}
	return place, nil
}
