package sigv4

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"strconv"
	"strings"
)

// matches reports whether the claim's signature is that of the request with
// this path; tail is the canonical request from the query on.
func matches(key []byte, claim Claim, method, path, tail string) bool {
	canonical := sha256.Sum256([]byte(method + "\n" + encodePath(path) + "\n" + tail))
	toSign := strings.Join([]string{
		algorithm,
		claim.Time.Format(isoFormat),
		strings.Join([]string{claim.Date, claim.Region, claim.Service, terminator}, "/"),
		hex.EncodeToString(canonical[:]),
	}, "\n")
	want := hex.EncodeToString(mac(key, toSign))
	return hmac.Equal([]byte(want), []byte(claim.Signature))
}

// canonicalTail is the canonical request after method and path: query, signed
// headers, their names, and the hash of the body.
func canonicalTail(req *Request, claim Claim, query string) string {
	var b strings.Builder
	b.Grow(512)
	b.WriteString(canonicalQuery(query, claim.Presigned))
	b.WriteByte('\n')
	for _, name := range claim.SignedHeaders {
		value, _ := headerValue(req, name)
		b.WriteString(name)
		b.WriteByte(':')
		b.WriteString(value)
		b.WriteByte('\n')
	}
	b.WriteByte('\n')
	b.WriteString(strings.Join(claim.SignedHeaders, ";"))
	b.WriteByte('\n')
	b.WriteString(hex.EncodeToString(req.BodySHA256[:]))
	return b.String()
}

// headerValue returns the canonical value of a header and whether the request
// has it: values trimmed, joined by commas, runs of spaces as one.
func headerValue(req *Request, name string) (string, bool) {
	if name == "host" {
		return squeeze(req.Host), req.Host != ""
	}
	values := req.Header.Values(name)
	if len(values) == 0 {
		if name == "content-length" && req.ContentLength > 0 {
			return strconv.FormatInt(req.ContentLength, 10), true
		}
		return "", false
	}
	if len(values) == 1 {
		return squeeze(values[0]), true
	}
	clean := make([]string, len(values))
	for i, v := range values {
		clean[i] = squeeze(v)
	}
	return strings.Join(clean, ","), true
}

// squeeze trims a header value and makes runs of spaces one space. A tab inside
// a value stays, as in the Go SDK; boto3 and JavaScript would sign a space.
func squeeze(value string) string {
	value = strings.Trim(value, " \t")
	for strings.Contains(value, "  ") {
		value = strings.ReplaceAll(value, "  ", " ")
	}
	return value
}

// normalPath is a raw path without dot segments and empty segments, as some
// clients sign it. The path still holds its percent encoding.
func normalPath(path string) string {
	if !strings.Contains(path, "//") && !strings.Contains(path, "/.") {
		return path
	}
	var kept []string
	for segment := range strings.SplitSeq(path, "/") {
		switch segment {
		case "", ".":
		case "..":
			kept = kept[:max(0, len(kept)-1)]
		default:
			kept = append(kept, segment)
		}
	}
	clean := "/" + strings.Join(kept, "/")
	if strings.HasSuffix(path, "/") && len(kept) > 0 {
		clean += "/"
	}
	return clean
}

// encodePath encodes the raw path once more, percent signs included, as every
// service but S3 does; slashes stay.
func encodePath(path string) string {
	return encode(path, func(s string, i int) bool { return s[i] == '/' })
}

// encodeComponent brings a raw query key or value into canonical form: a
// well-formed %XX stays as it is, a plus means a space, every other byte that is
// not unreserved is encoded.
func encodeComponent(s string) string {
	s = strings.ReplaceAll(s, "+", "%20")
	return encode(s, func(s string, i int) bool {
		return s[i] == '%' && i+2 < len(s) && isHex(s[i+1]) && isHex(s[i+2])
	})
}

// encode percent-encodes every byte of s that is neither unreserved (RFC 3986)
// nor kept.
func encode(s string, keep func(s string, i int) bool) string {
	const digits = "0123456789ABCDEF"
	var b strings.Builder
	b.Grow(len(s) + len(s)/4)
	for i := range len(s) {
		if c := s[i]; unreserved(c) || keep(s, i) {
			b.WriteByte(c)
		} else {
			b.Write([]byte{'%', digits[c>>4], digits[c&15]})
		}
	}
	return b.String()
}

func unreserved(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || strings.IndexByte("-._~", c) >= 0
}

func isHex(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'f' || 'A' <= c && c <= 'F'
}
