// Package seal keeps secrets at rest under a master key (AES-256-GCM).
//
// It guarantees that a sealed value can be read, and be told from a changed one,
// only with the master key and under the name it was sealed for: a value moved
// to another row does not open. A sealed value tells which master key made it,
// so that a rotation can open old values while it seals new ones.
//
// A sealed value is
//
//	version 1 | key id 4 | nonce 12 | ciphertext … | tag 16
//
// and the version, the key id and the name are authenticated with it. Nonces are
// random; one master key is good for about 2^32 values (NIST SP 800-38D).
package seal

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
)

const (
	version   = 1
	headLen   = 1 + 4
	nonceLen  = 12
	tagLen    = 16
	keyIDText = "parley master key id"
)

// ErrSealed is the error of every value that does not open: changed, sealed for
// another name, or under a master key that the Sealer does not have.
var ErrSealed = errors.New("sealed value does not open with this master key under this name")

// Sealer seals with one master key and opens what it or older ones sealed. It
// never changes and is safe for concurrent use.
type Sealer struct {
	current uint32
	aeads   map[uint32]cipher.AEAD
}

// New returns a Sealer. The old keys only open.
func New(current Key, old ...Key) (*Sealer, error) {
	s := &Sealer{current: current.ID(), aeads: make(map[uint32]cipher.AEAD, 1+len(old))}
	for _, key := range append([]Key{current}, old...) {
		aead, err := newAEAD(key)
		if err != nil {
			return nil, fmt.Errorf("seal: %w", err)
		}
		if _, clash := s.aeads[key.ID()]; !clash {
			s.aeads[key.ID()] = aead
		}
	}
	return s, nil
}

func newAEAD(key Key) (cipher.AEAD, error) {
	block, err := aes.NewCipher(key[:])
	if err != nil {
		return nil, err
	}
	return cipher.NewGCM(block)
}

// Seal encrypts a secret for the thing of that name.
func (s *Sealer) Seal(name string, secret []byte) []byte {
	out := make([]byte, headLen+nonceLen, headLen+nonceLen+len(secret)+tagLen)
	out[0] = version
	binary.BigEndian.PutUint32(out[1:], s.current)
	nonce := out[headLen:]
	rand.Read(nonce) // never fails: crypto/rand ends the program instead
	return s.aeads[s.current].Seal(out, nonce, secret, associated(out, name))
}

// Open returns the secret sealed for the thing of that name, else ErrSealed.
func (s *Sealer) Open(name string, sealed []byte) ([]byte, error) {
	if len(sealed) < headLen+nonceLen+tagLen || sealed[0] != version {
		return nil, ErrSealed
	}
	aead, ok := s.aeads[binary.BigEndian.Uint32(sealed[1:])]
	if !ok {
		return nil, ErrSealed
	}
	nonce, text := sealed[headLen:headLen+nonceLen], sealed[headLen+nonceLen:]
	secret, err := aead.Open(nil, nonce, text, associated(sealed, name))
	if err != nil {
		return nil, ErrSealed
	}
	return secret, nil
}

// Current reports whether a value was sealed with the current master key; a
// rotation seals the others again.
func (s *Sealer) Current(sealed []byte) bool {
	return len(sealed) >= headLen && sealed[0] == version && binary.BigEndian.Uint32(sealed[1:]) == s.current
}

func associated(sealed []byte, name string) []byte {
	return append(sealed[:headLen:headLen], name...)
}

// ID names a master key without telling anything about it.
func (k Key) ID() uint32 {
	sum := sha256.Sum256(append([]byte(keyIDText), k[:]...))
	return binary.BigEndian.Uint32(sum[:])
}
