package work

import (
	"sync/atomic"

	"parley/domain/change"
	"parley/domain/session"
	"parley/domain/transcript"
	"parley/internal/telemetry"
	"parley/store"
)

// counts are what Sessions counts.
type counts struct {
	hits, misses    atomic.Int64
	again           atomic.Int64
	started         atomic.Int64
	messages, other atomic.Int64
	ended           telemetry.Tally
}

// Stats counts what Sessions did on this node.
type Stats struct {
	CacheHits, CacheMisses int64
	DecidedAgain           int64 // decisions made once more, because others changed the session or to be sure of a refusal
	Started                int64 // chats
	Messages               int64 // committed items that somebody said
	OtherItems             int64 // committed items of all other types
	// Ended counts the chats that ended, by DisconnectReason; "none" for those that have none.
	Ended map[string]int64
}

// Stats returns the counts.
func (w *Sessions) Stats() Stats {
	c := &w.counts
	return Stats{
		CacheHits: c.hits.Load(), CacheMisses: c.misses.Load(), DecidedAgain: c.again.Load(),
		Started: c.started.Load(), Messages: c.messages.Load(), OtherItems: c.other.Load(), Ended: c.ended.Read(),
	}
}

// count counts what a committed Set did; before is what it was decided on, nil for a new session.
func (c *counts) count(before *session.Session, set *change.Set, res store.Result) {
	for i := range res.Items {
		if res.Items[i].Type == transcript.Message {
			c.messages.Add(1)
		} else {
			c.other.Add(1)
		}
	}
	if set.Session == nil || set.Session.Next == nil {
		return
	}
	next := set.Session.Next
	if next.State.Guide != nil { // no chat of a customer
		return
	}
	if set.Session.Create {
		c.started.Add(1)
	}
	if next.Status == session.Ended && before != nil && before.Status != session.Ended {
		c.ended.Add(reason(next), 1)
	}
}

// reason is why a session ended: one of the few that the rules know.
func reason(s *session.Session) string {
	if r := s.Current().DisconnectReason; r != "" {
		return r
	}
	return "none"
}
