package token

import (
	"crypto/hmac"
	"crypto/sha256"
	"fmt"
	"hash"
	"sync"
)

// MinKey is the shortest signing key in bytes: the output size of SHA-256.
const MinKey = 32

// Keyring is the set of keys whose tokens are good; new tokens are signed with
// the current one. It never changes (a rotation makes a new Keyring) and is safe
// for concurrent use.
type Keyring struct {
	current *key
	keys    map[uint32]*key
}

// key is one signing key with spare signers, since keying an HMAC costs more
// than using it.
type key struct {
	id   uint32
	pool sync.Pool
}

// signer is a keyed HMAC and the buffers of one token.
type signer struct {
	mac  hash.Hash
	raw  [MaxLen * 3 / 4]byte
	text [MaxLen]byte
	out  [macLen]byte
}

// NewKeyring returns a keyring that signs with keys[current]. It fails if that
// key is absent or any key is shorter than MinKey.
func NewKeyring(current uint32, keys map[uint32][]byte) (*Keyring, error) {
	k := &Keyring{keys: make(map[uint32]*key, len(keys))}
	for id, secret := range keys {
		if len(secret) < MinKey {
			return nil, fmt.Errorf("token key %d has %d bytes, want at least %d", id, len(secret), MinKey)
		}
		k.keys[id] = newKey(id, secret)
	}
	if k.current = k.keys[current]; k.current == nil {
		return nil, fmt.Errorf("token key %d is current and not in the keyring", current)
	}
	return k, nil
}

func newKey(id uint32, secret []byte) *key {
	own := append([]byte(nil), secret...)
	k := &key{id: id}
	k.pool.New = func() any { return &signer{mac: hmac.New(sha256.New, own)} }
	return k
}

func (k *key) take() *signer  { return k.pool.Get().(*signer) }
func (k *key) give(s *signer) { k.pool.Put(s) }

// sum returns the MAC of data, valid until the signer's next use.
func (s *signer) sum(data []byte) []byte {
	s.mac.Reset()
	s.mac.Write(data)
	return s.mac.Sum(s.out[:0])
}
