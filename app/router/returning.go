package router

import (
	"context"

	"parley/domain/catalog"
	"parley/domain/contact"
	"parley/domain/routing"
	"parley/internal/fault"
)

// remember writes with a decision that a user serves the customer of a contact, where queues of the instance bring customers back to who
// served them last. Only of a customer with a CustomerId is there anything to remember.
func (r *Router) remember(ctx context.Context, d *contact.Draft, contactID, user string, cfg catalog.Config) error {
	s := d.Session()
	k := s.Contact(contactID)
	if k == nil || k.CustomerID == "" || s.IsBeside(k) || !returns(cfg) {
		return nil
	}
	version := int64(0)
	row, err := r.o.Sessions.Store.Resource(ctx, s.InstanceID, routing.ServedKind, routing.ServedID(k.CustomerID))
	switch {
	case err == nil:
		version = row.Version
	case !fault.Is(err, fault.NotFound):
		return err
	}
	write, err := routing.Served{UserID: user, At: r.o.Clock.Now()}.Resource(s.InstanceID, k.CustomerID, version)
	if err == nil {
		d.Along(write)
	}
	return err
}

// returns reports whether a queue of the instance brings customers back.
func returns(cfg catalog.Config) bool {
	for _, q := range cfg.Queues {
		if q.Return > 0 {
			return true
		}
	}
	return false
}
