package egress_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"parley/internal/fault"
	"parley/internal/testload"
	"parley/outbound/egress"
)

func TestACall(t *testing.T) {
	url, _ := answers(t, func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		user, password, _ := r.BasicAuth()
		w.Header().Set("X-Got", fmt.Sprint(r.Method, " ", r.URL, " ", r.UserAgent(), " ", r.Header.Get("X-A"), " ", r.Header.Get("X-Signed"), " ", user, password))
		w.WriteHeader(http.StatusCreated)
		_, _ = w.Write(append([]byte("got "), body...))
	})
	a, err := client(t, nil, "127.0.0.1").Do(t.Context(), egress.Request{
		URL: strings.Replace(url, "http://", "http://u:p@", 1) + "/x?y=z", Header: http.Header{"X-A": {"a"}}, Body: []byte("body"), MaxAnswer: 8,
		Sign: func(r *http.Request) error { r.Header.Set("X-Signed", "yes"); return nil },
	})
	if want := "POST /x?y=z parley a yes up"; err != nil || a.Status != 201 || string(a.Body) != "got body" || a.Header.Get("X-Got") != want {
		t.Errorf("%d %q %q, %v, want %q", a.Status, a.Body, a.Header.Get("X-Got"), err, want)
	}
}

func TestTooLarge(t *testing.T) {
	url, calls := answers(t, func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/header":
			w.Header().Set("X-Large", strings.Repeat("x", 1<<20))
		case "/endless": // for as long as somebody reads
			for r.Context().Err() == nil {
				if _, err := w.Write(bytes.Repeat([]byte("x"), 1<<10)); err != nil {
					return
				}
			}
		default:
			_, _ = w.Write([]byte("12345"))
		}
	})
	c := client(t, nil, "127.0.0.1")
	if a, err := c.Do(t.Context(), egress.Request{URL: url, MaxAnswer: 5}); err != nil || len(a.Body) != 5 {
		t.Errorf("as large as may be: %q, %v", a.Body, err)
	}
	for _, path := range []string{"", "/endless"} {
		if _, err := c.Do(t.Context(), egress.Request{URL: url + path, MaxAnswer: 4, Tries: 3}); !fault.Is(err, fault.Rule) {
			t.Errorf("answer %s: %v", path, err)
		}
	}
	if _, err := c.Do(t.Context(), egress.Request{URL: url + "/header", MaxAnswer: 5}); err == nil {
		t.Error("a header of a megabyte is read")
	}
	before := calls.Load()
	if _, err := c.Do(t.Context(), egress.Request{URL: url, Body: make([]byte, egress.MaxRequest+1)}); !fault.Is(err, fault.Rule) || calls.Load() != before {
		t.Errorf("a request that is too large: %v", err)
	}
}

// A small answer that unpacks to a large one stays small.
func TestNothingIsUnpacked(t *testing.T) {
	url, _ := answers(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Encoding", "gzip")
		z := gzip.NewWriter(w)
		_, _ = z.Write(make([]byte, 1<<20))
		_ = z.Close()
	})
	a, err := client(t, nil, "127.0.0.1").Do(t.Context(), egress.Request{URL: url, MaxAnswer: 64 << 10})
	if err != nil || len(a.Body) > 4<<10 {
		t.Errorf("%d bytes, %v", len(a.Body), err)
	}
}

// silent is an address whose server accepts connections and says nothing.
func silent(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	return "http://" + l.Addr().String()
}

func TestACallEndsInTime(t *testing.T) {
	dripping, _ := answers(t, func(w http.ResponseWriter, r *http.Request) {
		_, _ = w.Write([]byte("x"))
		w.(http.Flusher).Flush()
		<-r.Context().Done()
	})
	for name, url := range map[string]string{"no answer": silent(t), "half an answer": dripping} {
		ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
		began := testload.Start()
		_, err := client(t, nil, "127.0.0.1").Do(ctx, egress.Request{URL: url, MaxAnswer: 5, Tries: 4})
		cancel()
		if took := began.Took(); !fault.Is(err, fault.Unavailable) || took > 2*time.Second {
			t.Errorf("%s: %v after %v", name, err, took)
		}
	}
}

func TestTries(t *testing.T) {
	for name, c := range map[string]struct {
		statuses []int // then 200
		tries    int
		calls    int64
		status   int
	}{
		"at once":                   {nil, 4, 1, 200},
		"busy at first":             {[]int{503, 429, 500}, 4, 4, 200},
		"busy for too long":         {[]int{503, 503, 503, 503}, 3, 3, 503},
		"a refusal is no busy":      {[]int{400}, 4, 1, 400},
		"one try where none is set": {[]int{503}, 0, 1, 503},
	} {
		t.Run(name, func(t *testing.T) {
			n := 0
			url, calls := answers(t, func(w http.ResponseWriter, r *http.Request) {
				body, _ := io.ReadAll(r.Body)
				if string(body) != "body" {
					t.Errorf("the body of a try is %q", body)
				}
				if n++; n <= len(c.statuses) {
					w.WriteHeader(c.statuses[n-1])
				}
			})
			client := client(t, nil, "127.0.0.1")
			a, err := client.Do(t.Context(), egress.Request{URL: url, Body: []byte("body"), Tries: c.tries, MaxAnswer: 9})
			if err != nil || a.Status != c.status || calls.Load() != c.calls || client.Stats().Retries != c.calls-1 {
				t.Errorf("%d after %d calls, %+v, %v", a.Status, calls.Load(), client.Stats(), err)
			}
		})
	}
}

// closing is a context whose end is far until close is set.
type closing struct {
	context.Context
	close atomic.Bool
}

func (c *closing) Deadline() (time.Time, bool) {
	if c.close.Load() {
		return time.Now().Add(10 * time.Millisecond), true
	}
	return time.Now().Add(time.Minute), true
}

func TestNoTryBeginsAfterTheEnd(t *testing.T) {
	ctx := &closing{Context: t.Context()}
	url, calls := answers(t, func(w http.ResponseWriter, _ *http.Request) {
		ctx.close.Store(true)
		w.WriteHeader(503)
	})
	a, err := client(t, nil, "127.0.0.1").Do(ctx, egress.Request{URL: url, Tries: 9, MaxAnswer: 9})
	if err != nil || a.Status != 503 || calls.Load() != 1 {
		t.Errorf("%d, %v after %d calls", a.Status, err, calls.Load())
	}
}

// What the other side sends may hold what customers wrote, and is in no error even where it is no HTTP.
func TestErrorsQuoteNoAnswer(t *testing.T) {
	for _, answer := range []string{
		"s3cret\r\n\r\n", "HTTP/1.1 s3cret\r\n\r\n", "HTTP/1.1 200 OK\r\ns3cret\r\n\r\n", "HTTP/1.1 200 OK\r\nTransfer-Encoding: s3cret\r\n\r\n",
		"HTTP/1.1 200 OK\r\nContent-Length: s3cret\r\n\r\n", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\ns3cret\r\n",
	} {
		url, _ := answers(t, func(w http.ResponseWriter, _ *http.Request) {
			conn, _, err := w.(http.Hijacker).Hijack()
			if err == nil {
				_, _ = conn.Write([]byte(answer))
				_ = conn.Close()
			}
		})
		_, err := client(t, nil, "127.0.0.1").Do(t.Context(), egress.Request{URL: url, MaxAnswer: 99})
		if !fault.Is(err, fault.Unavailable) || strings.Contains(err.Error(), "s3cret") {
			t.Errorf("%q: %v", answer, err)
		}
	}
}

func TestErrorsHoldNoSecret(t *testing.T) {
	url, _ := answers(t, func(w http.ResponseWriter, _ *http.Request) {
		panic(http.ErrAbortHandler)
	})
	c := client(t, map[string][]string{"evil.test": {"10.0.0.1"}}, "127.0.0.1")
	for _, url := range []string{
		strings.Replace(url, "http://", "http://u:s3cret@", 1) + "/s3cret?s3cret", "http://u:s3cret@evil.test/s3cret", "http://u:s3cret@unknown.test/",
		"http://u:s3cret@[::1", "http://u:s3cret@127.0.0.1:1/s3cret", "http://u:s3 cret@x/%zz",
	} {
		_, err := c.Do(t.Context(), egress.Request{URL: url, Header: http.Header{"Authorization": {"s3cret"}}, Body: []byte("s3cret"), MaxAnswer: 9})
		if err == nil || strings.Contains(err.Error(), "s3cret") || strings.Contains(err.Error(), "s3 cret") {
			t.Errorf("%v", err)
		}
	}
}

func TestStream(t *testing.T) {
	url, _ := answers(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/plain" {
			w.Header().Set("Content-Type", "text/event-stream; charset=utf-8")
		}
		switch r.URL.Path {
		case "/cut":
			_, _ = w.Write([]byte("data: a\n\ndata: b"))
			w.(http.Flusher).Flush()
			panic(http.ErrAbortHandler)
		case "/large":
			_, _ = w.Write([]byte("data: " + strings.Repeat("x", 2000) + "\n\n"))
		default:
			_, _ = w.Write([]byte(": comment\r\nevent: x\r\ndata: a\r\n\r\ndata:b\ndata: c\n\ndata: [DONE]\n\ndata: after\n\n"))
		}
	})
	c := client(t, nil, "127.0.0.1")
	for path, want := range map[string]struct {
		events []string
		body   string
		kind   fault.Kind
	}{
		"/":      {[]string{"a", "b\nc"}, "", fault.Internal},
		"/plain": {nil, ": comment\r\nevent: x\r\ndata: a\r\n\r\ndata:b\ndata: c\n\ndata: [DONE]\n\ndata: after\n\n", fault.Internal},
		"/cut":   {[]string{"a"}, "", fault.Unavailable},
		"/large": {nil, "", fault.Rule},
	} {
		var got []string
		a, err := c.Stream(t.Context(), egress.Request{URL: url + path, MaxAnswer: 1000}, func(data []byte) error {
			if string(data) == "[DONE]" {
				return egress.ErrEnough
			}
			got = append(got, string(data))
			return nil
		})
		if path == "/large" {
			got = nil // it may be told of before it is known to be too much
		}
		if diff := cmp.Diff(want.events, got); diff != "" || string(a.Body) != want.body || fault.KindOf(err) != want.kind || (err != nil) != (want.kind != fault.Internal) {
			t.Errorf("%s: body %q, %v (-want +got):\n%s", path, a.Body, err, diff)
		}
	}
}
