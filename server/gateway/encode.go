package gateway

import (
	"strconv"
	"time"
	"unicode/utf8"

	"parley/domain/transcript"
	"parley/server/gateway/websocket"
)

const (
	timeLayout  = "2006-01-02T15:04:05.000Z"
	chatOpen    = `{"topic":"aws/chat","contentType":"application/json","content":"`
	previewOpen = `{"topic":"parley/preview","contentType":"application/json","content":"`
	chatClose   = `"}`
	// itemRoom is what most items take as JSON; longer ones take memory of the heap.
	itemRoom = 1536
)

// Encode returns the whole websocket frame that carries an item: the Encode
// of follow.Options. The item's JSON has the members and the order of Amazon Connect's. A preview goes under its own topic.
func Encode(session string, item *transcript.Item) []byte {
	var room [itemRoom]byte
	inner := appendItem(room[:0], session, item)
	open := chatOpen
	if item.ContentType == transcript.TypingPreview {
		open = previewOpen
	}
	frame := make([]byte, websocket.HeaderRoom, websocket.HeaderRoom+len(open)+len(inner)+len(inner)/4+len(chatClose))
	frame = append(frame, open...)
	frame = appendEscaped(frame, inner)
	frame = append(frame, chatClose...)
	return websocket.Finish(frame)
}

// appendItem appends the item as JSON. Every frame names the session (clients
// filter by it) and the contact; an item with an author names all of it (some clients need that).
func appendItem(b []byte, session string, item *transcript.Item) []byte {
	b = append(b, `{"AbsoluteTime":"`...)
	b = item.Time.UTC().AppendFormat(b, timeLayout)
	b = append(b, '"')
	if item.Type != transcript.Attachment && (item.Content != "" || item.Type == transcript.Message) {
		b = appendMember(b, "Content", item.Content)
	}
	if item.ContentType != "" {
		b = appendMember(b, "ContentType", item.ContentType)
	}
	b = appendMember(b, "Id", item.ID)
	b = appendMember(b, "Type", string(item.Type))
	if item.Author != (transcript.Author{}) {
		b = appendMember(b, "ParticipantId", item.Author.ParticipantID)
		b = appendMember(b, "DisplayName", item.Author.DisplayName)
		b = appendMember(b, "ParticipantRole", string(item.Author.Role))
	}
	b = appendMember(b, "InitialContactId", session)
	b = appendMember(b, "ContactId", item.ContactID)
	switch {
	case item.Type == transcript.Attachment: // its content is the file's JSON
		b = append(append(append(b, `,"Attachments":[`...), item.Content...), ']')
	case item.Receipt != nil:
		b = appendReceipt(b, item.Receipt)
	case item.Chunk > 0:
		b = append(b, `,"MessageMetadata":{"MessageCompleted":false,"ChunkNumber":`...)
		b = append(strconv.AppendInt(b, int64(item.Chunk), 10), '}')
	case item.Processing == transcript.Failed || item.Processing == transcript.Rejected:
		b = appendProcessing(b, item)
	case item.Processing == transcript.Processed:
	case item.Stream != "": // without a number, so that clients add nothing that comes late
		b = append(b, `,"MessageMetadata":{"MessageCompleted":true}`...)
	}
	return append(b, '}')
}

// appendProcessing appends MessageMetadata of a message that was not processed.
func appendProcessing(b []byte, item *transcript.Item) []byte {
	b = append(b, `,"MessageMetadata":{"MessageId":"`...)
	b = appendEscaped(b, item.ID)
	b = appendMember(append(b, '"'), "MessageProcessingStatus", string(item.Processing))
	return append(b, '}')
}

// appendReceipt appends MessageMetadata: clients look at exactly one receipt.
func appendReceipt(b []byte, r *transcript.Receipt) []byte {
	b = append(b, `,"MessageMetadata":{"MessageId":"`...)
	b = appendEscaped(b, []byte(r.MessageID))
	b = append(b, `","Receipts":[{`...)
	b = appendTime(b, "DeliveredTimestamp", r.DeliveredAt)
	b = appendTime(b, "ReadTimestamp", r.ReadAt)
	b = append(b, `"RecipientParticipantId":"`...)
	b = appendEscaped(b, []byte(r.Recipient))
	return append(b, `"}]}`...)
}

// appendTime appends a member and a comma, nothing for the zero time.
func appendTime(b []byte, name string, t time.Time) []byte {
	if t.IsZero() {
		return b
	}
	b = append(append(append(b, '"'), name...), `":"`...)
	b = t.UTC().AppendFormat(b, timeLayout)
	return append(b, `",`...)
}

func appendMember(b []byte, name, value string) []byte {
	b = append(append(append(b, `,"`...), name...), `":"`...)
	b = appendEscaped(b, value)
	return append(b, '"')
}

// appendEscaped appends the inside of a JSON string. Beside what JSON demands
// it escapes U+2028 and U+2029 (line ends to old script engines) and replaces what is no UTF-8.
func appendEscaped[T string | []byte](b []byte, s T) []byte {
	start := 0
	for i := 0; i < len(s); {
		if c := s[i]; c < utf8.RuneSelf {
			if c < ' ' || c == '"' || c == '\\' {
				b = appendEscape(append(b, s[start:i]...), c)
				start = i + 1
			}
			i++
			continue
		}
		r, size := utf8.DecodeRuneInString(string(s[i:min(i+utf8.UTFMax, len(s))]))
		if r == utf8.RuneError && size == 1 || r == '\u2028' || r == '\u2029' {
			b = appendUnicode(append(b, s[start:i]...), r)
			start = i + size
		}
		i += size
	}
	return append(b, s[start:]...)
}

// appendEscape appends one byte's escape.
func appendEscape(b []byte, c byte) []byte {
	switch c {
	case '"', '\\':
		return append(b, '\\', c)
	case '\n':
		return append(b, '\\', 'n')
	case '\r':
		return append(b, '\\', 'r')
	case '\t':
		return append(b, '\\', 't')
	}
	return appendUnicode(b, rune(c))
}

// appendUnicode appends a \u escape of a rune below 0x10000.
func appendUnicode(b []byte, r rune) []byte {
	const hex = "0123456789abcdef"
	return append(b, '\\', 'u', hex[r>>12&15], hex[r>>8&15], hex[r>>4&15], hex[r&15])
}
