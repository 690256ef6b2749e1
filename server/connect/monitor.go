package connect

import (
	"context"
	"slices"

	"parley/api/connect"
	"parley/app/chat"
	"parley/domain/permission"
	"parley/internal/arn"
	"parley/internal/fault"
	"parley/server/connect/request"
	"parley/server/edge"
	"parley/work/audit"
)

// What MonitorContact can allow a user.
const (
	mayWatch = "SILENT_MONITOR"
	mayBarge = "BARGE"
)

// MonitorContact lets a user watch a chat. Without AllowedMonitorCapabilities it may do nothing else.
func (s *Server) MonitorContact(ctx context.Context, in *connect.MonitorContactInput) (*connect.MonitorContactOutput, error) {
	scope, user, err := s.Plain(ctx, in.InstanceId, arn.User, in.UserId, "UserId")
	if err != nil {
		return nil, err
	}
	for _, c := range in.AllowedMonitorCapabilities {
		if c != mayWatch && c != mayBarge {
			return nil, fault.New(fault.Invalid, "AllowedMonitorCapabilities: there is %s and %s, not %q", mayWatch, mayBarge, c)
		}
	}
	taker, err := s.o.People.Taker(ctx, scope.Instance, user)
	if err != nil {
		return nil, err
	}
	may, err := s.o.Supervises(ctx, scope.Instance, user)
	if err != nil {
		return nil, err
	}
	if !may.Listen {
		return nil, fault.New(fault.Rule, "UserId: the user's security profiles do not grant %s", permission.ListenIn)
	}
	who := chat.Supervisor{Taker: taker, MayBarge: slices.Contains(in.AllowedMonitorCapabilities, mayBarge)}
	contact := request.ContactID(scope, in.ContactId)
	id, err := s.o.Chat.Monitor(ctx, scope.Instance, contact, who, edge.Val(in.ClientToken))
	err = s.told(ctx, scope.Instance, err, audit.Note{Event: "supervisor watches", Subject: contact, Detail: "supervisor " + user})
	return &connect.MonitorContactOutput{ContactId: &id, ContactArn: new(scope.ARN(arn.Contact, id))}, err
}
