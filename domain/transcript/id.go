package transcript

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"time"
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
	return format(u)
}

// PositionOf returns the position that an Id carries, and false if the Id is
// no item of that session.
func PositionOf(session, id string) (int64, bool) {
	u, ok := parse(id)
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

func format(u [16]byte) string {
	var b [36]byte
	hex.Encode(b[0:8], u[0:4])
	hex.Encode(b[9:13], u[4:6])
	hex.Encode(b[14:18], u[6:8])
	hex.Encode(b[19:23], u[8:10])
	hex.Encode(b[24:36], u[10:16])
	b[8], b[13], b[18], b[23] = '-', '-', '-', '-'
	return string(b[:])
}

func parse(id string) (u [16]byte, ok bool) {
	if len(id) != 36 || id[8] != '-' || id[13] != '-' || id[18] != '-' || id[23] != '-' {
		return u, false
	}
	digits := id[0:8] + id[9:13] + id[14:18] + id[19:23] + id[24:36]
	_, err := hex.Decode(u[:], []byte(digits))
	return u, err == nil
}
