package transcript

import (
	"crypto/sha256"
	"encoding/binary"
	"strings"
	"time"

	"parley/internal/arn"
)

// StreamWithin is how long after its beginning a streamed message is committed at
// the latest: longer than any bot may take, twice (our choice).
const StreamWithin = 10 * time.Minute

// otherHash turns the bits of a session's hash into those of its streamed messages.
const otherHash = 0x0fff

// StreamID returns the Id of a message that is shown while it is being made, before
// anybody knows where in the transcript it will stand: a UUIDv7 of the time at which it
// began and of the key of what makes it. It is stored with the message.
// No item that carries its position has such an Id (see ID).
func StreamID(session, key string, began time.Time) string {
	hi, _ := sessionBits(session)
	sum := sha256.Sum256([]byte(session + "\x00" + key))
	var u [16]byte
	binary.BigEndian.PutUint64(u[0:8], uint64(began.UnixMilli())<<16|0x7000|uint64(hi^otherHash))
	binary.BigEndian.PutUint64(u[8:16], 0x8000_0000_0000_0000|binary.BigEndian.Uint64(sum[0:8])&^(3<<62))
	return arn.FormatUUID(u)
}

// StreamBegan returns when the message with that Id began, and false if the Id is
// of no streamed message of that session. The message stands, if it was ever
// finished, among the items from then on until StreamWithin later.
func StreamBegan(session, id string) (time.Time, bool) {
	u, ok := arn.ParseUUID(strings.ToLower(id))
	if !ok {
		return time.Time{}, false
	}
	hi, _ := sessionBits(session)
	first := binary.BigEndian.Uint64(u[0:8])
	if first&0xffff != 0x7000|uint64(hi^otherHash) || u[8]>>6 != 2 {
		return time.Time{}, false
	}
	return time.UnixMilli(int64(first >> 16)).UTC(), true
}
