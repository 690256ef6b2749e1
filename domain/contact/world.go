package contact

import (
	"parley/domain/catalog"
	"parley/domain/contactdata"
	"parley/domain/flow"
	"parley/domain/transcript"
)

// world lets a flow act on a draft. It implements interp.World.
type world struct {
	contactdata.Reader
	d *Draft
}

func (d *Draft) world(cfg *catalog.Config) world {
	if d.trees == nil {
		d.trees = contactdata.Trees{}
	}
	return world{contactdata.Reader{Config: cfg, Session: d.s, Trees: d.trees}, d}
}

// Lookup returns what a reference to the contact comes to, as a flow would see it.
func (d *Draft) Lookup(cfg catalog.Config, path flow.Path) (flow.Value, bool) {
	return d.world(&cfg).Lookup(path)
}

// SetAttributes sets contact attributes, all or none.
func (w world) SetAttributes(attrs map[string]string) error { return w.d.SetFlowsAttributes(attrs) }

// BotPresent reports whether a custom participant is in the chat.
func (w world) BotPresent() bool { return w.d.present(transcript.CustomBot) }

func (d *Draft) present(roles ...transcript.Role) bool {
	for i := range d.s.State.Participants {
		p := &d.s.State.Participants[i]
		for _, r := range roles {
			if p.Role == r && p.Present() && !p.JoinedAt.IsZero() {
				return true
			}
		}
	}
	return false
}
