package client

import (
	"hash/maphash"
	"slices"
)

// window is how many items an inbox remembers to recognise a repeat. Only what
// two sockets, or a socket and a page, carry at about the same time repeats.
const window = 1024

// inbox turns the items of changing sockets and of transcript pages into one
// sequence without repeats. While it holds, live items wait, so that what
// happened in a gap is shown before them.
type inbox struct {
	seed    maphash.Seed
	seen    map[uint64]struct{}
	recent  []uint64 // the hashes in seen, a ring once it is full
	next    int
	last    string // id of the newest stored item shown
	holding bool
	held    []Item
}

func newInbox() inbox {
	return inbox{seed: maphash.MakeSeed(), seen: make(map[uint64]struct{})}
}

// admit reports whether an item is to be shown now.
func (b *inbox) admit(item Item) bool {
	if b.holding {
		b.held = append(b.held, item)
		return false
	}
	return b.fresh(item)
}

// fill returns what of a part of the gap is to be shown. What waits and is in
// it waits no more: a long gap may be older than the window when it is filled.
func (b *inbox) fill(gap []Item) (show []Item) {
	filled := make(map[string]struct{}, len(gap))
	for _, item := range gap {
		filled[item.ID] = struct{}{}
		if b.fresh(item) {
			show = append(show, item)
		}
	}
	b.held = slices.DeleteFunc(b.held, func(item Item) bool {
		_, is := filled[item.ID]
		return is && item.Stored()
	})
	return show
}

// release ends holding and returns what waited and is to be shown.
func (b *inbox) release() (show []Item) {
	for _, item := range b.held {
		if b.fresh(item) {
			show = append(show, item)
		}
	}
	b.holding, b.held = false, nil
	return show
}

// fresh remembers an item and reports whether it is new. Items without an id
// always are.
func (b *inbox) fresh(item Item) bool {
	if item.ID == "" {
		return true
	}
	hash := maphash.String(b.seed, item.ID)
	if _, known := b.seen[hash]; known {
		return false
	}
	b.remember(hash)
	if item.Stored() {
		b.last = item.ID
	}
	return true
}

func (b *inbox) remember(hash uint64) {
	b.seen[hash] = struct{}{}
	if len(b.recent) < window {
		b.recent = append(b.recent, hash)
		return
	}
	delete(b.seen, b.recent[b.next])
	b.recent[b.next] = hash
	b.next = (b.next + 1) % window
}
