package crashfs

import (
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"syscall"
)

// file is a file's content as readers see it, and what of it would survive.
type file struct {
	volume  *volume
	data    []byte
	synced  []byte  // at the last sync
	pending []write // since then, oldest first
}

// write is a change of a file's content: data at an offset, or with nil data
// a new size.
type write struct {
	at   int64
	data []byte
}

// apply returns content with the write done.
func (w write) apply(content []byte) []byte {
	if w.data == nil {
		return resize(content, w.at)
	}
	if end := w.at + int64(len(w.data)); end > int64(len(content)) {
		content = resize(content, end)
	}
	copy(content[w.at:], w.data)
	return content
}

func resize(content []byte, size int64) []byte {
	if size <= int64(len(content)) {
		return content[:size]
	}
	return append(content, make([]byte, size-int64(len(content)))...)
}

func (f *file) change(w write) {
	f.data = w.apply(f.data)
	f.pending = append(f.pending, w)
}

func (f *file) sync() {
	for _, w := range f.pending {
		f.synced = w.apply(f.synced)
	}
	f.pending = nil
}

// survivor returns what a power loss at this moment could leave of the file:
// what was synced and, at random, nothing, all, a beginning, or any part of
// the rest, the last write torn.
func (f *file) survivor(r *rand.Rand) []byte {
	content := slices.Clone(f.synced)
	kept := keep(r, f.pending)
	for i, w := range kept {
		if i == len(kept)-1 && len(w.data) > 1 && r.IntN(2) == 0 {
			w.data = w.data[:1+r.IntN(len(w.data)-1)]
		}
		content = w.apply(content)
	}
	return content
}

// keep chooses what survives of changes that were not synced.
func keep[T any](r *rand.Rand, pending []T) []T {
	switch r.IntN(4) {
	case 0:
		return nil
	case 1:
		return pending
	case 2:
		return pending[:r.IntN(len(pending)+1)]
	default:
		return slices.DeleteFunc(slices.Clone(pending), func(T) bool { return r.IntN(2) == 0 })
	}
}

// directory holds entries, as a file holds bytes. An entry is a *file or a
// *directory.
type directory struct {
	volume  *volume // nil for the root
	entries map[string]any
	synced  map[string]any
	pending []entry
}

// entry is a change of a directory: a name given to something, or with nil
// taken away. A rename is both, in one step.
type entry struct {
	name  string
	is    any
	clear string // the old name of a rename
}

// volume is the state of one machine's disk: a directory of the root and all below it.
type volume struct {
	refuses syscall.Errno // what writes fail with, 0 = they do not
	gone    bool          // the power was taken
}

// The changes that a disk may refuse.
type need int

const (
	nothing need = iota // a sync: it writes nothing new
	names               // no space is needed: a full disk takes it
	space
)

// fault says why a change cannot be made; the root takes every change.
func (v *volume) fault(n need) syscall.Errno {
	switch {
	case v == nil:
	case v.gone:
		return syscall.EIO
	case n == space || n == names && v.refuses != syscall.ENOSPC:
		return v.refuses
	}
	return 0
}

func newDirectory() *directory {
	return &directory{entries: map[string]any{}, synced: map[string]any{}}
}

func (e entry) apply(to map[string]any) {
	delete(to, e.clear)
	if e.is == nil {
		delete(to, e.name)
		return
	}
	to[e.name] = e.is
}

func (d *directory) change(e entry) {
	e.apply(d.entries)
	d.pending = append(d.pending, e)
}

// syncName makes what became of one name durable.
func (d *directory) syncName(name string) {
	d.pending = slices.DeleteFunc(d.pending, func(e entry) bool {
		if e.name == name || e.clear == name {
			e.apply(d.synced)
			return true
		}
		return false
	})
}

func (d *directory) sync() {
	for _, e := range d.pending {
		e.apply(d.synced)
	}
	d.pending = nil
}

// write writes what a power loss at this moment could leave of the directory
// to a real one, which must not exist.
func (d *directory) write(r *rand.Rand, to string) error {
	if err := os.MkdirAll(to, 0o700); err != nil {
		return err
	}
	entries := maps.Clone(d.synced)
	for _, e := range keep(r, d.pending) {
		e.apply(entries)
	}
	for _, name := range slices.Sorted(maps.Keys(entries)) {
		if err := writeEntry(r, entries[name], filepath.Join(to, name)); err != nil {
			return err
		}
	}
	return nil
}

func writeEntry(r *rand.Rand, is any, to string) error {
	switch is := is.(type) {
	case *directory:
		return is.write(r, to)
	case *file:
		return os.WriteFile(to, is.survivor(r), 0o600)
	}
	return nil
}
