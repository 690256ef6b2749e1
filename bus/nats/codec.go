package nats

import (
	"encoding/binary"
	"time"

	"parley/bus"
	"parley/domain/transcript"
)

// codecVersion is the first byte of every hint. Members may be added at the end
// of a hint or an item without another version: older nodes do not read them. A change that
// older nodes would misread needs another version, which they ignore.
const codecVersion = 1

// previewVersion is the first byte of a hint with a preview, which is in front of the rest of it. Nodes that know no previews would
// take one for an item, so they must not read it.
const previewVersion = 2

const (
	minItem   = 12      // bytes of an item with nothing in it; fewer are none
	maxMillis = 1 << 53 // in the year 287,396; later times are none
)

// Bits of a hint's flags.
const (
	flagChanged = 1 << iota
	flagEnded
)

// encode appends a hint: numbers as varints, texts and items with their
// lengths before them, times in milliseconds.
func encode(b []byte, h *bus.Hint) []byte {
	var flags uint64
	if h.Changed {
		flags |= flagChanged
	}
	if h.Ended {
		flags |= flagEnded
	}
	if h.Preview == nil {
		b = append(b, codecVersion)
	} else {
		b = appendSized(append(b, previewVersion), h.Preview)
	}
	b = binary.AppendUvarint(b, flags)
	b = appendText(b, h.Key)
	b = appendText(b, h.Session)
	b = binary.AppendVarint(b, h.Version)
	b = binary.AppendVarint(b, h.Head)
	b = binary.AppendUvarint(b, uint64(len(h.Gone)))
	for _, id := range h.Gone {
		b = appendText(b, id)
	}
	b = binary.AppendUvarint(b, uint64(len(h.Items)))
	for i := range h.Items {
		b = appendSized(b, &h.Items[i])
	}
	return b
}

// appendSized appends an item after its length, which has two bytes where it is short enough.
func appendSized(b []byte, i *transcript.Item) []byte {
	start := len(b)
	b = appendItem(append(b, 0, 0), i)
	size := len(b) - start - 2
	if size < 1<<14 {
		b[start], b[start+1] = byte(size)|0x80, byte(size>>7) // a varint, never shorter than two bytes
		return b
	}
	item := append([]byte(nil), b[start+2:]...)
	b = binary.AppendUvarint(b[:start], uint64(size))
	return append(b, item...)
}

func appendItem(b []byte, i *transcript.Item) []byte {
	b = binary.AppendVarint(b, i.Position)
	b = appendTime(b, i.Time)
	b = append(b, byte(i.Visibility))
	for _, text := range [...]string{
		i.ID, string(i.Type), i.ContentType, i.Content, i.ContactID,
		i.Author.ParticipantID, i.Author.DisplayName, string(i.Author.Role),
	} {
		b = appendText(b, text)
	}
	b = appendReceipt(b, i.Receipt)
	if i.Stream == "" && i.Chunk == 0 && i.Processing == "" {
		return b
	}
	b = binary.AppendUvarint(appendText(b, i.Stream), uint64(i.Chunk))
	if i.Processing == "" {
		return b
	}
	return appendText(b, string(i.Processing))
}

func appendReceipt(b []byte, r *transcript.Receipt) []byte {
	if r == nil {
		return append(b, 0)
	}
	b = append(b, 1)
	b = appendText(b, r.MessageID)
	b = appendText(b, r.Recipient)
	b = appendTime(b, r.DeliveredAt)
	return appendTime(b, r.ReadAt)
}

func appendText(b []byte, s string) []byte {
	return append(binary.AppendUvarint(b, uint64(len(s))), s...)
}

// appendTime appends the milliseconds since 1970 plus one; 0 is no time.
func appendTime(b []byte, t time.Time) []byte {
	if t.IsZero() {
		return append(b, 0)
	}
	return binary.AppendUvarint(b, uint64(max(t.UnixMilli(), 0))+1)
}

// decode reads what encode wrote; false for anything else and for other versions.
func decode(data []byte) (bus.Hint, bool) {
	if len(data) == 0 || data[0] != codecVersion && data[0] != previewVersion {
		return bus.Hint{}, false
	}
	r := reader{rest: string(data[1:])} // one copy for all texts
	var preview *transcript.Item
	if data[0] == previewVersion {
		preview = new(transcript.Item)
		r.sized(preview)
	}
	flags := r.number()
	h := bus.Hint{
		Changed: flags&flagChanged != 0, Ended: flags&flagEnded != 0,
		Key: r.text(), Session: r.text(), Version: r.signed(), Head: r.signed(),
		Preview: preview,
	}
	if n := r.count(1); n > 0 {
		h.Gone = make([]string, n)
		for i := range h.Gone {
			h.Gone[i] = r.text()
		}
	}
	if n := r.count(minItem); n > 0 {
		h.Items = make([]transcript.Item, n)
		for i := range h.Items {
			r.sized(&h.Items[i])
		}
	}
	return h, !r.bad
}

// reader takes values off the front of a text; bad says that one was not there.
type reader struct {
	rest string
	bad  bool
}

// sized reads an item after its length.
func (r *reader) sized(i *transcript.Item) {
	item := reader{rest: r.text(), bad: r.bad}
	item.item(i)
	r.bad = r.bad || item.bad
}

func (r *reader) item(i *transcript.Item) {
	i.Position, i.Time, i.Visibility = r.signed(), r.time(), transcript.Visibility(r.byte())
	i.ID, i.Type, i.ContentType, i.Content, i.ContactID = r.text(), transcript.Type(r.text()), r.text(), r.text(), r.text()
	i.Author = transcript.Author{ParticipantID: r.text(), DisplayName: r.text(), Role: transcript.Role(r.text())}
	if r.byte() != 0 {
		i.Receipt = &transcript.Receipt{MessageID: r.text(), Recipient: r.text(), DeliveredAt: r.time(), ReadAt: r.time()}
	}
	if r.rest != "" {
		i.Stream, i.Chunk = r.text(), int(r.number())
	}
	if r.rest != "" {
		i.Processing = transcript.Processing(r.text())
	}
}

func (r *reader) byte() byte {
	if r.rest == "" {
		r.bad = true
		return 0
	}
	first := r.rest[0]
	r.rest = r.rest[1:]
	return first
}

func (r *reader) number() uint64 {
	var n uint64
	for shift := 0; shift < 64; shift += 7 {
		b := r.byte()
		n |= uint64(b&0x7f) << shift
		if b < 0x80 {
			return n
		}
	}
	r.bad = true
	return 0
}

// signed reads a zigzag varint.
func (r *reader) signed() int64 {
	n := r.number()
	return int64(n>>1) ^ -int64(n&1)
}

// count reads how many things of at least so many bytes follow.
func (r *reader) count(size int) int {
	n := r.number()
	if n > uint64(len(r.rest)/size) {
		r.bad, r.rest = true, ""
		return 0
	}
	return int(n)
}

func (r *reader) text() string {
	n := r.count(1)
	s := r.rest[:n]
	r.rest = r.rest[n:]
	return s
}

func (r *reader) time() time.Time {
	n := r.number()
	switch {
	case n == 0:
		return time.Time{}
	case n > maxMillis:
		r.bad = true
		return time.Time{}
	}
	return time.UnixMilli(int64(n - 1)).UTC()
}
