package sink_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"parley/internal/fault"
	"parley/outbound/sink"
)

func open(t *testing.T, target string) sink.Sink {
	t.Helper()
	s, err := sink.Open(target, sink.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

func send(t *testing.T, s sink.Sink, m sink.Message) {
	t.Helper()
	if err := s.Send(context.Background(), m); err != nil {
		t.Fatal(err)
	}
}

func content(t *testing.T, path string) string {
	t.Helper()
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

// What a server that was killed has left of a line does not run into the next one.
func TestAFileGoesOnAfterATornLine(t *testing.T) {
	path := filepath.Join(t.TempDir(), "events.jsonl")
	if err := os.WriteFile(path, []byte("{\"a\":1}\n{\"a\""), 0o600); err != nil {
		t.Fatal(err)
	}
	send(t, open(t, "file:"+path), sink.Message{Body: []byte(`{"a":2}`)})
	if got, want := content(t, path), "{\"a\":1}\n{\"a\"\n{\"a\":2}\n"; got != want {
		t.Errorf("the file has %q, want %q", got, want)
	}
}

// A file that is full becomes PATH.1, and nothing is lost on the way.
func TestAFileThatIsFullIsKeptBesideTheNext(t *testing.T) {
	path := filepath.Join(t.TempDir(), "events.jsonl")
	s := open(t, "file:"+path)
	large := strings.Repeat("x", 40<<20)
	for _, name := range []string{"1", "2", "3"} {
		send(t, s, sink.Message{Body: []byte(name + large)})
	}
	for file, want := range map[string]string{path: "3", path + ".1": "2", path + ".2": "1"} {
		if got := content(t, file); got != want+large+"\n" {
			t.Errorf("%s begins with %.1q and has %d bytes", filepath.Base(file), got, len(got))
		}
	}
}

// In a directory each message is a file of its own; none leads out of it.
func TestADirectoryHasAFileForEachMessage(t *testing.T) {
	root := t.TempDir()
	s := open(t, "dir:"+root)
	send(t, s, sink.Message{Path: "2026/01/a.json", Body: []byte(`1`)})
	send(t, s, sink.Message{Path: "2026/01/a.json", Body: []byte(`1`)}) // again
	if got := content(t, filepath.Join(root, "2026/01/a.json")); got != "1" {
		t.Errorf("the file has %q", got)
	}
	if err := s.Send(context.Background(), sink.Message{Path: "../a.json"}); err == nil {
		t.Error("a message was written beside the directory")
	}
	if left, err := filepath.Glob(filepath.Join(root, "2026/01/.part*")); err != nil || len(left) > 0 {
		t.Errorf("left: %v, %v", left, err)
	}
}

// A directory that is gone is an outage, and its name is not told.
func TestAFileThatCannotBeWrittenMayBeLater(t *testing.T) {
	root := filepath.Join(t.TempDir(), "secret")
	s := open(t, "dir:"+root)
	if err := os.RemoveAll(root); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(root, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	err := s.Send(context.Background(), sink.Message{Path: "a.json"})
	if !fault.Is(err, fault.Unavailable) || strings.Contains(err.Error(), "secret") {
		t.Errorf("the error is %v", err)
	}
}

func TestTargets(t *testing.T) {
	for target, fits := range map[string]bool{
		"https://example.com/hook":                                    true,
		"http://127.0.0.1:1/":                                         false, // not allowed
		"ftp://example.com":                                           false,
		"nats://example.com/":                                         false,
		"nats://example.com/a.>":                                      false,
		"nats://127.0.0.1:1/a.b?jetstream=maybe":                      false,
		"arn:aws:sns:us-east-1:123456789012:topic":                    true,
		"arn:aws:sns:us-east-1:123456789012:topic.fifo":               false,
		"arn:aws:kinesis:us-east-1:123456789012:stream/records":       true,
		"arn:aws:kinesis:us-east-1:123456789012:records":              false,
		"arn:aws:sqs:us-east-1:123456789012:queue":                    false,
		"arn:aws:sns:us-east-1:123456789012:topic@http://10.0.0.1:80": false,
		"s3://bucket/prefix?region=eu-west-1":                         true,
		"s3://b":                                                      false,
		"s3://bucket?acl=public":                                      false,
		"file:":                                                       false,
		"":                                                            false,
	} {
		s, err := sink.Open(target, sink.Options{})
		if (err == nil) != fits {
			t.Errorf("%s: %v", target, err)
		}
		if err == nil {
			_ = s.Close()
		}
	}
}
