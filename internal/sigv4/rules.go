package sigv4

import (
	"encoding/hex"
	"slices"
	"strings"
)

// checkSignedHeaders holds the list of signed headers against the headers that
// are there: none missing, and none that matters left out.
func checkSignedHeaders(req *Request, claim Claim) error {
	for _, name := range claim.SignedHeaders {
		if _, ok := headerValue(req, name); !ok {
			return invalid("The signed header '%s' is not in the request.", name)
		}
	}
	if !signed(claim, "host") {
		return invalid("'Host' must be a 'SignedHeader' in the AWS Authorization.")
	}
	if !claim.Presigned && !signed(claim, "x-amz-date") && !signed(claim, "date") {
		return invalid("'X-Amz-Date' or 'Date' must be a 'SignedHeader' in the AWS Authorization.")
	}
	for name := range req.Header {
		lower := strings.ToLower(name)
		if strings.HasPrefix(lower, "x-amz-") && !signed(claim, lower) {
			return invalid("The header '%s' is in the request and was not signed.", lower)
		}
	}
	return checkSessionToken(req)
}

func signed(claim Claim, name string) bool {
	_, ok := slices.BinarySearch(claim.SignedHeaders, name)
	return ok
}

// checkSessionToken refuses temporary credentials: no key here has them.
func checkSessionToken(req *Request) error {
	_, query := splitTarget(req.RawTarget)
	inQuery := slices.ContainsFunc(splitQuery(query), func(p param) bool {
		return strings.EqualFold(unescape(p.key), "X-Amz-Security-Token")
	})
	if _, inHeader := req.Header["X-Amz-Security-Token"]; inHeader || inQuery {
		return errUnknownKey()
	}
	return nil
}

// checkPayload allows an x-amz-content-sha256 only if it is the body's hash.
// The signature covers the body's real hash in any case; this gives the reason.
func checkPayload(req *Request) error {
	for _, stated := range req.Header["X-Amz-Content-Sha256"] {
		if stated != hex.EncodeToString(req.BodySHA256[:]) {
			return invalid("x-amz-content-sha256 must be the SHA-256 of the body in lower-case hexadecimal digits; unsigned and streaming payloads are not accepted.")
		}
	}
	return nil
}
