// Package webpush sends Web Push messages: encrypted for one browser (RFC 8291, aes128gcm of RFC 8188), and signed so that the push
// service knows who sends (VAPID, RFC 8292).
//
// It guarantees: only the browser that subscribed can read a message, the push service included; every call goes out through egress; errors
// hold neither the endpoint, which is a capability, nor the message.
package webpush

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/ecdh"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"parley/internal/clock"
	"parley/internal/fault"
	"parley/outbound/egress"
)

// MaxPayload is the longest message, in bytes: what fits into a record of 4,096 (RFC 8291, 4).
const MaxPayload = 3_993

// Bounds (our choice).
const (
	ttl       = 24 * time.Hour // for how long a push service keeps a message for a browser that is away
	tokenLife = 12 * time.Hour // RFC 8292: at most 24 hours
	maxAnswer = 16 << 10
	within    = 5 * time.Second
)

// Subscription is where a browser hears, as PushSubscription.toJSON() spells it.
type Subscription struct {
	Endpoint string `json:"endpoint"`
	Keys     struct {
		P256dh string `json:"p256dh"`
		Auth   string `json:"auth"`
	} `json:"keys"`
}

// Parse reads a subscription and holds it against what can be sent to: fault.Invalid, which names the member of what the caller calls name.
func Parse(name, text string) (s Subscription, err error) {
	if err := json.Unmarshal([]byte(text), &s); err != nil || s == (Subscription{}) {
		return s, fault.New(fault.Invalid, "%s must be a Web Push subscription as JSON: endpoint, keys.p256dh and keys.auth", name)
	}
	if s.Endpoint == "" {
		return s, fault.New(fault.Invalid, "%s.endpoint is needed: the URL at which the push service takes messages", name)
	}
	if _, _, err := s.keys(); err != nil {
		return s, fault.New(fault.Invalid, "%s.%s", name, err.Error())
	}
	return s, nil
}

// keys are the browser's public key and its secret; an error names the member that is none.
func (s Subscription) keys() (key *ecdh.PublicKey, auth []byte, err error) {
	point, err := decode(s.Keys.P256dh)
	if err == nil {
		key, err = ecdh.P256().NewPublicKey(point)
	}
	if err != nil {
		return nil, nil, errors.New("keys.p256dh must be a public key of P-256, uncompressed, in base64url")
	}
	if auth, err = decode(s.Keys.Auth); err != nil || len(auth) != 16 {
		return nil, nil, errors.New("keys.auth must be 16 bytes in base64url")
	}
	return key, auth, nil
}

// String is the subscription as Parse reads it, and nothing else that a browser has said: the same one is the same text.
func (s Subscription) String() string {
	raw, _ := json.Marshal(s) // texts always encode
	return string(raw)
}

// decode reads base64url with or without padding.
func decode(text string) ([]byte, error) {
	return base64.RawURLEncoding.DecodeString(strings.TrimRight(text, "="))
}

// Sender sends messages. It is safe for concurrent use.
type Sender struct {
	client *egress.Client
	policy egress.Policy
	key    *ecdsa.PrivateKey
	public string
	person string
}

// Contact is whom push services reach about what this server sends, where the operator names nobody.
const Contact = "mailto:parley@localhost"

// CheckContact refuses what push services cannot reach anybody by: it is a mailto: or https: URI (RFC 8292, 2.1).
func CheckContact(uri string) error {
	u, err := url.Parse(uri)
	if err == nil && (u.Scheme == "mailto" && strings.Contains(u.Opaque, "@") || u.Scheme == "https" && u.Host != "") {
		return nil
	}
	return errors.New("mailto:ADDRESS or an https:// URL is needed")
}

// New returns a sender that signs with a private key of P-256, as its 32 bytes, and says whom to reach about it ("" = Contact).
func New(client *egress.Client, policy egress.Policy, key []byte, contact string) (*Sender, error) {
	if contact == "" {
		contact = Contact
	}
	private, err := ecdsa.ParseRawPrivateKey(elliptic.P256(), key)
	if err != nil {
		return nil, fmt.Errorf("the key of Web Push: %w", err)
	}
	point, err := private.PublicKey.Bytes()
	if err != nil {
		return nil, fmt.Errorf("the key of Web Push: %w", err)
	}
	return &Sender{client, policy, private, base64.RawURLEncoding.EncodeToString(point), contact}, nil
}

// PublicKey is the applicationServerKey with which browsers subscribe.
func (s *Sender) PublicKey() string { return s.public }

// Check refuses a subscription whose endpoint may not be called: by HTTPS only, but for hosts that the operator has named.
func (s *Sender) Check(name string, to Subscription) error {
	u, err := url.Parse(to.Endpoint)
	if err != nil || u.User != nil || u.Scheme != "https" && !s.policy.Named(u.Hostname()) || s.policy.Check(to.Endpoint) != nil {
		return fault.New(fault.Invalid, "%s.endpoint must be an https:// URL that this server may call", name)
	}
	return nil
}

// Send sends one message; fault.Gone if there is no such subscription any more.
func (s *Sender) Send(ctx context.Context, to Subscription, payload []byte) error {
	body, err := encrypt(to, payload)
	if err != nil {
		return err
	}
	sign, err := s.vapid(to.Endpoint)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	answer, err := s.client.Do(ctx, egress.Request{URL: to.Endpoint, Body: body, MaxAnswer: maxAnswer, Header: http.Header{
		"Authorization": {sign}, "Content-Encoding": {"aes128gcm"}, "Content-Type": {"application/octet-stream"},
		"Ttl": {strconv.Itoa(int(ttl / time.Second))}, "Urgency": {"high"},
	}})
	switch {
	case err != nil:
		return err
	case answer.Status == http.StatusNotFound, answer.Status == http.StatusGone:
		return fault.New(fault.Gone, "the subscription is over")
	case !answer.OK():
		return fault.New(fault.Unavailable, "the push service answered %d", answer.Status)
	}
	return nil
}

// encrypt makes the one record of a message (RFC 8291, 3.4).
func encrypt(to Subscription, payload []byte) ([]byte, error) {
	if len(payload) > MaxPayload {
		return nil, fault.New(fault.Invalid, "a push message has at most %d bytes", MaxPayload)
	}
	theirs, auth, err := to.keys()
	if err != nil {
		return nil, fault.New(fault.Invalid, "the keys of the subscription are none")
	}
	ours, err := ecdh.P256().GenerateKey(rand.Reader)
	if err != nil {
		return nil, err
	}
	shared, err := ours.ECDH(theirs)
	if err != nil {
		return nil, err
	}
	salt := make([]byte, 16)
	_, _ = rand.Read(salt) // never fails
	public := ours.PublicKey().Bytes()
	key, nonce, err := Keys(shared, auth, theirs.Bytes(), public, salt)
	if err != nil {
		return nil, err
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	gcm, err := cipher.NewGCM(block)
	if err != nil {
		return nil, err
	}
	head := binary.BigEndian.AppendUint32(salt, 4096)
	head = append(append(head, byte(len(public))), public...)
	return gcm.Seal(head, nonce, append(payload[:len(payload):len(payload)], 2), nil), nil
}

// Keys derives the key and the nonce of a message's record (RFC 8291, 3.4) from what both sides know.
func Keys(shared, auth, browser, server, salt []byte) (key, nonce []byte, err error) {
	info := append(append([]byte("WebPush: info\x00"), browser...), server...)
	secret, err := hkdf.Key(sha256.New, shared, auth, string(info), 32)
	if err != nil {
		return nil, nil, err
	}
	if key, err = hkdf.Key(sha256.New, secret, salt, "Content-Encoding: aes128gcm\x00", 16); err != nil {
		return nil, nil, err
	}
	nonce, err = hkdf.Key(sha256.New, secret, salt, "Content-Encoding: nonce\x00", 12)
	return key, nonce, err
}

// vapid is the Authorization with which the push service knows the sender (RFC 8292, 2 and 3).
func (s *Sender) vapid(endpoint string) (string, error) {
	u, err := url.Parse(endpoint)
	if err != nil {
		return "", fault.New(fault.Invalid, "the endpoint is no URL")
	}
	claims, err := json.Marshal(map[string]any{"aud": u.Scheme + "://" + u.Host, "exp": clock.Wall().Add(tokenLife).Unix(), "sub": s.person})
	if err != nil {
		return "", err
	}
	text := base64.RawURLEncoding.EncodeToString([]byte(`{"typ":"JWT","alg":"ES256"}`)) + "." + base64.RawURLEncoding.EncodeToString(claims)
	sum := sha256.Sum256([]byte(text))
	r, v, err := ecdsa.Sign(rand.Reader, s.key, sum[:])
	if err != nil {
		return "", err
	}
	signature := append(r.FillBytes(make([]byte, 32)), v.FillBytes(make([]byte, 32))...)
	return "vapid t=" + text + "." + base64.RawURLEncoding.EncodeToString(signature) + ", k=" + s.public, nil
}
