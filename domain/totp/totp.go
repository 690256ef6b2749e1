// Package totp computes and checks one-time codes of time (RFC 6238): six
// digits, HMAC-SHA-1, a new code every 30 seconds, as authenticator apps make them.
//
// It guarantees: a code is good in its own half minute and in the one before
// and after, for clocks that differ; no code is good once a later one, or it itself, was used.
package totp

import (
	"crypto/hmac"
	"crypto/sha1"
	"crypto/subtle"
	"encoding/base32"
	"encoding/binary"
	"fmt"
	"net/url"
	"time"
)

// SecretBytes is how long a secret is (RFC 4226, 4: 160 bits).
const SecretBytes = 20

const (
	seconds = 30 // RFC 6238, 5.2
	digits  = 1_000_000
	drift   = 1 // steps that clocks may differ (RFC 6238, 5.2)
)

// Step returns the number of the half minute in which t lies.
func Step(t time.Time) int64 { return t.Unix() / seconds }

// Code returns the code of a half minute.
func Code(secret []byte, step int64) string {
	var counter [8]byte
	binary.BigEndian.PutUint64(counter[:], uint64(step))
	mac := hmac.New(sha1.New, secret)
	mac.Write(counter[:])
	sum := mac.Sum(nil)
	at := sum[len(sum)-1] & 0x0f
	return fmt.Sprintf("%06d", binary.BigEndian.Uint32(sum[at:])&0x7fffffff%digits)
}

// Check reports whether a code is good now, given the last half minute whose
// code was used (0 for none); it returns the code's own, to be kept as the last.
func Check(secret []byte, code string, now time.Time, last int64) (step int64, ok bool) {
	for s := Step(now) - drift; s <= Step(now)+drift; s++ {
		if s > last && subtle.ConstantTimeCompare([]byte(Code(secret, s)), []byte(code)) == 1 {
			return s, true
		}
	}
	return 0, false
}

// Text is a secret as people type it.
func Text(secret []byte) string {
	return base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(secret)
}

// URI is what an authenticator app reads from a QR code.
func URI(issuer, account string, secret []byte) string {
	values := url.Values{"secret": {Text(secret)}, "issuer": {issuer}}
	return "otpauth://totp/" + url.PathEscape(issuer+":"+account) + "?" + values.Encode()
}
