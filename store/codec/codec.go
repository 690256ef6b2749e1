// Package codec is the one encoding of what stores keep as bytes: the
// documents of a session, the bodies of items and resources.
//
// It guarantees that what it encoded decodes to an equal value, in this and
// every later release, and that bytes which were cut or changed at rest are
// refused with ErrCorrupt, never decoded to something else. Decoding never
// panics. Every encoding is a version byte, a payload and a checksum.
package codec

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
)

// ErrCorrupt says that stored bytes are not what was once encoded.
var ErrCorrupt = errors.New("stored bytes are damaged")

// version is the first byte of everything that this release writes.
const version = 1

// envelope is how many bytes surround a payload: the version and a CRC-32C.
const envelope = 1 + crc32.Size

// Seal encodes a document that is bytes already, as resources are.
func Seal(document []byte) []byte {
	b := make([]byte, 0, len(document)+envelope)
	b = append(b, version)
	return finish(append(b, document...))
}

// Unseal returns the document that Seal encoded. It shares b's memory.
func Unseal(b []byte) ([]byte, error) {
	if len(b) < envelope {
		return nil, fmt.Errorf("%d bytes: %w", len(b), ErrCorrupt)
	}
	body, sum := b[:len(b)-crc32.Size], b[len(b)-crc32.Size:]
	if checksum(body) != binary.BigEndian.Uint32(sum) {
		return nil, fmt.Errorf("checksum: %w", ErrCorrupt)
	}
	if body[0] != version {
		return nil, fmt.Errorf("encoding version %d is not known to this release", body[0])
	}
	return body[1:], nil
}

// finish appends the checksum to a version byte and payload.
func finish(b []byte) []byte {
	return binary.BigEndian.AppendUint32(b, checksum(b))
}

func checksum(b []byte) uint32 {
	return crc32.Checksum(b, crc32.MakeTable(crc32.Castagnoli))
}
