package codec

import "parley/domain/transcript"

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
