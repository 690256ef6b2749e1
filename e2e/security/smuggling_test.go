package security_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"parley/e2e/harness"
)

// hidden is a request that an attacker wants to slip in behind another; last ends the connection.
const (
	hidden = "GET /hidden HTTP/1.1\r\nHost: a\r\n\r\n"
	last   = "GET /last HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
)

// TestSmuggling (H1): each payload has a request whose end two HTTP parsers
// might see at different places, then the hidden one. It is refused, or has
// the one reading of RFC 9112; where a Content-Length and a Transfer-Encoding
// compete, nothing behind it on the connection is read.
func TestSmuggling(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	refused, unknown, once := []int{400}, []int{501}, []int{403}
	cases := []struct {
		name, headers, body string
		want                []int
	}{
		{"length, then chunked", "Content-Length: 5|Transfer-Encoding: chunked", "0\r\n\r\n", once},
		{"chunked, then length", "Transfer-Encoding: chunked|Content-Length: 39", "0\r\n\r\n", once},
		{"chunked alone", "Transfer-Encoding: chunked", "0\r\n\r\n", once},
		{"two lengths", "Content-Length: 0|Content-Length: 34", "", refused},
		{"a list of lengths", "Content-Length: 0, 34", "", refused},
		{"length with a plus", "Content-Length: +34", "", refused},
		{"negative length", "Content-Length: -1", "", refused},
		{"length in hex", "Content-Length: 0x22", "", refused},
		{"length beyond 64 bits", "Content-Length: 18446744073709551650", "", refused},
		{"length with a space inside", "Content-Length: 3 4", "", refused},
		{"xchunked", "Transfer-Encoding: xchunked", "0\r\n\r\n", unknown},
		{"chunked behind a vertical tab", "Transfer-Encoding: \x0bchunked", "0\r\n\r\n", refused},
		{"chunked twice over", "Transfer-Encoding: chunked|Transfer-Encoding: chunked", "0\r\n\r\n", unknown},
		{"chunked, then identity", "Transfer-Encoding: chunked|Transfer-Encoding: identity", "0\r\n\r\n", unknown},
		{"gzip, chunked", "Transfer-Encoding: gzip, chunked", "0\r\n\r\n", unknown},
		{"identity", "Transfer-Encoding: identity|Content-Length: 0", "", unknown},
		{"space before the colon", "Transfer-Encoding : chunked|Content-Length: 5", "0\r\n\r\n", refused},
		{"space before the name", " Transfer-Encoding: chunked|Content-Length: 5", "0\r\n\r\n", refused},
		{"bare LF before a length", "X-A: b\nContent-Length: 34|Content-Length: 0", "", refused},
		{"NUL in a value", "X-A: \x00|Content-Length: 0", "", refused},
		{"bare CR in a value", "X-A: b\rContent-Length: 34|Content-Length: 0", "", refused},
		{"no name", ": b|Content-Length: 0", "", refused},
		{"folded chunked", "Transfer-Encoding:|\tchunked|Content-Length: 5", "0\r\n\r\n", once},
		{"folded length", "X-A: b| Content-Length: 34|Content-Length: 0", "", []int{403, 404, 404}},
		{"bare LF in chunks", "Transfer-Encoding: chunked", "0\n\n", once},
		{"LF in a chunk extension", "Transfer-Encoding: chunked", "2;\nxx\r\n{}\r\n0\r\n\r\n", once},
		{"chunk extension", "Transfer-Encoding: chunked", "2;a=\"b\"\r\n{}\r\n0\r\n\r\n", once},
		{"chunk extensions without end", "Transfer-Encoding: chunked", strings.Repeat("1;"+strings.Repeat("a", 4000)+"\r\n{\r\n", 20), once},
		{"chunk size with 0x", "Transfer-Encoding: chunked", "0x2\r\n{}\r\n0\r\n\r\n", once},
		{"chunk size beyond 64 bits", "Transfer-Encoding: chunked", "10000000000000002\r\n{}\r\n0\r\n\r\n", once},
		{"negative chunk size", "Transfer-Encoding: chunked", "-2\r\n{}\r\n0\r\n\r\n", once},
		{"a credential in the trailer", "Transfer-Encoding: chunked|Trailer: X-Amz-Bearer", "0\r\nX-Amz-Bearer: x\r\n\r\n", once},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			head := "POST /participant/message HTTP/1.1\r\nHost: a\r\n" + strings.ReplaceAll(c.headers, "|", "\r\n") + "\r\n\r\n"
			got, text := answers(t, s, head+c.body+hidden+last)
			if !slices.Equal(got, c.want) {
				t.Errorf("answers %v, want %v: %.600s", got, c.want, text)
			}
		})
	}
	s.With(t).StartChat() // and all that did the server no harm
}

// TestStartLines (H1): what is no request line of HTTP/1.1 gets one refusal.
func TestStartLines(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	const ok, close = "Host: a\r\n", "Connection: close\r\n\r\n"
	for name, c := range map[string]struct {
		payload string
		want    int
	}{
		"no Host":         {"GET / HTTP/1.1\r\n" + close, 400},
		"two Hosts":       {"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n" + close, 400},
		"Host with slash": {"GET / HTTP/1.1\r\nHost: a/../b\r\n" + close, 400},
		"HTTP/0.9":        {"GET /\r\n\r\n", 400},
		"HTTP/3.0":        {"GET / HTTP/3.0\r\n" + ok + close, 505},
		"HTTP/2 preface":  {"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 404},
		"NUL in the path": {"GET /\x00 HTTP/1.1\r\n" + ok + close, 400},
		"bad escape":      {"GET /%zz HTTP/1.1\r\n" + ok + close, 400},
		"tab for space":   {"GET\t/\tHTTP/1.1\r\n" + ok + close, 400},
		"header too long": {"GET / HTTP/1.1\r\n" + ok + "X-A: " + strings.Repeat("a", 64<<10) + "\r\n" + close, 431},
	} {
		got, text := answers(t, s, c.payload)
		if len(got) != 1 || got[0] != c.want {
			t.Errorf("%s: answers %v, want one %d: %.300s", name, got, c.want, text)
		}
	}
}

// TestPathsAreLiteral (S5): a path that a normaliser would turn into a route
// is no route.
func TestPathsAreLiteral(t *testing.T) {
	t.Parallel()
	s := harness.Start(t)
	for _, path := range []string{
		"//participant/message", "/participant//message", "/./participant/message", "/x/../participant/message",
		"/participant/message/", "/participant/message;a=b", "/Participant/message", "/participant%2Fmessage", "/%2e/participant/message",
	} {
		payload := fmt.Sprintf("POST %s HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 0\r\n\r\n", path)
		if got, text := answers(t, s, payload); !slices.Equal(got, []int{404}) {
			t.Errorf("POST %s: answers %v, want 404: %.300s", path, got, text)
		}
	}
}
