package sigv4_test

import (
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"parley/internal/sigv4"
)

// edit changes one header of a signed request.
func edit(name, old, replacement string) func(*sigv4.Request) {
	return func(r *sigv4.Request) { r.Header.Set(name, strings.Replace(r.Header.Get(name), old, replacement, 1)) }
}

func add(name, value string) func(*sigv4.Request) {
	return func(r *sigv4.Request) { r.Header.Add(name, value) }
}

func TestRefusals(t *testing.T) {
	const invalid, incomplete, unknown = "InvalidSignatureException", "IncompleteSignatureException", "UnrecognizedClientException"
	tests := []struct {
		name    string
		change  func(*sigv4.Request)
		code    string
		message string
	}{
		{"no signature", func(r *sigv4.Request) { r.Header.Del("Authorization") }, "MissingAuthenticationTokenException", "Missing Authentication Token"},
		{"duplicate Authorization", add("Authorization", "x"), incomplete, "more than one Authorization"},
		{"both forms", func(r *sigv4.Request) { r.RawTarget += "?X-Amz-Signature=x" }, incomplete, "both"},
		{"both forms, encoded name", func(r *sigv4.Request) { r.RawTarget += "?X%2DAmz-Credential=x" }, incomplete, "both"},
		{"target is not a path", func(r *sigv4.Request) { r.RawTarget = "http://h/" }, incomplete, "target"},
		{"bearer", func(r *sigv4.Request) { r.Header.Set("Authorization", "Bearer x") }, incomplete, "AWS4-HMAC-SHA256"},
		{"no credential", edit("Authorization", "Credential=", "Other="), incomplete, "'Credential'"},
		{"credential twice", edit("Authorization", "SignedHeaders=", "Credential=x, SignedHeaders="), incomplete, "each once"},
		{"unknown parameter", edit("Authorization", "SignedHeaders=", "Colour=red, SignedHeaders="), incomplete, "unknown parameter"},
		{"no signature value", edit("Authorization", "Signature=", "Signature=, Rest="), incomplete, "'Signature'"},
		{"short credential", edit("Authorization", "/aws4_request", ""), incomplete, "Credential must"},
		{"empty access key", edit("Authorization", keyID, ""), incomplete, "Credential must"},
		{"other terminator", edit("Authorization", "aws4_request", "aws5_request"), incomplete, "Credential must"},
		{"upper-case signature", func(r *sigv4.Request) {
			head, sig, _ := strings.Cut(r.Header.Get("Authorization"), "Signature=")
			r.Header.Set("Authorization", head+"Signature="+strings.ToUpper(sig))
		}, incomplete, "lower-case hexadecimal"},
		{"empty SignedHeaders", edit("Authorization", "SignedHeaders=host;x-amz-date", "SignedHeaders="), incomplete, "'SignedHeaders'"},
		{"host not signed", edit("Authorization", "host;x-amz-date", "x-amz-date"), invalid, "'Host'"},
		{"date not signed", edit("Authorization", "host;x-amz-date", "host"), invalid, "'X-Amz-Date'"},
		{"upper-case SignedHeaders", edit("Authorization", "host;x", "Host;x"), incomplete, "SignedHeaders must"},
		{"unsorted SignedHeaders", edit("Authorization", "host;x-amz-date", "x-amz-date;host"), incomplete, "SignedHeaders must"},
		{"doubled SignedHeaders", edit("Authorization", "host;x", "host;host;x"), incomplete, "SignedHeaders must"},
		{"signed header absent", edit("Authorization", "host;x", "host;ink;x"), invalid, "'ink'"},
		{"unsigned x-amz header", add("X-Amz-Extra", "1"), invalid, "'x-amz-extra'"},
		{"second date", add("X-Amz-Date", "20150830T123600Z"), incomplete, "Date"},
		{"no date", func(r *sigv4.Request) { r.Header.Del("X-Amz-Date") }, incomplete, "'X-Amz-Date' or a 'Date'"},
		{"bad date", func(r *sigv4.Request) { r.Header.Set("X-Amz-Date", "2015-08-30T12:36:00Z") }, incomplete, "ISO-8601"},
		{"unknown key", edit("Authorization", keyID, "AKIDOTHER"), unknown, "security token"},
		{"session token", add("X-Amz-Security-Token", "t"), invalid, "x-amz-security-token"},
		{"session token in the query", func(r *sigv4.Request) { r.RawTarget += "?X-Amz-Security-Token=t" }, unknown, "security token"},
		{"unsigned payload", add("X-Amz-Content-Sha256", "UNSIGNED-PAYLOAD"), invalid, "x-amz-content-sha256"},
		{"scope date", edit("Authorization", "/20150830/", "/20150829/"), invalid, "'20150829' != '20150830', from '20150830T123600Z'"},
		{"region", edit("Authorization", "/us-east-1/", "/eu-west-1/"), invalid, "not 'eu-west-1'. This server's region is 'us-east-1'"},
		{"service", edit("Authorization", "/connect/", "/lex/"), invalid, "correct service: 'connect'"},
		{"signature", edit("Authorization", "Signature=", "Signature=00"), incomplete, "64"},
		{"method", func(r *sigv4.Request) { r.Method = "POST" }, invalid, "does not match"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			req := signHeader(t, sample{method: "GET", target: "/a"}.build(t), "")
			test.change(req)
			status := map[bool]int{true: http.StatusBadRequest, false: http.StatusForbidden}[test.code == incomplete]
			wantRefusal(t, authenticate(req, signedAt), test.code, status, test.message)
		})
	}
}

func TestPayloadModes(t *testing.T) {
	for _, mode := range []string{
		"UNSIGNED-PAYLOAD", "STREAMING-AWS4-HMAC-SHA256-PAYLOAD", "STREAMING-UNSIGNED-PAYLOAD-TRAILER",
		"STREAMING-AWS4-HMAC-SHA256-EVENTS", hexHash("other"), strings.ToUpper(hexHash("body")), "",
	} {
		s := sample{method: "POST", target: "/", body: "body", headers: []string{"X-Amz-Content-Sha256: " + mode}}
		wantRefusal(t, authenticate(signHeader(t, s.build(t), s.body), signedAt),
			"InvalidSignatureException", http.StatusForbidden, "x-amz-content-sha256")
	}
}

func TestSignedSessionTokenIsRefused(t *testing.T) {
	s := sample{method: "GET", target: "/", headers: []string{"X-Amz-Security-Token: t"}}
	wantRefusal(t, authenticate(signHeader(t, s.build(t), ""), signedAt),
		"UnrecognizedClientException", http.StatusForbidden, "security token")
}

func TestClockOfSignedHeader(t *testing.T) {
	tests := []struct {
		now     time.Duration
		message string
	}{
		{0, ""},
		{5 * time.Minute, ""},
		{5*time.Minute + 999*time.Millisecond, ""},
		{-5 * time.Minute, ""},
		{5*time.Minute + time.Second, "Signature expired: 20150830T123600Z is now earlier than 20150830T123601Z (20150830T124101Z - 5 min.)"},
		{-5*time.Minute - time.Second, "Signature not yet current: 20150830T123600Z is still later than 20150830T123559Z (20150830T123059Z + 5 min.)"},
	}
	req := signHeader(t, samples[0].build(t), "")
	for _, test := range tests {
		err := authenticate(req, signedAt.Add(test.now))
		if test.message == "" && err != nil {
			t.Errorf("%v later: %v", test.now, err)
		}
		if test.message != "" {
			wantRefusal(t, err, "InvalidSignatureException", http.StatusForbidden, test.message)
		}
	}
}

func TestClockOfPresigned(t *testing.T) {
	req := presign(t, samples[0].build(t), "") // good for 900 s
	tests := []struct {
		now  time.Duration
		good bool
	}{
		{-5 * time.Minute, true}, {-5*time.Minute - time.Second, false},
		{15 * time.Minute, true}, {15*time.Minute + time.Second, false},
	}
	for _, test := range tests {
		if err := authenticate(req, signedAt.Add(test.now)); (err == nil) != test.good {
			t.Errorf("%v later: got %v, want good = %v", test.now, err, test.good)
		}
	}
}

func TestExpiresOfPresigned(t *testing.T) {
	for _, value := range []string{"", "0", "-1", "+5", " 5", "1.5", "1e3", "604801", "4294967296", "18446744073709551617"} {
		req := presign(t, samples[0].build(t), "")
		req.RawTarget = strings.Replace(req.RawTarget, "X-Amz-Expires=900", "X-Amz-Expires="+url.QueryEscape(value), 1)
		wantRefusal(t, authenticate(req, signedAt), "IncompleteSignatureException", http.StatusBadRequest, "X-Amz-Expires")
	}
	for _, good := range []int{1, 604800} {
		req := presign(t, samples[0].build(t), "")
		req.RawTarget = strings.Replace(req.RawTarget, "X-Amz-Expires=900", "X-Amz-Expires="+strconv.Itoa(good), 1)
		claim, err := sigv4.Parse(req)
		if err != nil || claim.Expires != time.Duration(good)*time.Second {
			t.Errorf("%d: got %v, %v", good, claim.Expires, err)
		}
	}
}

func TestPresignedParameters(t *testing.T) {
	for _, name := range []string{"X-Amz-Algorithm", "X-Amz-Credential", "X-Amz-Date", "X-Amz-Expires", "X-Amz-SignedHeaders", "X-Amz-Signature"} {
		missing := presign(t, samples[0].build(t), "")
		missing.RawTarget = strings.Replace(missing.RawTarget, name+"=", "Other=", 1)
		wantRefusal(t, authenticate(missing, signedAt), "IncompleteSignatureException", http.StatusBadRequest, name)
		twice := presign(t, samples[0].build(t), "")
		twice.RawTarget += "&" + name + "=x"
		wantRefusal(t, authenticate(twice, signedAt), "IncompleteSignatureException", http.StatusBadRequest, "twice")
	}
}

func TestDateHeaderInsteadOfAmzDate(t *testing.T) {
	for _, date := range []string{"Sun, 30 Aug 2015 12:36:00 GMT", "Sun, 30 Aug 2015 12:36:00 -0000", "20150830T123600Z"} {
		req := signHeader(t, sample{method: "GET", target: "/", headers: []string{"Date: " + date}}.build(t), "")
		req.Header.Del("X-Amz-Date")
		edit("Authorization", ";x-amz-date", "")(req)
		claim, err := sigv4.Parse(req)
		if err != nil || !claim.Time.Equal(signedAt) {
			t.Errorf("%s: got %v, %v", date, claim.Time, err)
		}
	}
}

func TestDecoyOpensNothing(t *testing.T) {
	req := signHeader(t, samples[0].build(t), "")
	refuse := func(string) (string, bool, error) { return secret, false, nil }
	_, err := verifierAt(signedAt).Authenticate(req, refuse)
	wantRefusal(t, err, "UnrecognizedClientException", http.StatusForbidden, "security token")
}

func TestLookupFailureIsPassedOn(t *testing.T) {
	down := errors.New("store is down")
	_, err := verifierAt(signedAt).Authenticate(signHeader(t, samples[0].build(t), ""),
		func(string) (string, bool, error) { return "", false, down })
	if !errors.Is(err, down) {
		t.Errorf("got %v, want the error of the look-up", err)
	}
}

// One Verifier over more keys than its cache holds still answers rightly.
func TestManyKeys(t *testing.T) {
	v := verifierAt(signedAt)
	req := signHeader(t, samples[0].build(t), "")
	for i := range 600 {
		other := func(string) (string, bool, error) { return strconv.Itoa(i), true, nil }
		if _, err := v.Authenticate(req, other); err == nil {
			t.Fatalf("accepted with key %d", i)
		}
		if _, err := v.Authenticate(req, findExample); err != nil {
			t.Fatalf("after %d other keys: %v", i, err)
		}
	}
}
