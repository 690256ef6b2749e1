package filetype_test

import (
	"strings"
	"testing"

	"parley/domain/filetype"
	"parley/internal/fault"
)

const office = "application/vnd.openxmlformats-officedocument."

// samples are the beginnings of real files of each type.
var samples = []struct{ name, contentType, head string }{
	{"a.csv", "text/csv", "a;b\r\n1;2\r\n"}, {"a.csv", "application/vnd.ms-excel", "a,b"}, {"a.csv", "text/plain", "\xe4\xf6\xfc;x"},
	{"a.doc", "application/msword", "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\x00"}, {"a.xls", "application/vnd.ms-excel", "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\x00"},
	{"a.ppt", "application/vnd.ms-powerpoint", "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\x00"},
	{"a.docx", office + "wordprocessingml.document", "PK\x03\x04\x14\x00\x06\x00[Content_Types].xml and word/document.xml"},
	{"a.xlsx", office + "spreadsheetml.sheet", "PK\x03\x04\x14\x00\x06\x00[Content_Types].xml and _rels/.rels"},
	{"a.pptx", office + "presentationml.presentation", "PK\x03\x04ppt/slides/slide1.xml"},
	{"a.heic", "image/heic", "\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic"}, {"a.heic", "image/heif", "\x00\x00\x00\x18ftypmif1\x00\x00\x00\x00mif1heic"},
	{"a.jpg", "image/jpeg", "\xff\xd8\xff\xe0\x00\x10JFIF"}, {"A.JPEG", "image/jpeg", "\xff\xd8\xff\xe1\x00\x10Exif"}, {"a.jfif", "image/jpeg", "\xff\xd8\xff\xe0\x00\x10JFIF"},
	{"a.mov", "video/quicktime", "\x00\x00\x00\x14ftypqt  \x00\x00\x02\x00qt  "}, {"a.mov", "video/quicktime", "\x00\x00\x00\x08wide\x00\x00\x00\x00mdat"},
	{"a.mp4", "video/mp4", "\x00\x00\x00\x20ftypisom\x00\x00\x02\x00isomiso2avc1mp41"}, {"a.mp4", "video/mp4", "\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom"},
	{"a.pdf", "application/pdf", "%PDF-1.7\n"}, {"a.png", "image/png", "\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"},
	{"a.rtf", "text/rtf", `{\rtf1\ansi`}, {"a.txt", "text/plain; charset=utf-8", "grüße 😀\n"}, {"a.txt", "TEXT/PLAIN", "\xff\xfeh\x00i\x00"},
	{"a.txt", "text/plain", "1 < 2 and <b>bold</b>"}, {"archive.tar.txt", "text/plain", "x"}, {"a.wav", "audio/x-wav", "RIFF\x24\x00\x00\x00WAVEfmt "},
}

func TestWhatIsTaken(t *testing.T) {
	seen := map[string]bool{}
	for _, c := range samples {
		kind, err := filetype.Of(c.name, c.contentType)
		if err != nil {
			t.Errorf("%s as %s: %v", c.name, c.contentType, err)
			continue
		}
		seen[kind.Ext] = true
		if err := kind.Matches([]byte(c.head)); err != nil {
			t.Errorf("%s of %q: %v", c.name, c.head, err)
		}
		if stored := filetype.Stored(c.name); stored.Content != kind.Content || stored.Content == "" {
			t.Errorf("%s is served as %q", c.name, stored.Content)
		}
		for _, other := range samples {
			alike := kind.Content == filetype.Stored(other.name).Content || text(c.name) && text(other.name) || old(c.name) && old(other.name) || isoAny(c.name, other.head)
			if !alike && kind.Matches([]byte(other.head)) == nil {
				t.Errorf("%q passes for a .%s file", other.head, kind.Ext)
			}
		}
	}
	if len(seen) != 18 {
		t.Errorf("%d types have a sample, want the 18 of Amazon Connect", len(seen))
	}
}

func text(name string) bool {
	return strings.HasSuffix(name, ".txt") || strings.HasSuffix(name, ".csv") || strings.HasSuffix(name, ".pdf") || strings.HasSuffix(name, ".rtf")
}

func old(name string) bool {
	return strings.HasSuffix(name, ".doc") || strings.HasSuffix(name, ".xls") || strings.HasSuffix(name, ".ppt")
}

// isoAny: one Office document whose parts come late may be any of them.
func isoAny(name, head string) bool {
	return strings.HasSuffix(name, "x") && strings.Contains(head, "_rels")
}

func TestShortAndEmptyFiles(t *testing.T) {
	for _, c := range samples {
		kind := filetype.Stored(c.name)
		for n := range c.head {
			_ = kind.Matches([]byte(c.head[:n])) // it must not panic
		}
		if err := kind.Matches(nil); err == nil && !text(c.name) {
			t.Errorf("an empty file passes for %s", c.name)
		} else if err != nil && !fault.Is(err, fault.Rule) {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}

func FuzzContent(f *testing.F) {
	for _, c := range samples {
		f.Add([]byte(c.head))
	}
	f.Fuzz(func(t *testing.T, head []byte) {
		for _, c := range samples {
			_ = filetype.Stored(c.name).Matches(head)
		}
	})
}

// TestPagesAreNoText: what a browser would take for a page, a picture or a script.
func TestPagesAreNoText(t *testing.T) {
	for _, head := range []string{
		"<!DOCTYPE html>", "\n\t <HTML>", "\xef\xbb\xbf<html>", "<?xml version='1.0'?>", "<svg xmlns=''>", "<script>", "<!-- x --><script>", "<iframe src=x>",
		"<style>", "<body onload=x>", "MIME-Version: 1.0\r\n",
	} {
		for _, name := range []string{"a.txt", "a.csv"} {
			if filetype.Stored(name).Matches([]byte(head)) == nil {
				t.Errorf("%q passes as %s", head, name)
			}
		}
	}
}
