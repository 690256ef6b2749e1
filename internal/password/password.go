// Package password hashes passwords with argon2id.
//
// It guarantees: a hash carries its own salt and parameters, so that both can
// change without a migration; the exact bytes count, all of them; comparing
// takes the same time whether or not they are equal; a hash that asks for more
// than 1 GiB or 100 passes is refused and not computed.
package password

import (
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"

	"golang.org/x/crypto/argon2"
)

// Parameters of new hashes (OWASP's password storage cheat sheet: 19 MiB, two passes, one lane).
const (
	memory    = 19 * 1024 // KiB
	passes    = 2
	lanes     = 1
	hashBytes = 32
	saltBytes = 16

	leastMemory = 8 // KiB for one lane (RFC 9106, 3.1)
)

// Bounds of the parameters that a stored hash may have (our choice).
const (
	maxMemory = 1 << 20 // KiB
	maxPasses = 100
	maxLanes  = 64
)

// ErrHash is the error of a text that is no argon2id hash within the bounds.
var ErrHash = errors.New("not an argon2id hash that this program computes")

// Hash returns the hash of a password with a new salt, in the usual form:
// $argon2id$v=19$m=…,t=…,p=…$salt$hash. It takes 19 MiB and some 20 ms.
func Hash(password string) string { return hashOf(password, memory, passes) }

func hashOf(password string, memory, passes uint32) string {
	salt := make([]byte, saltBytes)
	rand.Read(salt) // never fails: crypto/rand ends the program instead
	sum := argon2.IDKey([]byte(password), salt, passes, memory, lanes, hashBytes)
	text := base64.RawStdEncoding.EncodeToString
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, memory, passes, lanes, text(salt), text(sum))
}

// HashRandom returns the hash of a secret that has 128 random bits or more, with a new
// salt. Nobody can try that many, however cheap a try is, so it takes the least that argon2id computes: 8 KiB, one pass.
func HashRandom(secret string) string { return hashOf(secret, leastMemory, 1) }

// Light reports whether a hash takes less memory to compare with than those of Hash do.
func Light(hash string) bool {
	p, err := parse(hash)
	return err == nil && p.memory < memory
}

// Matches reports whether a password is the one of a hash; ErrHash.
func Matches(hash, password string) (bool, error) {
	p, err := parse(hash)
	if err != nil {
		return false, err
	}
	sum := argon2.IDKey([]byte(password), p.salt, p.passes, p.memory, p.lanes, uint32(len(p.sum)))
	return subtle.ConstantTimeCompare(sum, p.sum) == 1, nil
}

type parsed struct {
	memory, passes uint32
	lanes          uint8
	salt, sum      []byte
}

func parse(hash string) (p parsed, err error) {
	fields := strings.Split(hash, "$")
	if len(fields) != 6 || fields[0] != "" || fields[1] != "argon2id" || fields[2] != fmt.Sprintf("v=%d", argon2.Version) {
		return p, ErrHash
	}
	if _, err := fmt.Sscanf(fields[3], "m=%d,t=%d,p=%d", &p.memory, &p.passes, &p.lanes); err != nil {
		return p, ErrHash
	}
	p.salt, err = base64.RawStdEncoding.DecodeString(fields[4])
	if err != nil {
		return p, ErrHash
	}
	p.sum, err = base64.RawStdEncoding.DecodeString(fields[5])
	if err != nil || len(p.sum) < 16 || len(p.sum) > 128 || len(p.salt) < 8 ||
		p.memory == 0 || p.memory > maxMemory || p.passes == 0 || p.passes > maxPasses || p.lanes == 0 || p.lanes > maxLanes {
		return p, ErrHash
	}
	return p, nil
}
