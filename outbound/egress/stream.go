package egress

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"io"
	"strings"

	"parley/internal/fault"
)

// Enough is what each returns to Stream when it needs no more; it is no failure.
var Enough = errors.New("enough was read")

// Stream makes a call and gives each event of its answer (the data of server-sent
// events) to each, in order. An answer of another type, or without success, is
// returned whole. An error of each ends the call. It is tried again as Do tries, until the first event.
func (c *Client) Stream(ctx context.Context, r Request, each func(data []byte) error) (Answer, error) {
	began := false
	for try, pause := 1, firstPause; ; try, pause = try+1, 2*pause {
		a, err := c.stream(ctx, r, func(data []byte) error {
			began = true
			return each(data)
		})
		again := err == nil && Busy(a) || fault.Is(err, fault.Unavailable)
		if began || !again || try >= r.Tries || !rest(ctx, jitter(pause)) {
			return a, err
		}
		c.retries.Add(1)
	}
}

// stream makes the call once.
func (c *Client) stream(ctx context.Context, r Request, each func(data []byte) error) (Answer, error) {
	res, err := c.open(ctx, r)
	if err != nil {
		return Answer{}, err
	}
	defer res.Body.Close()
	a := Answer{Status: res.StatusCode, Header: res.Header}
	body := &io.LimitedReader{R: res.Body, N: r.MaxAnswer + 1}
	if !a.OK() || !strings.HasPrefix(res.Header.Get("Content-Type"), "text/event-stream") {
		a.Body, err = io.ReadAll(body)
	} else {
		err = events(body, each)
	}
	switch {
	case errors.Is(err, Enough):
		return a, nil
	case body.N <= 0:
		return a, fault.New(fault.Rule, "the answer is larger than %d bytes", r.MaxAnswer)
	case err != nil && fault.KindOf(err) == fault.Internal:
		return a, failure(ctx, err)
	}
	return a, err
}

// events reads server-sent events, of which only the data matters here.
func events(r io.Reader, each func([]byte) error) error {
	lines := bufio.NewReaderSize(r, 64<<10)
	var data []byte
	for {
		line, err := lines.ReadBytes('\n')
		text := bytes.TrimRight(line, "\r\n")
		switch {
		case len(text) == 0 && len(data) > 0 && err == nil:
			if failed := each(data); failed != nil {
				return failed
			}
			data = nil
		case bytes.HasPrefix(text, []byte("data:")):
			if len(data) > 0 {
				data = append(data, '\n')
			}
			data = append(data, bytes.TrimPrefix(text[len("data:"):], []byte(" "))...)
		}
		if err == io.EOF {
			if len(data) > 0 {
				return each(data)
			}
			return nil
		}
		if err != nil {
			return err
		}
	}
}
