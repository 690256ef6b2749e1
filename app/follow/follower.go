package follow

import (
	"slices"
	"sync"
	"time"

	"parley/bus"
	"parley/domain/session"
	"parley/domain/transcript"
	"parley/store"
)

// maxEarly is how many items beyond a gap are kept; more are read from the store (our choice).
const maxEarly = 256

// follower is what a node knows about one session that somebody follows.
type follower struct {
	hub     *Hub
	session string
	users   int // guarded by hub.mu
	cancel  func()

	mu      sync.Mutex
	members []*Following
	next    int64 // every live member has everything before it; 0 = nobody was live yet
	seen    int64 // the highest position heard of
	version int64
	ended   bool // the session is over
	suspect bool // a removal may have been missed: read the session
	early   map[int64]transcript.Item
	stream  *stream     // a message that is being made, nil if none is shown
	closed  string      // the Id of the last one that was finished
	gap     *time.Timer // runs while early is not empty
	reading bool        // a goroutine reads the store for the live members
	again   bool        // and shall do so once more
	leaving []leaver    // to be told Done once mu is free
}

type leaver struct {
	sink   Sink
	reason Reason
}

// admit adds a member that has not started; s was read after the follower began to hear.
func (f *follower) admit(g *Following, s *session.Session) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.members = append(f.members, g)
	if f.version == 0 {
		f.version = s.Version
	}
	f.ended = f.ended || s.Status == session.Ended
}

// hear takes a hint.
func (f *follower) hear(h bus.Hint) {
	f.mu.Lock()
	for i := range h.Items {
		f.take(&h.Items[i])
	}
	if h.Preview != nil {
		f.push(h.Preview)
	}
	f.note(h)
	f.mu.Unlock()
	f.finish()
}

// note takes what a hint says beside its items.
func (f *follower) note(h bus.Hint) {
	known := f.version
	if h.Changed {
		known++
	}
	missed := f.version != 0 && h.Version > known
	f.version = max(f.version, h.Version)
	f.ended = f.ended || h.Ended
	f.seen = max(f.seen, h.Head)
	behind := len(f.early) > 0 || f.next > 0 && h.Head >= f.next // items precede what the hint says
	if !behind {
		f.remove(func(g *Following) bool { return slices.Contains(h.Gone, g.participant) })
	}
	f.suspect = f.suspect || missed || behind && len(h.Gone) > 0
	if f.suspect || f.next > 0 && h.Head >= f.next || h.Ended && f.anyLive() {
		f.read()
	}
}

// take delivers an item that is next, keeps one that is early and drops one that was seen.
func (f *follower) take(item *transcript.Item) {
	f.seen = max(f.seen, item.Position)
	switch {
	case item.ContentType == transcript.TypingPreview: // those come as the Preview of a hint
	case item.Chunk > 0:
		f.chunk(item)
	case item.Position == 0:
		f.push(item)
	case f.next == 0 || item.Position < f.next:
	case item.Position > f.next:
		f.keep(item)
	default:
		f.deliver(item)
		f.drain()
	}
}

// keep holds an item back until those before it are there.
func (f *follower) keep(item *transcript.Item) {
	if f.early == nil {
		f.early = map[int64]transcript.Item{}
	}
	if len(f.early) < maxEarly {
		f.early[item.Position] = *item
	}
	if f.gap == nil {
		f.gap = time.AfterFunc(f.hub.opts.GapWait, f.gapStands)
	}
}

// gapStands reads the store if the gap was not filled in time.
func (f *follower) gapStands() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.gap = nil
	if len(f.early) > 0 {
		f.hub.gaps.Add(1)
		f.read()
	}
}

// drain delivers what was early and is next now, and forgets what was seen.
func (f *follower) drain() {
	if f.early == nil {
		return
	}
	for item, ok := f.early[f.next]; ok; item, ok = f.early[f.next] {
		delete(f.early, f.next)
		f.deliver(&item)
	}
	for position := range f.early {
		if position < f.next {
			delete(f.early, position)
		}
	}
	if len(f.early) == 0 {
		f.early = nil
	}
}

// deliver gives the next item to every live member, encoded once.
func (f *follower) deliver(item *transcript.Item) {
	f.hub.timed(item)
	var encoded []byte
	for _, g := range f.members {
		if g.phase == live {
			encoded = f.give(g, item, encoded)
		}
	}
	f.next = item.Position + 1
	f.finished(item)
	f.compact()
}

// give hands an item to one member unless it had it or may not see it, and
// returns its encoding if there is one by then.
func (f *follower) give(g *Following, item *transcript.Item, encoded []byte) []byte {
	if g.phase == over || item.Position <= g.cursor {
		return encoded
	}
	g.cursor = item.Position
	if item.SeenBy(g.participant, g.role) {
		if encoded == nil {
			encoded = f.hub.opts.Encode(f.session, item)
		}
		f.hand(g, encoded)
	}
	if item.ContentType == transcript.Ended && item.Type == transcript.Event {
		f.end(g, Ended)
	}
	return encoded
}

// push gives an item that is not stored to the live members it is meant for.
func (f *follower) push(item *transcript.Item) {
	f.pushTo(f.members, item)
}

func (f *follower) pushTo(members []*Following, item *transcript.Item) {
	var encoded []byte
	for _, g := range members {
		if g.phase != live || !meantFor(item, g) {
			continue
		}
		if encoded == nil {
			encoded = f.hub.opts.Encode(f.session, item)
		}
		f.hand(g, encoded)
	}
	f.compact()
}

// meantFor: a receipt is not for who gave it, typing not for who types, a preview only for who asked for it.
func meantFor(item *transcript.Item, g *Following) bool {
	if item.Receipt != nil && item.Receipt.Recipient == g.participant {
		return false
	}
	if item.ContentType == transcript.Typing && item.Author.ParticipantID == g.participant {
		return false
	}
	if item.ContentType == transcript.TypingPreview && (g.previews == nil || !g.previews()) {
		return false
	}
	return item.SeenBy(g.participant, g.role)
}

func (f *follower) hand(g *Following, encoded []byte) {
	if !g.sink.Deliver(encoded) {
		f.hub.overflows.Add(1)
		f.end(g, Overflow)
		return
	}
	f.hub.delivered.Add(1)
}

// join makes a member live if nothing after its cursor has been heard of, and
// reports whether the member is settled: live or over.
func (f *follower) join(g *Following) bool {
	switch {
	case g.phase == over:
	case f.seen > g.cursor:
		return false
	case g.gone:
		f.end(g, Gone)
	case f.ended:
		f.end(g, Ended)
	default:
		g.phase = live
		f.seen = max(f.seen, g.cursor) // whoever has less reads the store: what it lacks is no longer told
		f.next = max(f.next, f.even())
	}
	f.compact()
	return true
}

// even returns the position that no live member has yet and all of them await.
func (f *follower) even() int64 {
	lowest := int64(-1)
	for _, g := range f.members {
		if g.phase == live && (lowest < 0 || g.cursor < lowest) {
			lowest = g.cursor
		}
	}
	return lowest + 1
}

func (f *follower) anyLive() bool {
	return slices.ContainsFunc(f.members, func(g *Following) bool { return g.phase == live })
}

// remove ends the members that match; those that are not live yet once they have caught up.
func (f *follower) remove(match func(*Following) bool) {
	for _, g := range f.members {
		if !match(g) {
			continue
		}
		g.gone = true
		if g.phase == live {
			f.end(g, Gone)
		}
	}
	f.compact()
}

// end takes a member out; finish tells its sink.
func (f *follower) end(g *Following, why Reason) {
	if g.phase == over {
		return
	}
	g.phase = over
	f.leaving = append(f.leaving, leaver{g.sink, why})
}

// compact forgets members that are over; without live ones nothing is awaited.
func (f *follower) compact() {
	f.members = slices.DeleteFunc(f.members, func(g *Following) bool { return g.phase == over })
	if !f.anyLive() {
		f.next, f.early = 0, nil
	}
}

// finish tells the sinks that left, without the lock.
func (f *follower) finish() {
	f.mu.Lock()
	leaving := f.leaving
	f.leaving = nil
	f.mu.Unlock()
	for _, l := range leaving {
		l.sink.Done(l.reason)
		f.hub.release(f)
	}
}

// compare takes what the store says about the session.
func (f *follower) compare(head store.Head, exists bool) {
	f.mu.Lock()
	f.suspect = f.suspect || head.Version > f.version
	f.ended = f.ended || head.Status == session.Ended
	switch {
	case !exists: // erased: nothing more will come, not even for those who still read
		for _, g := range f.members {
			f.end(g, Gone)
		}
		f.compact()
	case f.suspect, f.anyLive() && (head.Head >= f.next || f.ended):
		f.read()
	}
	f.mu.Unlock()
	f.finish()
}
