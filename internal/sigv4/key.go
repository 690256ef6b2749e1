package sigv4

import (
	"crypto/hmac"
	"crypto/sha256"
	"sync"
)

// maxKeys bounds the cache: a signing key lives for a day, and a server has few
// access keys (our choice).
const maxKeys = 256

type signingKeyID struct{ secret, date, region, service string }

// keyCache remembers derived signing keys; deriving one costs four HMACs. The
// zero value is ready, and safe for concurrent use.
type keyCache struct {
	mu   sync.Mutex
	keys map[signingKeyID][]byte
}

func (c *keyCache) get(id signingKeyID) []byte {
	c.mu.Lock()
	defer c.mu.Unlock()
	if key, ok := c.keys[id]; ok {
		return key
	}
	if c.keys == nil || len(c.keys) >= maxKeys {
		c.keys = make(map[signingKeyID][]byte)
	}
	key := deriveKey(id)
	c.keys[id] = key
	return key
}

func deriveKey(id signingKeyID) []byte {
	key := mac([]byte("AWS4"+id.secret), id.date)
	for _, part := range []string{id.region, id.service, terminator} {
		key = mac(key, part)
	}
	return key
}

func mac(key []byte, text string) []byte {
	h := hmac.New(sha256.New, key)
	h.Write([]byte(text))
	return h.Sum(nil)
}
