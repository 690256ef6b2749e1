package client

import (
	"bytes"
	"context"
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

func wired(t *testing.T, handler http.HandlerFunc) (*Client, *httptest.Server) {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	c, err := New(Config{Endpoint: server.URL, MaxConns: 2})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return c, server
}

// echo sends a body and returns the answer.
func echo(ctx context.Context, c *Client, body string) (string, error) {
	r := route{"Echo", http.MethodPost, "/echo"}
	return c.roundTrip(r, c.request(ctx, r, bearer("token"), []byte(body)))
}

func TestWireKeepsItsConnection(t *testing.T) {
	var conns atomic.Int32
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var body bytes.Buffer
		_, _ = body.ReadFrom(r.Body)
		_, _ = w.Write([]byte(r.Method + r.URL.Path + r.Host + r.Header.Get("X-Amz-Bearer") + body.String()))
	}))
	server.Config.ConnState = func(_ net.Conn, s http.ConnState) {
		if s == http.StateNew {
			conns.Add(1)
		}
	}
	server.Start()
	defer server.Close()
	c, err := New(Config{Endpoint: server.URL})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	for _, body := range []string{"short", strings.Repeat("long", 20_000), ""} {
		got, err := echo(t.Context(), c, body)
		want := "POST/echo" + strings.TrimPrefix(server.URL, "http://") + "token" + body
		if err != nil || got != want {
			t.Fatalf("%.60q, %v", got, err)
		}
	}
	if got := conns.Load(); got != 1 {
		t.Errorf("%d connections, want 1", got)
	}
}

func TestWireOutlivesAClosedConnection(t *testing.T) {
	c, server := wired(t, func(w http.ResponseWriter, r *http.Request) { _, _ = w.Write([]byte("ok")) })
	for range 3 {
		if got, err := echo(t.Context(), c, "x"); err != nil || got != "ok" {
			t.Fatalf("%q, %v", got, err)
		}
		server.CloseClientConnections()
	}
}

func TestWireObeysConnectionClose(t *testing.T) {
	c, _ := wired(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Connection", "close")
		_, _ = w.Write([]byte("bye"))
	})
	for range 2 {
		if got, err := echo(t.Context(), c, "x"); err != nil || got != "bye" {
			t.Fatalf("%q, %v", got, err)
		}
		if kept := len(c.http.(*wire).idle); kept != 0 {
			t.Errorf("%d connections kept", kept)
		}
	}
}

func TestWireReadsChunkedAnswers(t *testing.T) {
	c, _ := wired(t, func(w http.ResponseWriter, r *http.Request) {
		for range 3 {
			_, _ = w.Write([]byte("part "))
			w.(http.Flusher).Flush()
		}
	})
	for range 2 {
		if got, err := echo(t.Context(), c, "x"); err != nil || got != "part part part " {
			t.Fatalf("%q, %v", got, err)
		}
	}
}

func TestWireStopsWithItsContext(t *testing.T) {
	reached, release := make(chan struct{}), make(chan struct{})
	c, _ := wired(t, func(w http.ResponseWriter, r *http.Request) {
		close(reached)
		<-release
	})
	defer close(release)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	go func() {
		<-reached
		cancel()
	}()
	if _, err := echo(ctx, c, "x"); !errors.Is(err, context.Canceled) {
		t.Errorf("err %v", err)
	}
}

func TestWireReportsAServerThatHangsUp(t *testing.T) {
	var calls atomic.Int32
	c, _ := wired(t, func(w http.ResponseWriter, r *http.Request) {
		calls.Add(1)
		panic(http.ErrAbortHandler)
	})
	if _, err := echo(t.Context(), c, "x"); !Retryable(err) {
		t.Errorf("err %v", err)
	}
	if calls.Load() != 1 {
		t.Errorf("%d calls, want 1: the connection was new", calls.Load())
	}
}
