// Package token makes and checks the bearer tokens of the participant API:
// participant and connection tokens, websocket and attachment URLs, page tokens.
//
// A token is a signed statement (HMAC-SHA256) of what it is for (its Kind),
// which session and participant it speaks for and until when. It guarantees
// that nobody without the key makes one, that a token of one kind is no good as
// another, and that a token has exactly one spelling. Signing is a pure function
// of claims and keyring, so that a repeated request gets the same bytes again.
// Checking needs no store; whether the session still lives is the caller's
// question.
//
// The signed bytes are
//
//	version 1 | kind 1 | key id 4 | session 16 | participant 16 | expiry 8 | extra … | MAC 32
//
// in big endian, written in unpadded base64url. Expiry is in Unix milliseconds,
// 0 for none.
package token

import (
	"crypto/hmac"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"strings"
	"time"

	"parley/internal/fault"
)

// Kind says what a token is for. The numbers are in the tokens: never reuse one.
type Kind byte

// The kinds.
const (
	Participant Kind = 1 // StartChatContact's and CreateParticipant's ParticipantToken
	Connection  Kind = 2 // CreateParticipantConnection's ConnectionToken
	Socket      Kind = 3 // a websocket URL
	Page        Kind = 4 // a NextToken
	Upload      Kind = 5 // an attachment upload URL
	Download    Kind = 6 // an attachment download URL
	Agent       Kind = 7 // a signed-in user of the workspace
	SignIn      Kind = 8 // the state of a customer's sign-in at a provider
)

// MaxLen is the longest token in characters: the bound of ParticipantToken and
// ConnectionToken in the API.
const MaxLen = 1000

// MaxExtra is the longest Extra, in bytes, with which a token stays within MaxLen.
const MaxExtra = MaxLen*3/4 - headLen - macLen

const (
	version = 1
	headLen = 1 + 1 + 4 + 16 + 16 + 8
	macLen  = 32

	// headStart is how many bytes, a multiple of three, tell version and key.
	headStart = 6
)

// ErrExpired is in the chain of Verify's error for a token that was good once.
// It is for logs and tests; callers over the network are told no difference.
var ErrExpired = errors.New("token expired")

// ErrBad is in the chain of Verify's error for a token that is not ours.
var ErrBad = errors.New("token is not ours")

// strict refuses spare bits at the end; line breaks are refused by decode.
var strict = base64.RawURLEncoding.Strict()

// Claims is what a token says.
type Claims struct {
	Kind        Kind
	Session     [16]byte
	Participant [16]byte
	// Expiry is the first instant at which the token is no longer good, to the
	// millisecond; the zero Time means that it does not expire by itself.
	Expiry time.Time
	// Extra is the kind's own data, at most MaxExtra bytes, readable by the bearer.
	Extra []byte
}

// Sign returns the token of the claims under the keyring's current key. More
// than MaxExtra bytes of Extra are a programming error and panic.
func (k *Keyring) Sign(c Claims) string {
	if len(c.Extra) > MaxExtra {
		panic("token: Extra is too long")
	}
	key := k.current
	s := key.take()
	defer key.give(s)
	raw := appendHead(s.raw[:0], c, key.id)
	raw = append(raw, c.Extra...)
	raw = append(raw, s.sum(raw)...)
	n := base64.RawURLEncoding.EncodedLen(len(raw))
	base64.RawURLEncoding.Encode(s.text[:n], raw)
	return string(s.text[:n])
}

func appendHead(raw []byte, c Claims, keyID uint32) []byte {
	raw = append(raw, version, byte(c.Kind))
	raw = binary.BigEndian.AppendUint32(raw, keyID)
	raw = append(raw, c.Session[:]...)
	raw = append(raw, c.Participant[:]...)
	return binary.BigEndian.AppendUint64(raw, uint64(millis(c.Expiry)))
}

func millis(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}

// Verify returns the claims of a token of the wanted kind that is good at now.
// Every other token gets the same fault.Denied, but for one of ours that has
// expired: its holder is told, and ErrExpired is in the chain. The MAC is compared in constant time.
func (k *Keyring) Verify(kind Kind, tok string, now time.Time) (Claims, error) {
	c, err := k.open(tok)
	switch {
	case err != nil || c.Kind != kind:
		return Claims{}, fault.Wrap(fault.Denied, ErrBad, "Access denied")
	case !c.Expiry.IsZero() && !now.Before(c.Expiry):
		return Claims{}, fault.Wrap(fault.Denied, ErrExpired, "Access denied: the token has expired")
	}
	return c, nil
}

// open checks form, key and MAC, and nothing else.
func (k *Keyring) open(tok string) (Claims, error) {
	if !plausible(tok) {
		return Claims{}, ErrBad
	}
	var head [headStart]byte
	if _, err := strict.Decode(head[:], []byte(tok[:headStart/3*4])); err != nil || head[0] != version {
		return Claims{}, ErrBad
	}
	key, ok := k.keys[binary.BigEndian.Uint32(head[2:])]
	if !ok {
		return Claims{}, ErrBad
	}
	s := key.take()
	defer key.give(s)
	n, err := strict.Decode(s.raw[:], append(s.text[:0], tok...))
	if err != nil || n < headLen+macLen {
		return Claims{}, ErrBad
	}
	signed, sum := s.raw[:n-macLen], s.raw[n-macLen:n]
	if !hmac.Equal(s.sum(signed), sum) {
		return Claims{}, ErrBad
	}
	return readClaims(signed), nil
}

// plausible bounds the work spent on a token and refuses line breaks, which the
// decoder would skip.
func plausible(tok string) bool {
	return len(tok) >= headStart/3*4 && len(tok) <= MaxLen && strings.IndexByte(tok, '\n') < 0 && strings.IndexByte(tok, '\r') < 0
}

func readClaims(raw []byte) Claims {
	c := Claims{Kind: Kind(raw[1])}
	copy(c.Session[:], raw[6:])
	copy(c.Participant[:], raw[22:])
	if ms := int64(binary.BigEndian.Uint64(raw[38:])); ms != 0 {
		c.Expiry = time.UnixMilli(ms).UTC()
	}
	if len(raw) > headLen {
		c.Extra = append([]byte(nil), raw[headLen:]...)
	}
	return c
}
