package arn

import "encoding/hex"

// IsUUID reports whether s is a UUID in the one spelling that ids here have:
// lower case, with hyphens, of any version (AWS makes version 4, this server 7).
func IsUUID(s string) bool {
	_, ok := ParseUUID(s)
	return ok
}

// ParseUUID returns the bytes of a UUID, and false for anything that is not
// spelled as FormatUUID spells it.
func ParseUUID(s string) (id [16]byte, ok bool) {
	if len(s) != 36 || s[8] != '-' || s[13] != '-' || s[18] != '-' || s[23] != '-' {
		return id, false
	}
	at := 0
	for i := range id {
		if at == 8 || at == 13 || at == 18 || at == 23 {
			at++
		}
		high, low := nibble(s[at]), nibble(s[at+1])
		if high < 0 || low < 0 {
			return [16]byte{}, false
		}
		id[i] = byte(high<<4 | low)
		at += 2
	}
	return id, true
}

// FormatUUID spells a UUID in lower case with hyphens.
func FormatUUID(id [16]byte) string {
	var s [36]byte
	hex.Encode(s[0:8], id[0:4])
	hex.Encode(s[9:13], id[4:6])
	hex.Encode(s[14:18], id[6:8])
	hex.Encode(s[19:23], id[8:10])
	hex.Encode(s[24:36], id[10:16])
	s[8], s[13], s[18], s[23] = '-', '-', '-', '-'
	return string(s[:])
}

func nibble(c byte) int {
	switch {
	case isDigit(c):
		return int(c - '0')
	case 'a' <= c && c <= 'f':
		return int(c-'a') + 10
	}
	return -1
}
