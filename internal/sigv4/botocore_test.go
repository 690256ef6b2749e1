package sigv4_test

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"parley/internal/sigv4"
)

// botoRequest is what testdata/sign.py prints.
type botoRequest struct {
	Name, Method, URL string
	Headers           [][2]string
	Body              []byte
}

// bareTargets go to botocore's signers as they are: method, target, body, headers.
var bareTargets = [][]any{
	{"GET", "/", "", map[string]string{}},
	{"GET", "//a/./b/../c//", "", map[string]string{}},
	{"GET", "/a/..", "", map[string]string{}},
	{"GET", "/tags/arn%3Aaws%3Aconnect%2Fqueue%2Fq%2f~", "", map[string]string{}},
	{"GET", "/caf%C3%A9/a+b%20c~d", "", map[string]string{}},
	{"GET", "/q?b=2&a=1&a=0&empty=&k=x%2Fy%20z~", "", map[string]string{"My-Header": "a   b"}},
	{"POST", "/p", `{"a":"é"}`, map[string]string{"Content-Type": "application/json", "X-Amz-Meta-A": " b "}},
	{"GET", "/dated", "", map[string]string{"Date": "now"}},
}

func signWithBotocore(t *testing.T) []botoRequest {
	t.Helper()
	spec, err := json.Marshal(map[string]any{
		"key": keyID, "secret": secret, "region": region, "endpoint": "http://127.0.0.1:8080", "bare": bareTargets,
	})
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("python3", "testdata/sign.py")
	cmd.Stdin = bytes.NewReader(spec)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("python3 with botocore is needed (pip install botocore): %v\n%s", err, stderr.String())
	}
	var requests []botoRequest
	if err := json.Unmarshal(out, &requests); err != nil {
		t.Fatal(err)
	}
	return requests
}

// received parses what botocore signed as net/http's server would.
func (b botoRequest) received(t *testing.T) *sigv4.Request {
	t.Helper()
	host, target, _ := strings.Cut(strings.TrimPrefix(b.URL, "http://"), "/")
	var wire strings.Builder
	wire.WriteString(b.Method + " /" + target + " HTTP/1.1\r\nHost: " + host + "\r\n")
	for _, h := range b.Headers {
		wire.WriteString(h[0] + ": " + h[1] + "\r\n")
	}
	r, err := http.ReadRequest(bufio.NewReader(strings.NewReader(wire.String() + "\r\n")))
	if err != nil {
		t.Fatalf("%s: %v", b.Name, err)
	}
	return sigv4.FromHTTP(r, sha256.Sum256(b.Body))
}

// TestAcceptsWhatBotocoreSigns needs python3 with botocore. Without them it
// fails where CI is "true"; elsewhere it says so and checks nothing.
func TestAcceptsWhatBotocoreSigns(t *testing.T) {
	if err := exec.Command("python3", "-c", "import botocore").Run(); err != nil && os.Getenv("CI") != "true" {
		t.Logf("no python3 with botocore (%v): its signatures were not checked", err)
		return
	}
	requests := signWithBotocore(t)
	if got, want := len(requests), 7+2*len(bareTargets)-1; got != want {
		t.Errorf("got %d signed requests, want %d", got, want)
	}
	for _, signed := range requests {
		req := signed.received(t)
		if err := authenticate(req, time.Now()); err != nil {
			t.Errorf("%s %s: %v", signed.Name, signed.URL, err)
		}
		req.RawTarget = strings.Replace(req.RawTarget, "/", "/x/", 1)
		if err := authenticate(req, time.Now()); err == nil {
			t.Errorf("%s: accepted with another path", signed.Name)
		}
	}
}
