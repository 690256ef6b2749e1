package follow

import (
	"context"
	"slices"
	"time"

	"parley/internal/clock"
)

// newcomer is a follower whose first hints may have been missed.
type newcomer struct {
	*follower
	until time.Time // wall clock
}

// expectGaps has a new follower compared more often for a while. The caller holds h.mu.
func (h *Hub) expectGaps(f *follower) {
	if h.opts.Settle > 0 {
		h.new = append(h.new, newcomer{f, clock.Wall().Add(h.opts.Settle)})
	}
}

// compareSoon has Run compare everything at once.
func (h *Hub) compareSoon() {
	select {
	case h.restored <- struct{}{}:
	default:
	}
}

// Run compares heads with the store until ctx is done: all of them every
// Interval, every DownInterval while the bus is down, and when it is there again; those of new followers
// in between.
func (h *Hub) Run(ctx context.Context) {
	tick := time.NewTicker(min(h.opts.DownInterval, h.opts.Interval))
	defer tick.Stop()
	last := clock.Wall()
	for {
		restored := false
		select {
		case <-ctx.Done():
			return
		case <-h.restored:
			restored = true
		case <-tick.C:
		}
		newcomers := h.newcomers()
		if now := clock.Wall(); restored || !h.bus.Up() || now.Sub(last) >= h.opts.Interval {
			last = now
			h.compare(ctx, h.followed())
		} else {
			h.compare(ctx, newcomers)
		}
	}
}

// newcomers returns the followers that are still new, and forgets those that are not any more after this.
func (h *Hub) newcomers() []*follower {
	h.mu.Lock()
	defer h.mu.Unlock()
	var all []*follower
	now := clock.Wall()
	for _, n := range h.new {
		all = append(all, n.follower)
	}
	h.new = slices.DeleteFunc(h.new, func(n newcomer) bool { return n.users == 0 || now.After(n.until) })
	return all
}

// compare reads the heads of followed sessions at once and has those
// followers read that are behind.
func (h *Hub) compare(ctx context.Context, followed []*follower) {
	if len(followed) == 0 {
		return
	}
	ids := make([]string, len(followed))
	for i, f := range followed {
		ids[i] = f.session
	}
	heads, err := h.store.Heads(ctx, ids)
	if err != nil {
		return // the next comparison tries again
	}
	for _, f := range followed {
		head, exists := heads[f.session]
		f.compare(head, exists)
	}
}
