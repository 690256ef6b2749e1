// Package signed proves to those who are called that a call is this server's: by
// AWS Signature Version 4 to services that speak AWS's protocols, and by
// Standard Webhooks (standardwebhooks.com) to webhooks.
//
// It guarantees: without credentials nothing is signed and nothing is claimed;
// a signature covers the body and its time, so that neither can be changed nor played again later.
package signed

import (
	"cmp"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"

	"parley/internal/clock"
)

// Credentials are the keys with which calls to AWS services are signed. The zero value signs nothing.
type Credentials struct {
	AccessKeyID, SecretAccessKey, SessionToken string
	Region                                     string
}

// AWS returns a function that signs requests with this body for a service. region overrides that of the credentials.
func (c Credentials) AWS(service, region string, body []byte) func(*http.Request) error {
	if c.AccessKeyID == "" {
		return nil
	}
	sum := sha256.Sum256(body)
	keys := aws.Credentials{AccessKeyID: c.AccessKeyID, SecretAccessKey: c.SecretAccessKey, SessionToken: c.SessionToken}
	return func(r *http.Request) error {
		return v4.NewSigner().SignHTTP(context.WithoutCancel(r.Context()), keys, r, hex.EncodeToString(sum[:]), service, cmp.Or(region, c.Region), clock.Wall())
	}
}

// Secret signs calls of webhooks. The zero value signs nothing.
type Secret struct{ key []byte }

// NewSecret reads a secret: "whsec_" and base64, or any other text as it is.
func NewSecret(text string) (Secret, error) {
	encoded, ok := strings.CutPrefix(text, "whsec_")
	if !ok {
		return Secret{[]byte(text)}, nil
	}
	key, err := base64.StdEncoding.DecodeString(encoded)
	if err != nil {
		return Secret{}, fmt.Errorf("a secret that begins with whsec_ must go on in base64")
	}
	return Secret{key}, nil
}

// Webhook returns a function that signs requests with this id and body.
func (s Secret) Webhook(id string, body []byte) func(*http.Request) error {
	if len(s.key) == 0 {
		return nil
	}
	return func(r *http.Request) error {
		at := strconv.FormatInt(clock.Wall().Unix(), 10)
		mac := hmac.New(sha256.New, s.key)
		mac.Write([]byte(id + "." + at + "."))
		mac.Write(body)
		r.Header.Set("Webhook-Id", id)
		r.Header.Set("Webhook-Timestamp", at)
		r.Header.Set("Webhook-Signature", "v1,"+base64.StdEncoding.EncodeToString(mac.Sum(nil)))
		return nil
	}
}
