package follow

import (
	"parley/domain/session"
	"parley/domain/transcript"
)

// read has a goroutine bring the live members up to the store. The caller
// holds the lock.
func (f *follower) read() {
	if f.reading {
		f.again = true
		return
	}
	f.reading = true
	go f.readAll()
}

func (f *follower) readAll() {
	for more := true; more; {
		f.round()
		more = f.another()
	}
}

// another reports whether a read was asked for while one was under way.
func (f *follower) another() bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	again := f.again
	f.again, f.reading = false, again
	return again
}

// round reads the session if a removal may have been missed, then all items
// that the live members lack, and then acts on what the session says: what
// precedes a removal or the end is delivered before it. On an error the next
// comparison of heads tries again.
func (f *follower) round() {
	f.mu.Lock()
	suspect, ended := f.suspect, f.ended
	f.mu.Unlock()
	var s *session.Session
	if suspect {
		var err error
		if s, err = f.hub.load(f.session); err != nil {
			return
		}
		ended = s.Status == session.Ended
	}
	if f.readItems() {
		f.settle(s, ended)
	}
}

// readItems delivers everything from next to the head and reports whether it got there.
func (f *follower) readItems() bool {
	for full := true; full; {
		f.mu.Lock()
		next := f.next
		f.mu.Unlock()
		if next == 0 {
			return true // nobody is live: members read for themselves
		}
		page, more, err := f.hub.items(f.session, next-1)
		if err != nil {
			return false
		}
		f.takeAll(page)
		full = more
	}
	return true
}

func (f *follower) takeAll(page []transcript.Item) {
	f.mu.Lock()
	for i := range page {
		f.take(&page[i])
	}
	f.mu.Unlock()
	f.finish()
}

// settle acts on the end of the session and, if it was read, on who is still part of it.
func (f *follower) settle(s *session.Session, ended bool) {
	f.mu.Lock()
	if s != nil {
		f.suspect = f.version > s.Version
		f.version = max(f.version, s.Version)
		f.ended = f.ended || ended
	}
	switch {
	case ended:
		f.endLive()
	case s != nil:
		f.remove(func(g *Following) bool { return !present(s, g.participant) })
	}
	f.mu.Unlock()
	f.finish()
}

func (f *follower) endLive() {
	for _, g := range f.members {
		if g.phase == live {
			f.end(g, Ended)
		}
	}
	f.compact()
}
