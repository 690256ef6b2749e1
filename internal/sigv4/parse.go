package sigv4

import (
	"net/mail"
	"strconv"
	"strings"
	"time"
)

// Parse reads a request's claim from the Authorization header or the query
// string and checks everything that needs no secret: exactly one signature,
// well formed; host, date and every x-amz-* header signed; signed headers
// present; a payload hash, if stated, that is the body's. Refusals are of type
// *Error.
func Parse(req *Request) (Claim, error) {
	if !strings.HasPrefix(req.RawTarget, "/") {
		return Claim{}, incomplete("The request target must be a path.")
	}
	_, query := splitTarget(req.RawTarget)
	params, err := queryAuth(query)
	if err != nil {
		return Claim{}, err
	}
	claim, err := parseEither(req, params)
	if err != nil {
		return Claim{}, err
	}
	if err := checkSignedHeaders(req, claim); err != nil {
		return Claim{}, err
	}
	return claim, checkPayload(req)
}

func parseEither(req *Request, params map[string]string) (Claim, error) {
	auth := req.Header["Authorization"]
	switch {
	case len(auth) > 1:
		return Claim{}, incomplete("The request has more than one Authorization header.")
	case len(auth) == 1 && len(params) > 0:
		return Claim{}, incomplete("The request is signed in both the Authorization header and the query string.")
	case len(auth) == 1:
		return parseHeader(req, auth[0])
	case len(params) > 0:
		return parseQuery(params)
	}
	return Claim{}, errMissing()
}

func parseHeader(req *Request, auth string) (Claim, error) {
	fields, err := authFields(auth)
	if err != nil {
		return Claim{}, err
	}
	claim, err := newClaim(fields["Credential"], fields["SignedHeaders"], fields["Signature"])
	if err != nil {
		return Claim{}, err
	}
	claim.Time, err = requestTime(req)
	return claim, err
}

// authFields splits "AWS4-HMAC-SHA256 Credential=…, SignedHeaders=…, Signature=…".
func authFields(auth string) (map[string]string, error) {
	scheme, rest, _ := strings.Cut(auth, " ")
	if scheme != algorithm {
		return nil, incomplete("The Authorization header must use the algorithm '%s'.", algorithm)
	}
	fields := make(map[string]string, 3)
	for part := range strings.SplitSeq(rest, ",") {
		name, value, ok := strings.Cut(strings.Trim(part, " "), "=")
		if _, twice := fields[name]; !ok || twice {
			return nil, incomplete("The Authorization header must hold key=value pairs, each once.")
		}
		fields[name] = value
	}
	for _, name := range []string{"Credential", "SignedHeaders", "Signature"} {
		if fields[name] == "" {
			return nil, incomplete("Authorization header requires '%s' parameter.", name)
		}
	}
	if len(fields) != 3 {
		return nil, incomplete("The Authorization header has an unknown parameter.")
	}
	return fields, nil
}

// requestTime returns the time of a header-signed request: X-Amz-Date, else Date.
func requestTime(req *Request) (time.Time, error) {
	amz, date := req.Header["X-Amz-Date"], req.Header["Date"]
	switch {
	case len(amz) == 1:
		return parseISO(amz[0])
	case len(amz) == 0 && len(date) == 1:
		if t, err := mail.ParseDate(date[0]); err == nil {
			return t.UTC(), nil
		}
		return parseISO(date[0])
	}
	return time.Time{}, incomplete("Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.")
}

func parseISO(s string) (time.Time, error) {
	t, err := time.Parse(isoFormat, s)
	if err != nil || len(s) != len(isoFormat) {
		return time.Time{}, incomplete("The date must be in ISO-8601 'basic format', YYYYMMDD'T'HHMMSS'Z'.")
	}
	return t, nil
}

func parseQuery(params map[string]string) (Claim, error) {
	for _, name := range queryAuthNames {
		if params[name] == "" {
			return Claim{}, incomplete("AWS query-string parameters must include '%s'.", name)
		}
	}
	if params["X-Amz-Algorithm"] != algorithm {
		return Claim{}, incomplete("X-Amz-Algorithm must be '%s'.", algorithm)
	}
	claim, err := newClaim(params["X-Amz-Credential"], params["X-Amz-SignedHeaders"], params[signatureParam])
	if err != nil {
		return Claim{}, err
	}
	claim.Presigned = true
	if claim.Time, err = parseISO(params["X-Amz-Date"]); err != nil {
		return Claim{}, err
	}
	claim.Expires, err = parseExpires(params["X-Amz-Expires"])
	return claim, err
}

func parseExpires(s string) (time.Duration, error) {
	seconds, err := strconv.ParseUint(s, 10, 32)
	life := time.Duration(seconds) * time.Second
	if err != nil || life < time.Second || life > MaxExpires {
		return 0, incomplete("X-Amz-Expires must be a number of seconds from 1 to 604800.")
	}
	return life, nil
}

func newClaim(credential, signedHeaders, signature string) (Claim, error) {
	scope := strings.Split(credential, "/")
	if len(scope) != 5 || scope[4] != terminator || scope[0] == "" {
		return Claim{}, incomplete("Credential must have the form ACCESS-KEY-ID/YYYYMMDD/REGION/SERVICE/%s.", terminator)
	}
	headers := strings.Split(signedHeaders, ";")
	for i, name := range headers {
		if name == "" || name != strings.ToLower(name) || i > 0 && headers[i-1] >= name {
			return Claim{}, incomplete("SignedHeaders must be lower-case header names in ascending order, each once.")
		}
	}
	if len(signature) != 64 || strings.Trim(signature, "0123456789abcdef") != "" {
		return Claim{}, incomplete("Signature must be 64 lower-case hexadecimal digits.")
	}
	return Claim{
		AccessKeyID: scope[0], Date: scope[1], Region: scope[2], Service: scope[3],
		SignedHeaders: headers, Signature: signature,
	}, nil
}
