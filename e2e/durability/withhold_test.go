package durability_test

import (
	"bytes"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"testing"
)

// cut is how a proxy keeps an answer from its caller.
type cut uint8

const (
	delivered cut = iota // not at all
	hangup               // the connection is closed
	reset                // the connection is reset
	half                 // half of the answer, then the connection is closed
	cuts
)

// withholder is an HTTP proxy before a server. It reads each answer to its
// end, so that what was asked for has been done, and then may lose it.
type withholder struct {
	URL    string
	target string
	http   *http.Client
	decide atomic.Value // func(*http.Request) cut

	mu   sync.Mutex
	kept map[string][][]byte // the answers' bodies, by request body
	seen func()              // called for each answer that is about to be lost; may be nil
}

func newWithholder(t testing.TB, target string) *withholder {
	t.Helper()
	transport := &http.Transport{MaxIdleConnsPerHost: 64}
	w := &withholder{target: target, http: &http.Client{Transport: transport}, kept: map[string][][]byte{}}
	w.lose(func(*http.Request) cut { return delivered })
	server := httptest.NewServer(w)
	t.Cleanup(func() { server.Close(); transport.CloseIdleConnections() })
	w.URL = server.URL
	return w
}

// lose decides from now on what happens to answers.
func (w *withholder) lose(decide func(*http.Request) cut) { w.decide.Store(decide) }

// answers returns the bodies with which the server answered a request so far,
// whether they reached the caller or not.
func (w *withholder) answers(request string) [][]byte {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.kept[request]
}

// ServeHTTP implements http.Handler.
func (w *withholder) ServeHTTP(out http.ResponseWriter, in *http.Request) {
	body, err := io.ReadAll(in.Body)
	if err != nil {
		return
	}
	response, answer, err := w.forward(in, body)
	if err != nil { // the server is gone: so is the caller's connection
		panic(http.ErrAbortHandler)
	}
	how := w.decide.Load().(func(*http.Request) cut)(in)
	w.mu.Lock()
	if response.StatusCode == http.StatusOK {
		w.kept[string(body)] = append(w.kept[string(body)], answer)
	}
	seen := w.seen
	w.mu.Unlock()
	if how != delivered {
		if seen != nil {
			seen()
		}
		drop(out, how, response, answer)
		return
	}
	for name, values := range response.Header {
		out.Header()[name] = values
	}
	out.WriteHeader(response.StatusCode)
	_, _ = out.Write(answer)
}

// forward makes the call as it came; the host is part of its signature.
func (w *withholder) forward(in *http.Request, body []byte) (*http.Response, []byte, error) {
	request, err := http.NewRequestWithContext(in.Context(), in.Method, w.target+in.URL.RequestURI(), bytes.NewReader(body))
	if err != nil {
		return nil, nil, err
	}
	request.Header, request.Host = in.Header, in.Host
	response, err := w.http.Do(request)
	if err != nil {
		return nil, nil, err
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(response.Body)
	return response, answer, err
}

// drop ends the caller's connection.
func drop(out http.ResponseWriter, how cut, response *http.Response, answer []byte) {
	conn, _, err := out.(http.Hijacker).Hijack()
	if err != nil {
		return
	}
	defer conn.Close()
	switch how {
	case reset:
		_ = conn.(*net.TCPConn).SetLinger(0)
	case half:
		response.Body = io.NopCloser(bytes.NewReader(answer))
		var text bytes.Buffer
		_ = response.Write(&text)
		_, _ = conn.Write(text.Bytes()[:text.Len()-len(answer)/2])
	}
}
