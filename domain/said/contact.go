package said

import (
	"crypto/sha256"
	"encoding/binary"
	"time"
)

// Due is the kind of the deadline at which a contact that is over is entered.
const Due = "said"

// Contact is what was said in a contact that is over, and what searches narrow by.
type Contact struct {
	ID, SessionID, InstanceID string
	At                        time.Time // when it was initiated
	Queue, Agent, Customer    string    // ids, "" = none
	Words                     []string
}

// placeBits are those of a place that tell contacts of one millisecond apart.
const placeBits = 20

// Place is where a contact stands in the order of time; contacts of one millisecond get one by their ids.
func (c *Contact) Place() int64 {
	sum := sha256.Sum256([]byte(c.ID))
	return First(c.At) + int64(binary.BigEndian.Uint32(sum[:])>>(32-placeBits))
}

// First is the first place of a millisecond.
func First(at time.Time) int64 { return at.UnixMilli() << placeBits }
