package filetype

import (
	"bytes"
	"slices"
	"strings"
	"unicode/utf8"
)

// compound begins the documents of old Office programs.
const compound = "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

func starts(with string) func([]byte) bool {
	return func(head []byte) bool { return bytes.HasPrefix(head, []byte(with)) }
}

// openXML tells one kind of Office documents from the others, and from all other
// zip files, by the names of their parts.
func openXML(part string) func([]byte) bool {
	return func(head []byte) bool {
		if !bytes.HasPrefix(head, []byte("PK\x03\x04")) {
			return false
		}
		has := func(name string) bool { return bytes.Contains(head, []byte(name)) }
		if has(part) {
			return true
		}
		others := has("word/") || has("xl/") || has("ppt/")
		return has("[Content_Types].xml") && !others
	}
}

// box returns the type and the brands of the first box of an ISO base media file.
func box(head []byte) (kind string, brands []string) {
	if len(head) < 12 {
		return "", nil
	}
	if kind = string(head[4:8]); kind != "ftyp" {
		return kind, nil
	}
	size := int(head[2])<<8 | int(head[3])
	for at := 8; at+4 <= min(size, len(head)); at += 4 {
		if at != 12 { // the version of the first brand
			brands = append(brands, string(head[at:at+4]))
		}
	}
	return kind, brands
}

func brand(known ...string) func([]byte) bool {
	return func(head []byte) bool {
		_, brands := box(head)
		return slices.ContainsFunc(brands, func(b string) bool { return slices.Contains(known, b) })
	}
}

// mp4 takes every brand but those of pictures and of QuickTime alone.
func mp4(head []byte) bool {
	kind, brands := box(head)
	return kind == "ftyp" && len(brands) > 0 && brands[0] != "qt  " && !brand("heic", "heix", "mif1", "avif")(head)
}

// quickTime files may begin without a brand: the older ones do.
func quickTime(head []byte) bool {
	kind, _ := box(head)
	return brand("qt  ")(head) || slices.Contains([]string{"moov", "mdat", "wide", "free", "skip", "pnot"}, kind)
}

func wave(head []byte) bool {
	return len(head) >= 12 && string(head[:4]) == "RIFF" && string(head[8:12]) == "WAVE"
}

// plainText takes text in UTF-8, UTF-16 with its mark, and the old encodings of
// a byte for a character. What browsers would take for a page is refused.
func plainText(head []byte) bool {
	if bytes.HasPrefix(head, []byte("\xff\xfe")) || bytes.HasPrefix(head, []byte("\xfe\xff")) {
		return true
	}
	for _, c := range head {
		if c < ' ' && !strings.ContainsRune("\t\n\r\f\b\x1b", rune(c)) || c == 0x7f {
			return false
		}
	}
	return !markup(head)
}

// markup reports whether text begins as a page, a picture or a script in a mark-up language does.
func markup(head []byte) bool {
	head = bytes.TrimPrefix(head, []byte("\xef\xbb\xbf"))
	start := strings.ToLower(strings.ToValidUTF8(string(first(bytes.TrimLeft(head, " \t\r\n\f"), 64)), string(utf8.RuneError)))
	for _, mark := range []string{"<!doctype", "<?xml", "<html", "<svg", "<script", "<head", "<body", "<iframe", "<!--", "<style", "<x:", "mime-version:"} {
		if strings.HasPrefix(start, mark) {
			return true
		}
	}
	return false
}

func first(b []byte, n int) []byte { return b[:min(n, len(b))] }
