package flowrun

import (
	"context"
	"encoding/json"
	"fmt"

	"parley/domain/contact"
)

// relate sets attributes of the chat of another contact of the instance. To do it again changes nothing.
func (r *Runner) relate(ctx context.Context, j job) (json.RawMessage, error) {
	ctx, cancel := context.WithTimeout(ctx, j.Timeout)
	defer cancel()
	var attributes map[string]string
	if err := json.Unmarshal(j.Payload, &attributes); err != nil {
		return nil, fmt.Errorf("read the attributes: %w", err)
	}
	snap, err := r.sessions.Current(ctx, j.session)
	if err != nil {
		return nil, err
	}
	other, err := r.sessions.ChatOf(ctx, snap.InstanceID, j.Target)
	if err != nil {
		return nil, err
	}
	_, err = r.sessions.Decide(ctx, other, r.sessions.Edit(ctx, maker, r.clock, func(d *contact.Draft) error { return d.SetFlowsAttributes(attributes) }))
	return nil, err
}
