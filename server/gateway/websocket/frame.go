// Package websocket is the server's half of RFC 6455 without extensions: the
// handshake, reading what a client sends, framing what it is sent.
//
// It guarantees that nothing a client sends makes it keep more than the
// limit, that every violation is an *Error with the close code the RFC names,
// and that a declared length is checked before anything is kept for it.
package websocket

import "encoding/binary"

// Op is a frame's opcode.
type Op byte

// The opcodes (RFC 6455, 5.2).
const (
	continuation Op = 0x0
	Text         Op = 0x1
	Binary       Op = 0x2
	Close        Op = 0x8
	Ping         Op = 0x9
	Pong         Op = 0xA
)

// Close codes (RFC 6455, 7.4.1, and the IANA registry for 1012).
const (
	CodeNormal         = 1000
	CodeProtocol       = 1002
	CodeUnsupported    = 1003
	CodeInvalidData    = 1007
	CodePolicy         = 1008
	CodeTooBig         = 1009
	CodeServiceRestart = 1012
)

// maxControl is the longest payload of a control frame (RFC 6455, 5.5).
const maxControl = 125

// HeaderRoom is how many bytes a server's frame header takes at most.
const HeaderRoom = 10

// AppendFrame appends a whole unmasked message.
func AppendFrame(dst []byte, op Op, payload []byte) []byte {
	return append(appendHeader(dst, op, len(payload)), payload...)
}

// Finish frames a text message in place: b holds HeaderRoom unused bytes and
// then the payload. It returns the frame, which shares b's memory.
func Finish(b []byte) []byte {
	var header [HeaderRoom]byte
	h := appendHeader(header[:0], Text, len(b)-HeaderRoom)
	frame := b[HeaderRoom-len(h):]
	copy(frame, h)
	return frame
}

// AppendClose appends a close frame; the reason is cut to what fits.
func AppendClose(dst []byte, code uint16, reason string) []byte {
	var payload [maxControl]byte
	binary.BigEndian.PutUint16(payload[:2], code)
	n := copy(payload[2:], reason)
	return AppendFrame(dst, Close, payload[:2+n])
}

func appendHeader(dst []byte, op Op, n int) []byte {
	dst = append(dst, 0x80|byte(op))
	switch {
	case n <= maxControl:
		return append(dst, byte(n))
	case n <= 0xffff:
		return binary.BigEndian.AppendUint16(append(dst, 126), uint16(n))
	default:
		return binary.BigEndian.AppendUint64(append(dst, 127), uint64(n))
	}
}
