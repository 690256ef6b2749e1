package codec

import (
	"encoding/binary"
	"fmt"

	"parley/domain/transcript"
	"parley/internal/arn"
)

// EncodeItem encodes what an item says: everything but its position, time
// and id, which the store keeps beside it, and its receipt, which is never
// stored. Layout: the visibility, then seven strings in a fixed order, for
// a message that was streamed its id, and for one that was processed what came of it.
func EncodeItem(i *transcript.Item) []byte {
	b := make([]byte, 0, envelope+48+len(i.Content)+len(i.Author.DisplayName))
	b = append(b, version, byte(i.Visibility))
	b = appendString(b, string(i.Type))
	b = appendString(b, i.ContentType)
	b = appendString(b, i.ContactID)
	b = appendString(b, i.Author.ParticipantID)
	b = appendString(b, i.Author.DisplayName)
	b = appendString(b, string(i.Author.Role))
	b = appendString(b, i.Content)
	if i.Stream != "" || i.Processing != "" {
		b = appendString(b, i.Stream)
	}
	if i.Processing != "" {
		b = appendString(b, string(i.Processing))
	}
	return finish(b)
}

// DecodeItem sets what EncodeItem encoded, and leaves position, time and id; a
// message that was streamed gets its id.
func DecodeItem(b []byte, i *transcript.Item) error {
	payload, err := Unseal(b)
	if err != nil {
		return fmt.Errorf("decode item: %w", err)
	}
	r := reader{rest: payload}
	i.Visibility = transcript.Visibility(r.byte())
	i.Type = transcript.Type(r.string())
	i.ContentType = r.string()
	i.ContactID = r.string()
	i.Author.ParticipantID = r.string()
	i.Author.DisplayName = r.string()
	i.Author.Role = transcript.Role(r.string())
	i.Content = r.string()
	if len(r.rest) != 0 {
		i.Stream = r.string()
		i.ID = i.Stream
	}
	if len(r.rest) != 0 {
		i.Processing = transcript.Processing(r.string())
	}
	if r.bad || len(r.rest) != 0 {
		return fmt.Errorf("decode item: %w", ErrCorrupt)
	}
	return nil
}

// A string is a number, the lower two bits of which say what follows:
// the string's bytes, nothing (the rest is an index of a known word), or the
// sixteen bytes of a UUID.
const (
	plain = iota
	word
	uuid
)

func appendString(b []byte, s string) []byte {
	if i, ok := wordIndex(s); ok {
		return binary.AppendUvarint(b, i<<2|word)
	}
	if u, ok := arn.ParseUUID(s); ok {
		return append(append(b, uuid), u[:]...)
	}
	b = binary.AppendUvarint(b, uint64(len(s))<<2) // | plain
	return append(b, s...)
}

// reader takes an encoding apart; after the first fault it only returns zeros.
type reader struct {
	rest []byte
	bad  bool
}

func (r *reader) byte() byte {
	if b := r.take(1); b != nil {
		return b[0]
	}
	return 0
}

func (r *reader) string() string {
	n, size := binary.Uvarint(r.rest)
	if size <= 0 {
		r.bad = true
		return ""
	}
	r.rest = r.rest[size:]
	switch n & 3 {
	case plain:
		return string(r.take(n >> 2))
	case word:
		return r.word(n >> 2)
	case uuid:
		return r.uuid()
	default:
		r.bad = true
		return ""
	}
}

func (r *reader) uuid() string {
	if b := r.take(16); b != nil {
		return arn.FormatUUID([16]byte(b))
	}
	return ""
}

func (r *reader) word(i uint64) string {
	s, ok := knownWord(i)
	r.bad = r.bad || !ok
	return s
}

// take returns the next n bytes, nil if there are not as many.
func (r *reader) take(n uint64) []byte {
	if r.bad || n > uint64(len(r.rest)) {
		r.bad = true
		return nil
	}
	b := r.rest[:n]
	r.rest = r.rest[n:]
	return b
}
