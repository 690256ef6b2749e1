// Package sigv4 verifies AWS Signature Version 4, in the Authorization header
// and in the query string (presigned requests).
//
// It guarantees that a request it accepts was signed, byte for byte as it
// arrived, by somebody who knows the secret: method, raw path, raw query,
// signed headers (host, the date and every x-amz-* header at least) and the
// SHA-256 of the real body. Payload modes that skip the body and session tokens
// are refused. Nothing is decoded and encoded again on the way: %2f is not %2F.
//
// One request has one reading, with one exception that clients force on us. The
// Go SDK signs the path as it is, boto3 and the JavaScript SDK sign it without
// dot and empty segments; so a path that has such segments may be signed in
// either form. Whoever routes must therefore treat the raw path literally and
// know no route with such segments.
//
// A replay of the identical request inside the time window is accepted, as AWS
// accepts it; client tokens make it harmless.
package sigv4

import (
	"net/http"
	"time"
)

const (
	algorithm  = "AWS4-HMAC-SHA256"
	terminator = "aws4_request"
	isoFormat  = "20060102T150405Z"
	dayFormat  = "20060102"
)

// MaxSkew is how far a request's date may be from the server's wall clock, in
// either direction (AWS: 5 minutes for most services).
const MaxSkew = 5 * time.Minute

// MaxExpires is the longest life of a presigned request (AWS: 7 days).
const MaxExpires = 7 * 24 * time.Hour

// Request is what the signature covers, as it was received.
type Request struct {
	// Method is the HTTP method, in the caller's letters.
	Method string
	// RawTarget is the request line's target, http.Request.RequestURI, untouched.
	RawTarget string
	// Host is the Host header, http.Request.Host.
	Host string
	// Header holds all other headers under their canonical names.
	Header http.Header
	// ContentLength stands in for a Content-Length header that Header lacks.
	ContentLength int64
	// BodySHA256 is the hash of the whole body after transfer decoding.
	BodySHA256 [32]byte
}

// FromHTTP returns the Request of an HTTP request received by net/http, given
// the hash of the body that the caller has read.
func FromHTTP(r *http.Request, bodySHA256 [32]byte) *Request {
	return &Request{
		Method:        r.Method,
		RawTarget:     r.RequestURI,
		Host:          r.Host,
		Header:        r.Header,
		ContentLength: r.ContentLength,
		BodySHA256:    bodySHA256,
	}
}

// Claim is what a request says about its signature. Nothing in it is verified.
type Claim struct {
	AccessKeyID   string
	Date          string // of the credential scope, YYYYMMDD
	Region        string
	Service       string
	SignedHeaders []string // lower case, ascending
	Signature     string   // 64 lower-case hexadecimal digits
	Time          time.Time
	Presigned     bool
	Expires       time.Duration // how long a presigned request is good, from Time on
}

// Verifier checks claims for one service in one region. It is safe for
// concurrent use and must not be copied.
type Verifier struct {
	region  string
	service string
	now     func() time.Time
	keys    keyCache
}

// NewVerifier returns a Verifier. now tells the wall clock; the movable clock of
// test mode has no say here.
func NewVerifier(region, service string, now func() time.Time) *Verifier {
	return &Verifier{region: region, service: service, now: now}
}

// Lookup finds the secret of an access key. It answers false for a key that is
// unknown or disabled, and an error only if it cannot tell.
type Lookup func(accessKeyID string) (secret string, ok bool, err error)

// decoySecret takes the place of the secret of an unknown key, so that the work
// done does not tell unknown keys from wrong signatures. It opens nothing.
const decoySecret = "decoy/decoy/decoy/decoy/decoy/decoy/decoy"

// Authenticate parses and verifies a request whose access key find looks up.
// Every refusal is an *Error; an error of find itself is returned as it is.
func (v *Verifier) Authenticate(req *Request, find Lookup) (Claim, error) {
	claim, err := Parse(req)
	if err != nil {
		return Claim{}, err
	}
	secret, known, err := find(claim.AccessKeyID)
	if err != nil {
		return Claim{}, err
	}
	if !known {
		secret = decoySecret
	}
	err = v.Verify(req, claim, secret)
	if !known {
		err = errUnknownKey()
	}
	if err != nil {
		return Claim{}, err
	}
	return claim, nil
}

// Verify checks a claim returned by Parse for the same request: scope, time and
// signature. Refusals are of type *Error. Signatures are compared in constant
// time. A caller that looks keys up itself verifies unknown keys against a
// decoy secret and then refuses them; Authenticate does that.
func (v *Verifier) Verify(req *Request, claim Claim, secret string) error {
	if err := v.checkScope(claim); err != nil {
		return err
	}
	if err := checkTime(claim, v.now()); err != nil {
		return err
	}
	key := v.keys.get(signingKeyID{secret, claim.Date, claim.Region, claim.Service})
	path, query := splitTarget(req.RawTarget)
	headers := canonicalTail(req, claim, query)
	ok := matches(key, claim, req.Method, path, headers)
	if clean := normalPath(path); clean != path {
		ok = matches(key, claim, req.Method, clean, headers) || ok
	}
	if !ok {
		return errMismatch()
	}
	return nil
}

func (v *Verifier) checkScope(claim Claim) error {
	if day := claim.Time.Format(dayFormat); claim.Date != day {
		return invalid("Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '%s' != '%s', from '%s'.",
			claim.Date, day, claim.Time.Format(isoFormat))
	}
	if claim.Region != v.region {
		return invalid("Credential should be scoped to a valid region, not '%s'. This server's region is '%s'.", claim.Region, v.region)
	}
	if claim.Service != v.service {
		return invalid("Credential should be scoped to correct service: '%s'.", v.service)
	}
	return nil
}

// checkTime refuses what is too old or too far ahead, in the words AWS uses, so
// that SDKs and people recognise a wrong clock. Dates have whole seconds.
func checkTime(claim Claim, now time.Time) error {
	now = now.UTC().Truncate(time.Second)
	life, text := MaxSkew, "5 min."
	if claim.Presigned {
		life, text = claim.Expires, claim.Expires.String()
	}
	oldest, newest := now.Add(-life), now.Add(MaxSkew)
	if claim.Time.Before(oldest) {
		return invalid("Signature expired: %s is now earlier than %s (%s - %s)",
			claim.Time.Format(isoFormat), oldest.Format(isoFormat), now.Format(isoFormat), text)
	}
	if claim.Time.After(newest) {
		return invalid("Signature not yet current: %s is still later than %s (%s + 5 min.)",
			claim.Time.Format(isoFormat), newest.Format(isoFormat), now.Format(isoFormat))
	}
	return nil
}
