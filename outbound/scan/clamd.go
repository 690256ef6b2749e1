package scan

import (
	"bufio"
	"context"
	"encoding/binary"
	"errors"
	"io"
	"net"
	"strings"

	"parley/internal/fault"
)

// clamd speaks INSTREAM (clamd(8)): pieces, each after its length, and an empty one at the end.
type clamd struct{ network, address string }

const (
	piece     = 64 << 10
	mostReply = 4 << 10
)

// Scan sends the file and reads the verdict.
func (c clamd) Scan(ctx context.Context, f File) (Verdict, error) {
	conn, err := (&net.Dialer{}).DialContext(ctx, c.network, c.address)
	if err != nil {
		return Verdict{}, fault.Wrap(fault.Unavailable, err, "clamd cannot be reached")
	}
	defer conn.Close()
	defer context.AfterFunc(ctx, func() { _ = conn.Close() })()
	sent := c.send(ctx, conn, f)
	reply, err := bufio.NewReader(io.LimitReader(conn, mostReply)).ReadString(0)
	if err != nil { // it may have answered, and closed, before all was sent
		return Verdict{}, fault.Wrap(fault.Unavailable, errors.Join(sent, err, ctx.Err()), "clamd did not answer")
	}
	return judge(strings.TrimSuffix(reply, "\x00"))
}

func (c clamd) send(ctx context.Context, conn io.Writer, f File) error {
	body, err := f.Open(ctx)
	if err != nil {
		return err
	}
	defer body.Close()
	out := bufio.NewWriterSize(conn, piece+4)
	if _, err := out.WriteString("zINSTREAM\x00"); err != nil {
		return err
	}
	buf := make([]byte, piece)
	for {
		n, err := io.ReadFull(body, buf)
		if n > 0 {
			_, _ = out.Write(binary.BigEndian.AppendUint32(nil, uint32(n))) // a writer that failed says so at the flush
			_, _ = out.Write(buf[:n])
		}
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			break
		}
		if err != nil {
			return err // without its end: there will be no verdict
		}
	}
	_, _ = out.Write([]byte{0, 0, 0, 0})
	return out.Flush()
}

// judge reads "stream: OK" and "stream: NAME FOUND"; everything else is an error.
func judge(reply string) (Verdict, error) {
	said, ok := strings.CutPrefix(reply, "stream: ")
	name, found := strings.CutSuffix(said, " FOUND")
	switch {
	case ok && said == "OK":
		return Verdict{Clean: true}, nil
	case ok && found:
		return Verdict{Finding: clip(name)}, nil
	}
	return Verdict{}, fault.New(fault.Rule, "clamd answered %q", clip(reply))
}
