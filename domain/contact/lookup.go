package contact

import "parley/domain/flow"

// Lookup returns what a reference to the contact comes to, as a flow would see it.
func (d *Draft) Lookup(cfg Config, path flow.Path) (flow.Value, bool) {
	return world{d, cfg}.Lookup(path)
}
