// Package customertoken reads what a site has signed about its customer: the JSON web token that
// Amazon Connect's hosted communication widget passes on.
//
// It guarantees: what Read returns was signed with one of the widget's own keys, for this widget, by HS256 and nothing
// else, and is not over; Says leaves the signature, and nothing else, to its caller; a token that says anything in another form than documented says nothing.
package customertoken

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"strings"
	"time"

	"parley/internal/fault"
)

// Bounds of a token (Amazon Connect, hosted widget: at most 6,144 bytes in UTF-16, and 10 minutes).
const (
	MaxLength = 3072
	MaxLife   = 10 * time.Minute
	// skew is by how much the clock of a site may be ahead of ours (our choice).
	skew = time.Minute
)

// Claims are what a token says.
type Claims struct {
	Subject    string            `json:"sub"` // the widget
	IssuedAt   *int64            `json:"iat"`
	Expires    *int64            `json:"exp"`
	Attributes map[string]string `json:"attributes"`
	// SegmentAttributes are as StartChatContact takes them.
	SegmentAttributes json.RawMessage `json:"segmentAttributes"`
	CustomerID        string          `json:"customerId"`
	RelatedContactID  string          `json:"relatedContactId"`
}

// Read verifies a token for a widget with the widget's keys; every refusal is fault.Denied and says why.
func Read(token, widget string, keys []string, now time.Time) (Claims, error) {
	var c Claims
	if len(token) > MaxLength {
		return c, refused("it is longer than %d characters", MaxLength)
	}
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		return c, refused("it is not a JSON web token")
	}
	if !signed(parts, keys) {
		return c, refused("it is not signed with a key of this widget by HS256")
	}
	payload, err := base64.RawURLEncoding.DecodeString(parts[1])
	if err != nil {
		return c, refused("it is not a JSON web token")
	}
	return Says(payload, widget, now)
}

// Says reads what a token says for a widget, whose signature is good.
func Says(payload []byte, widget string, now time.Time) (c Claims, err error) {
	if json.NewDecoder(bytes.NewReader(payload)).Decode(&c) != nil {
		return Claims{}, refused("its claims have not the documented form: attributes are texts")
	}
	if err := c.hold(widget, now); err != nil {
		return Claims{}, err
	}
	return c, nil
}

// Secret reports whether a token says that it is signed with a secret that the site and this server share (HS256), and not with a key that the
// site publishes.
func Secret(token string) bool {
	head, _, _ := strings.Cut(token, ".")
	h, err := readHeader(head)
	return err == nil && h.Algorithm == secretly
}

const secretly = "HS256"

// header says how a token is signed.
type header struct {
	Algorithm string   `json:"alg"`
	Type      string   `json:"typ"`
	Critical  []string `json:"crit"`
}

func readHeader(text string) (h header, err error) {
	raw, err := base64.RawURLEncoding.DecodeString(text)
	if err == nil {
		err = json.Unmarshal(raw, &h)
	}
	return h, err
}

func refused(format string, args ...any) error {
	return fault.New(fault.Denied, "The customer token is refused: "+format, args...)
}

// signed reports whether the header names HS256 and the signature is that of one of the keys.
func signed(parts []string, keys []string) bool {
	h, err := readHeader(parts[0])
	if err != nil || h.Algorithm != secretly || h.Type != "" && h.Type != "JWT" || h.Critical != nil {
		return false
	}
	got, err := base64.RawURLEncoding.DecodeString(parts[2])
	if err != nil {
		return false
	}
	ok := false
	for _, key := range keys {
		mac := hmac.New(sha256.New, []byte(key))
		mac.Write([]byte(parts[0] + "." + parts[1]))
		ok = hmac.Equal(mac.Sum(nil), got) || ok
	}
	return ok
}

// hold checks for whom and until when the claims are.
func (c *Claims) hold(widget string, now time.Time) error {
	switch {
	case c.Subject != widget:
		return refused("sub is not this widget")
	case c.IssuedAt == nil || c.Expires == nil:
		return refused("iat or exp is missing")
	}
	issued, expires := time.Unix(*c.IssuedAt, 0), time.Unix(*c.Expires, 0)
	switch {
	case issued.After(now.Add(skew)):
		return refused("iat is in the future")
	case expires.Sub(issued) > MaxLife:
		return refused("exp is more than 10 minutes after iat")
	case !now.Before(expires):
		return refused("it has expired")
	}
	return nil
}
