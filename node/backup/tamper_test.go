package backup_test

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"os"
	"strings"
	"testing"
)

// repack returns a backup whose entries were changed on the way, well-formed as an archive.
func repack(t *testing.T, whole []byte, change func(head *tar.Header, body []byte) []byte) []byte {
	t.Helper()
	var out bytes.Buffer
	zipped := gzip.NewWriter(&out)
	to := tar.NewWriter(zipped)
	plain, err := gzip.NewReader(bytes.NewReader(whole))
	if err != nil {
		t.Fatal(err)
	}
	for from := tar.NewReader(plain); ; {
		head, err := from.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(from)
		if err != nil {
			t.Fatal(err)
		}
		body = change(head, body)
		head.Size = int64(len(body))
		if err := to.WriteHeader(head); err != nil {
			t.Fatal(err)
		}
		if _, err := to.Write(body); err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(to.Close(), zipped.Close()); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// TestATamperedAttachmentIsRefused: an attachment is held against the checksum that it has
// with it, and its name leads nowhere else.
func TestATamperedAttachmentIsRefused(t *testing.T) {
	w := newWorld(t)
	w.attach("s/f-1", "first")
	whole, err := os.ReadFile(w.take(nil))
	if err != nil {
		t.Fatal(err)
	}
	same := func(_ *tar.Header, body []byte) []byte { return body }
	if restored(t, repack(t, whole, same)) != restored(t, whole) {
		t.Fatal("a backup that was only packed again differs: the test shows nothing")
	}
	for name, change := range map[string]func(*tar.Header, []byte) []byte{
		"another byte": func(_ *tar.Header, body []byte) []byte { return append([]byte("F"), body[1:]...) },
		"a byte less":  func(_ *tar.Header, body []byte) []byte { return body[1:] },
		"no checksum":  func(h *tar.Header, body []byte) []byte { h.PAXRecords = nil; return body },
		"a path":       func(h *tar.Header, body []byte) []byte { h.Name = "attachments/../../x"; return body },
	} {
		tampered := repack(t, whole, func(h *tar.Header, body []byte) []byte {
			if !strings.HasPrefix(h.Name, "attachments/s/") {
				return body
			}
			return change(h, body)
		})
		if restored(t, tampered) != "" {
			t.Errorf("%s: it was restored", name)
		}
	}
}
