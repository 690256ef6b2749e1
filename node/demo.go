package node

import (
	"context"
	"fmt"
	"net/http"
)

// ensureDemo makes the widget that /demo shows, on a server that nobody but its own machine reaches.
func (n *Node) ensureDemo(ctx context.Context) error {
	if n.cfg.BehindProxy || n.cfg.PublicURL != "" || !loopback(n.cfg.Listen) {
		return nil
	}
	if err := n.widgets.EnsureDemo(ctx, n.ready.InstanceID, n.ready.ContactFlowID); err != nil {
		return fmt.Errorf("make the demo's widget: %w", err)
	}
	return nil
}

// demo names the widget that /demo shows, as INSTANCE/WIDGET, "" for none.
func (n *Node) demo(r *http.Request) string {
	id, err := n.widgets.Demo(r.Context(), n.ready.InstanceID)
	if err != nil || id == "" {
		return ""
	}
	return n.ready.InstanceID + "/" + id
}
