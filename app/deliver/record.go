package deliver

import (
	"context"

	"parley/domain/filed"
	"parley/domain/session"
	"parley/outbound/sink"
	"parley/work"
)

// recordType is the type of the entry of a contact record.
const recordType = "CONTACT_RECORD"

// recorded is the record of a contact as a message.
func (s *Service) recorded(ctx context.Context, snap *session.Session, k *session.Contact, e *entry) (sink.Message, error) {
	r, err := work.RecordOf(ctx, s.Sessions.Store, snap, k)
	if err != nil {
		return sink.Message{}, err
	}
	return sink.Message{
		ID: e.ID, Group: snap.ID, Type: "Amazon Connect Contact Record", Body: filed.Record(s.Home, snap, k, &r), At: e.At,
		Path: "ContactRecords/" + e.At.UTC().Format("2006/01/02/") + k.ID + ".json",
	}, nil
}
