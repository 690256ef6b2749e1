package sim

import "github.com/google/uuid"

// random draws ids and numbers from a seed (SplitMix64).
type random struct {
	state   uint64
	percent []int // drawn first, by flows only
}

func (r *random) next() uint64 {
	r.state += 0x9e3779b97f4a7c15
	z := r.state
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

// flow draws a number for a flow: the interpreter takes it modulo 100, plus 1.
func (r *random) flow() uint64 {
	if len(r.percent) == 0 {
		return r.next()
	}
	n := r.percent[0]
	r.percent = r.percent[1:]
	return uint64(n - 1)
}

// id draws a UUID.
func (c *Chat) id() string {
	var u uuid.UUID
	for i := 0; i < len(u); i += 8 {
		n := c.random.next()
		for j := range 8 {
			u[i+j] = byte(n >> (8 * j))
		}
	}
	u[6] = u[6]&0x0f | 0x40
	u[8] = u[8]&0x3f | 0x80
	return u.String()
}
