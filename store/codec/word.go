package codec

import (
	"encoding/hex"

	"parley/domain/transcript"
)

// wordIndex returns the stored number of a string that nearly every item
// holds. The numbers are part of the encoding: never change or reuse one.
func wordIndex(s string) (uint64, bool) {
	switch s {
	case "":
		return 0, true
	case string(transcript.Message):
		return 1, true
	case string(transcript.Event):
		return 2, true
	case string(transcript.Attachment):
		return 3, true
	case string(transcript.Customer):
		return 4, true
	case string(transcript.Agent):
		return 5, true
	case string(transcript.System):
		return 6, true
	case string(transcript.CustomBot):
		return 7, true
	case string(transcript.Supervisor):
		return 8, true
	case transcript.Plain:
		return 9, true
	case transcript.Markdown:
		return 10, true
	default:
		return 0, false
	}
}

// knownWord is the inverse of wordIndex.
func knownWord(i uint64) (string, bool) {
	words := [...]string{
		"", string(transcript.Message), string(transcript.Event), string(transcript.Attachment),
		string(transcript.Customer), string(transcript.Agent), string(transcript.System),
		string(transcript.CustomBot), string(transcript.Supervisor), transcript.Plain, transcript.Markdown,
	}
	if i >= uint64(len(words)) {
		return "", false
	}
	return words[i], true
}

// parseUUID returns the bytes of a UUID in its canonical form, so that
// formatUUID gives back the same string; false for any other string.
func parseUUID(s string) (u [16]byte, ok bool) {
	if len(s) != 36 || s[8] != '-' || s[13] != '-' || s[18] != '-' || s[23] != '-' {
		return u, false
	}
	digits := s[0:8] + s[9:13] + s[14:18] + s[19:23] + s[24:36]
	for i := range len(digits) {
		if c := digits[i]; (c < '0' || c > '9') && (c < 'a' || c > 'f') {
			return u, false
		}
	}
	_, err := hex.Decode(u[:], []byte(digits))
	return u, err == nil
}

func formatUUID(u []byte) string {
	if len(u) != 16 {
		return ""
	}
	var b [36]byte
	hex.Encode(b[0:8], u[0:4])
	hex.Encode(b[9:13], u[4:6])
	hex.Encode(b[14:18], u[6:8])
	hex.Encode(b[19:23], u[8:10])
	hex.Encode(b[24:36], u[10:16])
	b[8], b[13], b[18], b[23] = '-', '-', '-', '-'
	return string(b[:])
}
