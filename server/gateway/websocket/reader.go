package websocket

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"io"
	"unicode/utf8"
)

// Error is a client's violation of the protocol or of a limit.
type Error struct {
	Code uint16 // to close with
	Text string
}

// Error names the violation.
func (e *Error) Error() string { return fmt.Sprintf("websocket: %s (%d)", e.Text, e.Code) }

func violation(code uint16, text string) error { return &Error{Code: code, Text: text} }

// readBuffer holds the small frames that clients send; longer ones bypass it.
const readBuffer = 256

// Reader reads a client's messages. It keeps nothing between messages but its
// buffer of 256 bytes.
type Reader struct {
	r     *bufio.Reader
	limit int

	partial []byte // of a fragmented message
	op      Op     // of that message; continuation = there is none
	spent   int    // its bytes and frames, held against the limit
}

// NewReader returns a Reader for messages of up to limit bytes.
func NewReader(r io.Reader, limit int) *Reader {
	return &Reader{r: bufio.NewReaderSize(r, readBuffer), limit: limit}
}

// Next returns the next message (Text, Binary) or control frame (Close, Ping,
// Pong). Text is valid UTF-8; a close frame's code is valid. Errors are
// *Error or those of the underlying reader.
func (r *Reader) Next() (Op, []byte, error) {
	for {
		h, err := r.header()
		if err != nil {
			return 0, nil, err
		}
		payload, err := r.payload(h)
		if err != nil {
			return 0, nil, err
		}
		if h.op >= Close {
			return h.op, payload, checkControl(h.op, payload)
		}
		if op, message := r.assemble(h, payload); op != continuation {
			return op, message, checkMessage(op, message)
		}
	}
}

type header struct {
	fin    bool
	op     Op
	length uint64
	mask   [4]byte
}

// header reads a frame's header and refuses what may not follow it.
func (r *Reader) header() (h header, err error) {
	var b [8]byte
	if _, err = io.ReadFull(r.r, b[:2]); err != nil {
		return h, err
	}
	h.fin, h.op, h.length = b[0]&0x80 != 0, Op(b[0]&0x0f), uint64(b[1]&0x7f)
	if b[0]&0x70 != 0 {
		return h, violation(CodeProtocol, "reserved bit without an extension")
	}
	if b[1]&0x80 == 0 {
		return h, violation(CodeProtocol, "unmasked frame")
	}
	if err = r.checkOp(h); err != nil {
		return h, err
	}
	switch h.length {
	case 126:
		_, err = io.ReadFull(r.r, b[:2])
		h.length = uint64(binary.BigEndian.Uint16(b[:2]))
	case 127:
		_, err = io.ReadFull(r.r, b[:8])
		h.length = binary.BigEndian.Uint64(b[:8])
	}
	if err != nil {
		return h, err
	}
	_, err = io.ReadFull(r.r, h.mask[:])
	return h, err
}

// checkOp checks the opcode against the rules for fragments and control frames.
func (r *Reader) checkOp(h header) error {
	switch h.op {
	case Text, Binary:
		if r.op != continuation {
			return violation(CodeProtocol, "new message inside a fragmented one")
		}
	case continuation:
		if r.op == continuation {
			return violation(CodeProtocol, "continuation of nothing")
		}
	case Close, Ping, Pong:
		if !h.fin || h.length > maxControl {
			return violation(CodeProtocol, "fragmented or long control frame")
		}
	default:
		return violation(CodeProtocol, "unknown opcode")
	}
	return nil
}

// payload reads and unmasks a frame's payload, after its length is known to fit.
func (r *Reader) payload(h header) ([]byte, error) {
	if h.op < Close && (r.spent > r.limit || h.length > uint64(r.limit-r.spent)) {
		return nil, violation(CodeTooBig, "message too big")
	}
	p := make([]byte, h.length)
	if _, err := io.ReadFull(r.r, p); err != nil {
		return nil, err
	}
	for i := range p {
		p[i] ^= h.mask[i&3]
	}
	return p, nil
}

// assemble adds a data frame to the message it belongs to and returns the
// message once it is whole. A fragment counts as a byte more than it has, so
// that empty ones are bounded too.
func (r *Reader) assemble(h header, payload []byte) (Op, []byte) {
	if h.op != continuation {
		if h.fin {
			return h.op, payload
		}
		r.op, r.partial = h.op, nil
	}
	r.partial = append(r.partial, payload...)
	r.spent += len(payload) + 1
	if !h.fin {
		return continuation, nil
	}
	op, message := r.op, r.partial
	r.op, r.partial, r.spent = continuation, nil, 0
	return op, message
}

func checkMessage(op Op, message []byte) error {
	if op == Text && !utf8.Valid(message) {
		return violation(CodeInvalidData, "text is not UTF-8")
	}
	return nil
}

// checkControl checks a close frame's code and reason.
func checkControl(op Op, payload []byte) error {
	switch {
	case op != Close || len(payload) == 0:
		return nil
	case len(payload) == 1 || !validCode(binary.BigEndian.Uint16(payload)):
		return violation(CodeProtocol, "bad close code")
	case !utf8.Valid(payload[2:]):
		return violation(CodeInvalidData, "close reason is not UTF-8")
	}
	return nil
}

// validCode: the codes that an endpoint may send (RFC 6455, 7.4).
func validCode(code uint16) bool {
	switch {
	case code >= 3000 && code <= 4999:
		return true
	case code < 1000, code > 1014, code == 1004, code == 1005, code == 1006:
		return false
	}
	return true
}

// CloseCode returns the code in a close frame's payload, 1000 if it has none.
func CloseCode(payload []byte) uint16 {
	if len(payload) < 2 {
		return CodeNormal
	}
	return binary.BigEndian.Uint16(payload)
}
