package websocket_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"strings"
	"testing"
	"unicode/utf8"

	"parley/server/gateway/websocket"
)

const limit = 4096

// frame returns a masked client frame with the given first byte.
func frame(first byte, payload string) string {
	b := []byte{first}
	switch n := len(payload); {
	case n < 126:
		b = append(b, 0x80|byte(n))
	default:
		b = binary.BigEndian.AppendUint16(append(b, 0x80|126), uint16(n))
	}
	mask := []byte{1, 2, 3, 4}
	b = append(b, mask...)
	for i := range len(payload) {
		b = append(b, payload[i]^mask[i&3])
	}
	return string(b)
}

// declared returns the start of a text frame that declares a 64-bit length.
func declared(n uint64) string {
	return string(binary.BigEndian.AppendUint64([]byte{0x81, 0xff}, n)) + "maskdata"
}

const (
	final  = 0x80
	text   = byte(websocket.Text)
	binOp  = byte(websocket.Binary)
	closeF = final | byte(websocket.Close)
	ping   = final | byte(websocket.Ping)
)

func TestWhatIsRefused(t *testing.T) {
	cases := map[string]struct {
		bytes string
		code  uint16
	}{
		"declared length 2^63":        {declared(1 << 63), websocket.CodeTooBig},
		"declared length 2^64-1":      {declared(1<<64 - 1), websocket.CodeTooBig},
		"declared length 2^31":        {declared(1 << 31), websocket.CodeTooBig},
		"one byte too many":           {frame(final|text, strings.Repeat("x", limit+1)), websocket.CodeTooBig},
		"fragments too long together": {frame(text, strings.Repeat("x", limit/2)) + frame(final, strings.Repeat("x", limit/2+1)), websocket.CodeTooBig},
		"flood of empty fragments":    {frame(text, "") + strings.Repeat(frame(0, ""), limit+1), websocket.CodeTooBig},
		"flood of one-byte fragments": {frame(text, "") + strings.Repeat(frame(0, "x"), limit), websocket.CodeTooBig},
		"text is not UTF-8":           {frame(final|text, "a\xff"), websocket.CodeInvalidData},
		"fragmented text not UTF-8":   {frame(text, "a\xe2") + frame(final, "x"), websocket.CodeInvalidData},
		"unmasked":                    {"\x81\x01x", websocket.CodeProtocol},
		"RSV1 (compressed)":           {frame(final|0x40|text, "x"), websocket.CodeProtocol},
		"RSV2":                        {frame(final|0x20|text, "x"), websocket.CodeProtocol},
		"RSV3":                        {frame(final|0x10|text, "x"), websocket.CodeProtocol},
		"reserved data opcode":        {frame(final|3, "x"), websocket.CodeProtocol},
		"reserved control opcode":     {frame(final|0xb, "x"), websocket.CodeProtocol},
		"ping of 126 bytes":           {frame(ping, strings.Repeat("x", 126)), websocket.CodeProtocol},
		"fragmented ping":             {frame(ping&^final, "x"), websocket.CodeProtocol},
		"continuation of nothing":     {frame(final, "x"), websocket.CodeProtocol},
		"text inside fragments":       {frame(text, "x") + frame(final|text, "y"), websocket.CodeProtocol},
		"close of one byte":           {frame(closeF, "x"), websocket.CodeProtocol},
		"close code 999":              {frame(closeF, "\x03\xe7"), websocket.CodeProtocol},
		"close code 1005":             {frame(closeF, "\x03\xed"), websocket.CodeProtocol},
		"close code 5000":             {frame(closeF, "\x13\x88"), websocket.CodeProtocol},
		"close reason not UTF-8":      {frame(closeF, "\x03\xe8\xff"), websocket.CodeInvalidData},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			r := websocket.NewReader(strings.NewReader(c.bytes), limit)
			_, _, err := r.Next()
			var violation *websocket.Error
			if !errors.As(err, &violation) || violation.Code != c.code {
				t.Errorf("got %v, want a violation with code %d", err, c.code)
			}
		})
	}
}

func TestWhatIsRead(t *testing.T) {
	in := frame(final|text, "héllo") + frame(final|text, "") + frame(binOp, "ab") + frame(ping, "p") + frame(0, "") + frame(final, "c") +
		frame(final|text, strings.Repeat("x", limit)) + frame(closeF, "\x0f\xa0bye")
	r := websocket.NewReader(strings.NewReader(in), limit)
	want := []struct {
		op   websocket.Op
		data string
	}{
		{websocket.Text, "héllo"}, {websocket.Text, ""},
		{websocket.Ping, "p"}, {websocket.Binary, "abc"},
		{websocket.Text, strings.Repeat("x", limit)}, {websocket.Close, "\x0f\xa0bye"},
	}
	for _, w := range want {
		op, data, err := r.Next()
		if err != nil || op != w.op || string(data) != w.data {
			t.Fatalf("got %v %.20q %v, want %v %.20q", op, data, err, w.op, w.data)
		}
	}
	if _, _, err := r.Next(); err != io.EOF {
		t.Errorf("at the end: %v, want EOF", err)
	}
}

func TestCloseCode(t *testing.T) {
	if got := websocket.CloseCode([]byte("\x0f\xa0bye")); got != 4000 {
		t.Errorf("got %d, want 4000", got)
	}
	if got := websocket.CloseCode(nil); got != websocket.CodeNormal {
		t.Errorf("got %d, want 1000 for an empty close", got)
	}
}

func TestFrames(t *testing.T) {
	for _, n := range []int{0, 1, 125, 126, 65535, 65536} {
		payload := bytes.Repeat([]byte("x"), n)
		whole := websocket.AppendFrame(nil, websocket.Text, payload)
		inPlace := websocket.Finish(append(make([]byte, websocket.HeaderRoom), payload...))
		if !bytes.Equal(whole, inPlace) {
			t.Errorf("%d bytes: Finish and AppendFrame differ", n)
		}
		if !bytes.HasSuffix(whole, payload) || whole[0] != final|text {
			t.Errorf("%d bytes: not a final text frame with its payload", n)
		}
	}
	if got, want := websocket.AppendClose(nil, 1012, ""), []byte("\x88\x02\x03\xf4"); !bytes.Equal(got, want) {
		t.Errorf("close frame % x, want % x", got, want)
	}
	if got := websocket.AppendClose(nil, 1012, strings.Repeat("r", 200)); len(got) != 127 {
		t.Errorf("close frame of %d bytes, want 127", len(got))
	}
}

// FuzzReader: whatever comes, messages keep the limit and text is UTF-8, and
// reading ends with an error.
func FuzzReader(f *testing.F) {
	f.Add([]byte(frame(final|text, `{"topic":"aws/ping"}`)))
	f.Add([]byte(frame(text, "a") + frame(ping, "") + frame(final, "b")))
	f.Add([]byte(declared(1 << 63)))
	f.Add([]byte(frame(closeF, "\x03\xe8")))
	f.Fuzz(func(t *testing.T, in []byte) {
		r := websocket.NewReader(bytes.NewReader(in), limit)
		for frames := 0; ; frames++ {
			op, data, err := r.Next()
			if err != nil {
				return
			}
			if len(data) > limit || op == websocket.Text && !utf8.Valid(data) {
				t.Fatalf("op %d with %d bytes", op, len(data))
			}
			if frames > len(in) {
				t.Fatal("more messages than bytes")
			}
		}
	})
}
