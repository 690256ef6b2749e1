package attachments_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"parley/e2e/harness"
)

// corpus are files that pretend to be something, each with the name and type under which it is tried.
var corpus = []struct{ name, contentType, body string }{
	{"a.png", "image/png", "<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"},
	{"a.jpg", "image/jpeg", "<html><script>alert(1)</script></html>"},
	{"a.jpg", "image/jpeg", "GIF89a/*\x00*/=alert(1)//"},
	{"a.png", "image/png", "GIF89a" + strings.Repeat("x", 20)},
	{"a.pdf", "application/pdf", "MZ\x90\x00" + strings.Repeat("\x00", 100)},
	{"a.pdf", "application/pdf", "\n%PDF-1.7"},
	{"a.docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", "PK\x03\x04" + strings.Repeat("x", 100) + "META-INF/MANIFEST.MF"},
	{"a.docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", "PK\x03\x04[Content_Types].xml xl/workbook.xml"},
	{"a.txt", "text/plain", "<!DOCTYPE html><script>alert(1)</script>"},
	{"a.txt", "text/plain", "\xef\xbb\xbf  <HTML>"},
	{"a.csv", "text/csv", "<?xml version='1.0'?><x:html xmlns:x='http://www.w3.org/1999/xhtml'/>"},
	{"a.txt", "text/plain", "MIME-Version: 1.0\r\nContent-Type: multipart/related\r\n"},
	{"a.txt", "text/plain", "text\x00with zeros"},
	{"a.wav", "audio/wav", "RIFF\x00\x00\x00\x00WEBP"},
	{"a.mp4", "video/mp4", "\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic"},
	{"a.heic", "image/heic", "\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom"},
}

// TestWhatAFileHolds: its content must be that of its name (5.2.2); else the upload is
// refused, and so is its completion, in words for who chose the file.
func TestWhatAFileHolds(t *testing.T) {
	t.Parallel()
	f := open(t, harness.Flags("--setting", "attachments-per-chat=100"))
	for _, c := range corpus {
		up := f.start(c.name, c.contentType, len(c.body))
		if status, text := f.put(up, []byte(c.body)); status != 400 || !strings.Contains(text, "ValidationException") {
			t.Errorf("%s of %.30q: PUT answers %d %s", c.name, c.body, status, text)
		}
		if message := refused(t, f.complete(up.AttachmentId, uuid.NewString()), 400, "ValidationException"); !strings.Contains(message, "does not hold what its name says") {
			t.Errorf("%s of %.30q: %s", c.name, c.body, message)
		}
		if _, err := f.get(*up.AttachmentId); err == nil {
			t.Errorf("%s of %.30q can be read", c.name, c.body)
		}
	}
	if got := f.kept(); len(got) != 0 || len(f.shown()) != 0 {
		t.Errorf("%v is kept, %v is shown", got, f.shown())
	}
	// The same URL still takes the right file.
	up := f.start("a.txt", "text/plain", 13)
	f.put(up, []byte("<html></html>"))
	f.mustPut(up, []byte("honest text.\n"))
	if err := f.complete(up.AttachmentId, "t"); err != nil {
		t.Error(err)
	}
}

func TestNamesAndTypes(t *testing.T) {
	t.Parallel()
	f := open(t)
	for _, c := range []struct{ name, contentType, says string }{
		{"a.svg", "image/svg+xml", "cannot be attached"}, {"a.html", "text/html", "cannot be attached"}, {"a.exe", "application/octet-stream", "cannot be attached"},
		{"a.png.exe", "image/png", "cannot be attached"}, {"png", "image/png", "cannot be attached"}, {".png", "image/png", "cannot be attached"},
		{"a.txt::$DATA", "text/plain", "cannot be attached"}, {"a.png ", "image/png", "cannot be attached"}, {"a.", "image/png", "cannot be attached"},
		{"a.png", "text/html", "content type"}, {"a.png", "image/jpeg", "content type"}, {"a.txt", "text/html; charset=utf-8", "content type"},
		{"../a.png", "image/png", "name"}, {`..\a.png`, "image/png", "name"}, {"a\r\nX: y.png", "image/png", "name"},
		{"photo\u202egnp.png", "image/png", "name"}, {"a\u2066.png", "image/png", "name"}, {"a\u2028.png", "image/png", "name"},
	} {
		_, err := f.tryStart(c.name, c.contentType, 10)
		if message := refused(t, err, 400, "ValidationException"); !strings.Contains(message, c.says) {
			t.Errorf("%q as %s: %s, want something of %q", c.name, c.contentType, message, c.says)
		}
	}
	for name, want := range map[string]string{
		"Überblick 😀.txt": "attachment; filename*=utf-8''%C3%9Cberblick%20%F0%9F%98%80.txt", `a";x=".txt`: `attachment; filename="a\";x=\".txt"`,
		"a.exe:.txt": "attachment; filename=a.exe_.txt", "A.TXT": "attachment; filename=A.TXT",
	} {
		id := f.attach(name, "text/plain; charset=utf-8", []byte("hello"))
		header, _ := f.read(id)
		if got := header.Get("Content-Disposition"); got != want || header.Get("Content-Type") != "text/plain" {
			t.Errorf("%s: %s as %s, want %s", name, got, header.Get("Content-Type"), want)
		}
	}
}

func TestSizes(t *testing.T) {
	t.Parallel()
	f := open(t, harness.Flags("--setting", "attachment-bytes=100000"))
	_, err := f.tryStart("a.png", "image/png", 100_001)
	if message := refused(t, err, 400, "ValidationException"); !strings.Contains(message, "too large: at most 100000 bytes") {
		t.Error(message)
	}
	_, err = f.tryStart("a.png", "image/png", 0)
	refused(t, err, 400, "ValidationException")
	f.attach("a.png", "image/png", png(100_000))
	for _, sent := range []int{0, 8, 99, 101, 90_000} {
		up := f.start("a.png", "image/png", 100)
		for _, chunked := range []bool{false, true} {
			body := io.Reader(bytes.NewReader(png(max(8, sent))[:sent]))
			if chunked { // nobody says how many will come
				body = io.MultiReader(body)
			}
			if status, text := f.putTo(*up.UploadMetadata.Url, up.UploadMetadata.HeadersToInclude, body); status != 400 {
				t.Errorf("%d bytes announced as 100 (chunked %v): %d %s", sent, chunked, status, text)
			}
		}
		if message := refused(t, f.complete(up.AttachmentId, "t"), 400, "ValidationException"); !strings.Contains(message, "announced 100 bytes") {
			t.Error(message)
		}
	}
	up := f.start("a.png", "image/png", 100)
	if status, text := f.putTo(*up.UploadMetadata.Url, map[string]string{"Content-Type": "text/html"}, bytes.NewReader(png(100))); status != 400 {
		t.Errorf("with another Content-Type: %d %s", status, text)
	}
	never := f.start("a.png", "image/png", 100)
	if message := refused(t, f.complete(never.AttachmentId, "t"), 400, "ValidationException"); !strings.Contains(message, "bytes did not arrive") {
		t.Error(message)
	}
	if got := f.kept(); len(got) != 1 {
		t.Errorf("there are %v", got)
	}
}

// TestAnUploadThatBreaksOff leaves nothing, and its URL good.
func TestAnUploadThatBreaksOff(t *testing.T) {
	t.Parallel()
	f := open(t)
	up := f.start("a.png", "image/png", 1_000_000)
	r, w := io.Pipe()
	go func() {
		_, _ = w.Write(png(500_000))
		w.CloseWithError(errors.New("the phone is out of reach"))
	}()
	req, err := http.NewRequest(http.MethodPut, *up.UploadMetadata.Url, r)
	if err != nil {
		t.Fatal(err)
	}
	req.ContentLength = 1_000_000
	if answer, err := http.DefaultClient.Do(req); err == nil {
		answer.Body.Close()
		t.Errorf("answered %d", answer.StatusCode)
	}
	harness.Await(t, "end of the first upload", 10*time.Second, func() error { // the server notices that nobody sends any more
		if status, text := f.put(up, png(1_000_000)); status != 200 {
			return fmt.Errorf("PUT: %d %s", status, text)
		}
		return nil
	})
	if err := f.complete(up.AttachmentId, "t"); err != nil {
		t.Fatal(err)
	}
	if got := f.kept(); len(got) != 1 {
		t.Errorf("there are %v", got)
	}
}

// TestAnUploadURLTakesOneFileAtATime: whoever sends to the same URL many times at once fills no disk.
func TestAnUploadURLTakesOneFileAtATime(t *testing.T) {
	t.Parallel()
	f := open(t)
	up := f.start("a.png", "image/png", 1_000_000)
	r, w := io.Pipe()
	req, err := http.NewRequest(http.MethodPut, *up.UploadMetadata.Url, r)
	if err != nil {
		t.Fatal(err)
	}
	req.ContentLength = 1_000_000
	for name, value := range up.UploadMetadata.HeadersToInclude {
		req.Header.Set(name, value)
	}
	first := make(chan int)
	go func() {
		answer, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Error(err)
			close(first)
			return
		}
		answer.Body.Close()
		first <- answer.StatusCode
	}()
	if _, err := w.Write(png(1_000_000)[:999_999]); err != nil { // more than fits between: the server reads
		t.Fatal(err)
	}
	if status, text := f.put(up, png(1_000_000)); status != 429 {
		t.Errorf("a second upload meanwhile: %d %s", status, text)
	}
	if _, err := w.Write([]byte("x")); err != nil {
		t.Fatal(err)
	}
	w.Close()
	if status := <-first; status != 200 {
		t.Errorf("the first upload: %d", status)
	}
}
