package sigv4_test

import (
	"crypto/sha256"
	"net/http"
	"strings"
	"testing"
	"time"

	"parley/internal/sigv4"
)

// The key, the time, the service and the signatures are those that AWS
// publishes for its signing test suite. Requests that HTTP cannot carry (a raw
// space in the path) are checked all the same.
func TestPublishedSignatures(t *testing.T) {
	const vanilla = "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"
	const form = "application/x-www-form-urlencoded"
	tests := []struct {
		name, method, target, headers, body, signature string
	}{
		{"vanilla", "GET", "/", "", "", vanilla},
		{"slash", "GET", "//", "", "", vanilla},
		{"slash dot slash", "GET", "/./", "", "", vanilla},
		{"relative", "GET", "/example/..", "", "", vanilla},
		{"relative twice", "GET", "/example1/example2/../..", "", "", vanilla},
		{"post", "POST", "/", "", "", "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b"},
		{"raw utf-8 path", "GET", "/ሴ", "", "", "8318018e0b0f223aa2bbf98705b62bb787dc9c0e678f255a891fd03141be5d85"},
		{"raw space", "GET", "/example space/", "", "", "652487583200325589f1fba4c7e578f72c47cb61beeca81406b39ddec1366741"},
		{"unreserved path", "GET", "/-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz", "", "",
			"07ef7494c76fa4850883e2b006601f940f8a34d404d0cfa977f52a65bbf5f24f"},
		{"one query key", "GET", "/?Param1=value1", "", "", "a67d582fa61cc504c4bae71f336f98b97f1ea3c7a6bfe1b6e45aec72011b9aeb"},
		{"query order", "GET", "/?Param2=value2&Param1=value1", "", "", "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500"},
		{"raw utf-8 query", "GET", "/?ሴ=bar", "", "", "2cdec8eed098649ff3a119c94853b13c643bcf08f8b0a1d91e12c9027818dd04"},
		{"repeated header", "GET", "/", "My-Header1: value2|My-Header1: value2|My-Header1: value1", "",
			"c9d5ea9f3f72853aea855b47ea873832890dbdd183b4468f858259531a5138ea"},
		{"header order", "GET", "/", "My-Header1: value4|My-Header1: value1|My-Header1: value3|My-Header1: value2", "",
			"08c7e5a9acfcfeb3ab6b2185e75ce8b1deb5e634ec47601a50643f830c755c01"},
		{"header spaces", "GET", "/", "My-Header1:  value1|My-Header2:  \"a   b   c\"", "",
			"acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736"},
		{"form body", "POST", "/", "Content-Type: " + form, "Param1=value1",
			"ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a"},
	}
	for _, test := range tests {
		req := published(test.method, test.target, test.headers, test.body, test.signature)
		v := sigv4.NewVerifier(region, "service", func() time.Time { return signedAt })
		if _, err := v.Authenticate(req, findExample); err != nil {
			t.Errorf("%s: %v", test.name, err)
		}
		req.BodySHA256[0]++
		if _, err := v.Authenticate(req, findExample); err == nil {
			t.Errorf("%s: accepted with another body", test.name)
		}
	}
}

func published(method, target, headers, body, signature string) *sigv4.Request {
	header := http.Header{"X-Amz-Date": {signedAt.Format("20060102T150405Z")}}
	names := "host"
	for line := range strings.SplitSeq(headers, "|") {
		name, value, _ := strings.Cut(line, ": ")
		lower := strings.ToLower(name)
		if name == "" {
			continue
		}
		if header.Get(name) == "" && lower < "host" {
			names = lower + ";" + names
		} else if header.Get(name) == "" {
			names += ";" + lower
		}
		header.Add(name, value)
	}
	header.Set("Authorization", "AWS4-HMAC-SHA256 Credential="+keyID+"/20150830/us-east-1/service/aws4_request, SignedHeaders="+
		names+";x-amz-date, Signature="+signature)
	return &sigv4.Request{Method: method, RawTarget: target, Host: "example.amazonaws.com", Header: header,
		BodySHA256: sha256.Sum256([]byte(body))}
}
