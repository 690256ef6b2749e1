package scan_test

import (
	"context"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"parley/outbound/egress"
	"parley/outbound/scan"
)

func file() scan.File {
	return scan.File{
		ID: "f", ContactID: "c", Name: "a.txt", ContentType: "text/plain", Size: 5,
		Open: func(context.Context) (io.ReadCloser, error) { return io.NopCloser(strings.NewReader("hello")), nil },
	}
}

func options(t *testing.T) scan.Options {
	t.Helper()
	policy, err := egress.NewPolicy([]string{"127.0.0.1"})
	if err != nil {
		t.Fatal(err)
	}
	return scan.Options{Client: egress.New(egress.Options{Policy: policy}), Policy: policy}
}

// answering is a clamd that reads a little and then says this, whatever it is sent.
func answering(t *testing.T, text string) string {
	t.Helper()
	l, err := net.Listen("unix", filepath.Join(t.TempDir(), "s"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			_, _ = io.ReadFull(conn, make([]byte, len("zINSTREAM\x00\x00\x00\x00\x05hello\x00\x00\x00\x00")))
			_, _ = io.WriteString(conn, text)
			conn.Close()
		}
	}()
	return l.Addr().String()
}

// TestOnlyAClearYesIsAYes, of clamd and of a webhook.
func TestOnlyAClearYesIsAYes(t *testing.T) {
	for text, want := range map[string]string{
		"stream: OK\x00": "clean", "stream: Eicar FOUND\x00": "Eicar", "stream: OK": "error", "": "error", "stream: \x00": "error", "OK\x00": "error",
		"stream: OK FOUND\x00": "OK", "INSTREAM size limit exceeded. ERROR\x00": "error", "stream: x ERROR\x00": "error", strings.Repeat("x", 10_000): "error",
	} {
		s, err := scan.New("clamd:"+answering(t, text), options(t))
		if err != nil {
			t.Fatal(err)
		}
		wantVerdict(t, "clamd says "+text[:min(40, len(text))], s, want)
	}
	for text, want := range map[string]string{
		`{"status":"APPROVED"}`: "clean", `{"status":"REJECTED","finding":"x"}`: "x", `{"status":"approved"}`: "error", `{}`: "error", `[]`: "error", ``: "error",
		`"APPROVED"`: "error", `{"status":true}`: "error",
	} {
		hook := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, text) }))
		s, err := scan.New("webhook:"+hook.URL, options(t))
		if err != nil {
			t.Fatal(err)
		}
		wantVerdict(t, "a webhook says "+text, s, want)
		hook.Close()
		wantVerdict(t, "a webhook that is away", s, "error")
	}
}

func wantVerdict(t *testing.T, what string, s scan.Scanner, want string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	v, err := s.Scan(ctx, file())
	got := v.Finding
	switch {
	case err != nil:
		got = "error"
	case v.Clean:
		got = "clean"
	}
	if got != want || err != nil && v.Clean {
		t.Errorf("%s: %q, %v, want %q", what, got, err, want)
	}
}

func TestAScannerThatHangs(t *testing.T) {
	l, err := net.Listen("unix", filepath.Join(t.TempDir(), "s"))
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	s, err := scan.New("clamd:"+l.Addr().String(), options(t))
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if v, err := s.Scan(ctx, file()); err == nil || v.Clean {
		t.Errorf("%+v, %v", v, err)
	}
}

func TestWhichScanners(t *testing.T) {
	for text, ok := range map[string]bool{
		"clamd:/run/clamd.ctl": true, "clamd:127.0.0.1:3310": true, "webhook:https://scan.example.com/x": true, "webhook:http://127.0.0.1:1": true,
		"clamd": false, "clamd:": false, "clamd:host": false, "webhook:": false, "webhook:ftp://x": false, "webhook:http://10.0.0.1": false, "": false, "other:x": false,
	} {
		if _, err := scan.New(text, options(t)); (err == nil) != ok {
			t.Errorf("%s: %v", text, err)
		}
	}
}
