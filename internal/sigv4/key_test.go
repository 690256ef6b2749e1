package sigv4

import (
	"bytes"
	"strconv"
	"testing"
)

func TestKeyCacheIsBoundedAndRight(t *testing.T) {
	var c keyCache
	for i := range 3 * maxKeys {
		id := signingKeyID{secret: strconv.Itoa(i), date: "20150830", region: "us-east-1", service: "connect"}
		derived, cached := c.get(id), c.get(id)
		if !bytes.Equal(derived, deriveKey(id)) || !bytes.Equal(cached, derived) {
			t.Fatalf("key %d differs from the derived one", i)
		}
		if len(c.keys) > maxKeys {
			t.Fatalf("the cache holds %d keys, more than %d", len(c.keys), maxKeys)
		}
	}
}
