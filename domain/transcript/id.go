package transcript

import (
	"crypto/sha256"
	"encoding/binary"
	"strings"
	"time"

	"parley/internal/arn"
)

// maxPosition is the largest position that an Id is believed to carry.
const maxPosition = 1 << 48

// ID returns the Id of the item at a position of a session: a UUIDv7 whose
// time is the item's AbsoluteTime and whose other 74 bits are a hash of the
// session's id, the lower 62 of them mixed with the position.
func ID(session string, position int64, at time.Time) string {
	hi, lo := sessionBits(session)
	var u [16]byte
	binary.BigEndian.PutUint64(u[0:8], uint64(at.UnixMilli())<<16|0x7000|uint64(hi))
	binary.BigEndian.PutUint64(u[8:16], 0x8000_0000_0000_0000|(lo^uint64(position)))
	return arn.FormatUUID(u)
}

// PositionOf returns the position that an Id carries, in either case of its
// letters, and false if the Id is no item of that session.
func PositionOf(session, id string) (int64, bool) {
	u, ok := arn.ParseUUID(strings.ToLower(id))
	if !ok {
		return 0, false
	}
	hi, lo := sessionBits(session)
	if binary.BigEndian.Uint64(u[0:8])&0xffff != 0x7000|uint64(hi) {
		return 0, false
	}
	bits := binary.BigEndian.Uint64(u[8:16])
	position := (bits &^ (3 << 62)) ^ lo
	if bits>>62 != 2 || position == 0 || position > maxPosition {
		return 0, false
	}
	return int64(position), true
}

// sessionBits hashes a session's id into the 12 and 62 free bits of its Ids.
func sessionBits(session string) (hi uint16, lo uint64) {
	sum := sha256.Sum256([]byte(session))
	return binary.BigEndian.Uint16(sum[0:2]) & 0x0fff, binary.BigEndian.Uint64(sum[2:10]) &^ (3 << 62)
}
