package router

import (
	"time"

	"parley/domain/agent"
)

// handling is the mean time for which contacts of a queue took a slot, after-contact work included.
type handling struct {
	mean time.Duration
	n    int64
}

// remembered is over how many contacts the mean is taken (our choice: it follows the day's pace).
const remembered = 20

func (h *handling) add(took time.Duration) {
	h.n = min(h.n+1, remembered)
	h.mean += (took - h.mean) / time.Duration(h.n)
}

// handled notes how long an agent had the contacts that it has no more.
func (d *desk) handled(before, after agent.Agent, now time.Time) {
	has := map[string]bool{}
	for _, c := range after.Contacts {
		has[c.ContactID] = true
	}
	for _, c := range before.Contacts {
		if has[c.ContactID] || c.ConnectedAt.IsZero() {
			continue
		}
		if d.pace[c.QueueID] == nil {
			d.pace[c.QueueID] = &handling{}
		}
		d.pace[c.QueueID].add(now.Sub(c.ConnectedAt))
	}
}
