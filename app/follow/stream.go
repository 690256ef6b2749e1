package follow

import (
	"slices"

	"parley/domain/transcript"
)

// stream is a message that is being made, as far as it was shown. Clients put its
// parts together, so they get all of them from the first on, in order, or none: the
// whole message comes in its turn, from the transcript.
type stream struct {
	id   string
	next int          // the part that comes next
	to   []*Following // who got the first part
}

// chunk shows a part of a message if it is the next one. Parts are hints: one that is lost
// ends the show, one that comes twice or after the whole message is dropped.
func (f *follower) chunk(item *transcript.Item) {
	if item.ID <= f.closed { // Ids of streamed messages grow with the time at which they began
		return
	}
	if f.stream == nil || f.stream.id != item.ID {
		if item.Chunk != 1 {
			return
		}
		f.stream = &stream{id: item.ID, next: 1, to: slices.Clone(f.members)}
		f.stream.to = slices.DeleteFunc(f.stream.to, func(g *Following) bool { return g.phase != live })
	}
	if item.Chunk != f.stream.next {
		return
	}
	f.stream.next++
	f.pushTo(f.stream.to, item)
}

// finished: the whole message was delivered, and no part of it may follow.
func (f *follower) finished(item *transcript.Item) {
	if item.Stream == "" || item.Type != transcript.Message {
		return
	}
	f.stream, f.closed = nil, max(f.closed, item.Stream)
}
